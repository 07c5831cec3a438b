//! What opens over the form: palette, review, things to copy.

use super::{
    but, choose, ctrl, dirty, flip, focus, get, loaded, press, reply, row, save, sends, settings, target, type_in,
    update, with,
};
use callset::app::effect::Effect;
use callset::app::keymap::{BINDINGS, Intent, ProfileAct, Scope};
use callset::app::msg::{Code, Hit, Msg};
use callset::app::palette::PaletteChoice;
use callset::app::{App, CopiedTo, CopyItem, Mode, Notice, Overlay, Page, PageText, Picker, Rows};
use callset::model::text::is_invisible;
use callset::model::{Edit, Resource, Stroke, Value};
use callset::sync::{Doing, Fault};

#[test]
fn the_palette_filters_and_runs_what_is_chosen() {
    let mut app = loaded();
    assert_eq!(choose(&mut app, "suspend"), [Effect::Suspend]);
    assert!(app.mode.is_editing());
    assert_eq!(choose(&mut app, "reload"), get(2, Doing::Loading));
    update(&mut app, reply(2, Ok(settings())));
    assert_eq!(choose(&mut app, "zzzz"), []);
    assert!(app.mode.is_editing() && app.sync.unsaved() == 0);
    ctrl(&mut app, 'p');
    press(&mut app, Code::Up);
    let last = app.actions() - 1;
    assert!(matches!(app.mode, Mode::Picking(Picker { rows: Rows::Palette, selected, .. }) if selected == last));
    press(&mut app, Code::Down);
    press(&mut app, Code::Down);
    assert!(matches!(app.mode, Mode::Picking(Picker { rows: Rows::Palette, selected: 1, .. })));
    type_in(&mut app, "e");
    assert!(
        matches!(app.mode, Mode::Picking(Picker { rows: Rows::Palette, selected: 0, .. })),
        "what is typed begins at the best match"
    );
    assert_eq!(update(&mut app, Msg::Clicked(Hit::Item(last + 7))), [], "no such entry");
    assert!(app.mode.is_editing());
}

#[test]
fn every_action_of_the_palette_can_be_chosen_by_its_own_words() {
    let app = loaded();
    for binding in BINDINGS.iter().filter(|binding| binding.scope == Scope::Form) {
        assert_eq!(first(&app, binding.words), Some(binding.intent), "{}", binding.words);
    }
}

/// What the palette does first for these letters.
fn first(app: &App, typed: &str) -> Option<Intent> {
    match &app.palette(typed).first()?.choice {
        PaletteChoice::Act(binding) => Some(binding.intent),
        PaletteChoice::Row(_) => None,
    }
}

#[test]
fn the_palette_finds_actions_by_the_words_that_people_use() {
    let app = loaded();
    for (typed, intent) in [
        ("save", Intent::Save),
        ("RELOAD", Intent::Reload),
        ("mouse", Intent::Mouse),
        ("exit", Intent::Quit),
        ("theme", Intent::ChangeLooks),
        ("dark", Intent::ChangeLooks),
        ("test", Intent::Manage(ProfileAct::Test)),
        ("refresh", Intent::Reload),
        ("discard", Intent::Reset),
        ("discard all", Intent::ResetAll),
        ("restore", Intent::Open(Overlay::History)),
        ("drafts", Intent::Leftovers),
        ("config", Intent::Open(Overlay::Profiles)),
        ("delete", Intent::Delete(Resource::Settings)),
        ("remove", Intent::Manage(ProfileAct::Remove)),
        ("log", Intent::Open(Overlay::Log)),
        ("token", Intent::Open(Overlay::Token)),
    ] {
        assert_eq!(first(&app, typed), Some(intent), "{typed}");
    }
    for (typed, key) in [("width", "width"), ("url", "url"), ("usesremote", "usesRemote"), ("name", "name")] {
        let entry = app.palette(typed).remove(0);
        assert!(matches!(entry.choice, PaletteChoice::Row(row) if row == super::id(key)), "{typed}: {}", entry.words);
    }
    for typed in ["settings", "theme", "set", "e", "t", "s"] {
        assert!(!matches!(first(&app, typed), Some(Intent::Delete(_))), "{typed}");
    }
    assert!(app.palette("zzzz").is_empty());
}

#[test]
fn the_palette_marks_what_matched_and_lists_what_was_used_first() {
    let mut app = loaded();
    let marked = |app: &App, typed: &str| {
        let entry = app.palette(typed).remove(0);
        entry.words.chars().enumerate().filter(|(at, _)| entry.marks.contains(at)).map(|(_, c)| c).collect::<String>()
    };
    for typed in ["reload", "dirtyfields", "Width", "mou"] {
        assert_eq!(marked(&app, typed).to_lowercase(), typed.to_lowercase());
    }
    choose(&mut app, "mouse");
    choose(&mut app, "watch");
    let listed = app.palette("").into_iter().take(2).map(|entry| match entry.choice {
        PaletteChoice::Act(binding) => binding.intent,
        PaletteChoice::Row(id) => panic!("{id:?}"),
    });
    assert_eq!(listed.collect::<Vec<_>>(), [Intent::Watch, Intent::Mouse]);
    assert_eq!(app.palette("").len(), app.actions());
    assert_eq!(choose(&mut app, "height"), []);
    assert_eq!((&app.form.focus, app.form.selected), (&super::id("height"), true));
}

#[test]
fn t15_the_mouse_can_be_switched_off_and_on() {
    let mut app = loaded();
    assert_eq!(choose(&mut app, "mouse"), [Effect::SetMouse(false)]);
    assert_eq!((app.terminal.mouse, &app.notice), (false, &Some(Notice::Mouse(false))));
    assert_eq!(choose(&mut app, "mouse"), [Effect::SetMouse(true)]);
}

#[test]
fn the_review_can_save_and_copy() {
    let mut app = dirty();
    ctrl(&mut app, 'd');
    for _ in 0..3 {
        press(&mut app, Code::Down);
    }
    press(&mut app, Code::Up);
    assert!(matches!(app.mode, Mode::Paging(Page { text: PageText::Review, scroll: 2 })));
    assert_eq!(save(&mut app, 2), sends(3, &[("width", Edit::Text("420".into()))]));
    assert!(app.mode.is_editing());
    ctrl(&mut app, 'd');
    ctrl(&mut app, 'o');
    assert!(matches!(app.mode, Mode::Picking(Picker { rows: Rows::Copy, selected: 0, .. })));
}

fn copied(app: &mut App, item: CopyItem) -> Option<String> {
    ctrl(app, 'o');
    let at = CopyItem::ALL.iter().position(|i| *i == item).unwrap();
    let effects = update(app, Msg::Clicked(Hit::Item(at)));
    assert!(app.mode.is_editing());
    match effects.as_slice() {
        [] => None,
        [Effect::Copy(copied, text)] => {
            assert_eq!((*copied, &app.notice), (item, &None), "nothing is claimed before it is known");
            let way = CopiedTo::Program("pbcopy".into());
            update(app, Msg::Copied(item, way.clone()));
            assert_eq!(app.notice, Some(Notice::Copied(item, way)));
            let (none, last) = (Msg::NotTaken(item, text.clone()), Effect::CopyByTerminal(item, text.clone()));
            assert_eq!(update(app, none), [last]);
            Some(text.clone())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_can_be_copied() {
    let mut app = loaded();
    focus(&mut app, "width");
    assert_eq!(copied(&mut app, CopyItem::Value).as_deref(), Some("400"));
    assert_eq!(copied(&mut app, CopyItem::Body), None);
    assert_eq!(copied(&mut app, CopyItem::Error), None);
    let url = "'https://api.hubapi.com/crm/v3/extensions/calling/1234567/settings'";
    let auth = "-H \"Authorization: Bearer $HUBSPOT_ACCESS_TOKEN\"";
    assert_eq!(copied(&mut app, CopyItem::Curl), Some(format!("curl {url} {auth}")));
    press(&mut app, Code::Right);
    assert_eq!(copied(&mut app, CopyItem::Value).as_deref(), Some("401"));
    assert_eq!(copied(&mut app, CopyItem::Body).as_deref(), Some(r#"{"width":401}"#));
    save(&mut app, 2);
    update(&mut app, reply(3, Err(Fault::Setup("no certificates".into()))));
    let error = "PATCH https://api.hubapi.com/crm/v3/extensions/calling/1234567/settings: Cannot start the \
                 HTTP client: no certificates";
    assert_eq!(copied(&mut app, CopyItem::Error).as_deref(), Some(error));
}

#[test]
fn s9_the_curl_line_holds_no_credential_and_nothing_in_it_is_interpreted() {
    let name = "It's $HOME `id` \"x\" \\ line\nnext\u{1b}\u{9b}";
    let mut app = with(but("name", Value::Text("old".into())));
    // Such a name can only come from the server; editing it keeps what it holds.
    let field = row(&app, "name");
    app.sync.draft.set(&field, Edit::Text(name.into()), Stroke::Whole);
    let curl = app.copy_text(CopyItem::Curl).unwrap();
    assert!(!curl.contains("c41f") && curl.contains("$HUBSPOT_ACCESS_TOKEN"));
    assert!(!curl.contains(char::is_control), "{curl:?}");
    let words = shell_words(&curl);
    let sent: serde_json::Value = serde_json::from_str(words.last().unwrap()).unwrap();
    assert_eq!(sent, serde_json::json!({ "name": name }));
    let expected = [
        "curl",
        "-X",
        "PATCH",
        "https://api.hubapi.com/crm/v3/extensions/calling/1234567/settings",
        "-H",
        "Authorization: Bearer <HUBSPOT_ACCESS_TOKEN>",
        "-H",
        "Content-Type: application/json",
        "--data",
    ];
    assert_eq!(words[..words.len() - 1], expected);
}

/// What is easily lost or does harm where it is pasted.
const PAYLOADS: [&str; 13] = [
    "\0",
    "\u{1b}[2J",
    "\u{7}",
    "a\nb",
    "a\r\nb\tc",
    "\u{9b}31m",
    "\u{200f}x\u{202e}y",
    "\u{2066}\u{feff}",
    "it's",
    "\"q\" \\ `id` $(id)",
    "\u{2028}</script>",
    "\u{2800}\u{3164}",
    "👩\u{200d}👩 é 漢",
];

#[test]
fn a_value_is_copied_byte_for_byte_and_all_else_so_that_everything_can_be_seen() {
    for payload in PAYLOADS {
        for of_server in [true, false] {
            let name = Value::Text(if of_server { payload } else { "old" }.into());
            let mut app = with(but("name", name));
            if !of_server {
                let field = row(&app, "name");
                app.sync.draft.set(&field, Edit::Text(payload.into()), Stroke::Whole);
            }
            assert_eq!(copied(&mut app, CopyItem::Value).as_deref(), Some(payload));
            app.sync.last_fault = Some((Doing::Saving, Fault::Broken(payload.into())));
            for item in CopyItem::ALL.into_iter().filter(|item| *item != CopyItem::Value) {
                let text = app.copy_text(item);
                assert!(!text.as_ref().is_some_and(|text| text.contains(is_invisible)), "{item:?}: {text:?}");
            }
            let body = app.copy_text(CopyItem::Body);
            let sent = body.map(|body| serde_json::from_str::<serde_json::Value>(&body).unwrap());
            assert_eq!(sent, (!of_server).then(|| serde_json::json!({ "name": payload })));
            let curl = app.copy_text(CopyItem::Curl).unwrap();
            let word = shell_words(&curl).pop().unwrap();
            assert!(
                of_server || serde_json::from_str::<serde_json::Value>(&word).unwrap()["name"] == payload,
                "{curl}"
            );
        }
        let list = Value::from_json(&serde_json::json!([payload]).to_string()).unwrap();
        let app = with(but("name", list));
        assert!(!app.copy_text(CopyItem::Override).unwrap().contains(is_invisible));
    }
}

/// Splits as a POSIX shell does, as far as the line needs it; a variable becomes `<NAME>`, anything else is refused.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word = String::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' => words.push(std::mem::take(&mut word)),
            '\'' => word.extend(chars.by_ref().take_while(|c| *c != '\'')),
            '\\' => word.extend(chars.next()),
            '"' => {
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    match c {
                        '$' => {
                            word.push('<');
                            while let Some(c) = chars.next_if(|c| c.is_ascii_uppercase() || *c == '_') {
                                word.push(c);
                            }
                            word.push('>');
                        }
                        '`' | '\\' => panic!("{c} in double quotes"),
                        c => word.push(c),
                    }
                }
            }
            '$' | '`' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | '*' | '?' | '#' | '~' => panic!("{c} is bare"),
            c => word.push(c),
        }
    }
    words.push(word);
    words
}

#[test]
fn the_override_snippet_is_json_inside_javascript() {
    let mut app = loaded();
    let name = "It's \"Acme\" </script> \\ \n\u{2028}";
    let field = row(&app, "name");
    app.sync.draft.set(&field, Edit::Text(name.into()), Stroke::Whole);
    // It is on there, whatever the form says.
    if matches!(app.sync.draft.base(&row(&app, "isReady").id), Some(Value::Switch(true))) {
        flip(&mut app, "isReady");
    }
    let snippet = app.copy_text(CopyItem::Override).unwrap();
    let inside = snippet
        .strip_prefix("localStorage.setItem(\"LocalSettings:Calling:CallingExtensions\", ")
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap();
    let json: String = serde_json::from_str(inside).unwrap();
    let settings: serde_json::Value = serde_json::from_str(&json).unwrap();
    let expected = serde_json::json!({"isReady": true, "name": name, "url": "https://dialer.acme.dev/widget"});
    assert_eq!(settings, expected);
    assert_eq!(App::new(target()).0.copy_text(CopyItem::Override), None);
    let end = "localStorage.removeItem(\"LocalSettings:Calling:CallingExtensions\")";
    assert_eq!(app.copy_text(CopyItem::OverrideEnd).as_deref(), Some(end));
}
