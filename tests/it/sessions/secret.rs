//! The session's credential where it does not belong: sent back in a value, pasted or typed into a field, in an old draft.
//! Every session looks at each frame, at the state and at each file it leaves: it is in none of them.

use super::{TALL, is_saved, loaded, widened};
use crate::gate::{Fate, Gate};
use crate::hostile::whole;
use crate::session::{NEW_TOKEN, SIZE, Session, TOKEN};
use callset::app::{CopyItem, Notice};
use callset::term::input::Input;
use serde_json::json;
use std::fs;
use tempfile::TempDir;

const MASKED: &str = "HubSpot sent back this session's credential here: it is masked, and kept nowhere";

const REFUSED: &str = "That is this session's token: it goes into no field";

const MASK: &str = "••••••••";

/// A way in, and its name.
type Way = (&'static str, fn(&mut Session, &str));

#[tokio::test]
async fn x8_a_value_that_holds_it_is_masked_and_a_save_of_others_leaves_it_alone() {
    for echo in [TOKEN.to_owned(), format!("https://a.dev/?t={}", TOKEN.replace('/', "%2F").replace('+', "%2B"))] {
        let gate = Gate::sandbox().await;
        gate.change(json!({ "name": echo })).await;
        let mut session = Session::start(gate.url(), TALL);
        session.settled().await.says(MASKED);
        assert_eq!((session.sign("Name"), session.row("Name").contains(MASK)), (Some('!'), true));
        session.enter("Width", "420").await.key("ctrl-s").settled().await.says("Saved 1 field");
        assert_eq!(gate.patches(), [r#"{"width":420}"#]);
        session.focus("Name").await.key("ctrl-o").key("enter").settled().await;
        assert_eq!(session.app().notice, Some(Notice::NothingToCopy(CopyItem::Value)));
        session.keys("ctrl-o j j j enter").settled().await;
        assert!(!session.copied()[0].contains("name"), "{:?}", session.copied());
        session.key("ctrl-l").settled().await.says(MASK).key("esc").on_disk().await;
    }
}

#[tokio::test]
async fn x8_a_new_value_takes_its_place() {
    let gate = Gate::sandbox().await;
    gate.change(json!({ "name": format!("x {TOKEN}") })).await;
    let home = TempDir::new().unwrap();
    let mut session = Session::in_home_sized(Some(home.path()), gate.url(), TALL);
    session.settled().await.enter("Name", "Acme").await.says(r#"{"name":"Acme"}"#).says(&format!("was {MASK}"));
    session.keys("ctrl-u").settled().await.says("A name is needed").type_text("Acme 2").settled().await;
    session.on_disk().await;
    assert!(session.file("draft.json").unwrap().contains("Acme 2"));
    session.killed();
    // The next run knows that the edit stands on what is still there.
    let mut session = Session::in_home_sized(Some(home.path()), gate.url(), TALL);
    session.settled().await.says("1 edit is unsaved since").key("d").settled().await.says(MASK);
    session.key("r").settled().await.says("1 field restored as unsaved edits");
    assert_eq!(session.sign("Name"), Some('●'));
    session.key("ctrl-s").settled().await.says("Saved 1 field, confirmed by the server");
    assert_eq!((gate.holds("name").await, session.sign("Name")), (json!("Acme 2"), None));
    session.says_not(MASKED).key("ctrl-g").settled().await.says(&format!("Name: {MASK} → Acme 2")).key("enter");
    session.settled().await.says("The old values are there already");
}

#[tokio::test]
async fn x8_another_value_that_holds_it_is_somebodys_change() {
    let gate = Gate::sandbox().await;
    gate.change(json!({ "name": format!("x {TOKEN}") })).await;
    let mut session = Session::start(gate.url(), TALL);
    session.settled().await.enter("Name", "Acme").await;
    gate.change(json!({ "name": format!("y {TOKEN}") })).await;
    session.key("ctrl-s").settled().await.says("Not saved: 1 field changed here and on the server");
    assert_eq!(gate.patches(), Vec::<String>::new());
}

#[tokio::test]
async fn x8_an_answer_to_a_save_that_holds_it_is_another_value() {
    let gate = Gate::account(json!({ "name": "Acme", "width": 400 }), |members, sent| {
        if sent.contains_key("name") {
            members.insert("name".into(), json!(TOKEN));
        }
    })
    .await;
    let mut session = Session::start(gate.url(), TALL);
    session.settled().await.enter("Name", "Acme 2").await.key("ctrl-s").settled().await;
    session.says("Not saved: HubSpot kept another value for 1 field").says(&format!("was {MASK}"));
    assert_eq!(session.unsaved(), r#"{"name":"Acme 2"}"#, "the edit stays");
    session.key("ctrl-r").settled().await.key("ctrl-x").settled().await.says(MASKED).says("nothing unsaved");
}

#[tokio::test]
async fn x8_an_unknown_member_that_holds_it_or_is_called_by_it() {
    let gate = Gate::account(json!({ "width": 400, "motto": TOKEN, "list": [TOKEN], TOKEN: true }), |_, _| {}).await;
    let mut session = Session::start(gate.url(), (100, 40));
    session.settled().await.says("NEW ON THE SERVER").says(&format!("motto {MASK}")).says(&format!("list {MASK}"));
    session.enter("motto", "ours").await.key("ctrl-s").settled().await.says("Saved 1 field");
    assert_eq!(gate.patches(), [r#"{"motto":"ours"}"#]);
}

#[tokio::test]
async fn x8_what_is_pasted_or_typed_of_it_goes_into_no_field() {
    let percent = TOKEN.replace('/', "%2F");
    let ways: [Way; 4] = [
        ("with keys between that type nothing", |session, text| {
            for c in text.chars() {
                session.key("end").type_text(&c.to_string());
            }
        }),
        ("a paste", |session, text| _ = session.paste(text)),
        ("key by key", |session, text| _ = session.type_text(text)),
        ("a burst", |session, text| _ = session.input(Input::Typed(text.to_owned()))),
    ];
    for (way, bring) in ways {
        let gate = Gate::sandbox().await;
        let mut session = loaded(&gate).await;
        session.focus("Name").await.keys("end space").settled().await;
        for text in [TOKEN, &percent, &format!("see {TOKEN}")] {
            bring(&mut session, text);
            session.settled().await.says(REFUSED);
        }
        let typed = session.unsaved();
        assert!(typed.starts_with(r#"{"name":"Acme Dialer "#) && !typed.contains("CAN"), "{way}: {typed}");
        session.type_text("!").settled().await.says("!\"}").on_disk().await;
        assert!(session.file("draft.json").unwrap().contains("Acme Dialer "), "{way}");
        session.key("ctrl-p");
        bring(&mut session, TOKEN);
        session.settled().await.says(REFUSED).key("esc").settled().await;
        session.key("ctrl-s").settled().await.says("Saved 1 field");
        assert!(!gate.patches().concat().contains("CAN"), "{way}");
    }
}

#[tokio::test]
async fn x8_a_token_that_was_pasted_into_a_field_first_is_taken_out_of_it() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let expired = || Fate::refused(whole("401 Unauthorized", r#"{"category":"EXPIRED_AUTHENTICATION"}"#));
    gate.next([expired()]);
    // Nobody can know yet what this is: it has nothing in common with the token of this run.
    let pasted = "CJT-yet-unknown-0123";
    session.focus("Name").await.key("end").paste(pasted).settled().await.says("CJT-yet").on_disk().await;
    assert!(session.file("draft.json").unwrap().contains(pasted));
    session.key("ctrl-s").settled().await.says("A new access token for app").paste(pasted).key("enter");
    session.settled().await;
    is_saved(&gate, &mut session, 420).await;
    assert_eq!((gate.patches(), session.row("Name").contains("Acme Dialer")), (vec![r#"{"width":420}"#.into()], true));
    session.key("down").settled().await.says("This session's token was in 1 field: taken out, and kept nowhere");
    session.keys("ctrl-z ctrl-z ctrl-y ctrl-y").settled().await.says_not("CJT").on_disk().await;
    assert!(session.file("draft.json").is_none_or(|draft| !draft.contains("CJT")));
}

#[tokio::test]
async fn x8_the_token_before_stays_as_secret() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.key("ctrl-p").type_text("access token").key("enter").paste(NEW_TOKEN).key("enter").settled().await;
    session.focus("Name").await.key("end");
    for token in [TOKEN, NEW_TOKEN] {
        session.paste(token).settled().await.says(REFUSED).says("nothing unsaved");
    }
}

#[tokio::test]
async fn x8_an_old_draft_that_holds_it_comes_back_without() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.enter("Name", "HOLDER").await.enter("Width", "420").await;
    session.killed();
    let draft = crate::session::runs(home.path()).remove(0).join("draft.json");
    let (text, spelled) = (fs::read_to_string(&draft).unwrap(), TOKEN.replace('C', "%43"));
    fs::write(&draft, text.replace("HOLDER", &spelled).replace("Acme Dialer", &spelled)).unwrap();
    let mut session = Session::in_home_sized(Some(home.path()), gate.url(), SIZE);
    session.settled().await.says("1 edit is unsaved since").key("d").settled().await.says("420");
    session.says_not("ANARY").key("r").settled().await.says(r#"{"width":420}"#).says_not("ANARY").on_disk().await;
}
