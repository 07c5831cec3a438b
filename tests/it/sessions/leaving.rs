//! The ways out: what is asked, what is sent, what is said at the end.

use super::{loaded, widened};
use crate::gate::{Fate, Gate};
use crate::hostile::whole;
use serde_json::json;

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
async fn u11_save_and_quit_waits_for_the_answer() {
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let (fate, go) = Fate::held();
    gate.next([fate]);
    session.keys("ctrl-q s").read().await;
    gate.decided(2).await;
    assert!(session.is_running());
    go.send(()).unwrap();
    session.settled().await;
    assert_eq!((session.exit().code, &session.exit().farewell), (0, &None));
    assert_eq!((gate.patches(), gate.holds("width").await), (vec![r#"{"width":420}"#.to_owned()], json!(420)));
}

#[tokio::test]
async fn u11_save_and_quit_stays_when_the_save_fails_or_something_was_typed_meanwhile() {
    for answer in [whole("403 No", "{}"), whole("500 Oh", "{}"), whole("200 OK", "")] {
        let gate = Gate::sandbox().await;
        let mut session = widened(&gate).await;
        gate.next([Fate::refused(answer)]);
        session.keys("ctrl-q s").settled().await.says("Your edit is still here.");
        session.key("ctrl-s").settled().await.says("Saved 1 field, confirmed");
        assert!(session.is_running(), "nor does the next save quit");
        assert_eq!(gate.holds("width").await, json!(420));
    }
    let gate = Gate::sandbox().await;
    let mut session = widened(&gate).await;
    let (fate, go) = Fate::held();
    gate.next([fate]);
    session.keys("ctrl-q s").read().await;
    gate.decided(2).await;
    session.type_text("0").read().await;
    go.send(()).unwrap();
    session.settled().await.says(r#"{"width":4200}"#);
    assert!(session.is_running());
}

#[tokio::test]
async fn u11_save_and_quit_with_a_value_that_can_not_be_sent_stays() {
    let gate = Gate::sandbox().await;
    let mut session = loaded(&gate).await;
    session.enter("Width", "x").await.keys("ctrl-q s").settled().await.says("Not saved: 1 field can not be sent");
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
        gate.next([fate]);
        session.keys("ctrl-s ctrl-q").read().await.says("Quit? A save is on its way");
        gate.decided(2).await;
        session.key(if waits { "s" } else { "d" }).read().await;
        assert_eq!(session.is_running(), waits);
        let _ = go.send(());
        session.settled().await;
        let farewell = session.exit().farewell.clone().unwrap_or_default();
        assert_eq!(session.exit().code, if waits { 0 } else { 130 });
        assert_eq!(farewell.contains(r#"whether HubSpot took it is not known: {"width":420}"#), !waits, "{farewell}");
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
        gate.next([Fate::reset(true)]);
        session.key("ctrl-s").settled().await.keys(back).key("ctrl-q").settled().await.says("Quit?");
        assert!(session.is_running(), "the server holds what this screen does not show");
        session.key("d").settled().await;
        let farewell = session.exit().farewell.as_ref().unwrap();
        assert!(farewell.contains(r#"whether HubSpot took it is not known: {"width":420}"#), "{farewell}");
        assert!(!farewell.contains("Not saved"), "{farewell}");
        assert_eq!((session.exit().code, gate.holds("width").await), (130, json!(420)));
    }
}
