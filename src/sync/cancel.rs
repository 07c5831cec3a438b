//! Giving up requests. A write that has left may still take effect: it stays in doubt, and its record stays on the
//! disk.

use super::{Act, Doing, Effect, Outcome, Report, RequestId, Stage, WorkingCopy};
use crate::model::Resource;
use crate::model::doubt::Reaction;

impl WorkingCopy {
    /// Gives up the save, or else all loads that the user asked for. Returns no effects if there are none.
    pub(super) fn cancel(&mut self) -> Vec<Effect> {
        let mut in_flight: Vec<RequestId> = Vec::new();
        if let Some(mut save) = self.save.take() {
            let exchange = save.stage.exchange().filter(|exchange| exchange.pause.is_none());
            in_flight.extend(exchange.map(|exchange| exchange.request));
            let outcome = match &save.stage {
                // The first copy of what is about to be sent again has left.
                Stage::Turn(_) | Stage::Check(_) | Stage::Record if self.is_left(&save.sending()) => {
                    Outcome::Cancelled(if save.act == Act::Delete { Doing::Removing } else { Doing::ReadingBack })
                }
                Stage::Turn(_) | Stage::Check(_) | Stage::Record => Outcome::Cancelled(Doing::Checking),
                Stage::Send(exchange) => {
                    let request = exchange.request;
                    self.leave_in_doubt(save.sending(), Reaction::Nothing);
                    // Whatever the answer to this write says, the rest of the save is not sent.
                    save.pass_over_the_rest();
                    self.given_up = Some((request, save.clone()));
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
