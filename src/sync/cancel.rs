//! Giving up what the network does. What has left may be carried out all the same: that stays in doubt, and on the disk.

use super::{Act, Doing, Effect, Outcome, Report, RequestId, Stage, WorkingCopy};
use crate::model::Resource;

impl WorkingCopy {
    /// All that somebody waits for. Nothing, if nobody does.
    pub(super) fn cancel(&mut self) -> Vec<Effect> {
        let mut in_flight: Vec<RequestId> = Vec::new();
        if let Some(mut save) = self.save.take() {
            let exchange = save.stage.exchange().filter(|exchange| exchange.pause.is_none());
            in_flight.extend(exchange.map(|exchange| exchange.request));
            let outcome = match &save.stage {
                Stage::Turn(_) | Stage::Check(_) | Stage::Record => Outcome::Cancelled(Doing::Checking),
                Stage::Send(exchange) => {
                    let request = exchange.request;
                    self.leave_in_doubt(save.sending());
                    // Whatever its answer says: nothing that was to follow is sent any more.
                    save.pass_over_the_rest();
                    self.given_up = Some((Some(request), save.clone()));
                    Outcome::Cancelled(if save.act == Act::Delete { Doing::Removing } else { Doing::Saving })
                }
                Stage::ReadBack(_) if save.act == Act::Delete => Outcome::Cancelled(Doing::Removing),
                Stage::ReadBack(_) => Outcome::Cancelled(Doing::ReadingBack),
            };
            self.conclude(save, outcome);
        } else {
            let loads: Vec<Resource> =
                self.loads.iter().filter(|(_, load)| !load.watching).map(|(resource, _)| *resource).collect();
            for resource in loads {
                let Some(load) = self.loads.remove(&resource) else { continue };
                in_flight.extend(load.exchange.pause.is_none().then_some(load.exchange.request));
                self.report(Report::NotLoaded(resource, Outcome::Cancelled(Doing::Loading)));
            }
        }
        let cancel = |id| {
            self.log_cancelled(id);
            Effect::Cancel(id)
        };
        in_flight.into_iter().map(cancel).collect()
    }
}
