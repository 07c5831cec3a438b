//! Schedules that once broke something and are long enough to need the world; shorter ones are among the transitions.

use super::World;
use super::editor::{Event, Step};
use super::server::Fate;
use crate::transitions::target;
use callset::app::Overlay;
use callset::app::msg::{Code, Key};

/// A schedule that once went wrong.
fn play(is_shared: bool, schedule: &[Step]) -> World {
    let mut world = World::new(is_shared, target(), 0b111);
    world.calm_down();
    for Step(who, event) in schedule {
        world.happen(*who, *event);
    }
    world
}

fn each(who: usize, events: &[Event]) -> Vec<Step> {
    events.iter().map(|event| Step(who, *event)).collect()
}

const SAVE: Event = Event::Press(Key::ctrl('s'));
const FLOW: Event = Event::Flow(Fate::Whole);
const ESC: Event = Event::Press(Key::plain(Code::Esc));

#[test]
fn a_conflict_that_was_not_decided_is_one_again_after_a_crash() {
    use Event::{Choose, Clear, Crash, Meddle, Press, Type};
    let reload = Press(Key::ctrl('r'));
    let a = [Clear(0), Type('2'), Meddle(0, 1, false), reload, FLOW, Crash(false), FLOW, Choose(0), FLOW, SAVE, FLOW];
    let world = play(false, &each(0, &a));
    assert!(world.editors[0].app.mode.is(Overlay::Conflicts));
}

#[test]
fn the_turn_of_a_save_that_was_given_up_is_not_the_turn_of_the_next() {
    use Event::{Clear, Exchange, Hear, Work};
    let mut world = play(true, &each(0, &[Clear(2), FLOW, SAVE, Work, ESC, SAVE, Hear, Work]));
    for Step(who, event) in [
        each(1, &[Clear(2), SAVE, Work, Work, Hear, Exchange(Fate::Whole), Work, Hear]),
        each(0, &[Work, Hear, Exchange(Fate::Whole), Work, Hear]),
    ]
    .concat()
    {
        world.happen(who, event);
    }
}

#[test]
fn an_edit_that_gave_way_is_asked_about_when_undo_brings_it_back() {
    use Event::{Choose, Everywhere, Meddle, Press};
    let mut world = play(false, &each(1, &[Everywhere('1')]));
    world.happen(0, Meddle(0, 2, false));
    for Step(who, event) in each(1, &[SAVE, FLOW, Choose(1), FLOW, Press(Key::ctrl('z')), SAVE, FLOW]) {
        world.happen(who, event);
    }
    assert!(world.editors[1].app.mode.is(Overlay::Conflicts));
}

#[test]
fn an_edit_that_an_old_copy_has_already_is_none_when_the_rest_of_the_draft_comes_back() {
    use Event::{Choose, Crash, Everywhere, Exchange, Meddle, Work};
    let mut world = World::new(false, crate::transitions::target_of_all(), 0b111);
    world.calm_down();
    let moved = [Meddle(0, 2, false), Meddle(0, 3, false), Meddle(1, 1, false), Everywhere('2')];
    let stopped = [Work, Work, Work, Work, Crash(false), Meddle(1, 1, false)];
    let again = [Exchange(Fate::Stale(3)), FLOW, Choose(0)];
    for Step(who, event) in each(0, &[&moved[..], &stopped, &again].concat()) {
        world.happen(who, event);
    }
    world.calm_down();
}
