//! What the screen shows, situation by situation: the text, then the styles of the rows that have any, then the caret.
//!
//! Styles: `q` quiet, `b` bold, `F` focus, `r` reversed, `u` underlined, `U` reversed and underlined, `y` yellow, `E`
//! error, `g` green, `m` mark, `.` none.

/// Names the snapshot after the situation.
macro_rules! frames {
    ($($name:ident => $frame:expr;)+) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), $frame);
        })+
    };
}

mod fitting;
pub(crate) mod whole;

use crate::contrast;
use crate::transitions::{reply, settings, target};
use callset::app::effect::Effect;
use callset::app::keymap::NoSuchKey;
use callset::app::msg::{Clock, DiskReply, Hit, Key, Msg, PreviewNews};
use callset::app::preview::PreviewAddress;
use callset::app::{App, update};
use callset::model::check::{BodyEnd, HeaderLine, PageAnswer, Visit};
use callset::model::preview::{Seen, Sight};
use callset::model::reach::ReachableFrom;
use callset::model::record::{Found, Leftover, Peer, SaveLock, Saved, Sending, Unsaved, Write};
use callset::model::refusal::{FieldError, Refusal, Unreached};
use callset::model::trace::Trace;
use callset::model::tunnel::{Tunnel, TunnelAddress, TunnelReach, TunnelTool};
use callset::model::{Edit, FieldId, Patch, Representation, Resource, Value};
use callset::sync::{Fault, RequestId, Timer};
use callset::ui;
use callset::ui::canvas::{Canvas, ChangedPart};
use callset::ui::theme::{Palette, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;
use std::time::Duration;

pub(crate) const COLOUR: Theme = Theme { palette: Palette::Ansi, ascii: false, wide: false };

#[test]
fn j11_a_key_beside_a_letter_with_half_a_million_marks_writes_few_bytes() {
    for name in [format!("e{}", "\u{301}".repeat(500_000)), "\u{200d}".repeat(300_000), "\u{fdfa}".repeat(300_000)] {
        let mut theirs = settings();
        theirs.set("name", Value::Text(name));
        let mut app = loaded_with(theirs);
        press(&mut app, "end");
        let area = Rect::new(0, 0, 80, 24);
        let mut canvas = Canvas::new(COLOUR);
        ui::paint(&app, area, &mut canvas);
        canvas.is_shown();
        for c in "xyz".chars() {
            update(&mut app, Msg::Key(Key::char(c)));
            ui::paint(&app, area, &mut canvas);
            let mut written = 0;
            for ChangedPart { area: part, .. } in canvas.changed() {
                let (mut shown, mut wanted) = (Buffer::empty(part), Buffer::empty(part));
                canvas.render_shown(part.y, &mut shown);
                canvas.render(part.y, &mut wanted);
                written += shown.diff_iter(&wanted).map(|(_, _, cell)| cell.symbol().len()).sum::<usize>();
            }
            assert!(written < 4096, "{written} bytes");
            canvas.is_shown();
        }
    }
}

/// The first frame's state: the request is on its way.
fn fresh() -> App {
    App::new(target()).0
}

fn loaded_with(settings: Representation) -> App {
    let mut app = fresh();
    let zone = jiff::tz::TimeZone::UTC;
    update(&mut app, Msg::Clock(Clock { now: "2026-09-22T12:04:31Z".parse().unwrap(), zone: zone.into() }));
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(Found::default()))));
    update(&mut app, reply(1, Ok(settings)));
    update(&mut app, Msg::Clicked(Hit::Row(FieldId::settings("name"))));
    app
}

fn loaded() -> App {
    loaded_with(settings())
}

/// Presses keys as people write them: `tab`, `ctrl-s`, `space`, `f1`; anything else is typed.
pub(crate) fn press(app: &mut App, keys: &str) {
    for name in keys.split(' ') {
        match name.parse() {
            Ok(key) => _ = update(app, Msg::Key(key)),
            Err(NoSuchKey) => name.chars().for_each(|c| _ = update(app, Msg::Key(Key::char(c)))),
        }
    }
}

pub(crate) fn after(keys: &str) -> App {
    let mut app = loaded();
    press(&mut app, keys);
    app
}

/// Width and a switch are changed and sent; the answer is this.
fn answered(outcome: Result<Representation, Fault>) -> App {
    let mut app = after("tab tab ctrl-u 420 tab tab tab space ctrl-s");
    checked(&mut app, settings());
    update(&mut app, reply(3, outcome));
    app
}

/// The check before the save finds this; the PATCH is request 3.
pub(crate) fn checked(app: &mut App, theirs: Representation) {
    update(app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    update(app, reply(2, Ok(theirs)));
    update(app, Msg::Disk(DiskReply::Recorded(Ok(()))));
}

/// So long no answer has come.
fn wait(app: &mut App, request: u32, ms: u64) {
    let timer = Timer::Patience(RequestId(request));
    update(app, Msg::Woke { timer, waited: Duration::from_millis(ms) });
}

/// These were found when it started, and the server has this.
pub(crate) fn found(found: Found, theirs: Representation) -> App {
    let mut app = fresh();
    let zone = jiff::tz::TimeZone::UTC;
    update(&mut app, Msg::Clock(Clock { now: "2026-09-22T12:04:31Z".parse().unwrap(), zone: zone.into() }));
    update(&mut app, Msg::Disk(DiskReply::Opened(Ok(found))));
    update(&mut app, reply(1, Ok(theirs)));
    app
}

/// A run that ended with a name and a width unsaved, perhaps in the middle of a save.
pub(crate) fn left(saving: Option<u32>) -> Found {
    let at = "2026-09-22T11:58:00Z".parse().unwrap();
    let edit = |text: &str| Edit::Text(text.into());
    let edits = [(FieldId::settings("name"), edit("Acme")), (FieldId::settings("width"), edit("420"))];
    let base = [(Resource::Settings, settings())].into();
    let unsaved = Unsaved { base, edits: edits.into(), focus: None };
    let sent: Representation = [("width", Value::Integer(420))].into_iter().collect();
    let patch = Patch::recorded(Resource::Settings, &sent);
    let intent = saving.map(|_| Sending { write: Write::Fields(patch), before: settings(), at, passed: None });
    Found {
        leftovers: vec![Leftover {
            id: "run".into(),
            at,
            unsaved: Some(unsaved),
            sendings: intent.into_iter().collect(),
        }],
        ..Found::default()
    }
}

/// URL and width were changed here and by others, the height by others; a save found out.
pub(crate) fn clash(keys: &str) -> App {
    let mut app = after("tab ctrl-u https://mine.acme.dev/widget?v=2 tab right right ctrl-s");
    let mut theirs = settings();
    theirs.set("url", Value::Text("https://2.acme.dev/widget".into()));
    theirs.set("width", Value::Integer(380));
    theirs.set("height", Value::Integer(700));
    checked(&mut app, theirs);
    press(&mut app, keys);
    app
}

/// The check of a save is told that the token has expired.
pub(crate) fn unauthorized() -> App {
    let mut app = after("tab tab right ctrl-s");
    update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    update(
        &mut app,
        reply(
            2,
            refused(Refusal {
                status: 401,
                message: Some("The OAuth token used to make this call expired 0 second(s) ago.".into()),
                category: Some("EXPIRED_AUTHENTICATION".into()),
                ..Refusal::default()
            }),
        ),
    );
    app
}

/// Some requests, the first of them selected.
pub(crate) fn logged() -> App {
    let mut app = after("tab tab right ctrl-s");
    update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    let mut theirs = settings();
    for (request, width) in [(2, 400), (3, 401)] {
        theirs.set("width", Value::Integer(width));
        let Msg::Reply(mut whole) = reply(request, Ok(theirs.clone())) else { unreachable!() };
        let headers = [("content-type", "application/json"), ("x-hubspot-correlation-id", "019cd9fe-0000-7000")];
        let body = format!(r#"{{"name":"Acme Dialer","width":{width},"isReady":false}}"#);
        let headers = headers.map(|(name, value)| (name.into(), value.into())).into();
        whole.trace = Some(Box::new(Trace { status: 200, headers, length: body.len(), body, ..Trace::default() }));
        update(&mut app, Msg::Reply(whole));
        update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    }
    press(&mut app, "ctrl-r esc ctrl-l down");
    app
}

/// A PATCH is on its way.
pub(crate) fn sending(keys: &str) -> App {
    let mut app = after("tab tab right ctrl-s");
    update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Ours)));
    update(&mut app, reply(2, Ok(settings())));
    update(&mut app, Msg::Disk(DiskReply::Recorded(Ok(()))));
    press(&mut app, keys);
    app
}

fn refused(refusal: Refusal) -> Result<Representation, Fault> {
    Err(Fault::Refused(Box::new(refusal)))
}

pub(crate) fn frame_in(app: &App, theme: Theme, width: u16, height: u16) -> String {
    picture(theme, width, height, |area, canvas| _ = ui::paint(app, area, canvas))
}

/// What is painted, as text, styles and caret.
pub(crate) fn picture(theme: Theme, width: u16, height: u16, paint: impl Fn(Rect, &mut Canvas)) -> String {
    contrast::check_all(width, height, &paint);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut caret = None;
    terminal
        .draw(|frame| {
            let mut canvas = Canvas::new(theme);
            paint(frame.area(), &mut canvas);
            caret = canvas.caret;
            ui::render(theme, frame, &paint);
        })
        .unwrap();
    let buffer = terminal.backend().buffer();
    let (mut text, mut styles) = (String::new(), String::new());
    for (y, row) in buffer.content.chunks(usize::from(width)).enumerate() {
        // A wide character hides the cell behind it.
        let mut hidden = 0;
        let mut line = String::new();
        for cell in row {
            if hidden == 0 {
                line.push_str(cell.symbol());
                hidden = unicode_width::UnicodeWidthStr::width(cell.symbol()).max(1);
            }
            hidden -= 1;
        }
        let _ = writeln!(text, "│{}", line.trim_end());
        let looks: String = row.iter().map(look).collect();
        if looks.chars().any(|look| look != '.') {
            let _ = writeln!(styles, "{y:>3} {}", looks.trim_end_matches('.'));
        }
    }
    let caret = caret.map_or("no caret".to_owned(), |caret| format!("caret at {},{}", caret.x, caret.y));
    format!("{text}\n{styles}\n{caret}")
}

fn look(cell: &Cell) -> char {
    match (cell.fg, cell.modifier) {
        (Color::Reset, Modifier::DIM) => 'q',
        (Color::Reset, Modifier::BOLD) => 'b',
        (Color::Reset, Modifier::REVERSED) => 'r',
        (Color::Reset, Modifier::UNDERLINED) => 'u',
        (Color::Reset, modifier) if modifier == Modifier::UNDERLINED | Modifier::REVERSED => 'U',
        (Color::Cyan, _) => 'F',
        (Color::Yellow, _) => 'y',
        (Color::Red, _) => 'E',
        (Color::Green, _) => 'g',
        (Color::Magenta, _) => 'm',
        (Color::Reset, modifier) if modifier.is_empty() => '.',
        other => panic!("a look without a letter: {other:?}"),
    }
}

fn frame(app: &App) -> String {
    frame_in(app, COLOUR, 80, 24)
}

frames! {
    the_first_frame => frame(&fresh());
    loaded_80x24 => frame(&loaded());
    loaded_120x36 => frame_in(&loaded(), COLOUR, 120, 36);
    loaded_60x16 => frame_in(&loaded(), COLOUR, 60, 16);
    loaded_40x12 => frame_in(&loaded(), COLOUR, 40, 12);
    loaded_24x6 => frame_in(&loaded(), COLOUR, 24, 6);
    too_small_20x5 => frame_in(&after("!"), COLOUR, 20, 5);
    too_small_1x1 => frame_in(&loaded(), COLOUR, 1, 1);
    unsaved_80x24 => frame(&after("tab tab right right tab tab tab space"));
    unsaved_120x36 => frame_in(&after("tab tab right right tab tab tab space"), COLOUR, 120, 36);
    unsaved_40x12 => frame_in(&after("tab tab right right tab tab tab space"), COLOUR, 40, 12);
    unsaved_without_colour => frame_in(&after("! tab tab right right tab tab tab space"), Theme { palette: Palette::Mono, ascii: false, wide: false }, 80, 24);
    unsaved_in_ascii => frame_in(&after("! tab tab right right tab tab tab space"), Theme { palette: Palette::Mono, ascii: true, wide: false }, 80, 24);
    unsaved_where_ambiguous_is_wide => frame_in(&after("! tab tab right right tab tab tab space"), Theme { palette: Palette::Ansi, ascii: false, wide: true }, 80, 24);
    t3_an_error_without_colour_in_ascii => frame_in(&after("tab tab ctrl-u 4.5 tab"), Theme { palette: Palette::Mono, ascii: true, wide: false }, 80, 24);
    a_preview => frame(&previewed());
    a_preview_40x12 => frame_in(&previewed(), COLOUR, 40, 12);
    the_page_about_a_preview => {
        let mut app = previewed();
        press(&mut app, "f6");
        frame(&app)
    };
    the_page_about_a_preview_40x12 => {
        let mut app = previewed();
        press(&mut app, "f6");
        frame_in(&app, COLOUR, 40, 12)
    };
    a_preview_refused_here => frame(&refused_here(""));
    a_preview_refused_here_40x12 => frame_in(&refused_here(""), COLOUR, 40, 12);
    the_page_about_a_preview_refused_here => frame(&refused_here("f6"));
    the_page_about_a_preview_refused_here_40x12 => frame_in(&refused_here("f6"), COLOUR, 40, 12);
    a_text_being_typed => frame(&after("!"));
    a_value_selected_by_its_key => frame(&after("tab"));
    a_problem_while_typing => frame(&after("tab tab ctrl-u 4.5"));
    a_problem_left_behind => frame(&after("tab ctrl-u htp://dialer.acme.dev tab ctrl-u 99999 tab"));
    a_save_that_is_stopped => frame(&after("tab ctrl-u htp://dialer.acme.dev tab ctrl-u 99999 ctrl-s"));
    nothing_to_save => frame(&after("ctrl-s"));
    loading_slowly => {
        let mut app = fresh();
        wait(&mut app, 1, 2300);
        frame(&app)
    };
    saving_slowly => {
        let mut app = after("tab tab right ctrl-s");
        checked(&mut app, settings());
        wait(&mut app, 3, 3100);
        press(&mut app, "tab right");
        frame(&app)
    };
    saved => {
        let mut theirs = settings();
        theirs.set("width", Value::Integer(420));
        theirs.set("usesCallingWindow", Value::Switch(false));
        theirs.set("updatedAt", Value::Text("2026-09-22T12:04:30Z".into()));
        frame(&answered(Ok(theirs)))
    };
    h12_the_server_kept_another_value => {
        let mut theirs = settings();
        theirs.set("usesCallingWindow", Value::Switch(false));
        frame(&answered(Ok(theirs)))
    };
    h1_an_expired_token => frame(&answered(refused(Refusal {
        status: 401,
        message: Some("The OAuth token used to make this call expired 0 second(s) ago.".into()),
        category: Some("EXPIRED_AUTHENTICATION".into()),
        correlation_id: Some("019cd9fe-0000-7000-8000-000000000000".into()),
        ..Refusal::default()
    })));
    h2_scopes_are_missing => frame(&answered(refused(Refusal {
        status: 403,
        message: Some("This app hasn't been granted all required scopes to make this call.".into()),
        category: Some("MISSING_SCOPES".into()),
        missing_scopes: vec!["developers-write".into()],
        correlation_id: Some("dc49c0a8-0000-7000-8000-000000000000".into()),
        ..Refusal::default()
    })));
    h3_no_settings_yet => {
        let mut app = fresh();
        update(&mut app, reply(1, refused(Refusal {
            status: 404,
            message: Some("resource not found".into()),
            correlation_id: Some("0197c0de-0000-7000-8000-000000000000".into()),
            ..Refusal::default()
        })));
        frame(&app)
    };
    h4_words_about_a_field => frame(&answered(refused(Refusal {
        status: 400,
        message: Some("Invalid input".into()),
        category: Some("VALIDATION_ERROR".into()),
        fields: vec![FieldError { key: "width".into(), message: "width is larger than the page".into() }],
        ..Refusal::default()
    })));
    h8_too_many_requests => frame(&answered(refused(Refusal {
        status: 429,
        message: Some("You have reached your ten_secondly_rolling limit.".into()),
        policy: Some("TEN_SECONDLY_ROLLING".into()),
        ..Refusal::default()
    })));
    n2_nobody_answers => frame(&answered(Err(Fault::Unreached(Unreached::Refused))));
    n4_no_trust => frame(&answered(Err(Fault::Unreached(Unreached::Tls("the certificate has expired".into())))));
    n11_nobody_knows => frame(&answered(Err(Fault::TimedOut(Duration::from_secs(30)))));
    n18_a_redirect => {
        let location = Some("https://login.example.net/".into());
        let mut app = answered(refused(Refusal { status: 303, location, ..Refusal::default() }));
        update(&mut app, reply(4, Ok(settings())));
        frame(&app)
    };
    a_reload_that_finds_other_values => {
        let mut app = after("tab tab right");
        press(&mut app, "ctrl-r");
        let mut theirs = settings();
        theirs.set("width", Value::Integer(380));
        theirs.set("height", Value::Integer(700));
        update(&mut app, reply(2, Ok(theirs)));
        frame(&app)
    };
    j3_j4_j5_what_the_server_left_out_or_sent_otherwise => {
        let mut odd = Representation::default();
        for (key, value) in settings().members() {
            match key {
                "url" => {}
                "name" => odd.set(key, Value::Null),
                "width" => odd.set(key, Value::Text("400".into())),
                "height" => odd.set(key, Value::Other("650.0".into())),
                "isReady" => odd.set(key, Value::Integer(1)),
                _ => odd.set(key, value.clone()),
            }
        }
        let mut app = loaded_with(odd);
        press(&mut app, "tab x");
        frame(&app)
    };
    j7_members_of_tomorrow => {
        let mut theirs = settings();
        theirs.set("supportsVideo", Value::Switch(true));
        theirs.set("theme", Value::Other(r#"{"dark":true}"#.into()));
        let mut app = loaded_with(theirs);
        press(&mut app, "up up space");
        frame_in(&app, COLOUR, 80, 30)
    };
    j12_j13_text_that_would_steer_a_terminal => {
        let mut theirs = settings();
        theirs.set("name", Value::Text("A\u{1b}[2Jc\u{7}me\u{9b}31m \u{202e}laid\u{2066}\nx".into()));
        theirs.set("url", Value::Text("https://a.dev/\u{200b}w\u{feff}".into()));
        frame(&loaded_with(theirs))
    };
    j14_times_that_are_none => {
        let mut theirs = settings();
        theirs.set("createdAt", Value::Integer(1));
        theirs.set("updatedAt", Value::Text("99999-01-01T00:00:00Z".into()));
        let mut future = settings();
        future.set("createdAt", Value::Text("yesterday".into()));
        future.set("updatedAt", Value::Text("2027-09-18T07:55:41Z".into()));
        let rows = |app: &App| frame(app).lines().filter(|line| line.contains("ated   ")).collect::<Vec<_>>().join("\n");
        format!("{}\n{}", rows(&loaded_with(theirs)), rows(&loaded_with(future)))
    };
    j11_a_name_of_a_megabyte => {
        let mut theirs = settings();
        theirs.set("name", Value::Text("Acme ".repeat(200_000)));
        theirs.set("url", Value::Text(format!("https://a.dev/{}", "w".repeat(64 * 1024))));
        frame(&loaded_with(theirs))
    };
    t13_the_caret_of_the_terminal_stands_where_one_types => {
        let mut app = after("ctrl-u");
        update(&mut app, Msg::Typed("日本".into()));
        press(&mut app, "left");
        frame(&app).lines().last().unwrap_or_default().to_owned()
    };
    wide_characters => {
        let mut app = after("ctrl-u");
        update(&mut app, Msg::Typed("日本語ダイヤラー 👩‍💻 e\u{301} 한국어".into()));
        frame(&app)
    };
    a_value_longer_than_its_cell => {
        let mut app = after("tab");
        update(&mut app, Msg::Typed("/a/very/long/path/that/does/not/fit/into/the/cell/any/more".into()));
        frame(&app)
    };
    n2_trying_again => {
        let mut app = fresh();
        update(&mut app, reply(1, Err(Fault::Unreached(Unreached::Dns))));
        frame(&app)
    };
    h8_waiting_for_a_limit => frame(&answered(refused(Refusal {
        status: 429,
        message: Some("You have reached your ten_secondly_rolling limit.".into()),
        policy: Some("TEN_SECONDLY_ROLLING".into()),
        retry_after: Some(Duration::from_secs(7)),
        ..Refusal::default()
    })));
    c12_another_callset_saves => {
        let mut app = after("tab tab right ctrl-s");
        let since = "2026-09-22T11:58:00Z".parse().unwrap();
        update(&mut app, Msg::Disk(DiskReply::Turn(SaveLock::Theirs(Some(Peer { pid: 812, since })))));
        frame(&app)
    };
    c12_also_open_elsewhere => {
        let since = "2026-09-22T11:58:00Z".parse().unwrap();
        frame(&found(Found { peers: vec![Peer { pid: 812, since }], ..Found::default() }, settings()))
    };
    f1_drafts_in_memory_only => {
        let mut app = fresh();
        update(&mut app, Msg::Disk(DiskReply::Opened(Err("Drafts cannot be kept on disk: Read-only file system".into()))));
        update(&mut app, reply(1, Ok(settings())));
        frame(&app)
    };
    p1_edits_of_an_earlier_run => frame(&found(left(None), settings()));
    p1_edits_of_an_earlier_run_40x12 => frame_in(&found(left(None), settings()), COLOUR, 40, 12);
    p1_discarding_takes_a_second_key => {
        let mut app = found(left(None), settings());
        press(&mut app, "x");
        frame(&app)
    };
    p2_a_save_that_did_not_go_through => frame(&found(left(Some(1)), settings()));
    p2_a_save_that_went_through => {
        let mut theirs = settings();
        theirs.set("width", Value::Integer(420));
        theirs.set("name", Value::Text("Acme".into()));
        frame(&found(left(Some(1)), theirs))
    };
    c14_edits_of_an_earlier_run_in_full => {
        let mut theirs = settings();
        theirs.set("width", Value::Integer(380));
        let mut app = found(left(None), theirs);
        press(&mut app, "d");
        frame(&app)
    };
    c2_the_choice => frame(&clash("right"));
    c2_the_choice_120x36 => frame_in(&clash("right"), COLOUR, 120, 36);
    c2_the_choice_40x12 => frame_in(&clash("down"), COLOUR, 40, 12);
    c2_the_choice_in_ascii => frame_in(&clash("right"), Theme { palette: Palette::Mono, ascii: true, wide: false }, 80, 24);
    c9_others_changed_what_is_edited => {
        let mut app = after("tab tab right");
        press(&mut app, "ctrl-p watchfor enter");
        update(&mut app, Msg::Woke { timer: Timer::Watch(1), waited: Duration::from_secs(10) });
        let mut theirs = settings();
        theirs.set("width", Value::Integer(380));
        update(&mut app, reply(2, Ok(theirs)));
        frame(&app)
    };
    h1_a_new_token_is_asked_for => frame(&unauthorized());
    h1_a_new_token_is_typed => {
        let mut app = unauthorized();
        update(&mut app, Msg::TokenTyped { characters: 41, caret: 41, looks_like: None, left_out: false });
        frame_in(&app, COLOUR, 60, 16)
    };
    s6_a_token_that_can_not_be_one => {
        let mut app = unauthorized();
        update(&mut app, Msg::Token(Err("The token has a space or a line break inside: is it more than the token?".into())));
        frame(&app)
    };
    the_history => {
        let mut app = after("ctrl-g");
        let of = |name: &str, width| {
            [("name", Value::Text(name.into())), ("width", Value::Integer(width))].into_iter().collect::<Representation>()
        };
        let save = |at: &str, before, after| Saved { at: at.parse().unwrap(), resource: Resource::Settings, before, after };
        let saves = vec![
            save("2026-09-22T11:50:00Z", of("Acme", 400), of("Acme Dialer", 420)),
            save("2026-09-20T08:00:00Z", of("Old", 380), of("Acme", 400)),
        ];
        update(&mut app, Msg::Disk(DiskReply::History(Ok(saves))));
        press(&mut app, "down");
        frame(&app)
    };
    the_history_without_a_save => {
        let mut app = after("ctrl-g");
        update(&mut app, Msg::Disk(DiskReply::History(Ok(vec![]))));
        frame(&app)
    };
    the_request_log => frame(&logged());
    the_request_log_120x36 => frame_in(&logged(), COLOUR, 120, 36);
    the_palette => frame(&after("ctrl-p res"));
    the_help => frame(&after("tab tab f1"));
    the_review => frame(&after("! tab tab right tab tab tab space ctrl-d"));
    the_review_40x12 => frame_in(&after("! tab tab right tab tab tab space ctrl-d"), COLOUR, 40, 12);
    things_to_copy => frame(&after("tab tab right ctrl-o"));
    the_question_where_there_is_next_to_no_room => frame_in(&after("tab tab right ctrl-c"), COLOUR, 24, 6);
    the_question_where_there_is_no_form => frame_in(&after("tab tab right ctrl-c"), COLOUR, 20, 4);
    the_question_with_a_save_on_its_way => frame(&sending("ctrl-q"));
    the_question_with_a_save_on_its_way_40x12 => frame_in(&sending("ctrl-q"), COLOUR, 40, 12);
    the_question_without_a_draft_on_disk_40x12 => {
        let mut app = after("tab tab right");
        let why = "No space left on device (/home/me/.local/state/callset)";
        update(&mut app, Msg::Disk(DiskReply::Kept(Some(why.into()))));
        press(&mut app, "ctrl-q");
        frame_in(&app, COLOUR, 40, 12)
    };
    the_presets => frame(&reuse("ctrl-n"));
    the_presets_40x12 => frame_in(&reuse("ctrl-n down"), COLOUR, 40, 12);
    the_presets_without_one => frame(&after("ctrl-n"));
    the_presets_without_a_match => frame(&reuse("ctrl-n zzz"));
    a_preset_was_entered => frame(&reuse("ctrl-n odd enter"));
    a_preset_is_named => frame(&reuse("tab tab right ctrl-n ctrl-k local enter"));
    a_preset_is_named_40x12 => frame_in(&reuse("tab tab right ctrl-n ctrl-k wide"), COLOUR, 40, 12);
    earlier_values_while_typing => frame(&recalled("tab ctrl-u tun"));
    earlier_values => frame(&recalled("tab ctrl-u tun f3 down"));
    earlier_values_of_the_last_row_40x12 => frame_in(&recalled("tab f3"), COLOUR, 40, 12);
    tunnels_that_are_being_looked_for => frame(&tunnelled("tab f3"));
    tunnels_and_earlier_values => frame(&found_tunnels("tab f3"));
    tunnels_and_earlier_values_40x12 => frame_in(&found_tunnels("tab f3"), COLOUR, 40, 12);
    a_tunnel_that_is_gone => frame(&found_tunnels("tab"));
    a_tunnel_that_is_gone_40x12 => frame_in(&found_tunnels("tab"), COLOUR, 40, 12);
    a_tunnel_is_taken => {
        let mut app = found_tunnels("tab f3");
        press(&mut app, "enter");
        frame(&app)
    };

    earlier_values_that_are_being_read => frame(&reuse("tab tab f3"));
    two_profiles => frame(&beside("down space"));
    two_profiles_with_equal_fields_120x36 => frame_in(&beside("e"), COLOUR, 120, 36);
    two_profiles_40x12 => frame_in(&beside("down space"), COLOUR, 40, 12);
    two_profiles_in_ascii => frame_in(&beside("a"), Theme { palette: Palette::Mono, ascii: true, wide: false }, 80, 24);
    another_profile_is_being_read => frame(&comparing());
    another_profile_that_takes_no_token => {
        let mut app = comparing();
        let refused = refused(Refusal { status: 401, message: Some("It expired".into()), ..Refusal::default() });
        update(&mut app, reply(2, refused));
        frame(&app)
    };
    the_question_before_leaving => frame(&after("tab tab right ctrl-c"));
}

/// The app with presets and profiles.
pub(crate) fn reuse(keys: &str) -> App {
    let mut app = loaded();
    app.target.setup = crate::walks::setup();
    press(&mut app, keys);
    app
}

/// A preview whose dialer asks for a size of its own, and sends what could hurt a terminal.
pub(crate) fn previewed() -> App {
    let mut app = reuse("");
    press(&mut app, "f6");
    let url = "http://localhost:40123/00112233445566778899aabbccddeeff/".to_owned();
    let saw = |seen| PreviewNews::Saw(Sight { page: 1, seen });
    let said = |kind: &str, data: &str, size| saw(Seen::Said { kind: kind.to_owned(), data: data.to_owned(), size });
    for news in [
        PreviewNews::Started(Ok(PreviewAddress { url, forward: None })),
        PreviewNews::Browsed(true),
        saw(Seen::Opened),
        saw(Seen::Loaded { is_blocked: false }),
        saw(Seen::Synced { version: "0.9.7".to_owned() }),
        said("INITIALIZED", "{isLoggedIn: true, sizeInfo: {width: 420, height: 650}}", Some((420, 650))),
        saw(Seen::Sent { kind: "DIAL_NUMBER".to_owned() }),
        said("OUTGOING_CALL_STARTED", r#"{callStartTime: 1, toNumber: "+15550100100"}"#, None),
        said("\u{1b}[2J\u{202e}X", "https://a.dev/?token=s3cret", None),
    ] {
        update(&mut app, Msg::Preview(news));
    }
    app
}

/// A preview whose dialer lets in HubSpot alone.
fn refused_here(keys: &str) -> App {
    let mut app = previewed();
    let mut take = |seen| update(&mut app, Msg::Preview(PreviewNews::Saw(Sight { page: 1, seen })));
    take(Seen::Loaded { is_blocked: false });
    let effects = take(Seen::Late);
    let [Effect::Check(look), ..] = &effects[..] else { panic!("{effects:?}") };
    let policy = HeaderLine {
        name: "Content-Security-Policy".to_owned(),
        value: b"frame-ancestors https://*.hubspot.com".to_vec(),
    };
    let kind = HeaderLine { name: "Content-Type".to_owned(), value: b"text/html".to_vec() };
    let visit = Visit {
        url: look.url.clone(),
        used: look.used,
        at: "2026-09-21T12:00:00Z".parse().unwrap(),
        took: Duration::from_millis(82),
        way: vec![look.url.parse().unwrap()],
        resolved: ReachableFrom::Everywhere,
        came: Ok(PageAnswer { status: 200, headers: vec![policy, kind], chain: None, body: BodyEnd::Whole(900) }),
    };
    update(&mut app, Msg::Checked(look.id, Box::new(visit)));
    press(&mut app, keys);
    app
}

/// The disk knows two tunnels.
pub(crate) fn recalled(keys: &str) -> App {
    let url = |url: &str| [("url", Value::Text(url.to_owned()))].into_iter().collect::<Representation>();
    let at = "2026-09-21T11:58:00Z".parse().unwrap();
    let saved =
        |before: &str, after: &str| Saved { at, resource: Resource::Settings, before: url(before), after: url(after) };
    let history = vec![
        saved("https://tunnel-2.acme.dev/a/long/path/to/the/widget?v=2", "https://dialer.acme.dev/widget"),
        saved("https://tunnel-1.acme.dev", "https://tunnel-2.acme.dev/a/long/path/to/the/widget?v=2"),
    ];
    let mut app = reuse("");
    update(&mut app, Msg::Disk(DiskReply::History(Ok(history))));
    press(&mut app, keys);
    if app.tunnels.is_looking {
        update(&mut app, Msg::Tunnels(vec![]));
    }
    app
}

/// The first url of this app leads through a tunnel that is gone; another one runs, and one that only a tailnet can open.
pub(crate) fn tunnelled(keys: &str) -> App {
    let mut app = recalled("");
    let mut theirs = settings();
    theirs.set("url", Value::Text("https://d95211d2.ngrok-free.app/widget/?v=2".into()));
    press(&mut app, "ctrl-r");
    let [request] = app.sync.in_flight().collect::<Vec<_>>()[..] else { panic!() };
    update(&mut app, reply(request.0, Ok(theirs)));
    press(&mut app, keys);
    app
}

/// What runs on this machine.
pub(crate) fn tunnels() -> Vec<Tunnel> {
    let tunnel =
        |tool, host: &str| Tunnel::new(tool, TunnelAddress::of_host(host).unwrap(), Some("localhost:3000".into()));
    let serve = tunnel(TunnelTool::Tailscale, "box.tail1234.ts.net");
    vec![
        tunnel(TunnelTool::Ngrok, "8f21c0de.ngrok-free.app"),
        tunnel(TunnelTool::Cloudflared, "red-fox.trycloudflare.com"),
        Tunnel { reach: TunnelReach::Tailnet, ..serve },
    ]
}

fn found_tunnels(keys: &str) -> App {
    let mut app = tunnelled(keys);
    update(&mut app, Msg::Tunnels(tunnels()));
    app
}

fn absent() -> Result<Representation, Fault> {
    refused(Refusal { status: 404, ..Refusal::default() })
}

fn comparing() -> App {
    reuse("ctrl-t ctrl-d")
}

/// The other profile is wider, elsewhere, and has something new.
pub(crate) fn beside(keys: &str) -> App {
    let mut app = comparing();
    let mut there = settings();
    there.set("url", Value::Text("https://staging.acme.dev/a/long/path/to/the/widget?v=2".into()));
    there.set("width", Value::Integer(500));
    there.set("colour", Value::Text("red".into()));
    for (request, outcome) in [(2, Ok(there)), (3, absent()), (4, absent())] {
        update(&mut app, reply(request, outcome));
    }
    press(&mut app, keys);
    app
}

#[test]
fn t1_t2_every_size_has_a_frame_whatever_is_open() {
    let mut app = after("tab ctrl-u htp://x tab right ctrl-s");
    let keys = [
        "esc", "ctrl-p", "esc", "ctrl-d", "esc", "ctrl-o", "esc", "f1", "esc", "ctrl-g", "esc", "ctrl-l", "esc",
        "ctrl-c",
    ];
    let mut apps: Vec<App> = keys
        .map(|keys| {
            press(&mut app, keys);
            app.clone()
        })
        .into();
    apps.extend([clash("right"), unauthorized(), logged(), found(left(Some(1)), settings())]);
    let mut shown = found(left(None), settings());
    press(&mut shown, "d");
    apps.extend([
        shown,
        reuse("ctrl-n"),
        reuse("tab tab right ctrl-n ctrl-k"),
        recalled("tab f3"),
        beside("e"),
        comparing(),
    ]);
    for app in apps {
        for width in (0..=130).step_by(3).chain([79, 80, 65, 66, 51, 52, 500]) {
            for height in (0..=40).step_by(3).chain([5, 7, 8, 13, 17, 19, 20, 25, 200]) {
                let mut canvas = Canvas::new(COLOUR);
                ui::paint(&app, Rect::new(0, 0, width, height), &mut canvas);
                let _ = ui::hit(&app, canvas.area(), ratatui::layout::Position { x: width / 2, y: height / 2 });
            }
        }
    }
}
