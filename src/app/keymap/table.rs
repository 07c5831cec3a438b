//! The table of keys: a row for each thing that keys do in a place.

use super::{Binding, Decision as D, Intent, Motion, ProfileAct as P, Scope};
use crate::app::msg::{Code, Key};
use crate::app::{Overlay as O, Side};
use crate::model::Resource;

const fn on(scope: Scope, keys: &'static [Key], intent: Intent, hint: &'static str, words: &'static str) -> Binding {
    Binding { scope, keys, intent, words, hint }
}

const fn c(c: char) -> Key {
    Key::char(c)
}
const fn ctrl(c: char) -> Key {
    Key::ctrl(c)
}
const fn f(n: u8) -> Key {
    Key::plain(Code::F(n))
}
const fn k(code: Code) -> Key {
    Key::plain(code)
}

use Intent::{Decide, Manage, Text};
use Scope::In;
use tui_input::InputRequest as Line;

const UP: Intent = Intent::Move(Motion::Detail(-1));
const DOWN: Intent = Intent::Move(Motion::Detail(1));

// What is said of a key that means the same in several places.
const RECENT: &str = "on a url: tunnels of this machine; values that the row had before";
const CHECK: &str = "check the url: will HubSpot's pages show it?";
const PREVIEW: &str = "preview in a browser: the dialer, live from the form; again: how far it has got";
const COPY: &str = "copy the value, PATCH body, curl, browser override or its end, error";

/// All keys. Within a scope the order is that of the footer and of the help.
pub const BINDINGS: &[Binding] = &[
    // ── anywhere ──
    on(Scope::Any, &[f(1)], Intent::Help, "help", "help for the row or place, then all keys, then back"),
    on(Scope::Any, &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit; asks if something is unsaved"),
    // ── a switch ──
    on(Scope::Switch, &[c(' '), c('x')], Intent::Toggle, "flip", "flip the switch"),
    // ── a row without text: letters for what Ctrl- and F-keys do everywhere ──
    on(Scope::Letters, &[c('j')], Intent::Step(1), "", "next row, but not into a text"),
    on(Scope::Letters, &[c('k')], Intent::Step(-1), "", "previous row, but not into a text"),
    on(Scope::Letters, &[c('u')], Intent::Undo, "", "undo"),
    on(Scope::Letters, &[c('U')], Intent::Redo, "", "redo"),
    on(Scope::Letters, &[c('z')], Intent::Reset, "", "reset: give this field the server's value"),
    on(Scope::Letters, &[c('d')], Intent::Open(O::Review), "", "what a save would change"),
    on(Scope::Letters, &[c(':')], Intent::Open(O::Palette), "", "all actions"),
    on(Scope::Letters, &[c('?')], Intent::Help, "", "help"),
    on(Scope::Letters, &[c('q')], Intent::Quit, "", "quit"),
    // ── a section that is not set up ──
    on(Scope::Closed, &[k(Code::Enter)], Intent::SetUp, "set up", "set it up: enter first values, and send nothing"),
    // ── a number ──
    on(Scope::Number, &[k(Code::Right)], Intent::Nudge(1), "±1", "one more"),
    on(Scope::Number, &[k(Code::Left)], Intent::Nudge(-1), "", "one less"),
    on(Scope::Number, &[Key::with_shift(Code::Right)], Intent::Nudge(10), "", "ten more"),
    on(Scope::Number, &[Key::with_shift(Code::Left)], Intent::Nudge(-10), "", "ten less"),
    on(
        Scope::Number,
        &[Key::with_shift(Code::Down)],
        Intent::StepPreset(1),
        "",
        "the next preset of sizes; undo takes it back",
    ),
    on(Scope::Number, &[Key::with_shift(Code::Up)], Intent::StepPreset(-1), "", "the preset of sizes before it"),
    // ── a text ──
    on(Scope::Line, &[k(Code::Left), ctrl('b')], Text(Line::GoToPrevChar), "", "left"),
    on(Scope::Line, &[k(Code::Right), ctrl('f')], Text(Line::GoToNextChar), "", "right"),
    on(Scope::Line, &[Key::with_ctrl(Code::Left), Key::alt('b')], Text(Line::GoToPrevWord), "", "a word left"),
    on(Scope::Line, &[Key::with_ctrl(Code::Right), Key::alt('f')], Text(Line::GoToNextWord), "", "a word right"),
    on(Scope::Line, &[k(Code::Home), ctrl('a')], Text(Line::GoToStart), "", "to the start"),
    on(Scope::Line, &[k(Code::End), ctrl('e')], Text(Line::GoToEnd), "", "to the end"),
    on(Scope::Line, &[k(Code::Backspace)], Text(Line::DeletePrevChar), "", "delete to the left"),
    on(Scope::Line, &[k(Code::Delete)], Text(Line::DeleteNextChar), "", "delete to the right"),
    on(Scope::Line, &[ctrl('w')], Text(Line::DeletePrevWord), "", "delete a word"),
    on(Scope::Line, &[ctrl('u')], Text(Line::DeleteFromStart), "", "delete to the start"),
    on(Scope::Line, &[ctrl('k')], Text(Line::DeleteTillEnd), "", "delete to the end"),
    on(Scope::Text, &[f(3), Key::with_alt(Code::Down)], Intent::Open(O::Recent), "", RECENT),
    // ── any row ──
    on(Scope::Form, &[ctrl('s'), f(10)], Intent::Save, "save", "save: PATCH the dirty fields, only those"),
    on(Scope::Form, &[ctrl('z')], Intent::Undo, "undo", "undo, over all rows; after a save: enter the old values"),
    on(Scope::Form, &[ctrl('y')], Intent::Redo, "", "redo"),
    on(Scope::Form, &[ctrl('x')], Intent::Reset, "reset", "reset: give this field the server's value"),
    on(Scope::Form, &[], Intent::ResetAll, "", "reset all: give all fields the server's values"),
    on(Scope::Form, &[ctrl('d')], Intent::Open(O::Review), "diff", "what a save would change, and the whole request"),
    on(Scope::Form, &[ctrl('p'), f(2)], Intent::Open(O::Palette), "actions", "all actions, by name"),
    on(Scope::Form, &[ctrl('c'), ctrl('q')], Intent::Quit, "quit", "quit; asks if something is unsaved"),
    on(Scope::Form, &[ctrl('r'), f(5)], Intent::Reload, "reload", "reload; dirty fields stay"),
    on(Scope::Form, &[ctrl('g')], Intent::Open(O::History), "history", "history of saves, and old values back"),
    on(Scope::Form, &[ctrl('t')], Intent::Open(O::Profiles), "profile", "profiles: the apps that are set up"),
    on(Scope::Form, &[ctrl('n')], Intent::Open(O::Presets), "presets", "presets: named sets of values to enter"),
    on(Scope::Form, &[], Intent::Open(O::Name), "", "keep the edits of the settings as a preset"),
    on(Scope::Form, &[], Manage(P::New), "", "set up another profile"),
    on(Scope::Form, &[], Manage(P::Edit), "", "change this profile"),
    on(Scope::Form, &[], Manage(P::Copy), "", "copy this profile: set up another that is like it"),
    on(Scope::Form, &[], Manage(P::Rename), "", "rename this profile"),
    on(Scope::Form, &[], Manage(P::Test), "", "test the connection of this profile"),
    on(Scope::Form, &[], Manage(P::MakeDefault), "", "make this profile the default"),
    on(Scope::Form, &[], Manage(P::Remove), "", "remove this profile"),
    on(Scope::Form, &[], Intent::Open(O::Other), "", "compare with another profile, and copy from it"),
    on(Scope::Form, &[f(4)], Intent::Open(O::Check), "check", CHECK),
    on(Scope::Form, &[ctrl('l')], Intent::Open(O::Log), "log", "request log of this run"),
    on(Scope::Form, &[ctrl('o')], Intent::Open(O::Copy), "copy", COPY),
    on(Scope::Form, &[f(6)], Intent::Open(O::Preview), "", PREVIEW),
    on(Scope::Form, &[], Intent::StopPreview, "", "stop the preview in a browser"),
    on(Scope::Form, &[k(Code::Tab), k(Code::Down)], Intent::Next, "next", "next row, from the last to the first"),
    on(Scope::Form, &[k(Code::BackTab), k(Code::Up)], Intent::Previous, "", "previous row"),
    on(Scope::Form, &[k(Code::PageDown)], Intent::Page(1), "", "a page down"),
    on(Scope::Form, &[k(Code::PageUp)], Intent::Page(-1), "", "a page up"),
    on(Scope::Form, &[Key::with_ctrl(Code::Home)], Intent::First, "", "first row"),
    on(Scope::Form, &[Key::with_ctrl(Code::End)], Intent::Last, "", "last row"),
    on(Scope::Form, &[k(Code::Enter)], Intent::Enter, "", "text: done, next row; switch: flip; not sent: start it"),
    on(Scope::Form, &[k(Code::Esc)], Intent::Escape, "", "cancel a request; else this row as it was"),
    on(Scope::Form, &[], Intent::Open(O::Help), "", "all keys"),
    on(Scope::Form, &[], Intent::Tunnels, "", "use this machine's tunnel: its address for the url"),
    on(Scope::Form, &[], Intent::Open(O::Token), "", "give a new access token"),
    on(Scope::Form, &[], Intent::Watch, "", "watch for changes of others, on or off"),
    on(
        Scope::Form,
        &[],
        Intent::Delete(Resource::Settings),
        "",
        "delete the settings: no account can call with the app any more",
    ),
    on(Scope::Form, &[], Intent::Delete(Resource::ChannelConnection), "", "delete the channel connection"),
    on(Scope::Form, &[], Intent::Unlock, "", "unlock saving for this run, if the profile is read-only"),
    on(Scope::Form, &[], Intent::Browse, "", "open the url in the browser: the row's, or the settings'"),
    on(
        Scope::Form,
        &[],
        Intent::Open(O::Doctor),
        "",
        "doctor: look for what is in the way, from the disk to the server",
    ),
    on(Scope::Form, &[], Intent::Open(O::Complaints), "", "what is wrong with the configuration"),
    on(Scope::Form, &[], Intent::Leftovers, "", "unsaved edits of earlier runs"),
    on(Scope::Form, &[], Intent::Mouse, "", "mouse on or off"),
    on(Scope::Form, &[], Intent::ChangeLooks, "", "theme: with colour, without, or in ASCII, for this run"),
    on(Scope::Form, &[f(9)], Intent::Redraw, "", "draw the screen again, on any page"),
    on(Scope::Form, &[], Intent::EditAll, "", "edit all as a file, in your own editor"),
    on(Scope::Form, &[], Intent::Suspend, "", "suspend to the shell"),
    // ── what opens over the form ──
    on(Scope::Moves, &[k(Code::Down)], Intent::Move(Motion::Step(1)), "", "down"),
    on(Scope::Moves, &[k(Code::Up)], Intent::Move(Motion::Step(-1)), "", "up"),
    on(Scope::Moves, &[k(Code::PageDown)], Intent::Move(Motion::Page(1)), "", "a page down"),
    on(Scope::Moves, &[k(Code::PageUp)], Intent::Move(Motion::Page(-1)), "", "a page up"),
    on(Scope::Moves, &[k(Code::Home), Key::with_ctrl(Code::Home)], Intent::Move(Motion::First), "", "to the start"),
    on(Scope::Moves, &[k(Code::End), Key::with_ctrl(Code::End)], Intent::Move(Motion::Last), "", "to the end"),
    on(Scope::Moves, &[k(Code::Esc)], Intent::Escape, "back", "back; nothing is done"),
    on(Scope::List, &[k(Code::Enter)], Intent::Choose, "", "take it"),
    on(Scope::List, &[k(Code::Tab)], Intent::Move(Motion::Step(1)), "", "down"),
    on(Scope::List, &[k(Code::BackTab)], Intent::Move(Motion::Step(-1)), "", "up"),
    on(Scope::List, &[Key::with_shift(Code::Down)], DOWN, "", "more of what is below the list"),
    on(Scope::List, &[Key::with_shift(Code::Up)], UP, "", "back in it"),
    on(Scope::Bare, &[c('j')], Intent::Move(Motion::Step(1)), "", "down"),
    on(Scope::Bare, &[c('k')], Intent::Move(Motion::Step(-1)), "", "up"),
    on(Scope::Bare, &[c(' ')], Intent::Move(Motion::Page(1)), "", "a page down"),
    on(Scope::Bare, &[c('q')], Intent::Escape, "", "back"),
    on(Scope::Bare, &[c('?')], Intent::Help, "", "help"),
    // ── text to read ──
    on(In(O::Row), &[f(1), c('?')], Intent::Help, "keys", "all keys"),
    on(In(O::Row), &[f(3)], Intent::Open(O::Recent), "tunnels", RECENT),
    on(In(O::Row), &[f(4)], Intent::Open(O::Check), "check", CHECK),
    on(In(O::Row), &[f(6)], Intent::Open(O::Preview), "preview", PREVIEW),
    on(In(O::Row), &[ctrl('o')], Intent::Open(O::Copy), "copy", COPY),
    on(In(O::Review), &[k(Code::Enter), ctrl('s'), f(10)], Intent::Save, "save", "save"),
    on(In(O::Review), &[ctrl('o'), c('y')], Intent::Open(O::Copy), "copy", "copy"),
    on(In(O::Check), &[f(4), ctrl('r'), f(5)], Intent::CheckAgain, "again", "check the url again"),
    on(In(O::Check), &[ctrl('o'), c('y')], Intent::CopyHeader, "copy header", "copy the header to send instead"),
    on(
        In(O::Check),
        &[f(6)],
        Intent::Open(O::Preview),
        "preview",
        "preview in a browser: the dialer at the form's size",
    ),
    on(In(O::Complaints), &[ctrl('r'), f(5)], Intent::Reload, "read again", "read the configuration again"),
    on(In(O::Doctor), &[ctrl('r'), f(5)], Intent::Reload, "look again", "look at all of it again"),
    on(In(O::Doctor), &[ctrl('o'), c('y')], Intent::Choose, "copy", "copy what was found"),
    on(In(O::Preview), &[k(Code::Enter), c('o')], Intent::OpenPreview, "open", "open the page in a browser once more"),
    on(In(O::Preview), &[f(4)], Intent::Open(O::Check), "check", CHECK),
    on(In(O::Preview), &[k(Code::Delete), ctrl('x')], Intent::StopPreview, "stop", "stop the preview"),
    // ── lists ──
    on(In(O::Palette), &[k(Code::Enter)], Intent::Choose, "do it", "do it"),
    on(In(O::Copy), &[k(Code::Enter)], Intent::Choose, "copy", "copy it"),
    on(In(O::Profiles), &[k(Code::Enter)], Intent::Choose, "switch", "go on with the profile; edits stay as a draft"),
    on(In(O::Profiles), &[ctrl('n')], Manage(P::New), "new", "set up another profile"),
    on(
        In(O::Profiles),
        &[ctrl('e')],
        Manage(P::Edit),
        "edit",
        "change the profile: app, address, credential, production",
    ),
    on(In(O::Profiles), &[f(4)], Manage(P::Test), "test", "test it: read its settings with its own credential"),
    on(In(O::Profiles), &[ctrl('d')], Intent::Open(O::Other), "compare", "compare with the profile"),
    on(In(O::Profiles), &[k(Code::Delete)], Manage(P::Remove), "remove", "remove the profile; asks first"),
    on(In(O::Profiles), &[ctrl('o')], Manage(P::Copy), "copy", "set up another profile that is like it"),
    on(In(O::Profiles), &[f(2)], Manage(P::Rename), "rename", "give the profile another name"),
    on(In(O::Profiles), &[f(8)], Manage(P::MakeDefault), "default", "start with it if none is named"),
    on(In(O::Other), &[k(Code::Enter), ctrl('d')], Intent::Open(O::Other), "compare", "compare with the profile"),
    on(In(O::Presets), &[k(Code::Enter)], Intent::Choose, "apply", "apply: enter its values as edits"),
    on(In(O::Presets), &[ctrl('k')], Intent::Open(O::Name), "keep edits", "keep your edits as a preset"),
    on(In(O::Recent), &[k(Code::Enter)], Intent::Choose, "take it", "take the value"),
    on(In(O::Recent), &[k(Code::Esc), Key::with_alt(Code::Up)], Intent::Escape, "back", "back; the row stays as it is"),
    on(
        In(O::History),
        &[k(Code::Enter), c('r')],
        Intent::Choose,
        "put back",
        "put back: enter the old values as edits",
    ),
    on(In(O::Log), &[k(Code::Enter), c('y'), ctrl('o')], Intent::Choose, "copy", "copy the request as curl"),
    on(In(O::Conflicts), &[k(Code::Left)], Intent::Side(Side::Theirs), "choose", "the server's value"),
    on(In(O::Conflicts), &[k(Code::Right)], Intent::Side(Side::Mine), "", "your value"),
    on(In(O::Conflicts), &[c('e'), ctrl('e')], Intent::EditConflict, "edit", "edit the field"),
    on(In(O::Conflicts), &[c('M')], Intent::AllSides(Side::Mine), "all mine", "your values for all"),
    on(In(O::Conflicts), &[c('T')], Intent::AllSides(Side::Theirs), "all theirs", "the server's values for all"),
    on(In(O::Conflicts), &[k(Code::Enter), ctrl('s'), f(10)], Intent::Choose, "go on", "go on with the save"),
    on(In(O::Conflicts), &[k(Code::Esc)], Intent::Escape, "back", "keep editing; nothing is sent"),
    on(In(O::Comparison), &[c(' '), k(Code::Right)], Intent::Mark, "choose", "choose the field, or not"),
    on(In(O::Comparison), &[c('a'), ctrl('a')], Intent::MarkAll, "all", "choose all that differ, or none"),
    on(
        In(O::Comparison),
        &[k(Code::Enter)],
        Intent::Choose,
        "copy here",
        "copy the chosen fields from there to here, as edits",
    ),
    on(In(O::Comparison), &[c('e'), ctrl('e')], Intent::ShowEqual, "equal ones", "show the equal fields, or hide them"),
    on(In(O::Comparison), &[ctrl('r'), f(5)], Intent::Reload, "", "read the other profile again"),
    // ── lines to type in ──
    on(In(O::Token), &[k(Code::Enter)], Intent::Choose, "use it", "use what was typed or pasted"),
    on(In(O::Name), &[k(Code::Enter)], Intent::Choose, "keep", "write it into the configuration"),
    on(In(O::ProfileName), &[k(Code::Enter)], Intent::Choose, "rename", "give the profile this name"),
    on(In(O::Id), &[k(Code::Enter)], Intent::Choose, "do it", "do it, once the id is there"),
    // ── questions ──
    on(In(O::Quit), &[c('s'), ctrl('s'), f(10)], Decide(D::QuitSaving), "save", "save, then quit"),
    on(
        In(O::Quit),
        &[c('k')],
        Decide(D::QuitKeeping),
        "keep",
        "quit, and keep the edits as a draft for the next start",
    ),
    on(
        In(O::Quit),
        &[c('d')],
        Decide(D::QuitDiscarding),
        "discard",
        "quit without saving; the draft goes into the trash",
    ),
    on(In(O::Quit), &[c('n'), k(Code::Esc)], Intent::Escape, "stay", "stay"),
    on(In(O::Quit), &[ctrl('c'), ctrl('q')], Intent::Quit, "", "quit at once with exit code 130; the draft stays"),
    on(In(O::Leave), &[c('s'), ctrl('s'), f(10)], Decide(D::QuitSaving), "finish", "see the save through, then quit"),
    on(
        In(O::Leave),
        &[c('d'), c('k')],
        Decide(D::QuitDiscarding),
        "leave",
        "quit with exit code 130; the draft stays, and the next start looks what became of the save",
    ),
    on(In(O::Leave), &[c('n'), k(Code::Esc)], Intent::Escape, "stay", "stay"),
    on(In(O::Restore), &[c('r'), k(Code::Enter)], Decide(D::Restore), "restore", "enter them as unsaved edits"),
    on(In(O::Restore), &[c('d'), ctrl('d')], Decide(D::Show), "show", "show them, or hide them again"),
    on(In(O::Restore), &[c('l'), k(Code::Esc)], Decide(D::PutOff), "later", "later: ask again at the next start"),
    on(In(O::Restore), &[c('L'), f(8)], Decide(D::PutOffAll), "", "likewise for those of all earlier runs"),
    on(
        In(O::Restore),
        &[c('x'), ctrl('x')],
        Decide(D::Discard),
        "discard",
        "pressed twice, discard: into the trash for 30 days",
    ),
    on(In(O::Remove), &[c('y'), ctrl('y')], Decide(D::Remove), "remove", "remove it from the configuration"),
    on(In(O::Remove), &[c('n'), k(Code::Enter), k(Code::Esc)], Intent::Escape, "keep", "keep it"),
    on(In(O::Siblings), &[c('y'), ctrl('y'), k(Code::Enter)], Decide(D::MoveAll), "all", "move them to the tunnel too"),
    on(In(O::Siblings), &[c('n'), ctrl('n')], Decide(D::MoveOne), "only this", "move the url of this row only"),
    on(In(O::Siblings), &[k(Code::Esc)], Intent::Escape, "back", "back; no url is moved"),
    on(In(O::Trust), &[c('y'), ctrl('y')], Decide(D::Trust), "send", "send it there, now and from now on"),
    on(In(O::Trust), &[c('n'), k(Code::Enter), k(Code::Esc)], Intent::Escape, "do not", "do not send it"),
    // ── the first start ──
    on(Scope::Asked, &[k(Code::Enter), k(Code::Tab), k(Code::Down)], Intent::Next, "next", "go on with this answer"),
    on(Scope::Asked, &[ctrl('s'), f(10)], Intent::Save, "review", "go on to the review, once all was asked"),
    on(Scope::Asked, &[ctrl('t'), f(3)], Intent::Demo, "demo", "try the demo instead; nothing is written"),
    on(
        Scope::Asked,
        &[k(Code::Esc), k(Code::BackTab), k(Code::Up)],
        Intent::Escape,
        "back",
        "a step back; no answer is lost",
    ),
    on(Scope::Asked, &[ctrl('q'), ctrl('c')], Intent::Quit, "quit", "quit; nothing is written"),
    on(Scope::AskedName, &[ctrl('n')], Intent::Move(Motion::Step(1)), "names", "a name of the HubSpot CLI's accounts"),
    on(Scope::AskedName, &[ctrl('p')], Intent::Move(Motion::Step(-1)), "", "the one before"),
    on(Scope::AskedChoice, &[k(Code::Down), k(Code::Right), c(' ')], Intent::Nudge(1), "choose", "the next choice"),
    on(Scope::AskedChoice, &[k(Code::Up), k(Code::Left)], Intent::Nudge(-1), "", "the previous choice"),
    on(Scope::AskedYesNo, &[c('y')], Intent::Answer(true), "yes", "yes"),
    on(Scope::AskedYesNo, &[c('n')], Intent::Answer(false), "no", "no"),
    on(Scope::AskedReview, &[k(Code::Enter)], Intent::Choose, "write", "write it, and open the editor"),
    on(Scope::AskedReview, &[ctrl('r'), f(5)], Intent::Reload, "test", "test the credential: read the app's settings"),
    on(
        Scope::AskedReview,
        &[c('e'), ctrl('e')],
        Intent::Mend,
        "change",
        "change an answer: the one that the test is about, else the first",
    ),
];
