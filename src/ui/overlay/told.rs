//! What is open over the form, in lines for a dialogue: without keys, and with words for signs.

use super::{View, check, confirm, profiles, token, view};
use crate::app::{App, Asked, Confirm, Mode, Picker, Prompt, Question, Rows, Side, Typed};
use crate::ui::Styled;
use crate::ui::layout::Layout;
use crate::ui::overlay::list::Listing;
use crate::ui::plain::{SIZE, in_conflict, plan};
use crate::words::{dialogue, production};

/// The content of the open overlay. Rows have numbers. `None` if there is none, or if the strip says all of it.
pub(in crate::ui) fn told(app: &App, layout: &Layout) -> Option<Vec<String>> {
    if let Mode::Entering(Prompt { what: what @ Typed::Token { .. }, .. }) = &app.mode {
        // The strip says for what it is.
        return Some(token::reasons(app, what).iter().map(|(sign, _, why)| format!("{sign} {why}")).collect());
    }
    if let Mode::Entering(Prompt { what: Typed::Id(Confirm::Save(planned)), .. }) = &app.mode {
        let asked = production::save(planned.iter().map(|planned| planned.patch.len()).sum());
        let ids = planned.iter().flat_map(|planned| planned.patch.members()).map(|(id, _)| id);
        let checked = ids.flat_map(|id| plain(check::in_review(app, id, usize::from(SIZE.width))));
        let wrong = plain(confirm::wrong(app, usize::from(SIZE.width)));
        let lines = [asked.title, asked.why].into_iter().chain(plan(app)).chain(checked);
        return Some(lines.chain([production::CHECKED.to_owned()]).chain(wrong).collect());
    }
    let (view, _) = view(app, layout)?;
    Some(match view {
        View::List(listing, picker) => list(app, listing, picker),
        View::Page(sheet, _) => match &app.mode {
            // The question is told already, and its answers stand in the prompt.
            Mode::Asking(Question { what: Asked::Remove { profile, unsaved }, .. }) => {
                profiles::lost(app, profile, *unsaved)
            }
            Mode::Asking(_) | Mode::Editing | Mode::Picking(_) | Mode::Paging(_) | Mode::Entering(_) => sheet.told(),
        },
        View::Prompt(line, _) => {
            std::iter::once(line.title).chain(plain(line.about)).chain(plain(line.wrong)).collect()
        }
    })
}

fn plain(lines: Vec<Styled>) -> impl Iterator<Item = String> {
    lines.into_iter().map(|(line, _)| line)
}

fn list(app: &App, listing: Listing<'_>, picker: &Picker) -> Vec<String> {
    let is_number = !listing.count.is_empty() && listing.count.bytes().all(|byte| byte.is_ascii_digit());
    let is_comparison = matches!(picker.rows, Rows::Comparison(_));
    let mut lines = vec![if is_number {
        dialogue::rows(&listing.title, &listing.count)
    } else if is_comparison {
        // The legend of signs, which are told as words.
        format!("{}.", listing.title)
    } else {
        dialogue::list(&listing.title, &listing.count)
    }];
    let sides = if let Rows::Conflicts(sides) = &picker.rows { Some(sides) } else { None };
    let is_choice = sides.is_some();
    lines.extend(listing.heading.filter(|_| listing.rows > 0 && !is_choice));
    let end = listing.rows.min(picker.first + Picker::TOLD);
    let conflicts: Vec<_> = app.sync.draft.conflicts().collect();
    let actions = matches!(picker.rows, Rows::Palette).then(|| app.palette(picker.filter.value()));
    let row = |at: usize| match actions.as_ref().and_then(|actions| actions.get(at)) {
        // Its key does nothing here.
        Some(entry) => entry.words.clone(),
        None if is_choice => conflicts.get(at).map_or(String::new(), |conflict| {
            let side = sides.and_then(|sides| sides.get(&conflict.0.id)).map(|side| *side == Side::Mine);
            dialogue::in_conflict(&in_conflict(app, *conflict).unwrap_or_default(), side)
        }),
        None if is_comparison => dialogue::compared(&(listing.row)(at)),
        None => (listing.row)(at),
    };
    lines.extend((picker.first..end).map(|at| format!("{}. {}", at + 1, row(at))));
    if listing.rows > end {
        lines.push(dialogue::more_rows(listing.rows - end));
    }
    if let Rows::Profiles { test: Some(test), .. } = &picker.rows
        && let Some(profile) = app.target.setup.profiles.iter().find(|profile| profile.name == test.profile)
    {
        lines.extend(plain(profiles::tested(app, profile, test)));
    }
    if listing.rows == 0 {
        // What stands behind three blanks is a step with its key.
        lines.extend(plain(listing.empty).map(|line| line.split("   ").next().unwrap_or_default().to_owned()));
    } else if is_choice {
        // Behind the values of the row in focus, which all rows have here.
        lines.extend(plain(listing.detail).skip_while(|line| !line.is_empty()));
    }
    lines
}
