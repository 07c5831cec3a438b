//! `callset preview`: reads the settings, then serves the page for them until it is interrupted.

use super::editor::be_ready;
use super::orders::{read, start_of};
use super::streams::{Printed, Streams};
use super::var;
use callset::app::msg::Stop;
use callset::cli::exit::{CommandError, Ending, Said};
use callset::cli::input;
use callset::cli::options::Aim;
use callset::cli::outcome::CommandEnd;
use callset::cli::preview::{PreviewLines, PreviewOptions};
use callset::model::Resource;
use callset::model::check::{UrlCheck, UrlUse};
use callset::model::login::secret_variables;
use callset::model::preview::{Handshake, OpenPages, PageKnown, Scene, Sight};
use callset::preview::PreviewPage;
use callset::runtime::command::Signals;
use callset::runtime::{browser, page as look};
use callset::start;
use callset::sync::{Verdict, Wish};
use callset::term;
use callset::ui::text::visible;
use callset::words;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::mpsc::unbounded_channel;
use url::Url;

/// Carries the command out.
pub(super) async fn preview(options: &PreviewOptions, aim: &Aim, streams: &mut Streams) -> ExitCode {
    let common = &options.shared.common;
    let said = match run(options, aim, streams).await {
        Ok(said) => said,
        Err(flaw) => flaw.said(common.is_json()),
    };
    streams.print(&said, common.quiet, common.is_json())
}

async fn run(options: &PreviewOptions, aim: &Aim, streams: &mut Streams) -> Result<Said, CommandError> {
    let common = &options.shared.common;
    let mut start = start_of(aim, streams.configuration())?;
    if common.token_stdin {
        start.ready = Some(input::token(start.profile.kind)?);
    }
    streams.learn_of(&start);
    be_ready(&mut start).await.map_err(|why| CommandError::usage(why.to_string()))?;
    let wish = Wish::Read([Resource::Settings].into(), None);
    let (run, target) = read(&start, &wish.into(), common, streams).await?;
    let end = CommandEnd {
        stopped: run.stopped.map(Stop::exit_code),
        ..CommandEnd::new(&run.batch, &target, common.format())
    };
    if let Some(flaw) = end.flaw() {
        return Err(flaw);
    }
    let draft = &run.batch.copy.draft;
    if draft.representation(Resource::Settings).is_none_or(callset::model::Representation::is_empty) {
        let why = end.refusal(&Verdict::Absent(Resource::Settings));
        return Err(CommandError::new(Ending::Failed, "not_found", why));
    }
    let secret = secret_variables(start.reading.config.profiles.iter().chain([&start.profile]));
    let programs = if options.no_open { vec![] } else { start::browser_programs(var) };
    let open = |address: String| async move {
        if let Ok(url) = Url::parse(&address) {
            browser::open(programs, secret, &url).await;
        }
    };
    let ended = serve(words::preview::scene(draft), common, streams, open).await;
    ended.map_err(|why| CommandError::new(Ending::Failed, "preview", format!("the preview cannot be served: {why}")))
}

async fn serve<O: Future<Output = ()>>(
    scene: Scene,
    common: &callset::cli::options::Common,
    streams: &Streams,
    open: impl FnOnce(String) -> O,
) -> io::Result<Said> {
    let mut signals = Signals::new()?;
    let (sender, mut sights) = unbounded_channel::<Sight>();
    let (page, plan) = PreviewPage::new(scene.clone());
    let server = plan.bind(Arc::new(move |sight| _ = sender.send(sight))).await?;
    let (address, port) = (server.address(), server.port());
    let lines = PreviewLines { scene: &scene, is_json: common.is_json() };
    let now = callset::runtime::now;
    if print(streams, &lines.opened(&address, now()), lines.is_json) {
        return Ok(Said::default());
    }
    if let Some(remote) = start::ssh_destination(var).filter(|_| !common.quiet) {
        streams.say("callset: the browser is on the machine that you came from. There:");
        term::say(&format!("  {}", visible(&words::preview::forward(port, &remote, &scene))));
    }
    let serving = server.serve();
    tokio::pin!(serving);
    let opening = open(address.clone());
    tokio::pin!(opening);
    let (mut pages, mut is_opening) = (OpenPages::default(), true);
    let (mut check, mut visit) = (None::<UrlCheck>, None);
    loop {
        let known = match (&check, &visit) {
            (_, Some(_)) => PageKnown::Asked,
            (Some(check), None) => PageKnown::Found(check, &address),
            (None, None) => PageKnown::Unasked,
        };
        tokio::select! {
            over = &mut serving => return over.map(|()| Said::default()),
            stop = signals.next() => return Ok(Said { code: stop.exit_code(), ..Said::default() }),
            () = &mut opening, if is_opening => is_opening = false,
            Some(sight) = sights.recv() => {
                let lack = |pages: &OpenPages| pages.of(sight.page).and_then(Handshake::lack);
                let before = lack(&pages);
                let changed = pages.take(&sight);
                let missing = lack(&pages).filter(|lack| Some(*lack) != before);
                let asks = missing.is_some_and(|lack| lack.asks_for_check(!matches!(known, PageKnown::Unasked)));
                let known = if asks { PageKnown::Asked } else { known };
                if let Some(shake) = pages.of(sight.page).filter(|_| changed) {
                    page.tell(sight.page, words::preview::advice(shake, &scene, known));
                }
                if print(streams, &lines.seen(&sight, &pages, changed, known, now()), lines.is_json) {
                    return Ok(Said::default());
                }
                if asks && visit.is_none() {
                    visit = Some(Box::pin(look::visit(&scene.url, UrlUse::Dialer)));
                }
            }
            Some(seen) = async { Some(visit.as_mut()?.await) }, if visit.is_some() => {
                visit = None;
                let found = check.insert(UrlCheck::of(seen));
                let known = PageKnown::Found(found, &address);
                for (at, shake) in pages.all() {
                    page.tell(at, words::preview::advice(shake, &scene, known));
                }
                if print(streams, &lines.found(found, &pages, &address, now()), lines.is_json) {
                    return Ok(Said::default());
                }
            }
        }
    }
}

/// Prints lines. A dialer's words are exact for programs only. True if nobody reads them any more.
fn print(streams: &Streams, lines: &[String], is_json: bool) -> bool {
    !lines.is_empty() && streams.write(lines, is_json) != Printed::Whole
}
