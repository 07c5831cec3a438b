//! All settings as a file for the user's own editor.

use super::{but, choose, ctrl, focus, id, loaded, reply, type_in, update};
use callset::app::effect::Effect;
use callset::app::msg::{EditedFile, Msg};
use callset::app::{App, Notice};
use callset::model::{Edit, Value};
use callset::sync::RequestId;
use callset::words::sheet::SheetNews;

fn handed_out(app: &mut App) -> String {
    match choose(app, "edit all").as_slice() {
        [Effect::EditAsFile(text)] => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn came_back(app: &mut App, text: &str) -> Vec<Effect> {
    update(app, Msg::Edited(EditedFile::Text { text: text.into(), path: "/p".into() }))
}

fn news(app: &App) -> &SheetNews {
    match &app.notice {
        Some(Notice::Sheet(news)) => news,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_comes_back_is_one_step_of_edits_and_nothing_is_sent() {
    let mut app = loaded();
    let text = handed_out(&mut app);
    let changed = text.replace("width = 400", "width = 420").replace("isReady = false", "isReady = true");
    assert_eq!(came_back(&mut app, &changed), [Effect::RemoveFile]);
    assert_eq!(*news(&app), SheetNews::Entered { fields: 2, conflicts: 0 });
    assert_eq!(app.form.focus, id("width"));
    assert_eq!(app.sync.draft.edit(&id("width")), Some(&Edit::Text("420".into())));
    assert_eq!(app.sync.draft.edit(&id("isReady")), Some(&Edit::Switch(true)));
    assert_eq!(ctrl(&mut app, 'z'), []);
    assert_eq!(app.sync.unsaved(), 0);
    assert_eq!(ctrl(&mut app, 'y'), []);
    assert_eq!(app.sync.unsaved(), 2);
    // A second answer is to nothing.
    assert_eq!(came_back(&mut app, "width = 1"), []);
    assert_eq!(app.sync.unsaved(), 2);
}

#[test]
fn what_is_wrong_goes_back_and_what_is_not_mended_is_kept() {
    let mut app = loaded();
    focus(&mut app, "name");
    type_in(&mut app, "x");
    handed_out(&mut app);
    let again = match came_back(&mut app, "widht = 5\nheight = 3\n").as_slice() {
        [Effect::EditAsFile(text)] => text.clone(),
        other => panic!("{other:?}"),
    };
    assert!(again.contains("did you mean width?"));
    assert_eq!(came_back(&mut app, &again), []);
    assert_eq!(*news(&app), SheetNews::StillWrong("/p".into()));
    // The edits of before are there, and nothing else.
    assert_eq!(app.sync.unsaved(), 1);
    let text = handed_out(&mut app);
    assert!(text.contains("# On the server: Acme Dialer\nname = \"Acme Dialerx\""), "{text}");
    assert_eq!(came_back(&mut app, &text), [Effect::RemoveFile]);
    assert_eq!(*news(&app), SheetNews::Unchanged);
    handed_out(&mut app);
    assert_eq!(came_back(&mut app, "\n"), [Effect::RemoveFile]);
    assert_eq!(*news(&app), SheetNews::Emptied);
    handed_out(&mut app);
    let failed = EditedFile::Failed { why: "The editor x ended with 1".into(), kept: Some("/p".into()) };
    assert_eq!(update(&mut app, Msg::Edited(failed)), []);
    assert_eq!(*news(&app), SheetNews::Failed("The editor x ended with 1".into(), Some("/p".into())));
    assert_eq!(app.sync.unsaved(), 1);
}

#[test]
fn what_others_changed_meanwhile_is_a_conflict() {
    let mut app = loaded();
    let text = handed_out(&mut app);
    ctrl(&mut app, 'r');
    let request = app.sync.exchange().map_or(RequestId(0), |exchange| exchange.request);
    update(&mut app, reply(request.0, Ok(but("width", Value::Integer(380)))));
    assert_eq!(app.sync.draft.base(&id("width")), Some(&Value::Integer(380)));
    let changed = text.replace("width = 400", "width = 420").replace("height = 650", "height = 600");
    assert_eq!(came_back(&mut app, &changed), [Effect::RemoveFile]);
    assert_eq!(*news(&app), SheetNews::Entered { fields: 2, conflicts: 1 });
    let conflict = app.sync.draft.conflict(&id("width"));
    assert_eq!(conflict, Some((Some(&Value::Integer(400)), Some(&Value::Integer(380)))));
    assert_eq!(app.sync.draft.conflict(&id("height")), None);
}

#[test]
fn before_the_settings_are_there_nothing_is_handed_out() {
    let (mut app, _) = App::new(super::target());
    assert_eq!(choose(&mut app, "edit all"), []);
    assert_eq!(app.notice, Some(Notice::NotLoaded));
}
