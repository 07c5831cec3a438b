//! The whole configuration, profiles and production on the screen.

use super::{COLOUR, frame, frame_in, press};
use crate::transitions::ctrl;
use crate::transitions::resources::{Fate, Server, confirmed, dirty_everywhere, loaded, run, update};
use callset::app::msg::{Clock, DiskReply, Hit, Msg, Token};
use callset::app::{App, Asked, Confirm, Mode, ProfilesOnDisk, Prompt, Typed};
use callset::model::login::Renewal;
use callset::model::profile::{Config, Profile, Source, Tint};
use callset::model::{Representation, Resource, Value};
use callset::sync::{Fault, Stopped, Target};
use callset::ui::canvas::Canvas;
use callset::ui::theme::{Palette, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const NARROW: (u16, u16) = (40, 12);

fn clocked(mut app: App) -> App {
    let zone = jiff::tz::TimeZone::UTC;
    update(&mut app, Msg::Clock(Clock { now: "2026-09-22T12:04:31Z".parse().unwrap(), zone: zone.into() }));
    app
}

/// The server has all but the recording.
fn without_recording() -> App {
    let mut server = Server::new();
    server.holds.remove(&Resource::Recording);
    clocked(loaded(&mut server))
}

fn at(mut app: App, resource: Resource) -> App {
    update(&mut app, Msg::Clicked(Hit::Row(resource.fields()[0].id.clone())));
    app
}

/// All three are dirty, and one save ends so.
fn saved(fates: [Fate; 3]) -> App {
    let mut server = Server::new();
    let mut app = clocked(loaded(&mut server));
    dirty_everywhere(&mut app);
    server.fates = Resource::ALL.into_iter().zip(fates).collect();
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    app
}

fn profiles() -> Config {
    let sources = |name: &str| vec![Source::Variable(name.into()), Source::Keyring];
    let profiles = vec![
        Profile { base_url: "http://127.0.0.1:8099".into(), ..Profile::new("dev", 1) },
        Profile { sources: sources("STAGING_TOKEN"), mark: Some(Tint::Green), ..Profile::new("staging", 1_234_567) },
        Profile { production: true, read_only: true, ..Profile::new("production", 7_654_321) },
    ];
    Config { profiles, ..Config::default() }
}

fn with(name: &str, app: App) -> App {
    let mut app = clocked(app);
    app.target.setup = profiles();
    app.target.profile = app.target.setup.profiles.iter().find(|profile| profile.name == name).cloned();
    app.target.credential_hint = "••••••••c41f".into();
    app
}

pub(crate) fn listed(keys: &str) -> App {
    let mut app = with("staging", dirty());
    press(&mut app, "ctrl-t");
    let survey = ProfilesOnDisk { setup: profiles(), unsaved: vec![0, 1, 2], ..ProfilesOnDisk::default() };
    update(&mut app, Msg::Disk(DiskReply::Surveyed(survey)));
    if !keys.is_empty() {
        press(&mut app, keys);
    }
    app
}

/// The token of the profile in use ends at this time, and callset renews it.
fn renewed(ends: &str) -> App {
    let mut app = listed("");
    let token = Token { hint: "••••••••c41f".into(), looks_like: None, tidied: vec![] };
    let renewal = Some(Renewal { ends: ends.parse().ok() });
    update(&mut app, Msg::Credential { token, source: "the OAuth login".into(), renewal, note: None });
    app
}

/// The test of the selected profile has ended so.
fn tested(outcome: Result<Representation, Fault>) -> App {
    let mut app = listed("up f4");
    let request = app.sync.log.back().unwrap().id;
    update(&mut app, crate::transitions::reply(request.0, outcome));
    app
}

/// No profile is chosen yet; something in the file is not used.
fn choosing() -> App {
    let target = Target { setup: profiles(), complaints: complaints(), ..crate::transitions::target() };
    let mut app = clocked(App::choosing(target).0);
    app.notice = None;
    app
}

fn complaints() -> Vec<String> {
    let guard = "/home/ada/.config/callset/config.toml:9:1: profiles.live.producton: there is no such key; did you mean \
                 production? Until it is mended, production counts as true";
    [guard, "/home/ada/.config/callset/config.toml:12:1: thema: there is no such key, and it is not used"]
        .map(str::to_owned)
        .into()
}

/// What is wrong with the configuration is open.
fn complained() -> App {
    let mut app = with("staging", dirty());
    app.target.complaints = complaints();
    update(&mut app, Msg::Clicked(Hit::Complaints));
    app
}

fn dirty() -> App {
    let mut app = loaded(&mut Server::new());
    press(&mut app, "tab tab right tab tab space");
    app
}

/// A save to production is looked at; the review is open, and someone may have been there since it was.
fn reviewed(moved: bool) -> App {
    let mut server = Server::new();
    let mut app = loaded(&mut server);
    press(&mut app, "tab tab right tab tab space");
    let mut app = with("production", app);
    app.target.profile.as_mut().unwrap().read_only = false;
    let effects = ctrl(&mut app, 's');
    run(&mut app, &mut server, effects);
    if moved {
        server.holds.get_mut(&Resource::Settings).unwrap().set("height", Value::Integer(700));
        let effects = confirmed(&mut app, "1234567");
        run(&mut app, &mut server, effects);
    } else {
        press(&mut app, "1234");
    }
    app
}

pub(crate) fn deleting(resource: Resource) -> App {
    let mut app = clocked(loaded(&mut Server::new()));
    let what = Typed::Id(Confirm::Delete(resource));
    app.mode = Mode::Entering(Prompt { input: "12".into(), ..Prompt::of(what) });
    app
}

pub(crate) fn asked_about_a_host() -> App {
    let mut app = with("staging", loaded(&mut Server::new()));
    app.target.host = "gate.example".into();
    app.mode = Mode::asking(Asked::Trust { source: "$STAGING_TOKEN".into(), stopped: Stopped::Reading });
    app
}

fn without_a_credential() -> App {
    let mut app = with("staging", loaded(&mut Server::new()));
    let why = "The file /home/me/token can be read by others: chmod 600 /home/me/token".to_owned();
    let effects = ctrl(&mut app, 'r');
    let Some(callset::app::effect::Effect::Send(request)) = effects.first() else { panic!() };
    let failed = Err(Fault::NoCredential(why));
    update(&mut app, crate::transitions::resources::answer(request.id, failed));
    app
}

/// All urls are at the same place, and one of them gets the address of a tunnel.
pub(crate) fn siblings() -> App {
    let mut server = Server::new();
    let url = |path: &str| Value::Text(format!("http://localhost:3000/{path}"));
    let set = |server: &mut Server, resource, key: &str, path| {
        server.holds.get_mut(&resource).unwrap().set(key, url(path));
    };
    set(&mut server, Resource::Settings, "url", "widget");
    set(&mut server, Resource::Recording, "urlToRetrieveAuthedRecording", "recordings/%s");
    set(&mut server, Resource::ChannelConnection, "url", "numbers");
    let mut app = loaded(&mut server);
    press(&mut app, "tab f3");
    update(&mut app, Msg::Tunnels(crate::frames::tunnels()));
    press(&mut app, "enter");
    app
}

frames! {
    sections_120x36 => frame_in(&without_recording(), COLOUR, 120, 36);
    sections_at_the_end_of_80x24 => frame(&at(without_recording(), Resource::ChannelConnection));
    a_section_that_is_not_set_up => frame(&at(without_recording(), Resource::Recording));
    a_section_that_is_not_set_up_40x12 => {
        frame_in(&at(without_recording(), Resource::Recording), COLOUR, NARROW.0, NARROW.1)
    };
    other_urls_at_the_same_place => frame(&siblings());
    other_urls_at_the_same_place_40x12 => frame_in(&siblings(), COLOUR, NARROW.0, NARROW.1);
    a_section_being_set_up => {
        let mut app = at(without_recording(), Resource::Recording);
        press(&mut app, "enter");
        frame(&app)
    };
    all_three_saved => frame(&saved([Fate::Ok; 3]));
    one_saved_one_refused_one_unknown => frame(&saved([Fate::Ok, Fate::Refused, Fate::Unknown(true)]));
    one_saved_one_refused_one_unknown_40x12 => {
        frame_in(&saved([Fate::Ok, Fate::Refused, Fate::Unknown(true)]), COLOUR, NARROW.0, NARROW.1)
    };
    deleting_the_settings => frame(&deleting(Resource::Settings));
    the_profiles => frame(&listed(""));
    the_profiles_with_a_token_that_renews_itself => frame(&renewed("2026-09-22T12:28:31Z"));
    the_profiles_with_a_token_that_has_ended => frame(&renewed("2026-09-22T12:04:30Z"));
    the_profiles_filtered => frame(&listed("prod"));
    a_profile_that_works => frame(&tested(Ok(crate::transitions::settings())));
    a_profile_whose_credential_is_refused => frame(&tested(Err(Fault::NoCredential("$DEV_TOKEN is not set.".into()))));
    a_profile_whose_credential_is_refused_40x12 => {
        frame_in(&tested(Err(Fault::NoCredential("$DEV_TOKEN is not set.".into()))), COLOUR, NARROW.0, NARROW.1)
    };
    a_profile_is_renamed => frame(&listed("f2 end backspace"));
    a_profile_is_renamed_40x12 => frame_in(&listed("f2 ctrl-u enter"), COLOUR, NARROW.0, NARROW.1);
    a_profile_is_removed => frame(&listed("del"));
    a_profile_is_removed_40x12 => frame_in(&listed("down del"), COLOUR, NARROW.0, NARROW.1);
    no_profile_is_chosen_yet => frame(&choosing());
    no_profile_is_chosen_yet_40x12 => frame_in(&choosing(), COLOUR, NARROW.0, NARROW.1);
    x17_what_is_wrong_with_the_configuration => frame(&complained());
    x17_what_is_wrong_with_the_configuration_40x12 => frame_in(&complained(), COLOUR, NARROW.0, NARROW.1);
    the_profiles_40x12 => frame_in(&listed("up"), COLOUR, NARROW.0, NARROW.1);
    a_profile_with_a_colour => frame(&with("staging", dirty()));
    production => frame(&with("production", dirty()));
    production_40x12 => frame_in(&with("production", dirty()), COLOUR, NARROW.0, NARROW.1);
    t3_production_without_colour_in_ascii => {
        frame_in(&with("production", dirty()), Theme { palette: Palette::Mono, ascii: true, wide: false }, 80, 24)
    };
    u17_the_review_of_a_save_to_production => frame(&reviewed(false));
    u17_the_review_of_a_save_to_production_40x12 => frame_in(&reviewed(false), COLOUR, NARROW.0, NARROW.1);
    c15_a_review_that_was_out_of_date => frame(&reviewed(true));
    s7_a_host_that_the_credential_was_not_stored_for => frame(&asked_about_a_host());
    f10_no_credential => frame(&without_a_credential());
}

/// The text of a frame, without styles and caret.
fn text(app: &App, (width, height): (u16, u16)) -> String {
    let frame = frame_in(app, COLOUR, width, height);
    frame.split("\n\n").next().unwrap_or_default().to_owned()
}

#[test]
fn footers_keep_quit_and_help_however_narrow() {
    for width in [24, 40, 52, 60, 66, 80, 120] {
        for app in [loaded(&mut Server::new()), dirty(), at(without_recording(), Resource::Recording)] {
            let frame = text(&app, (width, 24));
            let footer = frame.lines().last().unwrap_or_default();
            assert!(
                footer.ends_with("^C quit  F1 help") || width < 30 && footer.ends_with("^C quit F1 help"),
                "{footer}"
            );
        }
    }
}

#[test]
fn no_row_is_hidden_while_a_line_of_the_strip_is_free() {
    let whole = loaded(&mut Server::new());
    for height in 26..45 {
        let frame = text(&whole, (120, height));
        let lines: Vec<&str> = frame.lines().map(|line| line.trim_start_matches('│')).collect();
        let strip = lines.iter().position(|line| line.contains("─ Next PATCH ─")).unwrap();
        let left = |line: &&str| line.chars().take(72).all(|c| c == ' ');
        let is_free = lines[strip..lines.len() - 2].iter().any(left);
        assert!(!(frame.contains("more below") && is_free), "{height}: {frame}");
    }
    assert!(!text(&whole, (120, 36)).contains("more below"), "all of it");
}

#[test]
fn a_wide_screen_shows_the_last_requests_and_what_stands_around_the_window() {
    let app = dirty();
    let wide = text(&app, (120, 36));
    for words in ["Requests", "GET", "load", "calling window", "[x] yes", "remote bar", "your dialer"] {
        assert!(wide.contains(words), "{words} in {wide}");
    }
    for size in [(80, 24), (109, 36), (40, 12)] {
        assert!(!text(&app, size).contains("Requests"), "{size:?}");
    }
}

#[test]
fn without_a_disk_nothing_offers_to_keep_a_draft() {
    let mut app = dirty();
    press(&mut app, "ctrl-q");
    let footer = |app: &App| text(app, (80, 24)).lines().last().unwrap_or_default().to_owned();
    assert!(!footer(&app).contains("keep"), "{}", footer(&app));
    app.sync.keeping = callset::sync::Keeping::OnDisk;
    assert!(footer(&app).contains("k keep"), "{}", footer(&app));
}

#[test]
fn help_on_a_section_that_is_not_set_up_is_about_the_section() {
    let mut app = at(without_recording(), Resource::Recording);
    press(&mut app, "f1");
    let help = text(&app, (80, 24));
    assert!(help.contains("Tells HubSpot where to fetch recordings") && !help.contains("Recording URL"), "{help}");
}

#[test]
fn a_narrow_review_shows_what_changes_first() {
    let frame = text(&reviewed(false), NARROW);
    for words in ["Width", "400", "401"] {
        assert!(frame.contains(words), "{words} in {frame}");
    }
}

#[test]
fn an_empty_filter_says_what_it_takes() {
    for keys in ["ctrl-t", "ctrl-p"] {
        let mut app = dirty();
        press(&mut app, keys);
        assert!(text(&app, (80, 24)).contains("type to filter"), "{keys}");
        press(&mut app, "x");
        assert!(!text(&app, (80, 24)).contains("type to filter"), "{keys}");
    }
}

#[test]
fn a_list_over_the_form_covers_nothing_beside_it() {
    let mut app = crate::frames::recalled("tab");
    let labels =
        |app: &App| text(app, (80, 24)).lines().map(|line| line.chars().take(18).collect()).collect::<Vec<String>>();
    let before = labels(&app);
    press(&mut app, "f3");
    assert_eq!(labels(&app)[..18], before[..18]);
}

/// The window is drawn to scale, whatever the shape of the terminal's cells.
#[test]
fn the_window_keeps_its_shape_in_cells_of_any_shape() {
    let area = Rect::new(0, 0, 120, 36);
    let sizes = [1.5, 2.0, 2.6].map(|ratio| {
        let mut canvas = Canvas::new(COLOUR);
        canvas.set_cell_ratio(Some(ratio));
        callset::ui::paint(&loaded(&mut Server::new()), area, &mut canvas);
        let mut frame = Buffer::empty(area);
        (0..area.height).for_each(|y| canvas.render(y, &mut frame));
        let at = |sign: &str| (0..).zip(&frame.content).find(|(_, cell)| cell.symbol() == sign).unwrap().0;
        let (left, right, below) = (at("┌"), at("┐"), at("└"));
        let inside = (right - left - 1, (below - left) / 120 - 1);
        let shape = f64::from(inside.0) / (f64::from(inside.1) * ratio);
        // 400 by 650 px, up to the rounding to whole cells.
        assert!((shape - 400.0 / 650.0).abs() < 0.05, "{inside:?} at {ratio}: {shape}");
        inside
    });
    assert!(sizes[0] != sizes[1] && sizes[1] != sizes[2], "{sizes:?}");
}
