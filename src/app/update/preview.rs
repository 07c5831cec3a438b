//! The preview in a browser: starts and stops it, keeps its pages at what the form holds, and hears what they see.

use crate::app::effect::{Effect, PreviewAct};
use crate::app::msg::PreviewNews;
use crate::app::preview::{MESSAGES, PreviewAddress, Previewing};
use crate::app::{App, Mode, Notice, Overlay, Page, PageText};
use crate::model::preview::{Handshake, Scene, Seen, Sight};
use crate::model::{FieldId, Resource};
use crate::words::browser::BrowserNews;
use crate::words::preview::{PreviewTold, advice, message, scene};

impl App {
    /// Starts the preview. If it is on, shows how far the dialer has got.
    pub(super) fn open_preview(&mut self) -> Vec<Effect> {
        if self.preview.is_some() {
            self.mode = Mode::Paging(Page::of(PageText::Preview));
            return vec![];
        }
        self.mode = Mode::Editing;
        if !self.sync.draft.is_loaded(Resource::Settings) {
            return self.refuse(Notice::NotLoaded);
        }
        let scene = scene(&self.sync.draft);
        self.preview = Some(Box::new(Previewing::of(scene.clone())));
        self.notice = Some(Notice::Preview(PreviewTold::Starts));
        vec![Effect::Preview(PreviewAct::Start(Box::new(scene)))]
    }

    /// Opens the page in a browser once more.
    pub(super) fn open_page(&mut self) -> Vec<Effect> {
        let address = self.preview.as_ref().and_then(|preview| preview.address.clone());
        address.map_or(vec![], |address| vec![Effect::Preview(PreviewAct::Browse(address.url))])
    }

    /// Stops the preview. One that is just starting is not stopped.
    pub(super) fn stop_preview(&mut self) -> Vec<Effect> {
        if self.mode.is(Overlay::Preview) || self.mode.is(Overlay::Palette) {
            self.mode = Mode::Editing;
        }
        if self.preview.take_if(|preview| preview.address.is_some()).is_none() {
            return self.refuse(Notice::Preview(PreviewTold::Off));
        }
        self.notice = Some(Notice::Preview(PreviewTold::Stopped));
        vec![Effect::Preview(PreviewAct::Stop)]
    }

    /// Hears of the server and of its pages.
    pub(super) fn previewed(&mut self, news: PreviewNews) -> Vec<Effect> {
        match news {
            PreviewNews::Started(started) => self.preview_started(started),
            PreviewNews::Browsed(is_handed) => self.page_handed(is_handed),
            PreviewNews::Saw(sight) => self.saw(&sight),
        }
    }

    fn preview_started(&mut self, started: Result<PreviewAddress, String>) -> Vec<Effect> {
        let Some(preview) = &mut self.preview else { return vec![] };
        self.notice.take_if(|notice| *notice == Notice::Preview(PreviewTold::Starts));
        match started {
            Ok(address) => {
                let is_far = address.forward.is_some();
                let url = address.url.clone();
                preview.address = Some(address);
                if is_far {
                    preview.is_handed = Some(false);
                    self.show_address();
                    return vec![];
                }
                vec![Effect::Preview(PreviewAct::Browse(url))]
            }
            Err(why) => {
                self.preview = None;
                self.refuse(Notice::Preview(PreviewTold::Failed(why)))
            }
        }
    }

    fn page_handed(&mut self, is_handed: bool) -> Vec<Effect> {
        let Some(preview) = &mut self.preview else { return vec![] };
        preview.is_handed = Some(is_handed);
        let is_seen = preview.pages.all().len() > 0;
        let Some(PreviewAddress { url, forward }) = preview.address.clone() else { return vec![] };
        match is_handed {
            true if is_seen => {}
            // It is not known to have opened it.
            true => self.notice = Some(Notice::Preview(PreviewTold::Waits(url))),
            false if self.mode.is_editing() => self.show_address(),
            false => self.notice = Some(Notice::Browser(BrowserNews::None { url, is_remote: forward.is_some() })),
        }
        vec![]
    }

    /// The user has to open the page. Keys may be meant for what is open, so nothing opens over it.
    fn show_address(&mut self) {
        if self.preview.is_some() && self.mode.is_editing() {
            self.mode = Mode::Paging(Page::of(PageText::Preview));
        }
    }

    fn saw(&mut self, sight: &Sight) -> Vec<Effect> {
        let Some(preview) = &mut self.preview else { return vec![] };
        if sight.seen == Seen::Opened {
            self.notice.take_if(|notice| matches!(notice, Notice::Preview(PreviewTold::Waits(_))));
        }
        // What another url has said is not of this one.
        if matches!(sight.seen, Seen::Loaded { .. }) && preview.heard_of != preview.scene.url {
            preview.heard_of.clone_from(&preview.scene.url);
            preview.messages.clear();
        }
        if let Some(message) = message(&sight.seen) {
            preview.messages.push_front(message);
            preview.messages.truncate(MESSAGES);
        }
        let lack = |preview: &Previewing| preview.pages.of(sight.page).and_then(Handshake::lack);
        let before = lack(preview);
        let changed = preview.pages.take(sight);
        let missing = lack(preview).filter(|lack| Some(*lack) != before);
        // Why the dialer is mute stands in what its url answers.
        let (shown, url) = (preview.scene.url.clone(), FieldId::settings("url"));
        let asks = missing.is_some_and(|lack| lack.asks_for_check(self.look_at(&url).is_some()));
        let mut effects = if asks && self.url_of(&url) == Some(shown) { self.look(&url) } else { vec![] };
        effects.extend(self.preview.iter().filter(|_| changed).filter_map(|preview| {
            let shake = preview.pages.of(sight.page)?;
            let advice = advice(shake, &preview.scene, self.known_of(preview));
            Some(Effect::Preview(PreviewAct::Tell(sight.page, advice)))
        }));
        effects
    }

    /// Keeps the pages at what the form holds.
    pub(super) fn keep_previewed(&mut self) -> Vec<Effect> {
        let Some(preview) = &mut self.preview else { return vec![] };
        let now = scene(&self.sync.draft);
        // While the settings are read anew, nothing has to vanish.
        let is_gone = now == Scene::default() && !self.sync.draft.is_loaded(Resource::Settings);
        if now == preview.scene || is_gone {
            return vec![];
        }
        preview.scene = now.clone();
        let mut effects = vec![Effect::Preview(PreviewAct::Show(Box::new(now)))];
        effects.extend(self.tell_pages());
        effects
    }
}
