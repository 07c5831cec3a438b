//! The table of keys as a whole.

use callset::app::Overlay;
use callset::app::keymap::{self, BINDINGS, Decision, Intent, NoSuchKey, Scope};
use callset::app::msg::{Code, Key};

#[test]
fn a_key_means_one_thing_in_a_scope_and_every_binding_has_words() {
    for (at, binding) in BINDINGS.iter().enumerate() {
        assert!(!binding.words.is_empty(), "{binding:?}");
        for key in binding.keys {
            let others = BINDINGS[at + 1..].iter().filter(|other| other.scope == binding.scope);
            assert!(others.into_iter().all(|other| !other.keys.contains(key)), "{key} in {:?}", binding.scope);
            assert_eq!(binding.keys.iter().filter(|k| *k == key).count(), 1, "{key} twice in {binding:?}");
        }
    }
}

#[test]
fn keys_that_terminals_can_not_tell_apart_are_not_bound() {
    for key in BINDINGS.iter().flat_map(|binding| binding.keys) {
        assert!(!(key.ctrl && matches!(key.code, Code::Char('i' | 'm' | 'j' | 'h' | '[' | '\\'))), "{key}");
        let is_letter = matches!(key.code, Code::Char(_));
        assert!(!(is_letter && key.shift), "{key}: characters say it themselves");
        assert!(!(key.ctrl && matches!(key.code, Code::Char('A'..='Z'))), "{key}: Ctrl-letters come in lower case");
    }
}

#[test]
fn where_text_is_typed_no_character_is_a_key() {
    let rows = [Scope::Text, Scope::Line, Scope::Number, Scope::AskedText, Scope::AskedName, Scope::AskedSecret];
    let scopes = rows.into_iter().chain(Overlay::ALL.map(Scope::In)).filter(|scope| keymap::takes_text(*scope));
    for scope in scopes.flat_map(Scope::chain) {
        for binding in BINDINGS.iter().filter(|binding| binding.scope == scope) {
            assert!(binding.keys.iter().all(|key| key.typed().is_none()), "{binding:?}");
        }
    }
}

#[test]
fn no_intent_hangs_on_a_letter_alone() {
    let is_plain_letter = |key: &Key| !key.ctrl && !key.alt && matches!(key.code, Code::Char(_));
    for binding in BINDINGS.iter().filter(|binding| binding.keys.iter().any(is_plain_letter)) {
        // Enter flips, and so reaches both positions.
        let wanted = match binding.intent {
            Intent::Toggle => Intent::Enter,
            // Left for good or for later: Ctrl-C twice keeps the draft.
            Intent::Decide(Decision::QuitDiscarding | Decision::QuitKeeping) => Intent::Quit,
            // One by one.
            Intent::Answer(_) => Intent::Nudge(1),
            Intent::AllSides(side) => Intent::Side(side),
            Intent::Step(1) => Intent::Next,
            Intent::Step(_) => Intent::Previous,
            other => other,
        };
        let pages = [Code::PageUp, Code::PageDown];
        let arrows = [Code::Up, Code::Down, Code::Left, Code::Right];
        let named = [Code::Enter, Code::Esc, Code::Tab, Code::BackTab].into_iter().chain(arrows).chain(pages);
        let named = named.map(Key::plain);
        let keys = ('a'..='z').map(Key::ctrl).chain((1..=12).map(|n| Key::plain(Code::F(n)))).chain(named);
        let mut reaching = keys.filter(|key| keymap::intent(binding.scope, *key) == Some(wanted));
        assert!(reaching.next().is_some(), "{:?}: {} hangs on a letter", binding.scope, binding.words);
    }
}

#[test]
fn a_key_is_read_by_the_name_that_it_is_written_with() {
    let bound = BINDINGS.iter().flat_map(|binding| binding.keys).copied();
    for key in bound.chain(('!'..='~').map(Key::char)).chain([Key::alt('-'), Key::ctrl('-'), Key::char('é')]) {
        assert_eq!(key.to_string().parse(), Ok(key), "{key}");
    }
}

#[test]
fn keys_are_read_as_people_write_them() {
    for (name, key) in [
        ("ctrl-s", Key::ctrl('s')),
        ("CTRL-S", Key::ctrl('s')),
        ("esc", Key::plain(Code::Esc)),
        ("down", Key::plain(Code::Down)),
        ("pgdn", Key::plain(Code::PageDown)),
        ("shift-tab", Key::plain(Code::BackTab)),
        ("shift-right", Key::with_shift(Code::Right)),
        ("alt-down", Key::with_alt(Code::Down)),
        ("ctrl-alt-q", Key { alt: true, ..Key::ctrl('q') }),
        ("f10", Key::plain(Code::F(10))),
        ("f", Key::char('f')),
        ("F", Key::char('F')),
        ("-", Key::char('-')),
        ("space", Key::char(' ')),
    ] {
        assert_eq!(name.parse(), Ok(key), "{name}");
    }
    for name in ["", "ctrl-", "shift-a", "f300", "hyper-x", "escape", "xx", "\n", "ctrl-ctrl"] {
        assert_eq!(name.parse::<Key>(), Err(NoSuchKey), "{name:?}");
    }
}
