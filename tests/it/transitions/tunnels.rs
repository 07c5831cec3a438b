//! The tunnels of this machine: when they are looked for, how the list fills in, and what taking one does.

use super::resources::{Server, loaded as loaded_from, run};
use super::{choose, ctrl, focus, id, key, loaded, press, reply, settings, shown, text, type_in, update};
use callset::app::effect::Effect;
use callset::app::msg::{Code, Hit, Key, Msg};
use callset::app::tunnels::RecentRow;
use callset::app::{App, Mode, Notice, Overlay, Picker};
use callset::model::tunnel::{Tunnel, TunnelAddress, TunnelReach, TunnelTool};
use callset::model::{FieldId, Resource, Value};
use callset::sync::RequestId;

const F3: Code = Code::F(3);

fn tunnel(tool: TunnelTool, host: &str) -> Tunnel {
    Tunnel::new(tool, TunnelAddress::of_host(host).unwrap(), Some("localhost:3000".into()))
}

fn ngrok() -> Tunnel {
    tunnel(TunnelTool::Ngrok, "new.ngrok.app")
}

fn found(app: &mut App, tunnels: &[Tunnel]) {
    assert_eq!(update(app, Msg::Tunnels(tunnels.to_vec())), []);
}

/// The settings have this url.
fn at_url(url: &str) -> App {
    let mut app = loaded();
    let mut theirs = settings();
    theirs.set("url", Value::Text(url.into()));
    ctrl(&mut app, 'r');
    let request: Vec<RequestId> = app.sync.in_flight().collect();
    update(&mut app, reply(request[0].0, Ok(theirs)));
    focus(&mut app, "url");
    app
}

fn selected(app: &App) -> usize {
    let Mode::Picking(Picker { selected, .. }) = &app.mode else { panic!("{:?}", app.mode) };
    *selected
}

#[test]
fn the_list_opens_at_once_and_fills_in_when_the_answer_comes() {
    let mut app = at_url("http://localhost:3000/widget/?v=2");
    assert_eq!(press(&mut app, F3), [Effect::FindTunnels(vec![3000])], "the port of the server is known");
    assert!(app.mode.is(Overlay::Recent));
    assert_eq!(app.recent(), [RecentRow::Looking]);
    assert_eq!(press(&mut app, Code::Enter), [], "there is nothing to take yet");
    assert!(app.mode.is(Overlay::Recent) && app.sync.unsaved() == 0);
    found(&mut app, &[ngrok()]);
    assert_eq!((app.recent(), selected(&app)), (vec![RecentRow::Tunnel(&ngrok())], 0));
    assert_eq!(press(&mut app, Code::Enter), []);
    assert_eq!(shown(&app, "url"), text("https://new.ngrok.app/widget/?v=2"), "path, query and closing slash stay");
    assert!(app.mode.is_editing());
    assert_eq!(app.notice, Some(Notice::Moved { address: "https://new.ngrok.app".into(), urls: 1 }));
    ctrl(&mut app, 'z');
    assert_eq!((shown(&app, "url"), app.sync.unsaved()), (text("http://localhost:3000/widget/?v=2"), 0), "one step");
    // A look that has ended does not end again.
    let before = app.tunnels.clone();
    found(&mut app, &[]);
    assert_eq!(app.tunnels, before);
}

#[test]
fn one_look_at_a_time_and_the_list_takes_up_the_one_that_is_on_its_way() {
    let mut app = at_url("https://old.ngrok.app/w");
    found(&mut app, &[]);
    assert!(update(&mut app, Msg::Focused).contains(&Effect::FindTunnels(vec![])));
    assert_eq!(press(&mut app, F3), []);
    assert_eq!(app.recent(), [RecentRow::Looking]);
    press(&mut app, Code::Esc);
    assert_eq!(press(&mut app, F3), []);
    found(&mut app, &[ngrok()]);
    assert_eq!(app.recent(), [RecentRow::Tunnel(&ngrok())]);
    press(&mut app, Code::Esc);
    assert_eq!(press(&mut app, F3), [Effect::FindTunnels(vec![])], "each opening looks anew");
}

#[test]
fn the_selection_stays_on_what_it_was_on_when_tunnels_come_above_it() {
    let mut app = super::super::frames::recalled("tab");
    press(&mut app, F3);
    let rows = app.recent().len();
    assert!(rows > 2);
    press(&mut app, Code::Down);
    press(&mut app, Code::Down);
    let RecentRow::Earlier(value) = app.recent()[2].clone() else { panic!() };
    found(&mut app, &[ngrok(), tunnel(TunnelTool::Cloudflared, "a.trycloudflare.com")]);
    assert_eq!(app.recent()[selected(&app)], RecentRow::Earlier(value.clone()));
    assert_eq!(selected(&app), 3);
    // Without any, and under the help, it is the same.
    let mut app = super::super::frames::recalled("tab");
    press(&mut app, F3);
    press(&mut app, Code::Down);
    press(&mut app, Code::Down);
    press(&mut app, Code::F(1));
    found(&mut app, &[]);
    press(&mut app, Code::F(1));
    assert_eq!((selected(&app), app.recent()[1].clone()), (1, RecentRow::Earlier(value)));
    assert!(app.has_no_tunnel());
}

#[test]
fn typed_text_finds_tunnels_by_name_and_address_and_the_path_is_that_of_before() {
    let mut app = at_url("https://old.ngrok.app/widget/?v=2");
    ctrl(&mut app, 'u');
    type_in(&mut app, "FLARE");
    press(&mut app, F3);
    let flared = tunnel(TunnelTool::Cloudflared, "a.trycloudflare.com");
    found(&mut app, &[ngrok(), flared.clone()]);
    assert_eq!(app.recent(), [RecentRow::Tunnel(&flared)]);
    press(&mut app, Code::Enter);
    assert_eq!(shown(&app, "url"), text("https://a.trycloudflare.com/widget/?v=2"));
}

#[test]
fn other_rows_than_urls_have_no_tunnels() {
    let mut app = loaded();
    for row in ["name", "width"] {
        focus(&mut app, row);
        assert_eq!(press(&mut app, F3), []);
        assert!(!app.tunnels.is_looking && !app.recent().contains(&RecentRow::Looking));
        press(&mut app, Code::Esc);
    }
    // The palette goes to the row of the url.
    focus(&mut app, "width");
    assert_eq!(choose(&mut app, "use this machine's tunnel"), [Effect::FindTunnels(vec![])]);
    assert_eq!((app.form.focus.clone(), app.overlay()), (id("url"), Some(Overlay::Recent)));
}

#[test]
fn nobody_looks_while_no_url_is_on_a_tunnel_and_nothing_looks_at_intervals() {
    let mut app = loaded();
    assert!(!app.tunnels.is_looking, "not at the start");
    let is_look = |effect: &Effect| matches!(effect, Effect::FindTunnels(_));
    assert!(!update(&mut app, Msg::Focused).iter().any(is_look));
    let mut app = at_url("https://old.ngrok.app/w");
    assert!(app.tunnels.is_looking, "a reload shows a url on a tunnel");
    found(&mut app, &[]);
    for msg in [
        Msg::Woke { timer: callset::sync::Timer::Minute, waited: super::TOOK },
        Msg::Key(Key::plain(Code::Tab)),
        Msg::Unfocused,
        Msg::Resized { cramped: false },
    ] {
        assert!(!update(&mut app, msg.clone()).iter().any(is_look), "{msg:?}");
    }
    assert!(update(&mut app, Msg::Focused).iter().any(is_look));
}

#[test]
fn a_new_start_looks_once_everything_is_read() {
    let mut server = Server::new();
    server.holds.get_mut(&Resource::Settings).unwrap().set("url", Value::Text("https://old.ngrok.app/w".into()));
    let app = loaded_from(&mut server);
    assert!(app.tunnels.is_looking && app.tunnels.found.is_none());
}

fn siblings() -> App {
    let mut server = Server::new();
    for (resource, key, path) in [
        (Resource::Settings, "url", "widget"),
        (Resource::Recording, "urlToRetrieveAuthedRecording", "rec/%s"),
        (Resource::ChannelConnection, "url", "numbers"),
    ] {
        let url = Value::Text(format!("https://old.ngrok.app/{path}"));
        server.holds.get_mut(&resource).unwrap().set(key, url);
    }
    let mut app = loaded_from(&mut server);
    found(&mut app, &[]);
    app.form.focus = id("url");
    let effects = press(&mut app, F3);
    run(&mut app, &mut server, effects);
    found(&mut app, &[ngrok()]);
    press(&mut app, Code::Enter);
    assert_eq!(app.overlay(), Some(Overlay::Siblings));
    assert_eq!(app.sync.unsaved(), 0, "nothing is entered before the answer");
    app
}

fn urls(app: &App) -> Vec<String> {
    let url = |id: &FieldId| match app.sync.draft.entered(app.sync.draft.field(id).unwrap()) {
        Some(callset::model::Edit::Text(text)) => text,
        other => panic!("{other:?}"),
    };
    Resource::ALL
        .map(|resource| url(&resource.fields().iter().find(|f| f.kind == callset::model::Kind::Url).unwrap().id))
        .to_vec()
}

#[test]
fn urls_at_the_same_old_place_move_together_in_one_step_or_stay() {
    const OLD: [&str; 3] =
        ["https://old.ngrok.app/widget", "https://old.ngrok.app/rec/%s", "https://old.ngrok.app/numbers"];
    const NEW: [&str; 3] =
        ["https://new.ngrok.app/widget", "https://new.ngrok.app/rec/%s", "https://new.ngrok.app/numbers"];
    for code in [Key::char('y'), Key::plain(Code::Enter)] {
        let mut app = siblings();
        assert_eq!(key(&mut app, code), []);
        assert_eq!((urls(&app), app.sync.unsaved()), (NEW.map(str::to_owned).to_vec(), 3));
        assert_eq!(app.notice, Some(Notice::Moved { address: "https://new.ngrok.app".into(), urls: 3 }));
        ctrl(&mut app, 'z');
        assert_eq!((urls(&app), app.sync.unsaved()), (OLD.map(str::to_owned).to_vec(), 0), "one step");
        ctrl(&mut app, 'y');
        assert_eq!(urls(&app), NEW);
    }
    let mut app = siblings();
    key(&mut app, Key::char('n'));
    assert_eq!(urls(&app), [NEW[0], OLD[1], OLD[2]]);
    let mut app = siblings();
    press(&mut app, Code::Esc);
    assert_eq!((urls(&app), app.mode.is_editing()), (OLD.map(str::to_owned).to_vec(), true));
    let mut app = siblings();
    update(&mut app, Msg::Clicked(Hit::Outside));
    assert_eq!(app.overlay(), Some(Overlay::Siblings), "a question needs an answer");
}

#[test]
fn a_tunnel_that_is_gone_marks_its_url_and_names_the_one_that_runs() {
    let said = |app: &App| {
        let field = app.sync.draft.field(&id("url")).unwrap();
        app.tunnel_problem(field).map(|problem| (problem.text.to_string(), problem.next.is_some()))
    };
    let mut app = at_url("https://old.ngrok.app/w");
    assert_eq!(said(&app), None, "nothing is claimed before the look");
    found(&mut app, &[ngrok()]);
    let gone = "The tunnel behind this url is gone; ngrok has https://new.ngrok.app now";
    assert_eq!(said(&app), Some((gone.to_owned(), true)));
    press(&mut app, F3);
    found(&mut app, &[ngrok()]);
    press(&mut app, Code::Enter);
    assert_eq!(said(&app), None);
    let mut app = at_url("https://old.ngrok.app/w");
    found(&mut app, &[]);
    assert_eq!(said(&app), Some(("No tunnel of this machine serves this url".to_owned(), false)));
    let mut app = at_url("https://box.tail1.ts.net/w");
    found(&mut app, &[Tunnel { reach: TunnelReach::Tailnet, ..tunnel(TunnelTool::Tailscale, "box.tail1.ts.net") }]);
    assert_eq!(said(&app), Some(("Only your tailnet can open this: it has no funnel".to_owned(), false)));
}

#[test]
fn a_funnel_that_is_known_is_not_warned_about_though_the_name_does_not_tell() {
    let mut app = at_url("https://old.ngrok.app/w");
    found(&mut app, &[tunnel(TunnelTool::Tailscale, "box.tail1.ts.net")]);
    super::enter(&mut app, "url", "https://box.tail1.ts.net/w");
    assert_eq!(app.problems(app.focused()), []);
    super::enter(&mut app, "url", "https://other.tail1.ts.net/w");
    assert_eq!(app.problems(app.focused())[0].text, "Only for your tailnet, unless a funnel opens it to everyone");
}
