//! Giving up what the network does. What has left may be carried out all the same: that stays in doubt, and on the disk.

use crate::app::effect::Effect;
use crate::app::msg::RequestId;
use crate::app::sync::{Act, Stage};
use crate::app::{App, Doing, Notice};
use crate::model::Resource;

impl App {
    /// Esc while something is under way.
    pub(super) fn cancel(&mut self) -> Option<Vec<Effect>> {
        let mut in_flight: Vec<RequestId> = Vec::new();
        if let Some(mut save) = self.sync.save.take() {
            let exchange = save.stage.exchange().filter(|exchange| exchange.pause.is_none());
            in_flight.extend(exchange.map(|exchange| exchange.request));
            let notice = match &save.stage {
                Stage::Turn(_) | Stage::Check(_) | Stage::Record => Notice::Cancelled(Doing::Checking),
                Stage::Send(exchange) => {
                    let request = exchange.request;
                    self.leave_in_doubt(save.intent());
                    // Whatever its answer says: nothing that was to follow is sent any more.
                    save.pass_over_the_rest();
                    self.given_up = Some((request, save.clone()));
                    Notice::Cancelled(if save.act == Act::Delete { Doing::Removing } else { Doing::Saving })
                }
                Stage::ReadBack(_) if save.act == Act::Delete => Notice::Cancelled(Doing::Removing),
                Stage::ReadBack(_) => Notice::Cancelled(Doing::ReadingBack),
            };
            self.leaving = false;
            self.conclude(save, notice);
        } else {
            let loads: Vec<Resource> =
                self.sync.loads.iter().filter(|(_, load)| !load.watching).map(|(resource, _)| *resource).collect();
            if loads.is_empty() {
                return None;
            }
            for resource in loads {
                let load = self.sync.loads.remove(&resource)?;
                in_flight.extend(load.exchange.pause.is_none().then_some(load.exchange.request));
                self.not_read(resource, Notice::Cancelled(Doing::Loading));
            }
            self.leaving = false;
        }
        let cancel = |id| {
            self.log_cancelled(id);
            Effect::Cancel(id)
        };
        Some(in_flight.into_iter().map(cancel).collect())
    }
}
