//! What a frame, a key, a PATCH and an answer cost. Compare ratios, not milliseconds: machines differ and are shared.

use callset::api::wire::{self, Head};
use callset::api::{Client, Credential, Endpoint, Timeouts};
use callset::app::msg::{Code, DiskReply, Key, Msg};
use callset::app::{App, ProfilesOnDisk, update};
use callset::model::profile::{Config, Profile};
use callset::model::{ApiVersion, Draft, Edit, FieldId, Representation, Resource, Stroke};
use callset::sync::{Moment, Reply, RequestId, Target};
use callset::ui;
use callset::ui::canvas::{Canvas, ChangedPart};
use callset::ui::theme::{Palette, Theme};
use divan::{Bencher, black_box};
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

fn main() {
    divan::main();
}

const ANSWER: &[u8] =
    br#"{"name":"Acme Dialer","url":"https://dialer.acme.dev/widget","width":400,"height":650,"isReady":false,
    "usesCallingWindow":true,"usesRemote":true,"supportsInboundCalling":false,"supportsCustomObjects":true,
    "createdAt":"2024-03-02T09:14:07.000Z","updatedAt":"2026-11-19T07:29:41.000Z"}"#;

const LOOK: Theme = Theme { palette: Palette::Ansi, ascii: false, wide: false };

fn settings() -> Representation {
    wire::decode(Resource::Settings, &Head::default(), ANSWER).unwrap_or_default()
}

fn loaded() -> App {
    let target = Target {
        app_id: 1_234_567,
        host: "api.hubapi.com".into(),
        base_url: "https://api.hubapi.com".into(),
        paths: [(Resource::Settings, "/crm/v3/extensions/calling/1234567/settings".into())].into(),
        kind: callset::model::profile::CredentialKind::Bearer,
        credential_hint: String::new(),
        looks_like: None,
        credential_source: String::new(),
        credential_renewal: None,
        profile: None,
        setup: Config::default(),
        complaints: vec![],
        sandbox: false,
        watch: None,
        seed: 0,
    };
    let (mut app, _) = App::new(target);
    let (request, took, at) = (RequestId(1), Duration::from_millis(5), Timestamp::UNIX_EPOCH);
    update(
        &mut app,
        Msg::Reply(Reply { request, began: Moment::default(), took, at, outcome: Ok(settings()), trace: None }),
    );
    app
}

fn key(c: char) -> Msg {
    Msg::Key(Key::plain(Code::Char(c)))
}

/// A whole 120x36 frame, from nothing.
#[divan::bench]
fn frame_from_scratch(bencher: Bencher<'_, '_>) {
    let app = loaded();
    bencher.with_inputs(|| Terminal::new(TestBackend::new(120, 36))).bench_local_values(|terminal| {
        let mut terminal = terminal.ok()?;
        terminal.draw(|frame| ui::draw(black_box(&app), LOOK, frame)).ok()?;
        Some(terminal)
    });
}

/// A typed key: the state, then the frame, of which few rows differ from the last one's.
#[divan::bench]
fn key_and_frame(bencher: Bencher<'_, '_>) {
    let mut app = loaded();
    let area = Rect::new(0, 0, 120, 36);
    let mut canvas = Canvas::new(LOOK);
    ui::paint(&app, area, &mut canvas);
    canvas.is_shown();
    let (mut cells_shown, mut cells) = (vec![], vec![]);
    bencher.bench_local(|| {
        update(&mut app, key('x'));
        ui::paint(&app, area, &mut canvas);
        for ChangedPart { area, is_steady } in canvas.changed() {
            if is_steady {
                canvas.cells_shown(area, &mut cells_shown);
                canvas.cells(area, &mut cells);
                let pairs = cells_shown.iter().zip(&cells);
                pairs.filter(|(shown, cell)| shown != cell).for_each(|pair| _ = black_box(pair));
                continue;
            }
            let (mut shown, mut wanted) = (Buffer::empty(area), Buffer::empty(area));
            canvas.render_shown(area.y, &mut shown);
            canvas.render(area.y, &mut wanted);
            shown.diff_iter(&wanted).for_each(|cell| _ = black_box(cell));
        }
        canvas.is_shown();
        update(&mut app, Msg::Key(Key::plain(Code::Backspace)));
    });
}

/// A key in the list of so many profiles, and its frame: the next entry, and a filter that finds a tenth of them.
#[divan::bench(args = [10, 10_000])]
fn key_and_frame_in_a_list_of_profiles(bencher: Bencher<'_, '_>, profiles: i32) {
    let mut app = loaded();
    let profile = |id| Profile {
        base_url: format!("https://gate-{}.acme.dev", id % 10),
        ..Profile::new(&format!("app-{id}"), id)
    };
    let setup = Config { profiles: (1..=profiles).map(profile).collect(), ..Config::default() };
    let unsaved = setup.profiles.iter().map(|_| 0).collect();
    update(&mut app, Msg::Key(Key::ctrl('t')));
    update(&mut app, Msg::Disk(DiskReply::Surveyed(ProfilesOnDisk { setup, unsaved, ..ProfilesOnDisk::default() })));
    let area = Rect::new(0, 0, 120, 36);
    let mut canvas = Canvas::new(LOOK);
    bencher.bench_local(|| {
        for code in [Code::Down, Code::Char('7'), Code::Backspace] {
            update(&mut app, Msg::Key(Key::plain(code)));
            ui::paint(&app, area, &mut canvas);
        }
    });
}

/// The state alone, for a key.
#[divan::bench]
fn update_for_a_key(bencher: Bencher<'_, '_>) {
    let mut app = loaded();
    bencher.bench_local(|| {
        update(&mut app, key('x'));
        update(&mut app, Msg::Key(Key::plain(Code::Backspace)))
    });
}

/// The body of a PATCH of four fields.
#[divan::bench]
fn encode_a_patch(bencher: Bencher<'_, '_>) {
    let mut draft = Draft::new();
    draft.rebase(Resource::Settings, settings(), None);
    let edits = [
        ("name", Edit::Text("Acme \"Dialer\" 日本語".into())),
        ("url", Edit::Text("https://tunnel.example.dev/widget?v=2".into())),
        ("width", Edit::Text("420".into())),
        ("isReady", Edit::Switch(true)),
    ];
    for (name, edit) in edits {
        if let Some(field) = draft.field(&FieldId::settings(name)).cloned() {
            draft.set(&field, edit, Stroke::Whole);
        }
    }
    bencher.bench_local(|| black_box(&draft).patch(Resource::Settings).body());
}

/// A refusal of a megabyte about fifty fields, which is full of the token: from the request to what is shown of it.
#[divan::bench]
fn refusal_of_a_megabyte(bencher: Bencher<'_, '_>) {
    const TOKEN: &str = "pat-na1-0CANA4e7-1f2c-4b7a-9d15-8a6b5c4d3e2f";
    let fields = vec!["\"name\""; 50].join(",");
    let words = format!("{TOKEN} and so on, ").repeat(16_000);
    let body = format!("{{\"message\":\"{words}\",\"context\":{{\"propertyName\":[{fields}]}}}}");
    let answer = format!("HTTP/1.1 400 No\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let Ok(server) = TcpListener::bind("127.0.0.1:0") else { return };
    let Ok(address) = server.local_addr() else { return };
    std::thread::spawn(move || {
        for mut client in server.incoming().flatten() {
            let _ = client.read(&mut [0; 4096]).and_then(|_| client.write_all(answer.as_bytes()));
        }
    });
    let Ok(endpoint) = Endpoint::new(&format!("http://{address}"), ApiVersion::V3, 1) else { return };
    let Ok((credential, _)) = Credential::bearer(TOKEN) else { return };
    let Ok(client) = Client::new(endpoint, credential, Timeouts::default()) else { return };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    bencher.bench_local(|| runtime.block_on(client.get(Resource::Settings)));
}

/// An answer of eleven members.
#[divan::bench]
fn decode_an_answer(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| wire::decode(Resource::Settings, &Head::default(), black_box(ANSWER)));
}
