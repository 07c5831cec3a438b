//! What has no room beside something else goes on below it. What leads back, and what says that there is more, stays on
//! the screen.

use super::whole::listed;
use super::{COLOUR, after, answered, found, left, refused};
use crate::transitions::settings;
use callset::app::msg::Msg;
use callset::app::{App, update};
use callset::model::record::Saved;
use callset::model::refusal::{FieldError, Refusal};
use callset::model::{Representation, Resource, Value};
use callset::sync::Outcome;
use callset::ui;
use callset::ui::canvas::Canvas;
use callset::ui::words;
use callset::words::Notice;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn rows(app: &App, (width, height): (u16, u16)) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let (mut canvas, mut buffer) = (Canvas::new(COLOUR), Buffer::empty(area));
    ui::paint(app, area, &mut canvas);
    (0..height).for_each(|y| canvas.render(y, &mut buffer));
    (0..height).map(|y| (0..width).map(|x| buffer[(x, y)].symbol()).collect()).collect()
}

/// The words of the strip, without its rule and the body of the next request.
fn flowing(app: &App, size: (u16, u16)) -> String {
    let body: Vec<String> = words::body(app).split_whitespace().map(ToOwned::to_owned).collect();
    let text = rows(app, size).join(" ").replace('─', " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace(&body.join(" "), "").split_whitespace().collect::<Vec<_>>().join(" ")
}

const SIZES: [(u16, u16); 6] = [(40, 12), (40, 24), (60, 16), (60, 24), (80, 16), (80, 24)];

/// A message in the form.
fn told(notice: Notice) -> App {
    let mut app = after("tab tab");
    app.notice = Some(notice);
    app
}

#[test]
fn a_title_that_is_too_long_goes_on_below_with_its_steps() {
    let pasted = |text: &str| {
        let mut app = after("tab ctrl-u");
        update(&mut app, Msg::Pasted { text: text.into(), cut: true });
        app
    };
    let apps = vec![
        told(Notice::Outcome(Outcome::Removed(Resource::Settings))),
        told(Notice::Outcome(Outcome::NothingToDelete(Resource::ChannelConnection))),
        told(Notice::Outcome(Outcome::AlreadyThere { fields: 3 })),
        told(Notice::Outcome(Outcome::CameLate { fields: 3 })),
        told(Notice::SettingUp(Resource::ChannelConnection)),
        told(Notice::Locked),
        pasted("https://a.dev/\n\u{7}b\u{1b}c\r\n"),
    ];
    for app in apps {
        let strip = words::strip(&app, 1000);
        assert!(strip.rest.is_empty(), "{strip:?}");
        let title = strip.title.split_whitespace().collect::<Vec<_>>().join(" ");
        for size in SIZES {
            let shown = flowing(&app, size);
            assert!(shown.contains(&title), "{size:?}: {title}\n{}", rows(&app, size).join("\n"));
        }
    }
}

#[test]
fn a_message_over_a_page_is_not_cut() {
    let app = after("ctrl-n ctrl-k");
    for size in SIZES {
        assert!(flowing(&app, size).contains("then a preset holds what you changed"), "{size:?}");
    }
}

#[test]
fn the_steps_below_a_title_are_buttons() {
    let app = told(Notice::Outcome(Outcome::Removed(Resource::ChannelConnection)));
    let size = (60, 16);
    let shown = rows(&app, size);
    let (y, row) = shown.iter().enumerate().find(|(y, row)| *y > 2 && row.contains("^G")).expect("the step");
    let x = row.split("^G").next().unwrap().chars().count();
    let at = ratatui::layout::Position::new(u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
    let hit = ui::hit(&app, Rect::new(0, 0, size.0, size.1), at);
    assert_eq!(hit, Some(callset::app::msg::Hit::Key(callset::app::msg::Key::ctrl('g'))), "{row}");
}

#[test]
fn the_help_of_an_edited_text_is_whole_or_says_that_it_is_cut_and_nothing_moves() {
    for size in [(80, 24), (60, 30), (120, 40)] {
        let (clean, edited) = (after("tab"), after("tab end x"));
        let title = |app: &App| rows(app, size).iter().position(|row| row.contains("Next PATCH"));
        assert_eq!(title(&clean), title(&edited), "{size:?}");
        if size.0 < 100 {
            let help = &edited.sync.draft.fields().iter().find(|field| &*field.id.key == "url").unwrap().help;
            let last = help.split_whitespace().last().unwrap();
            let shown = rows(&edited, size).join("\n");
            let is_cut = shown.lines().any(|line| line.starts_with("   ") && line.trim_end().ends_with('…'));
            assert!((shown.contains(last) || is_cut) && shown.contains("was https://"), "{size:?}\n{shown}");
        }
    }
}

#[test]
fn the_headings_of_help_and_of_tables_are_whole() {
    let mut help = after("f1");
    let mut seen = String::new();
    for _ in 0..200 {
        seen += &rows(&help, (40, 12)).join("\n");
        super::press(&mut help, "down");
    }
    assert!(!seen.contains("besi…"), "{seen}");
    let shown = rows(&found_and_shown(), (40, 12)).join("\n");
    assert!(!shown.contains("SERVE…") && shown.contains("server now"), "{shown}");
}

fn found_and_shown() -> App {
    let mut app = found(left(None), settings());
    super::press(&mut app, "d");
    app
}

#[test]
fn footers_keep_the_way_back_and_help() {
    let quit = after("tab tab right ctrl-c");
    let restore = found(left(None), settings());
    let pages = [listed(""), after("ctrl-n"), after("ctrl-g"), after("ctrl-p"), after("ctrl-d"), after("ctrl-o")];
    for size in [(40, 12), (60, 16), (60, 24)] {
        let foot = |app: &App| rows(app, size).pop().unwrap();
        for app in &pages {
            let foot = foot(app);
            assert!(foot.contains("Esc back") && foot.contains("F1 help"), "{size:?}: {foot}");
        }
        let form = foot(&after("tab"));
        assert!(form.contains("^C quit") && form.contains("F1 help"), "{size:?}: {form}");
        for (app, answers) in [
            (&quit, &["s save", "k keep", "d discard", "n stay"]),
            (&restore, &["r restore", "d show", "l later", "x discard"]),
        ] {
            let foot = foot(app);
            assert!(answers.iter().all(|answer| foot.contains(answer)) && foot.contains("F1"), "{size:?}: {foot}");
        }
    }
}

#[test]
fn a_list_says_how_much_lies_above_in_any_width() {
    let mut app = after("ctrl-p");
    super::press(&mut app, "end");
    for width in 30..=100 {
        let shown = rows(&app, (width, 12));
        assert!(shown[2].contains("… "), "{width}: {}", shown[2]);
        assert!(width < 36 || shown[2].contains("above"), "{width}: {}", shown[2]);
    }
    super::press(&mut app, "home");
    assert!(rows(&app, (80, 12))[2].contains("type to filter"));
}

#[test]
fn help_keys_and_credentials_are_found_by_name_and_what_is_cut_is_shown_below() {
    let app = after("");
    let first = |filter: &str| app.palette(filter).first().map(|entry| entry.words.clone()).unwrap_or_default();
    for filter in ["help", "keys", "shortcut", "keyboard"] {
        assert!(first(filter).starts_with("help"), "{filter}: {}", first(filter));
    }
    for filter in ["auth", "login", "token", "secret", "password"] {
        assert_eq!(first(filter), "give a new access token", "{filter}");
    }
    let longest = app.palette("delete").into_iter().position(|entry| entry.words.len() > 40).expect("a long name");
    let mut app = after("ctrl-p d e l e t e");
    for _ in 0..longest {
        super::press(&mut app, "down");
    }
    let shown = flowing(&app, (40, 12));
    assert!(shown.contains("delete the settings: no account can call with the app any more"), "{shown}");
}

/// So many saves, each with a URL of its own.
fn saves(urls: u8) -> App {
    let mut app = after("tab");
    let value = |n: u8| [("url", Value::Text(format!("https://{n}.dev/")))].into_iter().collect::<Representation>();
    app.history.read = Some(Ok((0..urls)
        .map(|n| Saved {
            at: "2026-09-22T11:58:00Z".parse().unwrap(),
            resource: Resource::Settings,
            before: value(n),
            after: value(n),
        })
        .collect()));
    app
}

#[test]
fn the_list_of_earlier_values_has_all_of_them_and_moves_as_every_list() {
    let mut app = saves(11);
    assert_eq!(app.offers().len(), 11);
    super::press(&mut app, "f3");
    update(&mut app, Msg::Tunnels(vec![]));
    assert!(rows(&app, (60, 16)).join("").contains("more below"));
    super::press(&mut app, "end");
    let shown = rows(&app, (60, 16)).join("\n");
    assert!(shown.contains("▌ https://10.dev/") || shown.contains("▌ https://0.dev/"), "{shown}");
    assert!(shown.contains("above"), "{shown}");
    super::press(&mut app, "home enter");
    let newest = app.form.input.value().to_owned();
    assert!(newest == "https://0.dev/" || newest == "https://10.dev/", "{newest}");
}

#[test]
fn a_value_before_the_first_set_up_is_not_set_up() {
    let mut app = after("tab");
    app.history.read = Some(Ok(vec![Saved {
        at: "2026-09-22T11:58:00Z".parse().unwrap(),
        resource: Resource::Recording,
        before: Representation::default(),
        after: Resource::Recording
            .fields()
            .iter()
            .map(|field| (&*field.id.key, Value::Text("https://a.dev/r".into())))
            .collect(),
    }]));
    super::press(&mut app, "ctrl-g");
    let shown = rows(&app, (80, 24)).join("\n");
    assert!(shown.contains("not set up → https://a.dev/r") && !shown.contains("not sent"), "{shown}");
}

#[test]
fn a_small_screen_names_the_fields_that_were_refused() {
    let field = |key: &str, message: &str| FieldError { key: key.into(), message: message.into() };
    let app = answered(refused(Refusal {
        status: 400,
        message: Some("Invalid input JSON on line 1".into()),
        category: Some("VALIDATION_ERROR".into()),
        fields: vec![field("width", "is larger than the page"), field("usesCallingWindow", "is not allowed")],
        ..Refusal::default()
    }));
    let shown = flowing(&app, (40, 12));
    assert!(shown.contains("width") && shown.contains("usesCallingWindow"), "{}", rows(&app, (40, 12)).join("\n"));
}

#[test]
fn an_earlier_run_names_its_fields_as_the_form_does() {
    let app = found(left(None), settings());
    assert_eq!(words::body(&app), "in the draft: Name, Width");
}
