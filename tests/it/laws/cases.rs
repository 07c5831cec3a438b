//! The laws at single cases that are worth a name.

use super::{SETTINGS, edits, enter, keys, loaded, plain, row};
use callset::model::{Change, Draft, Edit, FieldId, Fit, Kind, Representation, Resource, State, Stroke, Value};

#[test]
fn the_body_has_these_very_bytes() {
    let mut draft = plain();
    enter(&mut draft, "name", "\u{1b}[2J \"é\" e\u{301} 👩‍❤️‍👨 \\ \u{9b}\u{7f}", Stroke::Whole);
    enter(&mut draft, "width", " 0420 ", Stroke::Whole);
    let ready = row(&draft, "isReady");
    draft.set(&ready, Edit::Switch(true), Stroke::Whole);
    let expected =
        r#"{"name":"\u001b[2J \"é\" é 👩‍❤️‍👨 \\ \u009b\u007f","width":420,"isReady":true}"#.replace("é 👩", "e\u{301} 👩");
    assert_eq!(draft.patch(SETTINGS).body(), expected);
}

#[test]
fn typing_in_one_field_is_one_step() {
    let mut draft = plain();
    for text in ["A", "Ac", "Acm"] {
        enter(&mut draft, "name", text, Stroke::Typing);
    }
    assert_eq!(draft.undo(), Some(FieldId::settings("name")));
    assert_eq!(draft.edit(&FieldId::settings("name")), None);
    assert_eq!(draft.history(), (false, true));
}

#[test]
fn another_field_another_stroke_a_seal_and_each_whole_stroke_are_steps_of_their_own() {
    let mut draft = plain();
    enter(&mut draft, "name", "A", Stroke::Typing);
    enter(&mut draft, "url", "h", Stroke::Typing);
    enter(&mut draft, "name", "AB", Stroke::Typing);
    enter(&mut draft, "name", "A", Stroke::Deleting);
    enter(&mut draft, "name", "AC", Stroke::Typing);
    draft.seal();
    enter(&mut draft, "name", "ACD", Stroke::Typing);
    enter(&mut draft, "name", "paste", Stroke::Whole);
    enter(&mut draft, "name", "another", Stroke::Whole);
    let name = FieldId::settings("name");
    let mut seen = vec![];
    while draft.undo().is_some() {
        seen.push(draft.edit(&name).cloned());
    }
    let text = |text: &str| Some(Edit::Text(text.into()));
    let expected = [text("paste"), text("ACD"), text("AC"), text("A"), text("AB"), text("A"), text("A"), None];
    assert_eq!(seen, expected);
}

#[test]
fn after_undo_a_new_edit_begins_a_new_step_and_ends_the_future() {
    let mut draft = plain();
    enter(&mut draft, "name", "A", Stroke::Typing);
    draft.seal();
    enter(&mut draft, "name", "AB", Stroke::Typing);
    draft.undo();
    enter(&mut draft, "name", "AC", Stroke::Typing);
    assert_eq!(draft.redo(), None);
    draft.undo();
    assert_eq!(draft.edit(&FieldId::settings("name")), Some(&Edit::Text("A".into())));
}

#[test]
fn a_new_base_ends_the_step() {
    let mut draft = plain();
    enter(&mut draft, "name", "A", Stroke::Typing);
    let base = draft.representation(SETTINGS).unwrap().clone();
    draft.rebase(SETTINGS, base, None);
    enter(&mut draft, "name", "AB", Stroke::Typing);
    draft.undo();
    assert_eq!(draft.edit(&FieldId::settings("name")), Some(&Edit::Text("A".into())));
}

#[test]
fn undo_offers_the_old_value_also_of_a_save_that_only_a_reload_confirmed() {
    let mut draft = plain();
    enter(&mut draft, "width", "420", Stroke::Whole);
    let theirs = draft.patch(SETTINGS).apply(draft.representation(SETTINGS).unwrap());
    assert_eq!(draft.rebase(SETTINGS, theirs, None), [(FieldId::settings("width"), Change::Tidied)]);
    draft.undo();
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"width":400}"#);
}

#[test]
fn reverting_everything_is_one_step() {
    let mut draft = plain();
    enter(&mut draft, "name", "A", Stroke::Typing);
    enter(&mut draft, "width", "x", Stroke::Typing);
    let before = edits(&draft);
    draft.revert_all();
    assert_eq!(draft.dirty().count(), 0);
    draft.undo();
    assert_eq!(edits(&draft), before);
    draft.redo();
    assert_eq!(draft.dirty().count(), 0);
}

#[test]
fn reverting_what_is_clean_is_no_step() {
    let mut draft = plain();
    draft.revert_all();
    let name = row(&draft, "name");
    draft.revert(&name);
    enter(&mut draft, "name", "Acme", Stroke::Typing);
    assert_eq!(draft.history(), (false, false));
}

#[test]
fn j3_what_was_not_sent_is_never_in_a_patch_until_it_is_started() {
    let mut draft = plain();
    let remote = row(&draft, "usesRemote");
    assert_eq!((draft.entered(&remote), draft.state(&remote)), (None, State::Clean));
    enter(&mut draft, "name", "A", Stroke::Whole);
    assert_eq!(keys(&draft.patch(SETTINGS)), ["name"]);
    draft.set(&remote, Edit::Switch(false), Stroke::Whole);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"name":"A","usesRemote":false}"#);
    draft.revert(&remote);
    assert_eq!(keys(&draft.patch(SETTINGS)), ["name"]);
}

#[test]
fn j4_null_absent_and_empty_are_three_things() {
    let base: Representation = [("name", Value::Null), ("motto", Value::Text(String::new()))].into_iter().collect();
    let mut draft = loaded(base);
    let name = row(&draft, "name");
    assert_eq!(draft.base(&name.id), Some(&Value::Null));
    assert_eq!(draft.base(&FieldId::settings("url")), None);
    assert_eq!(draft.base(&FieldId::settings("motto")), Some(&Value::Text(String::new())));
    assert!(draft.patch(SETTINGS).is_empty());
    draft.set(&name, Edit::Text(String::new()), Stroke::Whole);
    let motto = row(&draft, "motto");
    draft.set(&motto, Edit::Text(String::new()), Stroke::Whole);
    enter(&mut draft, "url", "", Stroke::Whole);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"name":"","url":""}"#);
}

#[test]
fn j5_j6_values_of_another_type_are_sent_only_when_edited_and_then_in_the_right_type() {
    let base: Representation = [
        ("width", Value::Text("420".into())),
        ("height", Value::Other("1e400".into())),
        ("isReady", Value::Integer(1)),
        ("usesRemote", Value::Text("true".into())),
    ]
    .into_iter()
    .collect();
    let mut draft = loaded(base.clone());
    assert!(draft.patch(SETTINGS).is_empty());
    enter(&mut draft, "name", "A", Stroke::Whole);
    assert_eq!(draft.patch(SETTINGS).apply(&base).get("height"), Some(&Value::Other("1e400".into())));
    draft.revert_all();
    enter(&mut draft, "width", "420", Stroke::Whole);
    let ready = row(&draft, "isReady");
    draft.set(&ready, Edit::Switch(true), Stroke::Whole);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"width":420,"isReady":true}"#);
}

#[test]
fn j7_members_nobody_knows_are_rows_typed_by_their_value() {
    let base: Representation = [
        ("hasFax", Value::Switch(false)),
        ("lines", Value::Integer(2)),
        ("motto", Value::Text("hi".into())),
        ("limits", Value::Other("[1]".into())),
        ("gone", Value::Null),
    ]
    .into_iter()
    .collect();
    let mut draft = loaded(base);
    let kinds: Vec<(String, Kind)> =
        draft.fields().iter().skip(SETTINGS.fields().len()).map(|f| (f.id.key.to_string(), f.kind)).collect();
    let expected = [
        ("hasFax", Kind::Switch),
        ("lines", Kind::Integer),
        ("motto", Kind::Text),
        ("limits", Kind::Json),
        ("gone", Kind::Json),
    ];
    assert_eq!(kinds, expected.map(|(key, kind)| (key.to_owned(), kind)));
    assert!(draft.patch(SETTINGS).is_empty());
    let fax = row(&draft, "hasFax");
    draft.set(&fax, Edit::Switch(true), Stroke::Whole);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"hasFax":true}"#);
}

#[test]
fn an_edited_row_stays_when_the_server_stops_sending_its_member() {
    let mut draft = loaded([("hasFax", Value::Switch(false))].into_iter().collect());
    let fax = row(&draft, "hasFax");
    draft.set(&fax, Edit::Switch(true), Stroke::Whole);
    let changes = draft.rebase(SETTINGS, Representation::default(), None);
    assert_eq!(changes, [(fax.id.clone(), Change::Conflict(None))]);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"hasFax":true}"#);
    draft.revert(&fax);
    draft.rebase(SETTINGS, Representation::default(), None);
    assert_eq!(draft.field(&fax.id), None);
    assert_eq!(draft.undo(), None, "no step leads to a row that is not there");
}

#[test]
fn an_edited_row_keeps_its_kind_when_the_server_changes_the_type_of_its_member() {
    let mut draft = loaded([("hasFax", Value::Switch(false))].into_iter().collect());
    let fax = row(&draft, "hasFax");
    draft.set(&fax, Edit::Switch(true), Stroke::Whole);
    let changes = draft.rebase(SETTINGS, [("hasFax", Value::Null)].into_iter().collect(), None);
    assert_eq!(changes, [(fax.id.clone(), Change::Conflict(Some(Value::Null)))]);
    assert_eq!(draft.field(&fax.id).unwrap().kind, Kind::Switch);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"hasFax":true}"#);
}

#[test]
fn a_conflict_with_an_answer_that_was_empty_before_is_told() {
    let mut draft = loaded(Representation::default());
    enter(&mut draft, "width", "420", Stroke::Whole);
    let changes = draft.rebase(SETTINGS, [("width", Value::Integer(500))].into_iter().collect(), None);
    assert_eq!(changes, [(FieldId::settings("width"), Change::Conflict(Some(Value::Integer(500))))]);
}

#[test]
fn u10_what_is_typed_while_its_field_is_saved_is_no_conflict_with_our_own_save() {
    let mut draft = plain();
    enter(&mut draft, "width", "420", Stroke::Whole);
    let patch = draft.patch(SETTINGS);
    let after = patch.apply(draft.representation(SETTINGS).unwrap());
    enter(&mut draft, "width", "430", Stroke::Whole);
    assert_eq!(draft.rebase(SETTINGS, after, Some(&patch)), []);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"width":430}"#);
}

#[test]
fn u10_what_is_set_back_while_it_is_saved_is_an_edit_afterwards() {
    let mut draft = plain();
    enter(&mut draft, "width", "420", Stroke::Whole);
    let patch = draft.patch(SETTINGS);
    let after = patch.apply(draft.representation(SETTINGS).unwrap());
    draft.undo();
    assert_eq!(draft.rebase(SETTINGS, after, Some(&patch)), []);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"width":400}"#);
}

#[test]
fn undo_after_a_reload_gives_the_servers_new_value_and_not_the_old_one() {
    let mut draft = plain();
    enter(&mut draft, "width", "420", Stroke::Whole);
    let mut theirs = draft.representation(SETTINGS).unwrap().clone();
    theirs.set("width", Value::Integer(500));
    let conflict = (FieldId::settings("width"), Change::Conflict(Some(Value::Integer(500))));
    assert_eq!(draft.rebase(SETTINGS, theirs, None), [conflict]);
    draft.undo();
    assert!(draft.patch(SETTINGS).is_empty(), "{}", draft.patch(SETTINGS).body());
    draft.redo();
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"width":420}"#);
}

#[test]
fn a_reset_that_is_done_again_after_a_save_enters_the_value_from_before_it() {
    let mut draft = plain();
    enter(&mut draft, "width", "420", Stroke::Whole);
    let width = row(&draft, "width");
    draft.revert(&width);
    draft.undo();
    let sent = draft.patch(SETTINGS);
    let theirs = sent.apply(draft.representation(SETTINGS).unwrap());
    draft.rebase(SETTINGS, theirs, Some(&sent));
    draft.redo();
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"width":400}"#);
}

#[test]
fn what_was_entered_since_it_was_sent_is_in_conflict_only_with_a_value_of_others() {
    let text = |text: &str| Some(Change::Conflict(Some(Value::Text(text.into()))));
    for (sent, since, now, expected) in [
        ("Acme 2", "Acme 3", "Acme 2", None),
        ("Acme 2", "Acme 3", "Other", text("Other")),
        // The server has kept what it had, or has tidied what was sent: that is nobody's change.
        ("Acme 2", "Acme 3", "Acme", None),
        ("Acme 2 ", "Acme 3", "Acme 2", None),
        ("Acme 2 ", "Acme 3", "Other", text("Other")),
    ] {
        let mut draft = plain();
        enter(&mut draft, "name", sent, Stroke::Whole);
        let patch = draft.patch(SETTINGS);
        enter(&mut draft, "name", since, Stroke::Whole);
        let mut theirs = draft.representation(SETTINGS).unwrap().clone();
        theirs.set("name", Value::Text(now.into()));
        let changes = draft.rebase(SETTINGS, theirs, Some(&patch));
        let of_name = changes.into_iter().find(|(id, _)| id.key == "name").map(|(_, change)| change);
        assert_eq!(of_name, expected, "{sent} {since} {now}");
        assert_eq!(draft.patch(SETTINGS).body(), format!(r#"{{"name":"{since}"}}"#));
    }
}

#[test]
fn what_was_sent_of_a_field_that_nobody_had_and_taken_back_is_news_only_if_it_is_another_value() {
    for (now, expected) in [(420, None), (380, Some(Change::Taken))] {
        let mut draft = Draft::new();
        draft.rebase(Resource::Settings, [("name", Value::Text("Acme".into()))].into_iter().collect(), None);
        let width = draft.field(&FieldId::settings("width")).unwrap().clone();
        draft.set(&width, Edit::Text("420".into()), Stroke::Whole);
        let sent = draft.patch(Resource::Settings);
        draft.revert(&width);
        let theirs = [("name", Value::Text("Acme".into())), ("width", Value::Integer(now))].into_iter().collect();
        let changes = draft.rebase(Resource::Settings, theirs, Some(&sent));
        let of_width = changes.into_iter().find(|(id, _)| *id == width.id).map(|(_, change)| change);
        assert_eq!(of_width, expected, "{now}");
    }
}

#[test]
fn x8_what_was_withheld_of_a_resource_that_went_is_left_for_the_user_to_enter() {
    let mut draft = Draft::new();
    let former = [("url", Value::Withheld(7)), ("isReady", Value::Switch(true))].into_iter().collect();
    draft.rebase(Resource::ChannelConnection, former, None);
    draft.rebase(Resource::ChannelConnection, Representation::default(), None);
    assert!(draft.set_up(Resource::ChannelConnection));
    let url = FieldId::known(Resource::ChannelConnection, "url");
    assert_eq!(draft.edit(&url), Some(&Edit::Text(String::new())), "no example in its place");
}

#[test]
fn a_switch_that_was_withheld_of_a_resource_that_went_starts_as_the_table_says() {
    let mut draft = Draft::new();
    let former = [("url", Value::Text("https://a.dev".into())), ("isReady", Value::Withheld(7))].into_iter().collect();
    draft.rebase(Resource::ChannelConnection, former, None);
    draft.rebase(Resource::ChannelConnection, Representation::default(), None);
    assert!(draft.set_up(Resource::ChannelConnection));
    let ready = FieldId::known(Resource::ChannelConnection, "isReady");
    assert_eq!(draft.edit(&ready), Some(&Edit::Switch(false)));
}

#[test]
fn what_is_set_up_for_the_first_time_starts_as_the_table_says() {
    let mut draft = Draft::new();
    draft.rebase(SETTINGS, Representation::default(), None);
    assert!(draft.set_up(SETTINGS));
    let start = |key| draft.edit(&FieldId::settings(key)).cloned();
    assert_eq!((start("usesRemote"), start("isReady")), (Some(Edit::Switch(true)), Some(Edit::Switch(false))));
    assert_eq!(start("width"), Some(Edit::Text("400".into())));
    for resource in [Resource::Recording, Resource::ChannelConnection] {
        draft.rebase(resource, Representation::default(), None);
        assert!(draft.set_up(resource));
        let url = draft.edit(&resource.fields()[0].id);
        assert_eq!(url, Some(&Edit::Text(String::new())), "no server of HubSpot's reaches an example");
    }
}

#[test]
fn what_is_forgotten_of_a_field_neither_undo_nor_redo_brings_back() {
    let mut draft = plain();
    enter(&mut draft, "name", "Secret", Stroke::Whole);
    enter(&mut draft, "width", "420", Stroke::Whole);
    enter(&mut draft, "name", "Secret 2", Stroke::Whole);
    draft.undo();
    let name = FieldId::settings("name");
    draft.forget(&name);
    assert_eq!(draft.patch(SETTINGS).body(), r#"{"width":420}"#);
    draft.redo();
    assert_eq!(draft.edit(&name), None);
    assert_eq!(draft.undo(), Some(FieldId::settings("width")), "of the others all steps stay");
    assert_eq!((draft.undo(), draft.edits().len()), (None, 0));
}

#[test]
fn a_value_fits_only_where_the_server_has_sent_the_field() {
    let width = FieldId::settings("width");
    let fit = |draft: &Draft| draft.fit(&width, &Value::Integer(420));
    assert_eq!(fit(&Draft::new()), Fit::NotThere, "not loaded");
    let mut draft = Draft::new();
    draft.rebase(SETTINGS, [("name", Value::Text("Acme".into()))].into_iter().collect(), None);
    assert_eq!(fit(&draft), Fit::NotThere, "not sent");
    assert_eq!(fit(&plain()), Fit::Changes);
}
