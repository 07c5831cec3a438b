//! Typing, and all that may happen in between: what the screen keeps from key to key is never older than the state.

use super::Walk;
use super::happening::{Happening, happening, messages};
use super::screen::BuiltUp;
use crate::chance;
use crate::transitions::{reply, representation, target_of_all};
use callset::app::msg::{Code, Hit, Key, Msg, PreviewNews};
use callset::app::preview::PreviewAddress;
use callset::model::check::{BodyEnd, HeaderLine, PageAnswer, UrlUse, Visit};
use callset::model::preview::{Seen, Sight};
use callset::model::reach::ReachableFrom;
use callset::model::{FieldId, Value};
use callset::ui::theme::{Palette, Theme};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::time::Duration;

/// What happens between two frames.
#[derive(Clone, Debug)]
enum Deed {
    Key(Key),
    /// A click on a row that takes text.
    Row(Index),
    /// A click on this row of the settings.
    On(&'static str),
    Pasted(&'static str),
    Other(Happening),
    /// The preview in a browser is started, and the page sees this.
    Preview(Seen),
    /// The url is looked at, and the answer comes.
    Checked,
    /// The window has another size.
    Size(u16, u16),
    Looks,
    /// Another profile: the next run, on the same screen.
    NextRun,
}

const SIZES: [(u16, u16); 5] = [(120, 36), (80, 24), (100, 21), (40, 12), (20, 5)];

fn deed() -> impl Strategy<Value = Deed> {
    let letters = " 017x/h:%s-é".chars().map(Key::char);
    let edits = [Code::Backspace, Code::Delete, Code::Left, Code::Right, Code::Home, Code::End].map(Key::plain);
    let words = ['w', 'u', 'k', 'z', 'y'].map(Key::ctrl);
    let moves = [Code::Down, Code::Up, Code::Enter, Code::Esc, Code::F(3)].map(Key::plain);
    let texts = ["https://old.ngrok.app/w", "https://a.dev/", "400", "007", "https://10.0.0.7/x", "x"];
    prop_oneof![
        12 => select(letters.collect::<Vec<_>>()).prop_map(Deed::Key),
        6 => select(edits.to_vec()).prop_map(Deed::Key),
        2 => select(words.to_vec()).prop_map(Deed::Key),
        2 => select(moves.to_vec()).prop_map(Deed::Key),
        4 => any::<Index>().prop_map(Deed::Row),
        2 => select(texts.to_vec()).prop_map(Deed::Pasted),
        4 => happening().prop_map(Deed::Other),
        1 => (0..3_usize).prop_map(|count| Deed::Other(Happening::Tunnels(count))),
        1 => Just(Deed::Other(Happening::Focused)),
        1 => select(vec![Seen::Opened, Seen::Late, Seen::Gone]).prop_map(Deed::Preview),
        1 => Just(Deed::Checked),
        1 => select(SIZES.to_vec()).prop_map(|(width, height)| Deed::Size(width, height)),
        1 => Just(Deed::Looks),
        1 => Just(Deed::NextRun),
    ]
}

fn run() -> Walk {
    let mut walk = Walk::new(target_of_all());
    for (id, call) in walk.in_flight.clone() {
        let mut theirs = representation(call.resource());
        if theirs.get("width").is_some() {
            // Another digit before it is no size that looks wrong.
            theirs.set("width", Value::Integer(5));
        }
        walk.step(&reply(id.0, Ok(theirs)));
    }
    walk
}

/// What is done, as messages.
fn msgs(walk: &mut Walk, deed: Deed) -> Vec<Msg> {
    match deed {
        Deed::Key(key) => vec![Msg::Key(key)],
        Deed::Row(at) => {
            let rows = walk.app.rows().filter(|field| field.kind.is_typed());
            let rows: Vec<FieldId> = rows.map(|field| field.id.clone()).collect();
            vec![Msg::Clicked(Hit::Caret(at.get(&rows).clone(), 99))]
        }
        Deed::On(row) => vec![Msg::Clicked(Hit::Caret(FieldId::settings(row), 99))],
        Deed::Pasted(text) => vec![Msg::Pasted { text: text.to_owned(), cut: false }],
        Deed::Other(happening) => messages(walk, happening),
        Deed::Preview(seen) => {
            let url = "http://localhost:40123/token/".to_owned();
            let started = PreviewNews::Started(Ok(PreviewAddress { url, forward: None }));
            let saw = |seen| PreviewNews::Saw(Sight { page: 1, seen });
            let news = [
                started,
                PreviewNews::Browsed(true),
                saw(Seen::Opened),
                saw(Seen::Loaded { is_blocked: false }),
                saw(seen),
            ]
            .map(Msg::Preview);
            [Msg::Key(Key::plain(Code::F(6)))].into_iter().chain(news).collect()
        }
        Deed::Checked => {
            let answers = std::mem::take(&mut walk.looks).into_iter().map(|id| Msg::Checked(id, Box::new(visit())));
            answers.chain([Code::F(4), Code::Esc].map(|code| Msg::Key(Key::plain(code)))).collect()
        }
        Deed::Size(..) | Deed::Looks | Deed::NextRun => vec![],
    }
}

fn visit() -> Visit {
    let url = "https://a.dev/".to_owned();
    Visit {
        way: vec![url.parse().unwrap()],
        url,
        used: UrlUse::Dialer,
        at: jiff::Timestamp::UNIX_EPOCH,
        took: Duration::from_millis(5),
        resolved: ReachableFrom::Everywhere,
        came: Ok(PageAnswer {
            status: 200,
            headers: vec![HeaderLine { name: "X-Frame-Options".into(), value: b"DENY".to_vec() }],
            chain: None,
            body: BodyEnd::Long,
        }),
    }
}

fn go(deeds: Vec<Deed>, (width, height): (u16, u16)) {
    let theme = Theme { palette: Palette::Ansi, ascii: false, wide: false };
    let (mut walk, mut screen) = (run(), BuiltUp::new(theme, width, height));
    screen.show(&walk.app);
    for deed in deeds {
        match deed {
            Deed::Size(width, height) => screen.resize(width, height),
            Deed::Looks => screen.change_looks(),
            Deed::NextRun => {
                screen.another_run();
                walk = run();
            }
            Deed::Key(_)
            | Deed::Row(_)
            | Deed::On(_)
            | Deed::Pasted(_)
            | Deed::Other(_)
            | Deed::Preview(_)
            | Deed::Checked => {}
        }
        for msg in msgs(&mut walk, deed) {
            walk.step(&msg);
            screen.show(&walk.app);
        }
        screen.show(&walk.app);
    }
}

/// What hardly comes about by chance.
fn story() -> impl Strategy<Value = Vec<Deed>> {
    let keys = |text: &str| text.chars().map(|c| Deed::Key(Key::char(c))).collect::<Vec<_>>();
    let key = |code| Deed::Key(Key::plain(code));
    // A value that means the server's in another spelling, and one that does not.
    let respelled = [
        vec![Deed::On("width"), key(Code::Home)],
        keys("0"),
        vec![key(Code::Home)],
        keys("1"),
        vec![key(Code::Backspace)],
        keys("1"),
    ];
    // The name of a tunnel that does not run.
    let tunnel = "https://old.ngrok.ap";
    let tunnelled = [
        vec![
            Deed::On("url"),
            Deed::Key(Key::ctrl('u')),
            Deed::Pasted("https://old.ngrok.app/w"),
            Deed::Other(Happening::Focused),
        ],
        vec![Deed::Other(Happening::Tunnels(2)), Deed::Key(Key::ctrl('u')), Deed::Pasted(tunnel)],
        keys("p/"),
        vec![key(Code::Backspace), key(Code::Backspace)],
    ];
    // The text is the one that was looked at, and it is not.
    let looked_at = [
        vec![Deed::On("url")],
        keys("x"),
        vec![Deed::Checked, Deed::Checked],
        keys("y"),
        vec![key(Code::Backspace), Deed::Preview(Seen::Late)],
        keys("y"),
        vec![key(Code::Backspace)],
        keys("yz"),
    ];
    select(vec![respelled.concat(), tunnelled.concat(), looked_at.concat()])
}

fn deeds() -> impl Strategy<Value = (Vec<Deed>, (u16, u16))> {
    let some = prop_oneof![12 => deed().prop_map(|deed| vec![deed]), 1 => story()];
    let all = prop::collection::vec(some, 1..40).prop_map(|deeds| deeds.concat());
    (all, select(SIZES.to_vec()))
}

proptest! {
    #![proptest_config(chance::fixed())]

    #[test]
    fn nothing_on_the_screen_is_older_than_what_is_typed((deeds, size) in deeds()) {
        go(deeds, size);
    }
}

proptest! {
    #![proptest_config(chance::by_chance())]

    #[test]
    fn nothing_is_by_chance((deeds, size) in deeds()) {
        go(deeds, size);
    }
}
