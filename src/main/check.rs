//! `check`: the url that is given, or those of the app's settings.

use super::Aim;
use super::editor::be_ready;
use super::orders::{self, start_of};
use super::streams::Streams;
use callset::cli::check::{self, UrlToCheck};
use callset::cli::exit::{CommandError, Ending, Said};
use callset::cli::options::Format;
use callset::cli::outcome::CommandEnd;
use callset::model::check::{UrlCheck, UrlUse};
use callset::model::{FieldId, Resource, Value};
use callset::runtime::page;
use callset::sync::{Doing, Outcome, Verdict, Wish};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Checks, until it is done or interrupted.
pub(super) async fn check(options: &UrlToCheck, aim: &Aim, streams: &mut Streams) -> ExitCode {
    let common = &options.shared.common;
    let said = match signal(SignalKind::interrupt()) {
        Ok(mut interrupt) => tokio::select! {
            said = checked(options, aim, streams) => said,
            _ = interrupt.recv() => Ok(Said { code: Ending::Interrupted.code(), ..Said::default() }),
        },
        Err(_) => checked(options, aim, streams).await,
    };
    let said = said.unwrap_or_else(|why| why.said(common.is_json()));
    streams.print(&said, common.quiet, common.format() != Format::Table)
}

async fn checked(options: &UrlToCheck, aim: &Aim, streams: &mut Streams) -> Result<Said, CommandError> {
    orders::can_print(&[Format::Table, Format::Json], &options.shared.common)?;
    let urls = match &options.url {
        Some(url) => vec![(None, UrlUse::Dialer, url.clone())],
        None => of_settings(options, aim, streams).await?,
    };
    let mut checks = Vec::new();
    for (field, used, url) in urls {
        checks.push((field, UrlCheck::of(page::visit(&url, used).await)));
    }
    Ok(check::said(&checks, options.shared.common.is_json()))
}

/// The urls that the server has.
async fn of_settings(
    options: &UrlToCheck,
    aim: &Aim,
    streams: &mut Streams,
) -> Result<Vec<(Option<FieldId>, UrlUse, String)>, CommandError> {
    let common = &options.shared.common;
    let mut start = start_of(aim, streams.configuration())?;
    streams.learn_of(&start);
    be_ready(&mut start).await.map_err(|why| CommandError::usage(why.to_string()))?;
    let wish = Wish::Read(Resource::ALL.into_iter().collect(), None);
    let (run, target) = orders::read(&start, &wish.into(), common, streams).await?;
    let end = CommandEnd::new(&run.batch, &target, common.format());
    let failed = match run.batch.verdict() {
        Some(Verdict::Outcomes(outcomes)) => outcomes.iter().find_map(|(resource, outcome)| match outcome {
            Outcome::Failed(_, fault) if *resource == Resource::Settings => Some(fault.clone()),
            _ => None,
        }),
        Some(_) | None => None,
    };
    if let Some(fault) = failed {
        return Err(end.fault(Doing::Loading, &fault));
    }
    let draft = &run.batch.copy.draft;
    let text = |(field, used): (FieldId, UrlUse)| match draft.base(&field) {
        Some(Value::Text(url)) if !url.is_empty() => Some((Some(field), used, url.clone())),
        _ => None,
    };
    let urls: Vec<_> = check::fields().into_iter().filter_map(text).collect();
    if urls.first().is_none_or(|(_, used, _)| *used != UrlUse::Dialer) {
        return Err(CommandError::new(
            Ending::Failed,
            "absent",
            "the app has no settings yet, so there is no url to check",
        ));
    }
    Ok(urls)
}
