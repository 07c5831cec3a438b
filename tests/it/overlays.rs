//! What holds for everything that opens over the form, whatever it is: a table over all of it, so that what is new is looked at
//! too.

use crate::frames::whole::{asked_about_a_host, deleting, listed, siblings};
use crate::frames::{beside, clash, found, left, logged, press, previewed, recalled, reuse, sending, unauthorized};
use crate::transitions::settings;
use callset::app::keymap::{self, BINDINGS, Intent, Motion, Scope};
use callset::app::mode::Shape;
use callset::app::msg::{DiskReply, Hit, Key, Msg, Room};
use callset::app::{App, Asked, Mode, Overlay, Page, PageText, Picker, Prompt, Question, Rows, WindowFocus, update};
use callset::model::record::Saved;
use callset::model::{Representation, Resource, Value};
use callset::ui;
use callset::ui::canvas::Canvas;
use callset::ui::theme::{Palette, Theme};
use callset::words::questions;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

const SIZES: [(u16, u16); 3] = [(80, 24), (40, 12), (120, 36)];

/// The app with this open. What has a name among the actions is opened by it.
fn open(overlay: Overlay) -> App {
    let mut app = match overlay {
        Overlay::Conflicts => clash(""),
        Overlay::Comparison => beside(""),
        Overlay::Other => {
            let mut app = listed("");
            press(&mut app, "esc");
            app
        }
        Overlay::Profiles => listed(""),
        Overlay::Id => deleting(Resource::ChannelConnection),
        Overlay::Token => unauthorized(),
        Overlay::Quit => reuse("tab tab right ctrl-q"),
        Overlay::Leave => sending("ctrl-q"),
        Overlay::Restore => found(left(None), settings()),
        Overlay::Trust => asked_about_a_host(),
        Overlay::Log => logged(),
        Overlay::Recent => recalled("tab f3"),
        Overlay::Siblings => siblings(),
        Overlay::ProfileName => {
            let mut app = listed("");
            press(&mut app, "f2");
            app
        }
        Overlay::Remove => {
            let mut app = listed("");
            press(&mut app, "delete");
            app
        }
        Overlay::Name => reuse("tab tab right"),
        Overlay::Preview => previewed(),
        _ => reuse(""),
    };
    if app.overlay() != Some(overlay) {
        let by_name = BINDINGS.iter().find(|binding| binding.intent == Intent::Open(overlay));
        let key = by_name.and_then(|binding| binding.keys.first()).filter(|_| overlay != Overlay::Name);
        match key {
            Some(key) if by_name.is_some_and(|binding| binding.scope == Scope::Form) => {
                _ = update(&mut app, Msg::Key(*key));
            }
            _ if overlay == Overlay::Row => press(&mut app, "f1"),
            _ if overlay == Overlay::Help => press(&mut app, "f1 f1"),
            _ => {
                let words = BINDINGS.iter().find(|b| b.scope == Scope::Form && b.intent == Intent::Open(overlay));
                press(&mut app, "ctrl-p");
                update(&mut app, Msg::Typed(words.expect("an action opens it").words.to_owned()));
                press(&mut app, "enter");
            }
        }
    }
    if overlay == Overlay::History {
        let one = |width: i32| [("width", Value::Integer(width))].into_iter().collect::<Representation>();
        let saved = |width| Saved {
            at: "2026-09-20T08:00:00Z".parse().unwrap(),
            resource: Resource::Settings,
            before: one(width),
            after: one(width + 1),
        };
        update(&mut app, Msg::Disk(DiskReply::History(Ok((0..40).map(saved).collect()))));
    }
    assert_eq!(app.overlay(), Some(overlay));
    app
}

fn all() -> impl Iterator<Item = (Overlay, App)> {
    Overlay::ALL.into_iter().map(|overlay| (overlay, open(overlay)))
}

fn lists() -> impl Iterator<Item = (Overlay, App)> {
    all().filter(|(overlay, _)| matches!(overlay.shape(), Shape::List | Shape::Filtered | Shape::Beside))
}

fn area((width, height): (u16, u16)) -> Rect {
    Rect::new(0, 0, width, height)
}

/// Cells of all rows, from the left edge to the right one.
fn cells(size: (u16, u16)) -> impl Iterator<Item = Position> {
    area(size).positions().filter(move |at| at.x % 9 == 4 || at.x + 1 == size.0 || at.x == 0)
}

/// What is on the screen, and where the caret is.
fn screen(app: &App, size: (u16, u16)) -> (Buffer, Option<Position>) {
    let mut canvas = Canvas::new(Theme { palette: Palette::Ansi, ascii: false, wide: false });
    ui::paint(app, area(size), &mut canvas);
    let mut buffer = Buffer::empty(area(size));
    (0..size.1).for_each(|y| canvas.render(y, &mut buffer));
    (buffer, canvas.caret)
}

fn row(buffer: &Buffer, y: u16) -> String {
    (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect()
}

fn text(app: &App, size: (u16, u16)) -> String {
    let (buffer, _) = screen(app, size);
    (0..size.1).map(|y| row(&buffer, y)).collect::<Vec<_>>().join("\n")
}

/// What is open, to the last letter; how much of it is seen is the screen's.
fn state(app: &App) -> String {
    format!("{:?} {:?} {:?}", app.mode, app.form, app.sync.draft.edits())
}

fn picker(app: &App) -> &Picker {
    let Mode::Picking(picker) = &app.mode else { panic!("{:?}", app.mode) };
    picker
}

fn selected(app: &App) -> usize {
    picker(app).selected
}

fn seen(app: &mut App, size: (u16, u16)) {
    if let Some(room) = ui::room(app, area(size)) {
        update(app, Msg::Drawn(room));
    }
}

#[test]
fn the_words_of_every_overlay_can_be_read_on_every_background() {
    for (_, app) in all() {
        for (width, height) in SIZES {
            crate::contrast::check_all(width, height, |area, canvas| _ = ui::paint(&app, area, canvas));
        }
    }
}

// ── F1 ──

#[test]
fn f1_is_help_for_this_place_and_closing_it_goes_back_to_just_what_was_there() {
    // The page about a row is one with the form.
    for (overlay, mut app) in all().filter(|(overlay, _)| !matches!(overlay, Overlay::Row | Overlay::Help)) {
        if keymap::takes_text(app.scope()) {
            press(&mut app, "a left");
        }
        let before = state(&app);
        for close in ["f1", "esc", "q"] {
            press(&mut app, "f1");
            assert_eq!(app.overlay(), Some(Overlay::Help), "{overlay:?}");
            assert!(text(&app, SIZES[0]).contains("Keys here"), "{overlay:?}");
            let label = overlay.label().to_lowercase();
            assert!(text(&app, (120, 36)).to_lowercase().contains(&label), "{overlay:?}: {}", text(&app, (120, 36)));
            press(&mut app, "down pgdn end");
            press(&mut app, close);
            assert_eq!(state(&app), before, "{overlay:?} after {close}");
        }
        press(&mut app, "f1");
        update(&mut app, Msg::Clicked(Hit::Outside));
        assert_eq!(state(&app), before, "{overlay:?} after a click beside it");
    }
}

#[test]
fn on_the_form_f1_is_the_page_about_the_row_then_the_keys_then_the_form_again() {
    let mut app = reuse("tab tab");
    let before = state(&app);
    for close in ["f1", "esc", "q"] {
        press(&mut app, "f1");
        assert_eq!(app.overlay(), Some(Overlay::Row));
        assert!(text(&app, SIZES[0]).contains("The size does not change"), "{}", text(&app, SIZES[0]));
        press(&mut app, "f1");
        assert!(text(&app, SIZES[0]).contains("Keys here: on a number"), "{}", text(&app, SIZES[0]));
        press(&mut app, close);
        assert_eq!(state(&app), before);
    }
    press(&mut app, "f1 esc");
    assert_eq!(state(&app), before);
}

#[test]
fn each_row_has_an_answer_and_none_names_a_key() {
    let app = reuse("");
    for field in app.sync.draft.fields() {
        let answered = questions::about(&field.id);
        assert!(!answered.is_empty(), "{}", field.id);
        for (asked, answer) in answered {
            assert!(!asked.ends_with('.') && answer.ends_with('.'), "{asked}");
            for key in ["^", "Ctrl", "F1", "F3", "F4", "F6", "Esc"] {
                assert!(!format!("{asked} {answer}").contains(key), "{answer}");
            }
        }
    }
}

#[test]
fn the_page_about_a_row_leads_to_what_helps_there() {
    let footer = |keys: &str| {
        let app = reuse(keys);
        text(&app, SIZES[0]).lines().last().unwrap().to_owned()
    };
    let of_url = footer("down f1");
    for word in ["F3 tunnels", "F4 check", "F6 preview"] {
        assert!(of_url.contains(word), "{of_url}");
    }
    assert!(!of_url.contains("^O"), "{of_url}");
    let of_size = footer("down down f1");
    assert!(of_size.contains("F6 preview") && !of_size.contains("F3") && !of_size.contains("F4"), "{of_size}");
    let of_ready = footer("down down down down f1");
    assert!(of_ready.contains("^O copy") && !of_ready.contains("F6"), "{of_ready}");
    for (key, overlay) in [("f3", Overlay::Recent), ("f4", Overlay::Check)] {
        assert_eq!(reuse(&format!("down f1 {key}")).overlay(), Some(overlay));
    }
    assert_eq!(reuse("down down down down f1 ctrl-o").overlay(), Some(Overlay::Copy));
    // Nothing to copy, nothing offered.
    assert!(!footer("down f4").contains("copy header"));
}

#[test]
fn what_happens_meanwhile_is_there_when_the_help_is_closed() {
    let mut app = reuse("ctrl-g f1");
    update(&mut app, Msg::Disk(DiskReply::History(Ok(vec![]))));
    press(&mut app, "f1");
    assert!(text(&app, SIZES[0]).contains("No save was made from this machine yet"));
    // The chosen side is not of that value any more, so it is no choice.
    let mut app = clash("left f1");
    let mut theirs = settings();
    theirs.set("url", Value::Text("https://3.acme.dev/".into()));
    theirs.set("width", Value::Integer(380));
    press(&mut app, "f1 esc ctrl-r");
    let [request] = app.sync.in_flight().collect::<Vec<_>>()[..] else { panic!() };
    press(&mut app, "ctrl-s");
    update(&mut app, crate::transitions::reply(request.0, Ok(theirs)));
    assert_ne!(app.overlay(), Some(Overlay::Help));
}

#[test]
fn help_names_the_keys_of_its_place_before_all_others() {
    for (overlay, mut app) in all().filter(|(overlay, _)| *overlay != Overlay::Help) {
        let scope = app.scope();
        press(&mut app, "f1");
        let lines = text(&app, (120, 400));
        let (here, rest) = lines.split_once("Anywhere").unwrap();
        for binding in BINDINGS.iter().filter(|binding| binding.scope == scope && !binding.keys.is_empty()) {
            assert!(here.contains(binding.words), "{overlay:?}: {}", binding.words);
        }
        assert!(rest.contains("Where a profile is set up"));
    }
}

// ── Esc, and a click beside it ──

#[test]
fn esc_closes_it_and_so_does_a_click_beside_it_unless_something_would_be_lost() {
    for (overlay, app) in all() {
        let mut left = app.clone();
        press(&mut left, "esc");
        // From what was opened in the list of profiles one comes back to it.
        let below = matches!(overlay, Overlay::ProfileName | Overlay::Remove).then_some(Overlay::Profiles);
        assert_eq!(left.overlay(), below, "{overlay:?}");
        assert_eq!(left.sync.draft.edits(), app.sync.draft.edits(), "{overlay:?}");
        let mut left = app.clone();
        update(&mut left, Msg::Clicked(Hit::Outside));
        let asks = overlay.shape() == Shape::Question;
        let keeps = asks || overlay == Overlay::Id;
        assert_eq!(left.overlay(), if keeps { Some(overlay) } else { below }, "{overlay:?}");
        if overlay.shape() == Shape::Prompt {
            let mut typed = app.clone();
            press(&mut typed, "x");
            update(&mut typed, Msg::TokenTyped { characters: 1, caret: 1, looks_like: None, left_out: false });
            update(&mut typed, Msg::Clicked(Hit::Outside));
            assert_eq!(typed.overlay(), Some(overlay), "what was typed is not lost by a click");
        }
    }
    for keys in ["left", "right"] {
        let mut app = clash(keys);
        update(&mut app, Msg::Clicked(Hit::Outside));
        assert_eq!(app.overlay(), Some(Overlay::Conflicts), "nor is what was chosen");
    }
    let mut app = beside("space");
    update(&mut app, Msg::Clicked(Hit::Outside));
    assert_eq!(app.overlay(), Some(Overlay::Comparison));
}

#[test]
fn the_header_is_beside_it_and_the_inside_is_not() {
    for (overlay, app) in all().filter(|(overlay, _)| overlay.shape() != Shape::Question) {
        for size in SIZES {
            let header = ui::hit(&app, area(size), Position { x: 3, y: 0 });
            assert_eq!(header, Some(Hit::Outside), "{overlay:?} {size:?}");
            for at in cells(size).filter(|at| at.y > 1 && at.y + 2 < size.1) {
                let hit = ui::hit(&app, area(size), at);
                assert!(overlay == Overlay::Recent || hit != Some(Hit::Outside), "{overlay:?} {at}");
            }
        }
    }
}

#[test]
fn the_key_that_opens_it_closes_it() {
    for binding in BINDINGS.iter().filter(|binding| binding.scope == Scope::Form) {
        let Intent::Open(overlay) = binding.intent else { continue };
        for key in binding.keys {
            let mut app = open(overlay);
            update(&mut app, Msg::Key(*key));
            let is_own = BINDINGS.iter().any(|b| b.scope == Scope::In(overlay) && b.keys.contains(key));
            assert!(is_own || app.mode.is_editing(), "{key} in {overlay:?}");
        }
    }
}

// ── lists ──

#[test]
fn all_lists_look_alike() {
    for (overlay, app) in lists() {
        for size in SIZES {
            let (buffer, _) = screen(&app, size);
            let bars: Vec<u16> = (0..size.1).filter(|y| row(&buffer, *y).contains('▌')).collect();
            let bar = *bars.last().unwrap_or_else(|| panic!("{overlay:?}: no row is selected"));
            let start = row(&buffer, bar).chars().position(|c| c == '▌').unwrap();
            // The whole row is marked, from its start to the edge of the screen.
            for x in u16::try_from(start).unwrap()..size.0 {
                assert!(buffer[(x, bar)].modifier.contains(Modifier::REVERSED), "{overlay:?} {size:?} {x}");
            }
            let is_title = |y: u16| {
                let row = row(&buffer, y);
                row.contains("─ ") && row.trim_end().ends_with('─')
            };
            assert!((1..bar).any(is_title), "{overlay:?}: a title in a rule\n{}", text(&app, size));
        }
    }
}

#[test]
fn a_list_that_does_not_fit_says_how_much_there_is_above_and_below() {
    for (overlay, mut app) in lists() {
        let rows = app.entries(picker(&app));
        let size = (80, 24);
        seen(&mut app, size);
        if rows <= app.terminal.room.rows {
            continue;
        }
        press(&mut app, "ctrl-home");
        let start = text(&app, size);
        let below = format!("… {} more below", rows - app.terminal.room.rows);
        assert!(start.contains(&below) && !start.contains("more above"), "{overlay:?}: {below}\n{start}");
        press(&mut app, "ctrl-end");
        let end = text(&app, size);
        let above = format!("… {} more above", rows - app.terminal.room.rows);
        assert!(end.contains(&above) && !end.contains("more below"), "{overlay:?}: {above}\n{end}");
    }
    assert!(text(&open(Overlay::History), (80, 24)).contains("more below"), "one at least does not fit");
}

#[test]
fn every_list_has_the_same_keys() {
    for (overlay, mut app) in lists() {
        let last = app.entries(picker(&app)) - 1;
        assert!(last > 0, "{overlay:?}: there is something to choose from");
        let mut go = |keys: &str| {
            press(&mut app, keys);
            selected(&app)
        };
        assert_eq!(go("ctrl-home"), 0, "{overlay:?}");
        assert_eq!(go("down"), 1, "{overlay:?}");
        assert_eq!(go("up"), 0, "{overlay:?}");
        assert_eq!(go("up"), last, "{overlay:?}: from the first to the last");
        assert_eq!(go("down"), 0, "{overlay:?}: and back");
        assert_eq!(go("tab"), 1, "{overlay:?}");
        assert_eq!(go("shift-tab"), 0, "{overlay:?}");
        assert_eq!(go("ctrl-end"), last, "{overlay:?}");
        assert!(go("pgup") < last, "{overlay:?}");
        assert_eq!(go("pgup pgup pgup pgup pgup"), 0, "{overlay:?}");
        assert!(go("pgdn") > 0, "{overlay:?}");
        assert_eq!(go("pgdn pgdn pgdn pgdn pgdn"), last, "{overlay:?}: and not beyond the end");
        if overlay.shape() != Shape::Beside {
            assert_eq!(go("home"), 0, "{overlay:?}");
            assert_eq!(go("end"), last, "{overlay:?}");
        }
        if overlay.shape() == Shape::List {
            assert_eq!(go("k"), last - 1, "{overlay:?}");
            assert_eq!(go("j"), last, "{overlay:?}");
        }
        update(&mut app, Msg::Paged(-1));
        assert_eq!(selected(&app), last - 1, "{overlay:?}: the wheel");
        update(&mut app, Msg::Paged(1));
        update(&mut app, Msg::Paged(1));
        assert_eq!(selected(&app), last, "{overlay:?}: which stops at the end");
    }
}

#[test]
fn where_a_filter_is_typed_home_and_end_are_the_carets() {
    for (overlay, mut app) in lists().filter(|(overlay, _)| overlay.shape() == Shape::Filtered) {
        press(&mut app, "o home x");
        assert_eq!(picker(&app).filter.value(), "xo", "{overlay:?}");
        press(&mut app, "end delete y ctrl-w");
        assert_eq!(picker(&app).filter.value(), "", "{overlay:?}");
    }
}

/// Where each row in sight is on the screen.
fn rows_at(app: &App, size: (u16, u16)) -> Vec<(usize, Position)> {
    let hits = cells(size).filter_map(|at| Some((ui::hit(app, area(size), at)?, at)));
    hits.filter_map(|(hit, at)| match hit {
        Hit::Item(row) => Some((row, at)),
        _ => None,
    })
    .collect()
}

/// Lists that tell more of a row than it shows: nothing is done in them before one has seen it.
const SELECTED_FIRST: [Overlay; 7] = [
    Overlay::Profiles,
    Overlay::Other,
    Overlay::Presets,
    Overlay::History,
    Overlay::Log,
    Overlay::Conflicts,
    Overlay::Comparison,
];

#[test]
fn a_click_on_a_row_selects_or_takes_that_row() {
    for (overlay, app) in lists() {
        for size in SIZES {
            let mut app = app.clone();
            seen(&mut app, size);
            let places = rows_at(&app, size);
            let room = app.terminal.room.rows.min(app.entries(picker(&app)));
            let mut seen_rows: Vec<usize> = places.iter().map(|(row, _)| *row).collect();
            seen_rows.dedup();
            assert_eq!(seen_rows.len(), room, "{overlay:?} {size:?}: each row that is seen takes clicks");
            for (row, at) in places {
                let mut clicked = app.clone();
                let hit = ui::hit(&clicked, area(size), at).unwrap();
                let effects = update(&mut clicked, Msg::Clicked(hit));
                let tells_more = SELECTED_FIRST.contains(&overlay);
                let is_taken = clicked.overlay() != Some(overlay);
                // The palette has itself as an entry, and is opened anew by it.
                let is_anew = !is_taken && overlay == Overlay::Palette && selected(&clicked) == 0;
                if row == selected(&app) || !tells_more && (is_taken || is_anew) {
                    continue;
                }
                assert_eq!((clicked.overlay(), effects.len()), (Some(overlay), 0), "{overlay:?}");
                assert_eq!(selected(&clicked), row, "{overlay:?}");
                // The row is still under the mouse, and selected there.
                let again = ui::hit(&clicked, area(size), at).unwrap();
                assert_eq!(again, Hit::Item(row), "{overlay:?}");
                let (buffer, _) = screen(&clicked, size);
                assert!(row_is_selected(&buffer, at.y), "{overlay:?} {size:?}");
            }
        }
    }
}

fn row_is_selected(buffer: &Buffer, y: u16) -> bool {
    buffer[(buffer.area.width - 1, y)].modifier.contains(Modifier::REVERSED)
}

#[test]
fn the_second_click_takes_what_enter_takes() {
    for overlay in [Overlay::Profiles, Overlay::Other, Overlay::Presets, Overlay::History, Overlay::Log] {
        let mut app = open(overlay);
        press(&mut app, "ctrl-home down");
        let row = selected(&app);
        let mut entered = app.clone();
        let by_enter = update(&mut entered, Msg::Key("enter".parse().unwrap()));
        let by_click = update(&mut app, Msg::Clicked(Hit::Item(row)));
        assert_eq!((by_click, state(&app)), (by_enter, state(&entered)), "{overlay:?}");
    }
}

#[test]
fn clicks_choose_sides_and_fields_but_do_not_go_on() {
    for size in SIZES {
        let (mut app, label) = (clash(""), "( ) 380");
        let (buffer, _) = screen(&app, size);
        let y = (0..size.1).find(|y| row(&buffer, *y).contains(label)).unwrap_or_else(|| panic!("{label}"));
        let at = row(&buffer, y).find(label).map(|at| row(&buffer, y)[..at].chars().count()).unwrap();
        let hit = ui::hit(&app, area(size), Position { x: u16::try_from(at).unwrap() + 1, y }).unwrap();
        assert!(matches!(hit, Hit::Side(1, callset::app::Side::Theirs)), "{hit:?}");
        let effects = update(&mut app, Msg::Clicked(hit));
        assert_eq!((effects.len(), app.overlay(), selected(&app)), (0, Some(Overlay::Conflicts), 1));
        assert!(text(&app, size).contains("(•) 380"));
    }
    let mut app = beside("");
    let (buffer, _) = screen(&app, SIZES[0]);
    let y = (0..24).find(|y| row(&buffer, *y).contains("[ ] Width")).unwrap();
    let x = u16::try_from(row(&buffer, y).split("[ ]").next().unwrap().chars().count()).unwrap();
    for marked in [1, 0] {
        let hit = ui::hit(&app, area(SIZES[0]), Position { x: x + 1, y }).unwrap();
        update(&mut app, Msg::Clicked(hit));
        assert_eq!(app.mode.comparison().unwrap().marked.len(), marked);
    }
}

// ── text ──

#[test]
fn text_scrolls_to_its_end_and_back_at_once() {
    for (overlay, mut app) in all() {
        let size = (80, 12);
        let pages = matches!(overlay.shape(), Shape::Page | Shape::Prompt) || overlay == Overlay::Restore;
        if overlay == Overlay::Restore {
            press(&mut app, "d");
        }
        if !pages {
            continue;
        }
        seen(&mut app, size);
        let Room { most, .. } = app.terminal.room;
        let start = text(&app, size);
        press(&mut app, "ctrl-end");
        if overlay.shape() == Shape::Prompt {
            press(&mut app, "pgdn ".repeat(60).trim_end());
        }
        let end = text(&app, size);
        assert_eq!(start != end, most > 0, "{overlay:?}");
        assert!(!end.contains("more lines"), "{overlay:?}\n{end}");
        press(&mut app, "up");
        assert_eq!(text(&app, size) != end, most > 0, "{overlay:?}: one line back is seen at once");
        press(&mut app, "pgup ".repeat(60).trim_end());
        assert_eq!(text(&app, size), start, "{overlay:?}");
    }
}

// ── lines to type in ──

/// What is typed, and where the caret is in it.
fn typed(app: &App) -> (String, usize) {
    let input = match &app.mode {
        Mode::Picking(Picker { rows: Rows::Recent, .. }) => &app.form.input,
        Mode::Picking(picker) => &picker.filter,
        Mode::Entering(prompt) => &prompt.input,
        other => panic!("{other:?}"),
    };
    (input.value().to_owned(), input.cursor())
}

#[test]
fn every_line_has_a_caret_and_the_keys_to_move_it() {
    let lines = all().filter(|(overlay, _)| *overlay != Overlay::Token);
    for (overlay, mut app) in lines.filter(|(_, app)| keymap::takes_text(app.scope())) {
        let mut go = |keys: &str, expected: (&str, usize)| {
            press(&mut app, keys);
            assert_eq!(typed(&app), (expected.0.to_owned(), expected.1), "{overlay:?} after {keys}");
            for size in SIZES {
                let (buffer, caret) = screen(&app, size);
                let Position { x, y } = caret.unwrap_or_else(|| panic!("{overlay:?} {size:?}: no caret"));
                let under = buffer[(x, y)].symbol().chars().next().unwrap();
                let expected = expected.0.chars().nth(expected.1).unwrap_or(' ');
                assert_eq!(under, expected, "{overlay:?} {size:?} after {keys}");
            }
        };
        go("ctrl-e ctrl-u ab space cd", ("ab cd", 5));
        go("left", ("ab cd", 4));
        go("right ctrl-b", ("ab cd", 4));
        go("home", ("ab cd", 0));
        go("delete", ("b cd", 0));
        go("end", ("b cd", 4));
        go("ctrl-left", ("b cd", 2));
        go("end ctrl-w", ("b ", 2));
        go("backspace", ("b", 1));
        go("ctrl-a x", ("xb", 1));
        go("end", ("xb", 2));
        go("ctrl-u", ("", 0));
    }
}

#[test]
fn a_click_into_a_line_puts_the_caret_there() {
    for (overlay, mut app) in all().filter(|(overlay, _)| matches!(overlay.shape(), Shape::Filtered | Shape::Prompt)) {
        if overlay == Overlay::Token {
            update(&mut app, Msg::TokenTyped { characters: 4, caret: 4, looks_like: None, left_out: false });
        } else {
            press(&mut app, "ctrl-u o123");
        }
        let (_, caret) = screen(&app, SIZES[0]);
        let Position { x, y } = caret.unwrap();
        let hit = ui::hit(&app, area(SIZES[0]), Position { x: x - 3, y });
        assert_eq!(hit, Some(Hit::Typed(1)), "{overlay:?}");
        if overlay != Overlay::Token {
            update(&mut app, Msg::Clicked(Hit::Typed(1)));
            assert_eq!(typed(&app).1, 1, "{overlay:?}");
        }
    }
}

#[test]
fn s2_of_a_credential_only_its_length_and_the_caret_are_shown() {
    let mut app = open(Overlay::Token);
    for caret in [0, 20, 41] {
        update(&mut app, Msg::TokenTyped { characters: 41, caret, looks_like: None, left_out: false });
        for size in SIZES {
            let (buffer, shown) = screen(&app, size);
            let Position { x, y } = shown.unwrap();
            assert!(row(&buffer, y).contains('•') && row(&buffer, y).contains("41"), "{}", row(&buffer, y));
            assert_eq!(buffer[(x, y)].symbol() == " ", caret == 41, "{size:?} {caret}");
        }
    }
}

#[test]
fn the_bar_is_on_the_row_that_takes_what_is_typed_and_nowhere_else() {
    for (overlay, app) in all().filter(|(overlay, _)| overlay.shape() == Shape::Prompt) {
        for size in SIZES {
            let (buffer, caret) = screen(&app, size);
            let bars: Vec<u16> = (0..size.1).filter(|y| row(&buffer, *y).contains('▌')).collect();
            assert_eq!(bars, [caret.unwrap().y], "{overlay:?} {size:?}");
        }
    }
}

// ── questions, and the footer ──

#[test]
fn the_keys_of_the_footer_are_buttons() {
    let form = reuse("tab tab right");
    for app in all().map(|(_, app)| app).chain([form]) {
        for size in SIZES.into_iter().chain([(24, 6)]) {
            let (buffer, _) = screen(&app, size);
            let y = size.1 - 1;
            let mut found = 0;
            for hint in keymap::hints(app.scope()) {
                let shown = format!("{} {}", hint.key, hint.word);
                let Some(at) = row(&buffer, y).find(&shown) else { continue };
                found += 1;
                let x = row(&buffer, y)[..at].chars().count();
                for x in x..x + shown.chars().count() {
                    let hit = ui::hit(&app, area(size), Position { x: u16::try_from(x).unwrap(), y });
                    assert_eq!(hit, Some(Hit::Key(hint.press)), "{:?} {shown}", app.overlay());
                }
            }
            assert!(found > 0, "{:?} {size:?}: {}", app.overlay(), row(&buffer, y));
        }
        for hint in keymap::hints(app.scope()) {
            let (mut clicked, mut pressed) = (app.clone(), app.clone());
            update(&mut clicked, Msg::Clicked(Hit::Key(hint.press)));
            update(&mut pressed, Msg::Key(hint.press));
            let is_trust = app.overlay() == Some(Overlay::Trust) && hint.word == "send";
            assert!(is_trust || state(&clicked) == state(&pressed), "{:?} {}", app.overlay(), hint.word);
        }
    }
}

#[test]
fn the_keys_that_the_strip_names_are_buttons() {
    let questions = all().filter(|(overlay, _)| overlay.shape() == Shape::Question);
    for (overlay, app) in questions {
        let size = SIZES[0];
        let answers: Vec<Key> = area(size)
            .positions()
            .filter(|at| at.y > 1 && at.y < 22)
            .filter_map(|at| match ui::hit(&app, area(size), at)? {
                Hit::Key(key) => Some(key),
                _ => None,
            })
            .collect();
        for hint in keymap::hints(app.scope()).filter(|hint| hint.intent != Intent::Help) {
            let says_so = answers.iter().any(|key| keymap::intent(app.scope(), *key) == Some(hint.intent));
            assert!(says_so, "{overlay:?}: {} in\n{}", hint.word, text(&app, size));
        }
    }
}

#[test]
fn s7_where_a_credential_goes_takes_a_key() {
    let mut app = open(Overlay::Trust);
    for key in [Key::char('y'), Key::ctrl('y')] {
        assert_eq!(update(&mut app, Msg::Clicked(Hit::Key(key))), []);
        assert_eq!(app.overlay(), Some(Overlay::Trust));
    }
    assert_eq!(update(&mut app, Msg::Key(Key::char('y'))), [callset::app::effect::Effect::Trust]);
}

#[test]
fn u7_the_second_of_two_clicks_does_not_answer_the_question_that_the_first_one_opened() {
    let keys = ["s", "k", "d"].map(|name| name.parse::<Key>().unwrap());
    for key in keys {
        let mut app = reuse("tab tab right");
        update(&mut app, Msg::Clicked(Hit::Key(Key::ctrl('c'))));
        assert_eq!((app.overlay(), app.terminal.focus), (Some(Overlay::Quit), WindowFocus::Arriving));
        assert_eq!(update(&mut app, Msg::Clicked(Hit::Key(key))), []);
        assert_eq!(app.overlay(), Some(Overlay::Quit), "{key}");
        // A click that is meant is one.
        update(&mut app, Msg::Clicked(Hit::Key("esc".parse().unwrap())));
        assert!(app.mode.is_editing());
    }
}

#[test]
fn u17_the_id_has_to_be_typed_whatever_is_clicked() {
    let app = {
        let mut app = deleting(Resource::ChannelConnection);
        press(&mut app, "ctrl-u");
        app
    };
    for size in SIZES {
        for at in cells(size) {
            let Some(hit) = ui::hit(&app, area(size), at) else { continue };
            let mut clicked = app.clone();
            let effects = update(&mut clicked, Msg::Clicked(hit));
            assert_eq!(effects, [], "{at}");
            assert!(!clicked.sync.is_saving());
        }
    }
    let mut pasted = app.clone();
    update(&mut pasted, Msg::Pasted { text: "1234567".into(), cut: false });
    assert_eq!(typed(&pasted).0, "", "nor is it pasted");
}

// ── the shapes themselves ──

#[test]
fn what_is_open_is_of_its_shape() {
    for (overlay, app) in all() {
        let shape = match &app.mode {
            Mode::Editing => panic!(),
            Mode::Picking(_) => "list",
            Mode::Paging(Page {
                text:
                    PageText::Help(_)
                    | PageText::Row
                    | PageText::Review
                    | PageText::Check(_)
                    | PageText::Complaints
                    | PageText::Doctor(_)
                    | PageText::Preview,
                ..
            }) => "page",
            Mode::Entering(Prompt { .. }) => "prompt",
            Mode::Asking(Question {
                what:
                    Asked::Quit
                    | Asked::Restore { .. }
                    | Asked::Remove { .. }
                    | Asked::Siblings { .. }
                    | Asked::Trust { .. },
                ..
            }) => "question",
        };
        let expected = match overlay.shape() {
            Shape::List | Shape::Filtered | Shape::Beside => "list",
            Shape::Page => "page",
            Shape::Prompt => "prompt",
            Shape::Question => "question",
        };
        assert_eq!(shape, expected, "{overlay:?}");
        assert_eq!(keymap::takes_text(app.scope()), {
            matches!(overlay.shape(), Shape::Filtered | Shape::Beside | Shape::Prompt)
        });
        let moves = keymap::intent(app.scope(), "down".parse().unwrap());
        assert_eq!(moves, Some(Intent::Move(Motion::Step(1))), "{overlay:?}");
    }
}
