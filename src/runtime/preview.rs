//! Serves the preview for the editor, on the thread of the requests: keys do not wait for it, nor it for keys.

use super::{Runtime, Screen, browser};
use crate::app::effect::PreviewAct;
use crate::app::msg::{Msg, PreviewNews};
use crate::app::preview::PreviewAddress;
use crate::model::login::secret_variables;
use crate::model::preview::Scene;
use crate::preview::PreviewPage;
use crate::start::ssh_destination;
use crate::words::preview::forward;
use std::sync::Arc;
use url::Url;

impl<S: Screen> Runtime<S> {
    /// Does what the editor wants of the preview.
    pub(super) fn preview(&mut self, act: PreviewAct) {
        match act {
            PreviewAct::Start(scene) => self.start_preview(*scene),
            PreviewAct::Show(scene) => self.carrier.preview.iter().for_each(|page| page.show((*scene).clone())),
            PreviewAct::Tell(page, advice) => {
                self.carrier.preview.iter().for_each(|open| open.tell(page, advice.clone()));
            }
            PreviewAct::Browse(address) => self.open_page(address),
            PreviewAct::Stop => self.carrier.preview = None,
        }
    }

    fn start_preview(&mut self, scene: Scene) {
        let (page, plan) = PreviewPage::new(scene.clone());
        self.carrier.preview = Some(page);
        let (sender, var) = (self.sender.clone(), &self.carrier.profiles.var);
        let remote = ssh_destination(|name| var(name));
        self.carrier.network.spawn(async move {
            let told = |news| _ = sender.send(Msg::Preview(news));
            let sights = sender.clone();
            let watcher = move |sight| _ = sights.send(Msg::Preview(PreviewNews::Saw(sight)));
            match plan.bind(Arc::new(watcher)).await {
                Ok(server) => {
                    let forward = remote.map(|remote| forward(server.port(), &remote, &scene));
                    told(PreviewNews::Started(Ok(PreviewAddress { url: server.address(), forward })));
                    // It ends with the way to its pages. If its listener fails before that, the pages say so.
                    let _ = server.serve().await;
                }
                Err(why) => told(PreviewNews::Started(Err(why.to_string()))),
            }
        });
    }

    fn open_page(&self, address: String) {
        let target = &self.app.target;
        let secret = secret_variables(target.setup.profiles.iter().chain(&target.profile));
        let (programs, sender) = (self.carrier.browsers.clone(), self.sender.clone());
        tokio::spawn(async move {
            let opened = match Url::parse(&address) {
                Ok(url) => browser::open(programs, secret, &url).await.is_some(),
                Err(_) => false,
            };
            let _ = sender.send(Msg::Preview(PreviewNews::Browsed(opened)));
        });
    }
}
