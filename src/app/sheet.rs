//! All settings as a file for the user's own editor, and what comes back of it.
//!
//! ```text
//!   draft ──> SettingsSheet ── text ──> the user's editor ──> came_back ──┬── Unchanged, Emptied
//!               ^                                                         ├── Entered: the edits
//!               └── the same text, each error above its line <── Flawed ──┘       StillFlawed: none was mended
//! ```
//!
//! The file has the shape that `callset apply` takes. Only values that differ from those handed out count, so what was
//! wrong before is not judged, and what is not there any more stays as it is.

mod read;

use crate::model::{Draft, Edit, Field, FieldId, Kind, Resource, Value, toml};
use crate::sync::Target;
use crate::words::{sheet as words, value};
use read::SheetReader;
use std::collections::BTreeMap;

/// The width of the comments, in characters.
const WIDTH: usize = 78;

/// The settings as a file that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsSheet {
    /// The text that was handed out last.
    text: String,
    /// The lines in it that tell what is wrong.
    told: Vec<String>,
    app_id: i32,
    fields: Vec<Field>,
    /// The resources that cannot be changed, because they were not read.
    unread: Vec<Resource>,
    /// The values that were handed out.
    given: BTreeMap<FieldId, Value>,
    /// What the server had then.
    on: BTreeMap<FieldId, Value>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CameBack {
    /// The same values.
    Unchanged,
    /// No values at all.
    Emptied,
    /// Something is wrong with it. The text of the sheet says what.
    Flawed,
    /// Nothing of what was wrong has changed.
    StillFlawed,
    /// These edits, each with the value of the server that it was made on.
    Entered(Vec<MadeEdit>),
}

/// An edit, and the value of the server that it was made on.
pub type MadeEdit = (FieldId, Edit, Option<Value>);

impl SettingsSheet {
    /// Writes the draft down. `problems` are what is wrong with a field, as sentences; `is_sent`: is what is changed sent,
    /// after a question?
    pub fn new(draft: &Draft, target: &Target, is_sent: bool, problems: impl Fn(&Field) -> Vec<String>) -> Self {
        let mut lines = SheetLines::default();
        for line in words::heading(target, is_sent) {
            lines.comment(&line);
        }
        lines.push(format!("app_id = {}", target.app_id));
        for resource in draft.resources() {
            lines.resource(draft, *resource, &problems);
        }
        let on = |field: &Field| Some((field.id.clone(), draft.base(&field.id)?.clone()));
        let is_unread = |resource: &Resource| !draft.is_loaded(*resource);
        let mut sheet = Self {
            text: lines.0,
            told: vec![],
            app_id: target.app_id,
            fields: draft.fields().to_vec(),
            unread: draft.resources().iter().copied().filter(is_unread).collect(),
            given: BTreeMap::new(),
            on: draft.fields().iter().filter_map(on).collect(),
        };
        sheet.given = SheetReader::given(&sheet);
        sheet
    }

    /// The text to hand out.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes what came back. If something is wrong with it, the text is what came back with that told in it.
    pub fn came_back(&mut self, text: &str) -> CameBack {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let is_nothing = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let values = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !is_nothing(line)).map(ToOwned::to_owned).collect()
        };
        if values(text) == values(&self.text) {
            return if self.told.is_empty() { CameBack::Unchanged } else { CameBack::StillFlawed };
        }
        let is_told = |line: &str| self.told.iter().any(|told| told == line.trim_end_matches(['\r', '\n']));
        let own: String = text.split_inclusive('\n').filter(|line| !is_told(line)).collect();
        if own.lines().all(|line| is_nothing(&line)) {
            return CameBack::Emptied;
        }
        match SheetReader::changes(self, &own) {
            Ok(changes) if changes.is_empty() => CameBack::Unchanged,
            Ok(changes) => {
                let made = |(id, edit): (FieldId, Edit)| {
                    let on = self.on.get(&id).cloned();
                    (id, edit, on)
                };
                CameBack::Entered(changes.into_iter().map(made).collect())
            }
            Err(flaws) => {
                (self.text, self.told) = read::marked(&own, &flaws);
                CameBack::Flawed
            }
        }
    }
}

/// The lines of the file.
#[derive(Default)]
struct SheetLines(String);

impl SheetLines {
    fn push(&mut self, line: impl AsRef<str>) {
        self.0.push_str(line.as_ref());
        self.0.push('\n');
    }

    /// Adds a comment, broken between words.
    fn comment(&mut self, text: &str) {
        let mut line = String::from("#");
        for word in read::harmless(text).split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > WIDTH && line.len() > 1 {
                self.push(&line);
                "#".clone_into(&mut line);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.push(line);
    }

    fn resource(&mut self, draft: &Draft, resource: Resource, problems: &impl Fn(&Field) -> Vec<String>) {
        self.push("");
        let is_there = draft.is_loaded(resource) && !draft.is_absent(resource) || draft.is_edited(resource);
        if !is_there && !draft.is_loaded(resource) {
            return self.comment(&words::unread(resource));
        }
        if is_there {
            self.push(format!("[{}]", resource.name()));
        } else {
            self.comment(&words::absent(resource));
            self.push(format!("# [{}]", resource.name()));
        }
        let of = |field: &&Field| field.id.resource == resource && field.kind != Kind::Time;
        for (at, field) in draft.fields().iter().filter(of).enumerate() {
            if at > 0 {
                self.push("");
            }
            self.comment(&words::about(field));
            self.field(draft, field, is_there, &problems(field));
        }
    }

    fn field(&mut self, draft: &Draft, field: &Field, is_there: bool, problems: &[String]) {
        let (key, base) = (&field.id.key, draft.base(&field.id));
        let Some(now) = now(draft, field) else {
            if is_there {
                self.comment(words::NOT_SENT);
            }
            return self.push(format!("# {}", toml::line(key, &first(field)).unwrap_or_default()));
        };
        if draft.edit(&field.id).is_some() {
            let server = value::held(base, !draft.is_absent(field.id.resource), field);
            self.comment(&words::on_the_server(&server));
        }
        for problem in problems {
            self.comment(problem);
        }
        match (toml::line(key, &now), now) {
            (Some(line), _) => self.push(line),
            (None, Value::Withheld(_)) => self.comment(words::WITHHELD),
            (None, other) => {
                self.comment(words::LEFT_AS_IT_IS);
                self.push(format!("# {key} = {}", read::harmless(&other.to_json())));
            }
        }
    }
}

/// What a field holds: the edit, else the server's value.
fn now(draft: &Draft, field: &Field) -> Option<Value> {
    let as_value = |edit: Edit| match edit {
        Edit::Switch(on) => Value::Switch(on),
        Edit::Text(text) => match text.parse::<i32>() {
            Ok(number) if field.kind == Kind::Integer && number.to_string() == text => Value::Integer(number),
            _ => Value::Text(text),
        },
    };
    draft.entered(field).map(as_value).or_else(|| draft.base(&field.id).cloned())
}

/// The value that a field starts with.
fn first(field: &Field) -> Value {
    match field.kind {
        Kind::Switch => Value::Switch(field.first == "true"),
        Kind::Integer => field.first.parse().map_or(Value::Null, Value::Integer),
        Kind::Text | Kind::Url | Kind::Time | Kind::Json => Value::Text(field.first.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::Config;
    use crate::model::{Representation, Stroke};
    use proptest::prelude::*;

    fn target() -> Target {
        Target {
            app_id: 7,
            host: "api.hubapi.com".into(),
            base_url: "https://api.hubapi.com".into(),
            paths: BTreeMap::new(),
            kind: crate::model::profile::CredentialKind::Bearer,
            credential_hint: String::new(),
            looks_like: None,
            credential_source: String::new(),
            credential_renewal: None,
            sandbox: false,
            profile: None,
            setup: Config::default(),
            complaints: vec![],
            watch: None,
            seed: 0,
        }
    }

    fn draft() -> Draft {
        let text = |text: &str| Value::Text(text.into());
        let settings: Representation = [
            ("name", text("Acme \"Dialer\"\nwith \u{202e} marks")),
            ("url", text("https://a.dev/")),
            ("width", Value::Integer(400)),
            ("height", Value::Integer(650)),
            ("isReady", Value::Switch(false)),
            ("createdAt", text("2024-03-02T09:14:07Z")),
            ("newList", Value::Other("[1]".into())),
            ("newNumber", Value::Integer(3)),
            ("newSecret", Value::Withheld(1)),
        ]
        .into_iter()
        .collect();
        let mut draft = Draft::new();
        draft.rebase(Resource::Settings, settings, None);
        draft.rebase(Resource::Recording, Representation::default(), None);
        draft
    }

    fn sheet(draft: &Draft) -> SettingsSheet {
        SettingsSheet::new(draft, &target(), false, |_| vec![])
    }

    fn entered(sheet: &mut SettingsSheet, text: &str) -> Vec<(String, Edit)> {
        match sheet.came_back(text) {
            CameBack::Entered(edits) => edits.into_iter().map(|(id, edit, _)| (id.to_string(), edit)).collect(),
            other => panic!("{other:?}: {}", sheet.text()),
        }
    }

    fn edit(text: &str) -> Edit {
        Edit::Text(text.to_owned())
    }

    #[test]
    fn what_is_handed_out_says_what_there_is_and_changes_nothing() {
        let draft = draft();
        let mut sheet = sheet(&draft);
        let text = sheet.text().to_owned();
        for line in [
            "app_id = 7",
            "[settings]",
            "width = 400",
            "newNumber = 3",
            "# newList = [1]",
            "# [recording]",
            "# urlToRetrieveAuthedRecording = \"\"",
            "# HubSpot sent no such field. Without the # it is sent.",
            "# usesRemote = true",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}: {text}");
        }
        assert!(text.contains("The channel connection could not be read") && !text.contains("[channel-connection]"));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH || !line.starts_with("# ")), "{text}");
        assert!(!text.contains("createdAt") && !text.contains("newSecret =") && text.contains("left out"), "{text}");
        assert_eq!(sheet.given[&FieldId::settings("name")], *draft.base(&FieldId::settings("name")).unwrap());
        assert_eq!(sheet.came_back(&text), CameBack::Unchanged);
        // Other words around the same values, with a mark in front, and the line ends of another system.
        let same = format!("\u{feff}# mine\n{text}\n\n# more").replace('\n', "\r\n");
        assert_eq!(sheet.came_back(&same), CameBack::Unchanged);
        for empty in ["", "\n \n", "# only this\n", "\u{feff}"] {
            assert_eq!(sheet.came_back(empty), CameBack::Emptied, "{empty:?}");
        }
    }

    #[test]
    fn only_what_differs_from_what_was_handed_out_counts() {
        let mut draft = draft();
        let width = draft.field(&FieldId::settings("width")).unwrap().clone();
        let url = draft.field(&FieldId::settings("url")).unwrap().clone();
        draft.set(&width, edit("4x"), Stroke::Whole);
        draft.set(&url, edit("nowhere"), Stroke::Whole);
        let mut sheet = sheet(&draft);
        let text = sheet.text().to_owned();
        assert!(text.contains("# On the server: 400\nwidth = \"4x\""), "{text}");
        assert!(text.contains("# On the server: https://a.dev/\nurl = \"nowhere\""), "{text}");
        // What was wrong before is not judged.
        let ready = text.replace("isReady = false", "isReady = true").replace("newNumber = 3", "newNumber = 4");
        let both = vec![("isReady".to_owned(), Edit::Switch(true)), ("newNumber".to_owned(), edit("4"))];
        assert_eq!(entered(&mut sheet, &ready), both);
        // A line that is gone stays as it is.
        let gone: String =
            ready.lines().filter(|line| !line.starts_with("isReady")).flat_map(|line| [line, "\r\n"]).collect();
        assert_eq!(entered(&mut sheet, &gone), both[1..]);
        // So do tables, and keys outside of any are settings.
        assert_eq!(entered(&mut sheet, "height = 1\ncreatedAt = \"x\"\n"), [("height".to_owned(), edit("1"))]);
        let set_up = "[recording]\nurlToRetrieveAuthedRecording = \"https://b.dev/%s\"";
        let recording = ("recording.urlToRetrieveAuthedRecording".to_owned(), edit("https://b.dev/%s"));
        assert_eq!(entered(&mut sheet, set_up), [recording]);
        assert_eq!(entered(&mut sheet, "usesRemote = true"), [("usesRemote".to_owned(), Edit::Switch(true))]);
        // A value that is set back is an edit too, which takes the one before it back.
        assert_eq!(entered(&mut sheet, "width = 400"), [("width".to_owned(), edit("400"))]);
    }

    #[test]
    fn an_edit_knows_the_value_that_it_was_made_on() {
        let draft = draft();
        let CameBack::Entered(edits) = sheet(&draft).came_back("width = 1\nusesRemote = true") else { panic!() };
        assert_eq!(edits[0].2, Some(Value::Integer(400)));
        assert_eq!(edits[1].2, None);
    }

    #[test]
    fn what_is_wrong_is_told_above_its_line_until_it_is_mended() {
        let mut sheet = sheet(&draft());
        for (text, told) in [
            ("widht = 5\n", "# error: there is no field widht; did you mean width?\nwidht = 5\n"),
            ("width = \"5\"\n", "# error: width takes a whole number, without quotes\nwidth = \"5\"\n"),
            ("isReady = \"yes\"", "# error: isReady takes true or false, without quotes\nisReady = \"yes\"\n"),
            ("name = 5", "# error: name takes text, in quotes\nname = 5\n"),
            ("width = 5000000000", "# error: Too large: HubSpot takes -2147483648 to 2147483647\nwidth"),
            ("width = 4.5", "# error: width is neither text, a whole number, true nor false\n"),
            ("url = \"nowhere\"", "# error: Not a web address: start with https:// (or http:// + localhost)\nurl"),
            ("[settings]\nwidth = 5\n[colours]\na = 1\n", "width = 5\n# error: there is no resource colours: "),
            ("newList = \"x\"", "# error: newList is set by the server alone\n"),
            ("[channel-connection]\nisReady = true", "# error: the channel connection could not be read"),
            ("app_id = 8\nwidth = 5", "# error: this is app 7\napp_id = 8\n"),
            (
                "width = 5\n[settings]\nwidth = 6",
                "[settings]\n# error: width is there twice: give one value\nwidth = 6",
            ),
            ("height = 1\nwidth = null\n", "height = 1\n# error: line 4, column 9: "),
            ("name = \"a\nheight = 1\n", "# error: line 3, column "),
            ("width = 1\nwidth = 2\n", "# error: line 4, column 1: duplicate key"),
        ] {
            assert_eq!(sheet.came_back(text), CameBack::Flawed, "{text}");
            assert!(sheet.text().contains(told), "{text:?}: {told:?}: {}", sheet.text());
            assert!(sheet.text().starts_with("# There is 1 error, told above its line."), "{}", sheet.text());
            // The place that is told is that in the text that is handed out.
            if let Some((_, rest)) = sheet.text().split_once("# error: line ") {
                let line: usize = rest.split(',').next().unwrap().parse().unwrap();
                let told = sheet.text().lines().nth(line - 2).unwrap();
                assert!(told.starts_with("# error: "), "{told}: {}", sheet.text());
            }
            let again = sheet.text().to_owned();
            assert_eq!(sheet.came_back(&again), CameBack::StillFlawed);
            assert_eq!(sheet.came_back(&again.replace('\n', "\r\n")), CameBack::StillFlawed);
            // What was told goes, whatever else is there.
            assert_eq!(sheet.came_back(&format!("{again}\n[rest]\n")), CameBack::Flawed);
            assert_eq!(sheet.text().matches("# There ").count(), 1, "{}", sheet.text());
            assert_eq!(sheet.came_back(""), CameBack::Emptied);
        }
        let two = "widht = 1\r\nheight = \"a\"\r\nisReady = true\r\n";
        assert_eq!(sheet.came_back(two), CameBack::Flawed);
        assert_eq!(sheet.text().matches("\r\n# error: ").count(), 2, "{}", sheet.text());
        let mended = sheet.text().replace("widht", "width").replace("\"a\"", "2");
        let keys: Vec<String> = entered(&mut sheet, &mended).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["width", "height", "isReady"]);
    }

    #[test]
    fn what_is_wrong_in_a_text_of_several_lines_never_becomes_part_of_it() {
        let mut sheet = sheet(&draft());
        let text = "name = \"\"\"one\ntwo \\z\nthree\"\"\"\n";
        assert_eq!(sheet.came_back(text), CameBack::Flawed);
        let mended = sheet.text().replace(" \\z", "");
        assert_eq!(entered(&mut sheet, &mended), [("name".to_owned(), edit("one\ntwo\nthree"))]);
    }

    #[test]
    fn what_looks_wrong_only_is_taken() {
        let mut sheet = sheet(&draft());
        assert_eq!(entered(&mut sheet, "width = 99999"), [("width".to_owned(), edit("99999"))]);
        let long = format!("name = \"{}\"", "x".repeat(70_000));
        assert_eq!(sheet.came_back(&long), CameBack::Flawed);
        assert!(sheet.text().contains("name holds at most 64 KiB"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_comes_back_is_taken_or_told_and_told_once(
            at in 0..200_usize,
            piece in prop_oneof![
                any::<String>(),
                "[a-z]{0,9} = [0-9a-z\"'\\[\\]{}#.\n]{0,12}",
                Just("\"\"\"".to_owned()),
                Just("\r".to_owned()),
            ],
        ) {
            let mut sheet = sheet(&draft());
            let given = sheet.text().to_owned();
            let at = given.char_indices().map(|(at, _)| at).nth(at * 7).unwrap_or(given.len());
            let text = format!("{}{piece}{}", &given[..at], &given[at..]);
            if sheet.came_back(&text) == CameBack::Flawed {
                let again = sheet.text().to_owned();
                prop_assert!(again.starts_with("# There "));
                prop_assert_eq!(sheet.came_back(&again), CameBack::StillFlawed);
                // Without what was told it is what was typed.
                let told = sheet.told.clone();
                let own: Vec<&str> = again.lines().filter(|line| !told.iter().any(|told| told == line)).collect();
                prop_assert_eq!(own, text.trim_start_matches('\u{feff}').lines().collect::<Vec<_>>());
            }
        }
    }
}
