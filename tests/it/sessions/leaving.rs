//! The ways out: what is asked, what is sent, what is said at the end.

use super::{DOUBT, IN_DRAFT, loaded, page, widened};
use crate::gate::{Fate, Gate};
use crate::hostile::whole;
use crate::session::{NEW_TOKEN, Session};
use callset::term::input::Input;
use serde_json::json;
use tempfile::TempDir;

#[tokio::test]
async fn u11_quitting_clean_is_silent() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.key("ctrl-q").settled().await;
    assert_eq!((session.exit().code, &session.exit().farewell, gate.requests().len()), (0, &None, 1));
}

#[tokio::test]
async fn u11_quitting_dirty_asks_and_discards_only_when_told() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.key("ctrl-q").settled().await.says("Quit? 1 edit is unsaved").key("esc").settled().await;
    assert!(session.is_running() && session.unsaved() == r#"{"width":420}"#);
    session.keys("ctrl-q x q enter").settled().await.says("Quit? 1 edit is unsaved").key("d").settled().await;
    assert_eq!(session.exit().code, 0, "that was the answer to the question");
    assert!(session.exit().farewell.as_ref().unwrap().contains(r#"Not saved: {"width":420}"#));
    assert_eq!((gate.patches().len(), gate.holds("width").await), (0, json!(400)));
}

#[tokio::test]
async fn u11_an_answer_that_came_right_behind_what_asks_is_none() {
    const QUIT: &str = "Quit? 1 edit is unsaved";
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    for millis in [0, 2, 30, 119] {
        session.pressed_every(millis);
        for answer in ["s", "k", "d", "n", "ctrl-s", "f10"] {
            session.keys("ctrl-q").key(answer).settled().await.says(QUIT);
            assert!(session.is_running(), "{answer} after {millis} ms");
            // Esc does not answer: it counts at once.
            session.key("esc").settled().await.says_not(QUIT);
        }
        // A key that is held down is many presses of it.
        session
            .key("ctrl-q")
            .input(Input::Typed("sss".to_owned()))
            .settled()
            .await
            .says(QUIT)
            .key("esc")
            .settled()
            .await;
        // Nor is a click.
        session.key("ctrl-q").read().await.click_on("discard").settled().await.says(QUIT).key("esc").settled().await;
    }
    assert_eq!((gate.patches().len(), session.unsaved().as_str()), (0, r#"{"width":420}"#));
    session.pressed_every(120).keys("ctrl-q s").settled().await;
    assert_eq!((session.exit().code, gate.patches().len()), (0, 1));
}

#[tokio::test]
async fn u11_the_second_of_two_keys_that_quit_counts_at_once() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.pressed_every(2).keys("ctrl-c ctrl-c").settled().await;
    assert_eq!((session.exit().code, gate.patches().len()), (130, 0));
}

#[tokio::test]
async fn u11_a_click_that_came_at_once_with_text_answers_nothing() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.key("ctrl-q").settled().await;
    let at = session.place_of("discard");
    session.input(Input::Pressed { x: at.0, y: at.1, with_text: true }).settled().await.says("Quit? 1 edit is unsaved");
    session.input(Input::Pressed { x: at.0, y: at.1, with_text: false }).settled().await;
    assert_eq!(session.exit().code, 0);
}

#[tokio::test]
async fn u11_save_and_quit_waits_for_the_answer() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let (fate, go) = Fate::held();
    gate.next_patch([fate]);
    session.keys("ctrl-q s").sent(&gate, 3).await;
    assert!(session.is_running());
    go.send(()).unwrap();
    session.settled().await;
    assert_eq!((session.exit().code, &session.exit().farewell), (0, &None));
    assert_eq!((gate.patches(), gate.holds("width").await), (vec![r#"{"width":420}"#.to_owned()], json!(420)));
}

#[tokio::test]
async fn u11_save_and_quit_stays_when_the_save_fails_or_something_was_typed_meanwhile() {
    for fates in [
        vec![Fate::refused(whole("403 No", "{}"))],
        vec![Fate::reset(false), Fate::reset(false)],
        vec![Fate::refused(whole("409 No", "{}")), Fate::refused(whole("409 No", "{}"))],
    ] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch(fates);
        session.keys("ctrl-q s").settled().await.says(IN_DRAFT);
        session.key("ctrl-s").settled().await.says("Saved 1 field, confirmed");
        assert!(session.is_running(), "nor does the next save quit");
        assert_eq!(gate.holds("width").await, json!(420));
    }
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let (fate, go) = Fate::held();
    gate.next_patch([fate]);
    session.keys("ctrl-q s").sent(&gate, 3).await;
    session.key("end").type_text("0").read().await;
    go.send(()).unwrap();
    session.settled().await.says(r#"{"width":4200}"#);
    assert!(session.is_running());
}

#[tokio::test]
async fn u11_save_and_quit_with_a_value_that_can_not_be_sent_stays() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.enter("Width", "x").await.keys("ctrl-q s").settled().await.says("Not saved: 1 field cannot be sent");
    assert_eq!((session.is_running(), gate.patches().len()), (true, 0));
    session.keys("ctrl-q d").settled().await;
    assert!(session.exit().farewell.as_ref().unwrap().contains("not valid for width: \"x\""));
}

#[tokio::test]
async fn u11_quitting_during_a_save_waits_or_tells_of_the_doubt() {
    for waits in [true, false] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        let (fate, go) = Fate::held();
        gate.next_patch([fate]);
        session.keys("ctrl-s ctrl-q").sent(&gate, 3).await.says("Quit? A save is on its way");
        session.key(if waits { "s" } else { "d" }).read().await;
        assert_eq!(session.is_running(), waits);
        let _ = go.send(());
        session.settled().await;
        let farewell = session.exit().farewell.clone().unwrap_or_default();
        assert_eq!(session.exit().code, if waits { 0 } else { 7 });
        assert_eq!(
            farewell.contains(r#"whether HubSpot took it is not known; the next start looks: {"width":420}"#),
            !waits,
            "{farewell}"
        );
        assert_eq!((gate.holds("width").await, gate.patches().len()), (json!(420), 1));
    }
}

#[tokio::test]
async fn the_answer_that_comes_while_the_question_stands_is_shown_and_nothing_is_asked_twice() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    session.keys("ctrl-s ctrl-q").settled().await.key("s").settled().await;
    assert_eq!((session.exit().code, &session.exit().farewell), (0, &None));
    assert_eq!((gate.holds("width").await, gate.patches().len()), (json!(420), 1));
}

#[tokio::test]
async fn leaving_in_doubt_asks_even_if_nothing_is_unsaved_and_never_claims_to_know() {
    for back in ["down", "ctrl-x"] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next_patch([Fate::reset(true)]);
        gate.next([Fate::own(), Fate::refused(page())]);
        session.key("ctrl-s").settled().await.keys(back).key("ctrl-q").settled().await.says("Quit?");
        assert!(session.is_running(), "the server holds what this screen does not show");
        session.key("d").settled().await;
        let farewell = session.exit().farewell.as_ref().unwrap();
        assert!(
            farewell.contains(r#"whether HubSpot took it is not known; the next start looks: {"width":420}"#),
            "{farewell}"
        );
        assert!(!farewell.contains("Not saved"), "{farewell}");
        assert_eq!((session.exit().code, gate.holds("width").await), (7, json!(420)));
    }
}

#[tokio::test]
async fn u11_save_and_quit_waits_out_a_pause_and_a_turn() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.next([Fate::reset(false)]);
    session.keys("ctrl-q s").settled().await;
    assert_eq!((session.exit().code, gate.holds("width").await), (0, json!(420)));
    let home = TempDir::new().unwrap();
    let mut first = Session::in_home(Some(home.path()), gate.url());
    first.settled().await.enter("Width", "430").await;
    let mut second = Session::in_home(Some(home.path()), gate.url());
    second.settled().await.enter("Height", "700").await;
    let (fate, go) = Fate::held();
    gate.next_patch([fate]);
    let sent = gate.requests().len() + 2;
    first.key("ctrl-s").sent(&gate, sent).await;
    second.keys("ctrl-q s").until("Another callset saves first").await;
    go.send(()).unwrap();
    first.settled().await;
    second.settled().await;
    assert_eq!((second.exit().code, gate.holds("height").await), (0, json!(700)));
}

#[tokio::test]
async fn u11_save_and_quit_that_finds_a_conflict_or_no_token_stays() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    gate.change(json!({ "width": 380 })).await;
    session.keys("ctrl-q s").settled().await.says("Changed here and on the server");
    session.keys("right enter").settled().await.says("Saved 1 field, confirmed");
    gate.next([Fate::refused(whole("401 Unauthorized", "{}"))]);
    session.enter("Width", "430").await.keys("ctrl-q s").settled().await.says("A new access token for app");
    session.paste(NEW_TOKEN).key("enter").settled().await.says("Saved 1 field, confirmed");
    assert!(session.is_running());
}

#[tokio::test]
async fn u11_p2_leaving_during_a_save_leaves_a_note_for_the_next_start() {
    for (keys, carried_out) in
        [("d", true), ("d", false), ("k", true), ("k", false), ("ctrl-c", true), ("ctrl-c", false)]
    {
        let gate = Gate::sandbox().await;
        let home = TempDir::new().unwrap();
        let mut session = Session::in_home(Some(home.path()), gate.url());
        session.settled().await.enter("Width", "420").await;
        gate.next_patch([Fate::silence(carried_out)]);
        session.keys("ctrl-s ctrl-q").sent(&gate, 3).await.says("Quit? A save is on its way").key(keys).settled().await;
        assert_eq!(session.exit().code, 7, "{keys}");
        assert!(session.exit().farewell.as_ref().unwrap().contains("is not known; the next start looks"));
        session.killed();
        let mut session = Session::in_home(Some(home.path()), gate.url());
        session.settled().await;
        if carried_out {
            session.says("Your save of").says("went through: 1 field");
        } else {
            session.says("1 edit is unsaved since").says("it did not go through");
        }
    }
}

#[tokio::test]
async fn p3_told_to_end_it_keeps_the_draft_and_the_note() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.enter("Width", "420").await.terminated().settled().await;
    assert_eq!(session.exit().code, 143);
    let farewell = session.exit().farewell.clone().unwrap();
    assert!(farewell.contains(r#"Not saved, kept as a draft for the next start: {"width":420}"#), "{farewell}");
    session.killed();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.says("1 edit is unsaved since").key("r").settled().await;
    gate.next_patch([Fate::silence(true)]);
    session.key("ctrl-s").sent(&gate, 4).await.terminated().settled().await;
    assert_eq!(session.exit().code, 7);
    session.killed();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.says("Your save of").says("went through: 1 field").says("nothing unsaved");
}

#[tokio::test]
async fn p2_leaving_in_doubt_the_next_start_knows() {
    let gate = Gate::sandbox().await;
    let home = TempDir::new().unwrap();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.enter("Width", "420").await;
    gate.next_patch([Fate::reset(true)]);
    gate.next([Fate::own(), Fate::refused(page())]);
    session.key("ctrl-s").settled().await.says(DOUBT).key("ctrl-x").settled().await.key("ctrl-q").settled().await;
    session.says("Quit? We do not know whether HubSpot saved this").key("d").settled().await;
    session.killed();
    let mut session = Session::in_home(Some(home.path()), gate.url());
    session.settled().await.says("Your save of").says("went through: 1 field");
}

/// A key that is pressed twice answers once, and is not typed into the row below the question.
#[tokio::test]
async fn u11_the_answer_pressed_twice_is_not_typed() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.enter("Width", "420").await.key("ctrl-q").settled().await.says("Quit?");
    session.pressed_every(200).key("s").read().await.pressed_every(20).key("s").settled().await;
    assert_eq!((gate.patches(), session.exit().code), (vec![r#"{"width":420}"#.to_owned()], 0));
}

/// Whoever answers a question that has just closed by itself types nothing.
#[tokio::test]
async fn u11_a_question_that_closes_by_itself_leaves_no_key_for_the_form() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    let (held, go) = Fate::held();
    gate.next([held]);
    session.enter("Width", "420").await.key("ctrl-s").sent(&gate, 2).await.enter("Height", "700").await;
    session.key("ctrl-c").read().await.says("Quit?");
    go.send(()).unwrap();
    session.settled().await.says_not("Quit?").pressed_every(20).key("k").settled().await;
    session.says(r#"{"height":700}"#);
}
