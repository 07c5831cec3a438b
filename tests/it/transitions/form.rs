//! Typing, pasting, counting, switching, undo and the mouse.

use super::{
    body, but, choose, ctrl, dirty, enter, flip, focus, id, is_idle, key, loaded, press, reply, row, shown, text,
    type_in, update, with, without,
};
use callset::app::effect::Effect;
use callset::app::msg::{Code, Hit, Key, Msg};
use callset::app::{App, Notice, Overlay};
use callset::model::validate::TEXT_LIMIT;
use callset::model::{Edit, Kind, State, Value};
use callset::sync::{Disk, Timer};
use std::time::Duration;

// ── undo, redo, reset ──

#[test]
fn undo_and_redo_take_the_focus_to_what_they_change() {
    let mut app = loaded();
    enter(&mut app, "name", "Mine");
    flip(&mut app, "isReady");
    focus(&mut app, "height");
    ctrl(&mut app, 'z');
    assert_eq!((&app.form.focus, body(&app).as_str()), (&id("isReady"), r#"{"name":"Mine"}"#));
    ctrl(&mut app, 'z');
    assert_eq!((&app.form.focus, app.form.input.value()), (&id("name"), ""), "^U was a step of its own");
    ctrl(&mut app, 'z');
    assert_eq!((app.form.input.value(), app.sync.unsaved()), ("Acme Dialer", 0));
    ctrl(&mut app, 'z');
    assert_eq!(app.notice, Some(Notice::NothingToUndo));
    for _ in 0..3 {
        ctrl(&mut app, 'y');
    }
    assert_eq!((&app.form.focus, body(&app).as_str()), (&id("isReady"), r#"{"name":"Mine","isReady":true}"#));
}

#[test]
fn moving_the_caret_or_the_focus_ends_a_step() {
    let moves: [fn(&mut App); 2] = [
        |app| drop(press(app, Code::Home)),
        |app| {
            press(app, Code::Down);
            press(app, Code::Up);
        },
    ];
    for go in moves {
        let mut app = loaded();
        type_in(&mut app, "s");
        go(&mut app);
        type_in(&mut app, "x");
        ctrl(&mut app, 'z');
        assert_eq!(shown(&app, "name"), text("Acme Dialers"));
    }
}

#[test]
fn u13_undo_after_a_save_offers_the_old_value_and_sends_nothing() {
    let mut app = loaded();
    focus(&mut app, "width");
    press(&mut app, Code::Right);
    ctrl(&mut app, 's');
    update(&mut app, reply(2, Ok(but("width", Value::Integer(401)))));
    assert_eq!(ctrl(&mut app, 'z'), []);
    assert_eq!((is_idle(&app), body(&app).as_str()), (true, r#"{"width":400}"#));
}

#[test]
fn reset_gives_a_field_or_all_of_them_back_and_undo_knows_both() {
    let mut app = dirty();
    enter(&mut app, "name", "Mine");
    ctrl(&mut app, 'x');
    assert_eq!((body(&app).as_str(), app.form.input.value()), (r#"{"width":420}"#, "Acme Dialer"));
    ctrl(&mut app, 'x');
    assert_eq!(app.notice, Some(Notice::NothingToReset));
    ctrl(&mut app, 'z');
    choose(&mut app, "all fields");
    assert_eq!((app.sync.unsaved(), &app.notice), (0, &Some(Notice::ResetAll { fields: 2 })));
    ctrl(&mut app, 'z');
    assert_eq!(body(&app), r#"{"name":"Mine","width":420}"#);
}

// ── numbers ──

#[test]
fn u16_counting_is_one_step_however_long_it_is_held() {
    let mut app = loaded();
    focus(&mut app, "width");
    for _ in 0..25 {
        press(&mut app, Code::Right);
    }
    key(&mut app, Key::with_shift(Code::Left));
    press(&mut app, Code::Left);
    key(&mut app, Key::with_shift(Code::Right));
    assert_eq!((shown(&app, "width"), app.form.input.value()), (text("424"), "424"));
    ctrl(&mut app, 'z');
    assert_eq!((shown(&app, "width"), app.sync.unsaved()), (text("400"), 0));
}

#[test]
fn counting_stops_at_the_ends_of_int32() {
    let mut app = with(but("width", Value::Integer(i32::MAX - 3)));
    focus(&mut app, "width");
    key(&mut app, Key::with_shift(Code::Right));
    press(&mut app, Code::Right);
    assert_eq!(shown(&app, "width"), text("2147483647"));
    let mut app = with(but("width", Value::Integer(i32::MIN + 3)));
    focus(&mut app, "width");
    key(&mut app, Key::with_shift(Code::Left));
    assert_eq!(shown(&app, "width"), text("-2147483648"));
}

#[test]
fn counting_what_is_no_number_leaves_the_text_as_typed() {
    let mut app = loaded();
    enter(&mut app, "width", "4x");
    press(&mut app, Code::Right);
    assert_eq!(shown(&app, "width"), text("4x"));
}

// ── switches ──

#[test]
fn on_a_switch_letters_are_keys() {
    let mut app = loaded();
    focus(&mut app, "isReady");
    for (c, on) in [('x', true), (' ', false), ('y', false), ('x', true), ('n', true), (' ', false)] {
        type_in(&mut app, &c.to_string());
        assert_eq!(shown(&app, "isReady"), Some(Edit::Switch(on)), "{c:?}");
    }
    press(&mut app, Code::Enter);
    assert_eq!((shown(&app, "isReady"), &app.form.focus), (Some(Edit::Switch(true)), &id("isReady")));
    type_in(&mut app, "u");
    assert_eq!(app.sync.unsaved(), 0);
    type_in(&mut app, "Uz");
    assert_eq!(app.sync.unsaved(), 0);
    type_in(&mut app, "j");
    assert_eq!(app.form.focus, id("usesCallingWindow"));
    type_in(&mut app, "k");
    assert_eq!(app.form.focus, id("isReady"));
    type_in(&mut app, "aw%");
    assert_eq!((app.sync.unsaved(), app.mode.is_editing()), (0, true), "others are nothing");
}

#[test]
fn t8_a_burst_of_letters_on_a_switch_is_refused_as_a_whole() {
    let mut app = loaded();
    focus(&mut app, "isReady");
    for burst in ["quit", "xyz", "https://x.dev", "\u{301}qd"] {
        assert_eq!(update(&mut app, Msg::Typed(burst.into())), []);
        assert_eq!((&app.notice, app.sync.unsaved()), (&Some(Notice::Burst), 0), "{burst}");
        assert!(app.mode.is_editing());
    }
    assert_eq!(update(&mut app, Msg::Typed("xxx".into())), [], "one key held repeats");
    assert_eq!(shown(&app, "isReady"), Some(Edit::Switch(true)));
}

#[test]
fn t8_a_burst_on_a_text_is_typed() {
    let mut app = loaded();
    assert_eq!(update(&mut app, Msg::Typed(" quit".into())), []);
    assert_eq!(shown(&app, "name"), text("Acme Dialer quit"));
    ctrl(&mut app, 'z');
    assert_eq!(app.sync.unsaved(), 0);
}

#[test]
fn t8_a_burst_at_the_question_before_leaving_does_not_answer_it() {
    let mut app = dirty();
    ctrl(&mut app, 'q');
    assert_eq!(update(&mut app, Msg::Typed("discard".into())), []);
    assert_eq!((body(&app).as_str(), app.sync.unsaved()), (r#"{"width":420}"#, 1));
}

/// Whatever it holds, and however few of its keys came together.
#[test]
fn x13_what_comes_at_once_answers_no_question() {
    let (enter, key_of) = (Key::plain(Code::Enter), Key::char);
    let at_once = [
        Msg::Pasted { text: "y\ns\nq\n".into(), cut: false },
        Msg::Pasted { text: "1234567\n".into(), cut: false },
        Msg::Refused { whole: true },
        Msg::Several(vec![key_of('s'), enter]),
        Msg::Several(vec![key_of('k'), key_of('d')]),
        Msg::Several(vec![key_of('d'), key_of('y'), enter]),
        Msg::Several(vec![enter]),
        Msg::Several(vec![Key::plain(Code::F(10))]),
    ];
    let opened = [Key::plain(Code::F(1)), Key::plain(Code::F(2))];
    for open in opened.into_iter().chain("qdoglntp".chars().map(Key::ctrl)) {
        for msg in &at_once {
            let mut app = dirty();
            key(&mut app, open);
            let mode = std::mem::discriminant(&app.mode);
            assert!(!app.mode.is_editing(), "{open}");
            assert_eq!(update(&mut app, msg.clone()), [], "{open}, {msg:?}");
            assert_eq!(std::mem::discriminant(&app.mode), mode, "{open}, {msg:?}");
            assert_eq!(body(&app), r#"{"width":420}"#, "{open}, {msg:?}");
        }
    }
}

#[test]
fn x13_keys_that_a_slow_line_brings_together_type_and_move_and_no_more() {
    for command in [Key::ctrl('s'), Key::ctrl('q'), Key::plain(Code::Enter), Key::plain(Code::F(10)), Key::ctrl('p')] {
        let mut app = loaded();
        enter(&mut app, "width", "42");
        update(&mut app, Msg::Several(vec![Key::char('0'), command]));
        assert!(app.mode.is_editing() && !app.sync.is_saving(), "{command}");
        assert_eq!((shown(&app, "width"), &app.notice), (text("420"), &Some(Notice::TooFast { whole: false })));
        let mut app = dirty();
        focus(&mut app, "isReady");
        assert_eq!(update(&mut app, Msg::Several(vec![Key::char('x'), command])), []);
        assert_eq!((app.sync.unsaved(), &app.notice), (1, &Some(Notice::TooFast { whole: true })), "{command}");
    }
    for msg in [
        Msg::Several(vec![Key::char('q'), Key::char('d')]),
        Msg::Several(vec![Key::char('q')]),
        Msg::Several(vec![Key::char('q'), Key::char('q')]),
        Msg::Typed("qqq".into()),
        Msg::Typed("???".into()),
    ] {
        let mut app = dirty();
        focus(&mut app, "isReady");
        assert_eq!(update(&mut app, msg), []);
        assert!(app.mode.is_editing());
        assert_eq!((&app.notice, app.sync.unsaved()), (&Some(Notice::TooFast { whole: true }), 1));
    }
    let mut app = loaded();
    assert_eq!(update(&mut app, Msg::Several(vec![Key::ctrl('p'), Key::char('s'), Key::plain(Code::Enter)])), []);
    assert!(app.mode.is_editing());
}

#[test]
fn a_screen_that_others_wrote_on_is_drawn_again_from_anywhere() {
    let mut app = dirty();
    for open in [Key::char('x'), Key::plain(Code::F(1)), Key::ctrl('d'), Key::ctrl('p'), Key::ctrl('q')] {
        focus(&mut app, "name");
        key(&mut app, open);
        let mode = std::mem::discriminant(&app.mode);
        assert_eq!(press(&mut app, Code::F(9)), [Effect::Redraw], "{open}");
        assert_eq!(std::mem::discriminant(&app.mode), mode, "{open}");
        press(&mut app, Code::Esc);
    }
}

// ── typing ──

#[test]
fn u8_every_printable_ascii_character_arrives_and_runs_nothing() {
    for field in ["name", "url"] {
        let mut app = loaded();
        enter(&mut app, field, "");
        let all: String = (0x20..0x7f_u8).map(char::from).collect();
        type_in(&mut app, &all);
        assert_eq!((shown(&app, field), &app.form.focus), (text(&all), &id(field)));
        assert!(app.mode.is_editing() && is_idle(&app));
        assert_eq!(app.sync.unsaved(), 1);
    }
}

#[test]
fn t7_altgr_types_and_ctrl_or_alt_alone_do_not() {
    let mut app = loaded();
    enter(&mut app, "name", "");
    for c in ['@', '{', '€', '~', 'q', 's', 'ł'] {
        assert_eq!(key(&mut app, Key { code: Code::Char(c), ctrl: true, alt: true, shift: false }), []);
    }
    assert_eq!(shown(&app, "name"), text("@{€~qsł"));
    key(&mut app, Key::alt('x'));
    ctrl(&mut app, 'v');
    assert_eq!((shown(&app, "name"), app.sync.unsaved()), (text("@{€~qsł"), 1));
}

#[test]
fn u7_backspace_removes_what_one_sees_as_one_character() {
    let mut app = loaded();
    for cluster in ["👩‍❤️‍👨", "e\u{301}", "각", "🇩🇪"] {
        enter(&mut app, "name", "a");
        update(&mut app, Msg::Pasted { text: cluster.into(), cut: false });
        press(&mut app, Code::Backspace);
        assert_eq!(shown(&app, "name"), text("a"), "{cluster}");
    }
}

#[test]
fn enter_is_done_with_a_text_and_never_saves_nor_leaves_the_last_row() {
    let mut app = dirty();
    focus(&mut app, "name");
    for _ in 0..40 {
        if row_kind(&app) == Kind::Switch {
            press(&mut app, Code::Down);
        }
        assert_eq!(press(&mut app, Code::Enter), []);
    }
    assert_eq!(app.form.focus, id("updatedAt"));
    press(&mut app, Code::Tab);
    assert_eq!(app.form.focus, id("name"), "Tab goes around");
    key(&mut app, Key::plain(Code::BackTab));
    assert_eq!(app.form.focus, id("updatedAt"));
}

fn row_kind(app: &App) -> Kind {
    app.focused().kind
}

#[test]
fn a_field_that_is_full_says_so() {
    let mut app = with(but("name", Value::Text("x".repeat(TEXT_LIMIT))));
    type_in(&mut app, "y");
    assert_eq!((&app.notice, app.sync.unsaved()), (&Some(Notice::Full), 0));
    press(&mut app, Code::Backspace);
    assert_eq!(app.sync.unsaved(), 1);
}

// ── paste ──

fn paste(app: &mut App, text: &str) {
    assert_eq!(update(app, Msg::Pasted { text: text.into(), cut: false }), []);
}

#[test]
fn u1_a_paste_is_one_line_and_one_step() {
    let cases = [
        ("plain", "plain", None),
        ("a\nb", "a b", Some(1)),
        ("a\r\nb\rc\td", "a b c d", Some(3)),
        ("a\0b\u{1b}[31mc\u{9b}\u{7f}", "ab[31mc", Some(4)),
        ("closing\r\n", "closing", None),
        ("closing\n\n", "closing", None),
        ("\nfirst", " first", Some(1)),
    ];
    for (pasted, expected, tidied) in cases {
        let mut app = loaded();
        enter(&mut app, "name", "x");
        paste(&mut app, pasted);
        assert_eq!(shown(&app, "name"), text(&format!("x{expected}")), "{pasted:?}");
        assert_eq!(app.notice, tidied.map(|tidied| Notice::Pasted { tidied, cut: false }), "{pasted:?}");
        assert_eq!((&app.form.focus, is_idle(&app)), (&id("name"), true), "nothing is submitted");
        type_in(&mut app, "y");
        ctrl(&mut app, 'z');
        assert_eq!(shown(&app, "name"), text(&format!("x{expected}")));
        ctrl(&mut app, 'z');
        assert_eq!(shown(&app, "name"), text("x"), "{pasted:?}");
    }
}

#[test]
fn u1_a_paste_lands_at_the_caret() {
    let mut app = loaded();
    update(&mut app, Msg::Clicked(Hit::Caret(id("name"), 4)));
    paste(&mut app, "-é");
    assert_eq!((shown(&app, "name"), app.form.input.cursor()), (text("Acme-é Dialer"), 6));
}

#[test]
fn u2_a_paste_is_cut_at_the_limit() {
    let mut app = loaded();
    enter(&mut app, "name", "x");
    paste(&mut app, &"é".repeat(TEXT_LIMIT));
    assert_eq!(app.notice, Some(Notice::Pasted { tidied: 0, cut: true }));
    assert_eq!(app.form.input.value().len(), TEXT_LIMIT - 1, "no half character");
    let mut app = loaded();
    update(&mut app, Msg::Pasted { text: "x".into(), cut: true });
    assert_eq!(app.notice, Some(Notice::Pasted { tidied: 0, cut: true }), "also where the terminal's side cut it");
}

#[test]
fn t8_a_paste_where_no_text_goes_is_refused() {
    let mut app = dirty();
    for field in ["isReady", "createdAt"] {
        focus(&mut app, field);
        paste(&mut app, "xyn q");
        assert_eq!((app.notice.take(), body(&app).as_str()), (Some(Notice::Burst), r#"{"width":420}"#));
    }
    for open in [Key::plain(Code::F(1)), Key::ctrl('d'), Key::ctrl('o'), Key::ctrl('q')] {
        focus(&mut app, "name");
        key(&mut app, open);
        paste(&mut app, "d");
        assert_eq!(app.notice.take(), Some(Notice::Burst), "{open}");
        press(&mut app, Code::Esc);
    }
    assert_eq!(body(&app), r#"{"width":420}"#);
}

// ── what the server does not say, or says in another type ──

#[test]
fn j3_a_field_that_was_not_sent_is_started_on_purpose_only() {
    let mut app = with(without("width"));
    focus(&mut app, "width");
    type_in(&mut app, "4");
    assert_eq!((&app.notice, app.sync.unsaved()), (&Some(Notice::NotSent(id("width"))), 0));
    press(&mut app, Code::Right);
    press(&mut app, Code::Backspace);
    paste(&mut app, "4");
    assert_eq!(app.sync.unsaved(), 0);
    press(&mut app, Code::Enter);
    assert_eq!((app.sync.draft.state(&row(&app, "width")), &app.form.focus), (State::Invalid, &id("width")));
    type_in(&mut app, "420");
    assert_eq!(body(&app), r#"{"width":420}"#);
    ctrl(&mut app, 'x');
    assert_eq!((app.sync.unsaved(), shown(&app, "width")), (0, None));
}

#[test]
fn j3_a_switch_that_was_not_sent_is_started_with_off() {
    let mut app = with(without("isReady"));
    focus(&mut app, "isReady");
    type_in(&mut app, "x");
    assert_eq!((&app.notice, app.sync.unsaved()), (&Some(Notice::NotSent(id("isReady"))), 0));
    press(&mut app, Code::Enter);
    assert_eq!(body(&app), r#"{"isReady":false}"#);
    press(&mut app, Code::Esc);
    assert_eq!((app.sync.unsaved(), shown(&app, "isReady")), (0, None), "Esc drops it again");
}

#[test]
fn j5_a_number_in_quotes_is_worth_editing_and_is_sent_as_a_number() {
    let mut app = with(but("width", Value::Text("420".into())));
    focus(&mut app, "width");
    assert_eq!((app.form.input.value(), app.sync.unsaved()), ("420", 0));
    press(&mut app, Code::Right);
    assert_eq!(body(&app), r#"{"width":421}"#);
    press(&mut app, Code::Left);
    assert_eq!(body(&app), r#"{"width":420}"#, "another type is another value");
    press(&mut app, Code::Esc);
    assert_eq!((app.sync.unsaved(), app.form.input.value()), (0, "420"));
}

#[test]
fn j5_a_boolean_of_another_type_is_yes_after_the_first_flip() {
    for odd in [Value::Text("true".into()), Value::Integer(1), Value::Null] {
        let mut app = with(but("isReady", odd));
        flip(&mut app, "isReady");
        assert_eq!(body(&app), r#"{"isReady":true}"#);
        flip(&mut app, "isReady");
        assert_eq!(body(&app), r#"{"isReady":false}"#);
    }
}

#[test]
fn read_only_rows_take_nothing() {
    let mut app = with(but("limits", Value::Other("[1]".into())));
    let limits = app.sync.draft.fields().last().unwrap().id.clone();
    for id in [id("createdAt"), limits] {
        update(&mut app, Msg::Clicked(Hit::Row(id)));
        type_in(&mut app, "xyn ");
        press(&mut app, Code::Backspace);
        paste(&mut app, "x");
        ctrl(&mut app, 'x');
        assert_eq!((app.sync.unsaved(), app.sync.draft.history()), (0, (false, false)));
    }
}

// ── mouse ──

#[test]
fn a_click_focuses_a_click_on_the_box_flips_and_one_in_a_text_sets_the_caret() {
    let mut app = loaded();
    assert_eq!(update(&mut app, Msg::Clicked(Hit::Row(id("isReady")))), []);
    assert_eq!((&app.form.focus, app.sync.unsaved()), (&id("isReady"), 0));
    assert_eq!(update(&mut app, Msg::Clicked(Hit::Switch(id("usesRemote")))), []);
    assert_eq!((&app.form.focus, body(&app).as_str()), (&id("usesRemote"), r#"{"usesRemote":false}"#));
    assert_eq!(update(&mut app, Msg::Clicked(Hit::Caret(id("url"), 8))), []);
    assert_eq!((&app.form.focus, app.form.input.cursor()), (&id("url"), 8));
    update(&mut app, Msg::Clicked(Hit::Caret(id("url"), 9999)));
    assert_eq!(app.form.input.cursor(), "https://dialer.acme.dev/widget".len());
}

#[test]
fn a_click_that_only_meant_the_window_changes_nothing() {
    let mut app = loaded();
    let arrived = Effect::Wake { timer: Timer::Arrived, after: Duration::from_millis(200) };
    assert_eq!(update(&mut app, Msg::Focused), [arrived, Effect::Disk(Disk::Survey)]);
    update(&mut app, Msg::Clicked(Hit::Switch(id("isReady"))));
    assert_eq!((&app.form.focus, app.sync.unsaved()), (&id("name"), 0));
    flip(&mut app, "isReady");
    assert_eq!(app.sync.unsaved(), 1, "the second click counts");
    update(&mut app, Msg::Focused);
    assert_eq!(update(&mut app, Msg::Woke { timer: Timer::Arrived, waited: Duration::from_millis(200) }), []);
    flip(&mut app, "isReady");
    assert_eq!(app.sync.unsaved(), 0, "and so does one a moment later");
}

#[test]
fn clicks_beside_what_is_open_close_it_and_those_on_the_form_below_do_nothing() {
    let mut app = loaded();
    ctrl(&mut app, 'd');
    update(&mut app, Msg::Clicked(Hit::Switch(id("isReady"))));
    assert_eq!((app.mode.is_editing(), app.sync.unsaved()), (false, 0));
    update(&mut app, Msg::Clicked(Hit::Outside));
    assert!(app.mode.is_editing());
    let mut app = dirty();
    ctrl(&mut app, 'q');
    assert_eq!(update(&mut app, Msg::Clicked(Hit::Outside)), []);
    assert!(app.mode.is(Overlay::Quit), "a question wants an answer");
}

#[test]
fn the_wheel_scrolls_and_the_next_key_follows_the_focus_again() {
    let mut app = loaded();
    update(&mut app, Msg::Scrolled { to: 3 });
    assert_eq!((app.form.scroll, &app.form.focus), (Some(3), &id("name")));
    press(&mut app, Code::End);
    assert_eq!(app.form.scroll, None);
}

#[test]
fn what_is_typed_on_a_row_reached_by_key_replaces_its_value_in_one_step() {
    let mut app = loaded();
    press(&mut app, Code::Tab);
    assert!(app.form.selected);
    type_in(&mut app, "https://tunnel.dev/w");
    assert_eq!((shown(&app, "url"), app.form.selected), (text("https://tunnel.dev/w"), false));
    ctrl(&mut app, 'z');
    assert_eq!((shown(&app, "url"), app.sync.unsaved()), (text("https://dialer.acme.dev/widget"), 0));
}

#[test]
fn a_paste_replaces_a_selected_value_as_well_and_esc_brings_it_back() {
    let mut app = loaded();
    press(&mut app, Code::Tab);
    update(&mut app, Msg::Pasted { text: "https://tunnel.dev/w\n".into(), cut: false });
    assert_eq!(shown(&app, "url"), text("https://tunnel.dev/w"));
    press(&mut app, Code::Esc);
    assert_eq!((shown(&app, "url"), app.sync.unsaved()), (text("https://dialer.acme.dev/widget"), 0));
}

#[test]
fn moving_or_deleting_keeps_a_selected_value_and_edits_it() {
    for code in [Code::Left, Code::End, Code::Backspace] {
        let mut app = loaded();
        press(&mut app, Code::Tab);
        press(&mut app, code);
        assert!(!app.form.selected, "{code:?}");
        type_in(&mut app, "!");
        let Some(Edit::Text(url)) = shown(&app, "url") else { panic!("{code:?}") };
        assert!(url.starts_with("https://dialer.acme.dev/widge") && url.contains('!'), "{code:?}: {url}");
    }
}

#[test]
fn nothing_is_selected_where_one_clicked_or_started() {
    let mut app = loaded();
    assert!(!app.form.selected);
    update(&mut app, Msg::Clicked(Hit::Caret(id("url"), 5)));
    type_in(&mut app, "X");
    assert_eq!(shown(&app, "url"), text("httpsX://dialer.acme.dev/widget"));
}

#[test]
fn a_terminal_too_small_to_see_takes_no_edits_but_lets_one_leave() {
    let mut app = loaded();
    type_in(&mut app, "!");
    update(&mut app, Msg::Resized { cramped: true });
    type_in(&mut app, "??");
    update(&mut app, Msg::Typed("unseen".into()));
    update(&mut app, Msg::Pasted { text: "unseen".into(), cut: false });
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(shown(&app, "name"), text("Acme Dialer!"));
    assert_eq!(ctrl(&mut app, 'q'), []);
    assert!(app.mode.is(Overlay::Quit));
    press(&mut app, Code::Esc);
    update(&mut app, Msg::Resized { cramped: false });
    type_in(&mut app, "?");
    assert_eq!(shown(&app, "name"), text("Acme Dialer!?"));
}
