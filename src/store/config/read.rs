//! Reads bytes into a [`Config`]: usable parts are used, and a complaint with its place names every other part.
//!
//! ```text
//!   bytes ── UTF-8? ── TOML? ──> top ──┬── profile ── sources of the credential
//!              │         │             └── preset
//!              └─────────┴── broken: defaults, one complaint with line and column
//! ```
//!
//! A value that cannot be used is replaced by its default, but never by a less careful value. A profile without an
//! app or a safe address is left out, an unreadable or misspelled guard counts as set, and an unreadable source is no
//! source.
//! Complaints never repeat a value, since it may be a credential in the wrong place.

mod preset;
pub(super) mod profile;

use super::keys::{self, ConfigScope};
use super::{Complaint, Reading};
use crate::model::pace;
use crate::model::profile::{Ambiguous, Appearance, Config};
use std::ops::Range;
use std::path::Path;
use toml_edit::{Document, Item, Key, TableLike, Value};

/// The version of the file format that is read and written.
const VERSION: i64 = 1;

/// How many complaints are kept. A file with more is probably not a configuration.
const COMPLAINTS: usize = 30;

/// The end of a complaint about the whole file.
pub(super) const NOTHING_USED: &str =
    "nothing of the file is used, and each app counts as production until it is mended";

/// Names of keys under which people might write a credential.
const CREDENTIALS: [&str; 9] =
    ["token", "access_token", "api_key", "apikey", "hapikey", "developer_api_key", "key", "secret", "password"];

/// Reads a configuration from any bytes. `file` is named in complaints, `home` replaces `~/` in paths.
pub fn parse(bytes: &[u8], file: &Path, home: Option<&Path>) -> Reading {
    let (text, fault) = match str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => (str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(), Some(error)),
    };
    let (found, left_out) = (Vec::new(), Vec::new());
    let mut reader = Reader { text, file, home, found, more: 0, first: None, left_out, last_url: None };
    if fault.is_some() {
        reader.complain(Some(text.len()..text.len()), &[], format!("Not UTF-8 from here on; {NOTHING_USED}"));
        return reader.end(Config::default(), None, true);
    }
    match Document::parse(text) {
        Ok(document) => {
            let (config, wished) = reader.config(document.as_table());
            reader.end(config, wished, false)
        }
        Err(error) => {
            // Only the first line of the message: the other lines would show the text of the file.
            let why = error.message().lines().next().unwrap_or_default().to_owned();
            let why = if why.is_empty() { "this cannot be read".to_owned() } else { why };
            reader.complain(error.span(), &[], format!("Not TOML: {why}; {NOTHING_USED}"));
            reader.end(Config::default(), None, true)
        }
    }
}

/// A table and its path.
#[derive(Clone, Copy)]
struct Section<'a> {
    path: &'a [&'a str],
    table: &'a dyn TableLike,
}

/// The result of reading a key.
enum Taken<T> {
    /// The key is not there.
    Nothing,
    /// The value cannot be used; a complaint names it.
    Unfit,
    /// The value.
    Fit(T),
}

impl<T> Taken<T> {
    fn ok(self) -> Option<T> {
        match self {
            Taken::Nothing | Taken::Unfit => None,
            Taken::Fit(value) => Some(value),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    file: &'a Path,
    home: Option<&'a Path>,
    /// The complaints, each with the byte it is about.
    found: Vec<(Option<usize>, Complaint)>,
    /// How many complaints were not kept.
    more: usize,
    /// The first complaint about the profile that is being read. It is kept in any case.
    first: Option<Complaint>,
    /// The profiles that are left out, each with its complaint.
    left_out: Vec<(String, Complaint)>,
    /// The address that was found to be one last.
    last_url: Option<String>,
}

impl Reader<'_> {
    fn config(&mut self, table: &dyn TableLike) -> (Config, Option<String>) {
        let top = Section { path: &[], table };
        self.version(top);
        let mut config = Config {
            theme: self.one_of(top, "theme", &Appearance::ALL, Appearance::word).ok().unwrap_or_default(),
            ambiguous: self.one_of(top, "ambiguous", &Ambiguous::ALL, Ambiguous::word).ok().unwrap_or_default(),
            plain: self.switch(top, "plain", "it is off").ok().unwrap_or_default(),
            mouse: self.switch(top, "mouse", "it is on").ok(),
            title: self.switch(top, "title", "callset gives it one").ok(),
            watch: self
                .take(top, "watch", "a time from \"1s\" to \"60s\" is needed; it is never", |value| {
                    let number = value.as_integer().map(|n| n.to_string()).or(value.as_float().map(|n| n.to_string()));
                    pace::pace(value.as_str().or(number.as_deref())?)
                })
                .ok(),
            ..Config::default()
        };
        for (name, item) in self.tables(top, "profiles") {
            self.first = None;
            match (self.profile(name, item), self.first.take()) {
                (Some(profile), _) => config.profiles.push(profile),
                // The keys that can leave a profile out are read first, so the first complaint is the reason.
                (None, why) => self.left_out.extend(why.map(|why| (name.get().to_owned(), why))),
            }
        }
        // A guard above the tables was meant for a profile, and nobody knows for which.
        for (name, _) in top.table.iter() {
            let guard = keys::guard(name, ConfigScope::Top);
            for profile in &mut config.profiles {
                profile.production |= guard == Some("production");
                profile.read_only |= guard == Some("read_only");
            }
        }
        for (name, item) in self.tables(top, "presets") {
            config.presets.extend(self.preset(name, item));
        }
        let wished = self.take(top, "default_profile", "the name of a profile is needed; there is none", |value| {
            value.as_str().map(ToOwned::to_owned)
        });
        let wished = wished.ok();
        config.default_profile = wished.clone().filter(|wished| config.profiles.iter().any(|p| p.name == *wished));
        if wished.is_some() && config.default_profile.is_none() {
            let because = self.left_out.iter().find(|(name, _)| wished.as_ref() == Some(name));
            let because = because.map_or(String::new(), |(_, why)| format!(", because of {}", why.below_its_file()));
            let sentence = format!("there is no such profile that can be used{because}");
            self.complain(span(top, "default_profile"), &["default_profile"], sentence);
        }
        self.unknown(top, ConfigScope::Top);
        (config, wished)
    }

    fn version(&mut self, top: Section<'_>) {
        let version = self.take(top, "version", "a whole number is needed; it counts as 1", |value| {
            value.as_integer().filter(|version| *version >= 1)
        });
        if version.ok().unwrap_or(VERSION) > VERSION {
            self.complain(
                span(top, "version"),
                &["version"],
                "the file is for a newer callset: what this one knows is used, the rest is not",
            );
        }
    }

    /// Reads the value of a key with `read`. If that gives `None`, `else_` is the end of the complaint: what is
    /// needed, and what is used instead.
    fn take<T>(
        &mut self,
        section: Section<'_>,
        key: &str,
        else_: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Taken<T> {
        let Some(item) = section.table.get(key) else { return Taken::Nothing };
        if let Some(value) = item.as_value().and_then(read) {
            return Taken::Fit(value);
        }
        let at = item.span().or_else(|| span(section, key));
        self.complain(at, &[section.path, &[key]].concat(), else_);
        Taken::Unfit
    }

    fn switch(&mut self, section: Section<'_>, key: &str, instead: &str) -> Taken<bool> {
        // The complaint is worded for what is there only: a file may hold thousands of profiles.
        if section.table.get(key).is_none() {
            return Taken::Nothing;
        }
        self.take(section, key, &format!("true or false is needed, without quotes; {instead}"), Value::as_bool)
    }

    fn one_of<T: Copy + Default>(
        &mut self,
        section: Section<'_>,
        key: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Taken<T> {
        if section.table.get(key).is_none() {
            return Taken::Nothing;
        }
        let words: Vec<_> = all.iter().map(|one| format!("\"{}\"", word(*one))).collect();
        let else_ = format!("one of {} is needed; \"{}\" is used", words.join(", "), word(T::default()));
        self.take(section, key, &else_, |value| {
            let text = value.as_str()?;
            all.iter().copied().find(|one| word(*one) == text)
        })
    }

    /// The tables inside a table, with their keys.
    fn tables<'t>(&mut self, top: Section<'t>, key: &'t str) -> Vec<(&'t Key, &'t Item)> {
        let Some(item) = top.table.get(key) else { return Vec::new() };
        let Some(table) = item.as_table_like() else {
            self.complain(span(top, key), &[key], format!("tables are needed: [{key}.NAME]"));
            return Vec::new();
        };
        table.iter().filter_map(|(name, _)| table.get_key_value(name)).collect()
    }

    fn unknown(&mut self, section: Section<'_>, scope: ConfigScope) {
        for (name, _) in section.table.iter() {
            if keys::names(scope).any(|known| known == name) {
                continue;
            }
            let sentence = if CREDENTIALS.contains(&name.to_lowercase().replace('-', "_").as_str()) {
                "no credential stands in this file: remove it, and say with `sources` where it is".to_owned()
            } else if let Some(guard) = keys::guard(name, scope) {
                match scope {
                    ConfigScope::Profile => {
                        format!(
                            "there is no such key; did you mean {guard}? Until it is mended, {guard} counts as true"
                        )
                    }
                    ConfigScope::Top => format!(
                        "it belongs into the table of a profile, as {guard}; until it is mended, {guard} counts as true for \
                         all profiles"
                    ),
                }
            } else if let Some(meant) = keys::meant(name, keys::names(scope)) {
                format!("there is no such key, and it is not used; did you mean {meant}?")
            } else {
                "there is no such key, and it is not used".to_owned()
            };
            self.complain(span(section, name), &[section.path, &[name]].concat(), sentence);
        }
    }

    fn complain(&mut self, at: Option<Range<usize>>, path: &[&str], sentence: impl Into<String>) {
        let is_kept = self.found.len() < COMPLAINTS;
        self.more += usize::from(!is_kept);
        if !is_kept && self.first.is_some() {
            return;
        }
        let at = at.map(|range| range.start);
        let key = (!path.is_empty()).then(|| path.iter().map(|name| shown(name)).collect::<Vec<_>>().join("."));
        let file = self.file.to_owned();
        let complaint = Complaint { file, at: at.map(|at| place(self.text, at)), key, text: sentence.into() };
        self.first.get_or_insert_with(|| complaint.clone());
        self.found.extend(is_kept.then_some((at, complaint)));
    }

    fn end(mut self, config: Config, wished: Option<String>, is_broken: bool) -> Reading {
        self.found.sort_by_key(|(at, _)| *at);
        let mut complaints: Vec<_> = self.found.into_iter().map(|(_, complaint)| complaint).collect();
        if self.more > 0 {
            let text = format!("{} more things cannot be used", self.more);
            complaints.push(Complaint { file: self.file.to_owned(), at: None, key: None, text });
        }
        Reading { config, complaints, is_broken, wished, left_out: self.left_out }
    }
}

/// The place of a key.
fn span(section: Section<'_>, key: &str) -> Option<Range<usize>> {
    let (key, item) = section.table.get_key_value(key)?;
    key.span().or_else(|| item.span())
}

/// A key as TOML spells it, cut if it is longer than any real key.
fn shown(name: &str) -> String {
    let cut: String = name.chars().take(60).collect();
    let key = Key::new(&cut);
    if cut.len() < name.len() { format!("{}…", key.display_repr()) } else { key.display_repr().into_owned() }
}

/// Line and column of a byte, both counted from 1. Columns count characters.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{feff}');
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::login::Login;
    use crate::model::profile::{CredentialKind, Profile, Source, Tint};
    use crate::model::{ApiVersion, Representation, Value as Member};
    use proptest::prelude::*;
    use std::path::PathBuf;
    use std::time::Duration;

    fn read(text: &str) -> Reading {
        parse(text.as_bytes(), Path::new("c"), Some(Path::new("/home/me")))
    }

    /// The complaints, as they are printed.
    fn said(text: &str) -> Vec<String> {
        read(text).complaints.iter().map(ToString::to_string).collect()
    }

    fn fine(text: &str) -> Config {
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
        read(text).config
    }

    /// The one complaint about a profile with this line.
    fn about(line: &str) -> (Option<Profile>, String) {
        let text = format!("[profiles.a]\napp_id = 1\n{line}\n");
        let (reading, said) = (read(&text), said(&text));
        assert_eq!(said.len(), 1, "{line}: {said:?}");
        (reading.config.profiles.first().cloned(), said[0].clone())
    }

    #[test]
    fn everything_at_once() {
        let text = r#"
            version = 1
            default_profile = "staging"
            theme = "ascii"
            ambiguous = "wide"
            plain = true
            mouse = false
            title = false
            watch = "10s"

            [profiles.staging]
            app_id = 1234567
            base_url = "https://proxy.acme.dev/hubspot"
            api_version = "2026-09"
            credential = "developer-key"
            sources = ["keyring", "env", "env:OTHER", "file", "command"]
            token_file = "~/staging token"
            token_command = ["op", "read", "op://x/y"]
            token_command_timeout = "45s"
            mark = "green"
            production = true
            read_only = true

            [profiles.Staging]
            app_id = 2147483647

            [presets.local]
            url = "https://localhost:9025"
            width = -1
            isReady = false
        "#;
        let sources = vec![
            Source::Keyring,
            Source::Variable("HUBSPOT_DEVELOPER_API_KEY".into()),
            Source::Variable("OTHER".into()),
            Source::File("/home/me/staging token".into()),
            Source::Command(["op", "read", "op://x/y"].map(Into::into).into()),
        ];
        let staging = Profile {
            base_url: "https://proxy.acme.dev/hubspot".into(),
            api_version: ApiVersion::V2026_09,
            kind: CredentialKind::DeveloperKey,
            sources,
            command_timeout: Some(Duration::from_secs(45)),
            mark: Some(Tint::Green),
            production: true,
            read_only: true,
            ..Profile::new("staging", 1_234_567)
        };
        let values: Representation = [
            ("url", Member::Text("https://localhost:9025".into())),
            ("width", Member::Integer(-1)),
            ("isReady", Member::Switch(false)),
        ]
        .into_iter()
        .collect();
        let expected = Config {
            default_profile: Some("staging".into()),
            profiles: vec![staging, Profile::new("Staging", i32::MAX)],
            presets: vec![crate::model::profile::Preset { name: "local".into(), values }],
            theme: Appearance::Ascii,
            ambiguous: Ambiguous::Wide,
            plain: true,
            mouse: Some(false),
            title: Some(false),
            watch: Some(Duration::from_secs(10)),
        };
        assert_eq!(fine(text), expected);
    }

    /// What is documented is read: with each key, the configuration says something that it does not say without.
    #[test]
    fn each_key_of_the_reference_is_read() {
        let examples = [
            ("version", "version = 2"),
            ("default_profile", "default_profile = \"a\""),
            ("theme", "theme = \"mono\""),
            ("ambiguous", "ambiguous = \"wide\""),
            ("plain", "plain = true"),
            ("mouse", "mouse = true"),
            ("title", "title = true"),
            ("watch", "watch = \"60s\""),
            ("profiles", "profiles.b.app_id = 7"),
            ("presets", "presets.b.width = 7"),
            ("app_id", "app_id = 7"),
            ("base_url", "base_url = \"https://a.dev\""),
            ("api_version", "api_version = \"2026-03\""),
            ("credential", "credential = \"developer-key\""),
            ("sources", "sources = [\"keyring\"]"),
            ("token_file", "token_file = \"/a\""),
            ("token_command", "token_command = [\"a\"]"),
            ("token_command_timeout", "token_command_timeout = \"20s\""),
            ("client_id", "client_id = \"keyring\""),
            ("client_secret", "client_secret = [\"a\"]"),
            ("refresh_token", "refresh_token = \"file:/a\""),
            ("mark", "mark = \"red\""),
            ("production", "production = true"),
            ("read_only", "read_only = true"),
        ];
        let keys: Vec<_> = keys::KEYS.iter().map(|key| key.name).collect();
        assert_eq!(keys, examples.map(|(name, _)| name));
        for (key, (_, line)) in keys::KEYS.iter().zip(examples) {
            let app = if key.name == "app_id" { "" } else { "app_id = 1" };
            let file = |top: &str, profile: &str| format!("{top}\n[profiles.a]\n{app}\n{profile}\n[presets.a]\n");
            let (without, with) = match key.scope {
                ConfigScope::Top => (file("", ""), file(line, "")),
                ConfigScope::Profile => (file("", ""), file("", line)),
            };
            assert_ne!(read(&without), read(&with), "{line}");
            let unknown = said(&with).iter().any(|said| said.contains("no such key"));
            assert!(!unknown, "{line}");
        }
    }

    #[test]
    fn f2_what_is_no_toml_is_told_with_line_and_column_and_the_defaults_hold() {
        for (text, place) in [
            ("theme = \"mono\"\n[profiles.a\n", "c:2:12: "),
            ("théme = = 1", "c:1:9: "),
            ("a = \"é\" b", "c:1:9: "),
            ("[profiles.a]\napp_id = 1\n[profiles.b]\n[profiles.a]\n", "c:4:11: "),
            ("theme = 'mono'\r\ntheme = 'mono'", "c:2:1: "),
            ("\u{feff}=", "c:1:1: "),
            ("a = \"", "c:1:"),
            ("\0", "c:1:2: "),
        ] {
            let reading = read(text);
            assert!(reading.is_broken, "{text:?}");
            assert_eq!((reading.config, reading.complaints.len()), (Config::default(), 1), "{text:?}");
            assert!(said(text)[0].starts_with(place) && !said(text)[0].contains('\n'), "{text:?}: {:?}", said(text));
        }
        let reading = parse(b"theme = 'mono'\n# \xc3\xa9\xff", Path::new("c"), None);
        assert!(reading.is_broken);
        assert_eq!(
            reading.complaints[0].to_string(),
            "c:2:4: Not UTF-8 from here on; nothing of the file is used, and each app counts as production until it is mended"
        );
    }

    #[test]
    fn f3_unknown_keys_are_named_and_the_rest_is_used() {
        let text = "thema = 'mono'\nfrobnicate = 1\n[profiles.a]\napp_id = 1\nread-only = true\n'x y'.z = 1\n[profiles.a.sub]\n";
        assert_eq!(
            said(text),
            [
                "c:1:1: thema: there is no such key, and it is not used; did you mean theme?",
                "c:2:1: frobnicate: there is no such key, and it is not used",
                "c:5:1: profiles.a.read-only: there is no such key; did you mean read_only? Until it is mended, read_only counts \
                 as true",
                "c:6:1: profiles.a.\"x y\": there is no such key, and it is not used",
                "c:7:13: profiles.a.sub: there is no such key, and it is not used",
            ]
        );
        assert_eq!(read(text).config.profiles, [Profile { read_only: true, ..Profile::new("a", 1) }]);
    }

    #[test]
    fn s2_a_credential_in_the_wrong_place_is_not_repeated() {
        let canary = "pat-na1-0123-canary";
        for line in [
            format!("token = \"{canary}\""),
            format!("Access-Token = \"{canary}\""),
            format!("credential = \"{canary}\""),
            format!("base_url = \"https://x:{canary}@a.dev\""),
            format!("sources = [\"{canary}\"]"),
            format!("sources = \"{canary}\""),
            format!("token_command = \"echo {canary}\""),
            format!("token_file = \"{canary}\""),
            format!("mark = {canary}"),
            format!("mark = \"{canary}"),
        ] {
            let text = format!("[profiles.a]\napp_id = 1\n{line}\n");
            let said = said(&text);
            assert!(!said.is_empty() && said.iter().all(|said| !said.contains("canary")), "{line}: {said:?}");
        }
        assert!(about("token = 'x'").1.contains("no credential stands in this file"));
    }

    #[test]
    fn a_watch_may_be_a_number_of_seconds() {
        for (text, ms) in [("10", 10_000), ("'10'", 10_000), ("1.5", 1500), ("'1.5s'", 1500), ("'1m'", 60_000)] {
            let watch = read(&format!("watch = {text}")).config.watch;
            assert_eq!(watch, Some(Duration::from_millis(ms)), "{text}");
        }
    }

    #[test]
    fn f3_values_of_a_wrong_type_are_named_and_the_default_is_used() {
        let top = "version = '1'\ndefault_profile = 1\ntheme = 'pink'\nambiguous = true\nplain = 1\nmouse = 'yes'\ntitle = 'no'\nwatch = '61s'\nprofiles = []\npresets = 1\n";
        let reading = read(top);
        assert_eq!((&reading.config, reading.is_broken), (&Config::default(), false));
        let keys: Vec<_> = reading.complaints.iter().map(|complaint| complaint.key.as_deref().unwrap()).collect();
        assert_eq!(
            keys,
            [
                "version",
                "default_profile",
                "theme",
                "ambiguous",
                "plain",
                "mouse",
                "title",
                "watch",
                "profiles",
                "presets"
            ]
        );
        let lines: Vec<_> = reading.complaints.iter().map(|complaint| complaint.at.unwrap().0).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        for line in [
            "api_version = 3",
            "credential = true",
            "mark = 'pink'",
            "mark = ['red']",
            "token_file = 1\nsources = ['env']",
        ] {
            assert_eq!(about_all(line), Some(Profile::new("a", 1)), "{line}");
        }
    }

    fn about_all(line: &str) -> Option<Profile> {
        let text = format!("[profiles.a]\napp_id = 1\n{line}\n");
        assert!(!said(&text).is_empty(), "{line}");
        read(&text).config.profiles.first().cloned()
    }

    #[test]
    fn f3_a_lock_that_can_not_be_read_is_locked() {
        let (profile, said) = about("production = 'no'");
        assert!(profile.unwrap().production && said.contains("counts as true"), "{said}");
        assert!(about("read_only = 0").0.unwrap().read_only);
    }

    #[test]
    fn x17_a_misspelled_guard_guards_until_it_is_mended_and_says_so() {
        for (line, is) in [
            ("producton = true", (true, false)),
            ("producton = false", (true, false)),
            ("Production = 'no'", (true, false)),
            ("prod = { is = true }", (true, false)),
            ("production = [true]", (true, false)),
            ("readonly = true", (false, true)),
            ("read-only = 1", (false, true)),
            ("read_only.on = true", (false, true)),
        ] {
            let (profile, said) = about(line);
            let profile = profile.unwrap();
            assert_eq!((profile.production, profile.read_only), is, "{line}");
            assert!(said.contains("counts as true"), "{said}");
        }
        // What is mended beside it does not make it harmless.
        assert!(about("production = false\nproducton = true").0.unwrap().production);
        for above in ["production = true", "prod = 1", "[production]\nlive = true"] {
            let text = "[profiles.a]\napp_id = 1\n[profiles.b]\napp_id = 2\n".to_owned();
            let text = if above.starts_with('[') { text + above } else { format!("{above}\n{text}") };
            assert!(read(&text).config.profiles.iter().all(|profile| profile.production), "{text}");
            assert!(said(&text).iter().any(|said| said.contains("for all profiles")), "{text}");
        }
    }

    #[test]
    fn f3_a_newer_shape_is_told_and_the_rest_is_used() {
        let reading = read("version = 2\ntheme = 'mono'");
        assert_eq!((reading.config.theme, reading.is_broken), (Appearance::Mono, false));
        assert!(reading.complaints[0].to_string().starts_with("c:1:1: version: the file is for a newer callset"));
        assert_eq!(said("version = 0").len(), 1);
    }

    #[test]
    fn a_profile_without_an_app_is_left_out_and_named() {
        for value in ["0", "-1", "2147483648", "'1234567'", "1.0", "9223372036854775807", "true", "[1]"] {
            let text = format!("[profiles.a]\napp_id = {value}\n[profiles.b]\napp_id = 1\n");
            assert_eq!(read(&text).config.profiles, [Profile::new("b", 1)], "{value}");
            let said = said(&text);
            assert!(said.len() == 1 && said[0].starts_with("c:2:10: profiles.a.app_id: a whole number"), "{said:?}");
        }
        assert_eq!(said("[profiles.a]\n"), ["c:1:11: profiles.a: app_id is missing; the profile is left out"]);
        assert_eq!(said("profiles.a = 1"), ["c:1:10: profiles.a: a table is needed; the profile is left out"]);
    }

    #[test]
    fn a_profile_with_another_name_is_left_out_and_named() {
        for name in ["''", "'a b'", "'a/b'", "\"a\\u001b\"", "é", "-a", &"a".repeat(41)] {
            let text = format!("[profiles.{}]\napp_id = 1\n", if name == "é" { "'é'" } else { name });
            assert_eq!((read(&text).config.profiles.len(), said(&text).len()), (0, 1), "{name}");
        }
        assert_eq!(fine(&format!("[profiles.{}]\napp_id = 1\n", "a".repeat(40))).profiles.len(), 1);
    }

    #[test]
    fn s4_s7_a_profile_with_an_address_that_can_not_be_used_is_left_out() {
        for (url, part) in [
            ("'http://api.hubapi.com'", "plain http"),
            ("'https://me:pw@a.dev'", "password"),
            ("'https://a.dev/?x'", "query"),
            ("'https://a.dev/#x'", "fragment"),
            ("'api.hubapi.com'", "no address"),
            ("\"https://a\\u202e.dev\"", "cannot be seen"),
            ("1", "text is needed"),
        ] {
            let (profile, said) = about(&format!("base_url = {url}"));
            assert!(profile.is_none() && said.contains(part) && said.starts_with("c:3:"), "{url}: {said}");
        }
    }

    #[test]
    fn the_default_profile_has_to_be_there() {
        for text in
            ["default_profile = 'b'\n[profiles.a]\napp_id = 1\n", "default_profile = 'a'\n[profiles.a]\napp_id = 0\n"]
        {
            assert_eq!(read(text).config.default_profile, None);
            assert!(said(text)[0].starts_with("c:1:1: default_profile: there is no such profile"), "{:?}", said(text));
        }
    }

    #[test]
    fn f3_whoever_names_a_profile_that_is_left_out_is_told_why() {
        for (lines, why) in [
            ("[profiles.a]\nmark = 'pink'\napp_id = 0\n", "c:4:10: profiles.a.app_id: a whole number"),
            ("[profiles.a]\n", "c:2:11: profiles.a: app_id is missing"),
            (
                "[profiles.a]\ncolour = 1\napp_id = 1\nbase_url = 'http://a.dev'\n",
                "c:5:1: profiles.a.base_url: the address",
            ),
            ("[profiles.a]\napp_id = 1\nbase_url = 1\n", "c:4:12: profiles.a.base_url: text is needed"),
            ("[profiles]\na = 1\n", "c:3:1: profiles.a: a table is needed"),
        ] {
            let reading = read(&format!("default_profile = 'a'\n{lines}[profiles.b]\napp_id = 2\n"));
            let told = reading.left_out("a").unwrap().to_string();
            assert!(told.starts_with(why) && told.ends_with("the profile is left out"), "{told}");
            assert_eq!(reading.default_left_out().map(|(name, _)| name), Some("a"));
            let (line, about) = (&why["c:".len()..][..1], why.split_once(": ").unwrap().1);
            let first = reading.complaints[0].to_string();
            let because = "c:1:1: default_profile: there is no such profile that can be used, because of";
            assert!(first.starts_with(&format!("{because} line {line}: {about}")), "{first}");
            assert_eq!((reading.left_out("b"), reading.left_out("c")), (None, None));
        }
        // A name that is none, and one among more than can be listed.
        assert!(read("[profiles.'a b']\napp_id = 1\n").left_out("a b").unwrap().text.starts_with("a profile's name"));
        let many: Vec<String> = (0..100).map(|i| format!("[profiles.p{i}]\napp_id = 0\nx = 1\n")).collect();
        let reading = read(&many.concat());
        assert_eq!(reading.complaints.len(), COMPLAINTS + 1);
        assert_eq!(reading.left_out("p99").unwrap().at, Some((299, 10)));
        assert_eq!(read("default_profile = 'c'\n[profiles.b]\napp_id = 2\n").default_left_out(), None);
    }

    #[test]
    fn what_is_given_is_the_source_unless_others_are_listed() {
        let sources = |lines: &str| fine(&format!("[profiles.a]\napp_id = 1\n{lines}\n")).profiles[0].sources.clone();
        let (file, command) = (Source::File("/a".into()), Source::Command(vec!["op".into()]));
        let variable = |name: &str| Source::Variable(name.into());
        assert_eq!(sources(""), [variable("HUBSPOT_ACCESS_TOKEN")]);
        assert_eq!(sources("credential = 'developer-key'"), [variable("HUBSPOT_DEVELOPER_API_KEY")]);
        assert_eq!(sources("token_file = '/a'"), std::slice::from_ref(&file));
        assert_eq!(sources("token_command = ['op']"), std::slice::from_ref(&command));
        assert_eq!(sources("token_file = '/a'\ntoken_command = ['op']"), [file.clone(), command.clone()]);
        let listed = "token_file = '/a'\ntoken_command = ['op']\nsources = ['command', 'env:A', 'file']";
        assert_eq!(sources(listed), [command, variable("A"), file]);
        assert_eq!(sources("sources = []"), []);
    }

    #[test]
    fn a_login_has_each_part_from_a_source_of_its_own() {
        let sources = |lines: &str| fine(&format!("[profiles.a]\napp_id = 1\n{lines}\n")).profiles[0].sources.clone();
        let oauth = |login: Login| Source::OAuth(Box::new(login));
        assert_eq!(sources("sources = ['oauth']"), [oauth(Login::default())]);
        let login = Login {
            client_id: Source::Variable("ID".into()),
            client_secret: Source::Command(vec!["op".into(), "read".into()]),
            refresh_token: Source::File("/home/me/refresh".into()),
        };
        let parts = "client_id = 'env:ID'\nclient_secret = ['op', 'read']\nrefresh_token = 'file:~/refresh'";
        assert_eq!(sources(parts), [oauth(login.clone())], "what is named is the source");
        let file = Source::File("/a".into());
        assert_eq!(sources(&format!("token_file = '/a'\n{parts}")), [oauth(login.clone()), file.clone()]);
        assert_eq!(sources(&format!("token_file = '/a'\n{parts}\nsources = ['file', 'oauth']")), [file, oauth(login)]);
        let kept = Login { refresh_token: Source::Keyring, ..Login::default() };
        assert_eq!(sources("refresh_token = 'keyring'\nclient_id = 'env'"), [oauth(kept)]);
    }

    #[test]
    fn the_login_of_the_hubspot_cli_is_a_source_by_the_name_of_its_account() {
        let sources = |lines: &str| fine(&format!("[profiles.a]\napp_id = 1\n{lines}\n")).profiles[0].sources.clone();
        let hs = |account: Option<&str>| Source::HubSpotCli(account.map(ToOwned::to_owned));
        assert_eq!(
            sources("sources = ['hs', 'hs:my-account', 'hs:CI: eu', 'hs:42']"),
            [hs(None), hs(Some("my-account")), hs(Some("CI: eu")), hs(Some("42"))]
        );
        for line in ["sources = ['hs:']", "sources = ['hs: a']", "credential = 'developer-key'\nsources = ['hs']"] {
            assert_eq!(about(line).0.unwrap().sources, [], "{line}");
        }
    }

    #[test]
    fn a_part_of_a_login_that_can_not_be_used_makes_none_and_is_not_repeated() {
        for line in [
            "client_secret = 'CANARY-secret'",
            "refresh_token = 'file:relative'",
            "refresh_token = 'env:A B'",
            "refresh_token = 'keyrng'",
            "client_id = 5",
            "client_id = []",
            "client_id = ['./op']",
            "credential = 'developer-key'\nsources = ['oauth']",
        ] {
            let (profile, said) = about(line);
            assert_eq!(profile.unwrap().sources, [], "{line}");
            assert!((said.contains("oauth") || said.contains("access token")) && !said.contains("CANARY"), "{said}");
        }
        let (profile, said) = about("client_secret = 'keyring'\nsources = ['keyring']");
        assert_eq!(profile.unwrap().sources, [Source::Keyring]);
        assert_eq!(said, "c:3:1: profiles.a.client_secret: not used: sources does not name \"oauth\"");
    }

    #[test]
    fn a_source_that_can_not_be_used_is_none_and_no_other_takes_its_place() {
        for line in [
            "sources = 'env'",
            "sources = ['keyrng']",
            "sources = [1]",
            "sources = ['env:']",
            "sources = ['env:A B']",
            "sources = ['env:1A']",
            "sources = ['file']",
            "sources = ['command']",
            "token_file = 'relative'",
            "token_file = '~me/x'",
            "token_file = ''",
            "token_file = ['/a']",
            "token_command = 'op read'",
            "token_command = []",
            "token_command = ['']",
            "token_command = ['./op']",
            "token_command = ['op', 1]",
            "token_command = [\"op\", \"\\u0000\"]",
            "token_command = ['~me/op']",
            "token_command = ['~']",
            "sources = ['file']\ntoken_file = 'relative'",
        ] {
            let (profile, said) = about(line);
            assert_eq!(profile.unwrap().sources, [], "{line}");
            assert!(said.contains("sources") || said.contains("token_"), "{said}");
        }
        let (profile, said) = about("token_file = '/a'\nsources = ['keyring']");
        assert_eq!(profile.unwrap().sources, [Source::Keyring]);
        assert_eq!(said, "c:3:1: profiles.a.token_file: not used: sources does not name \"file\"");
        let tilde = fine("[profiles.a]\napp_id = 1\ntoken_command = ['~/bin/op', '~/x']").profiles[0].sources.clone();
        assert_eq!(tilde, [Source::Command(vec!["/home/me/bin/op".into(), "~/x".into()])]);
        for unfit in ["61s", "0s", "soon"] {
            let (profile, said) = about(&format!("token_command_timeout = '{unfit}'"));
            assert_eq!(profile.unwrap().command_timeout, None);
            assert!(said.contains("token_command_timeout: a time from"), "{said}");
        }
        let homeless = parse(b"[profiles.a]\napp_id = 1\ntoken_file = '~/x'", Path::new("c"), None);
        assert_eq!((homeless.config.profiles[0].sources.len(), homeless.complaints.len()), (0, 1));
        let rooted = fine("[profiles.a]\napp_id = 1\ntoken_file = '~//etc/x'").profiles[0].sources.clone();
        assert_eq!(rooted, [Source::File(PathBuf::from("/home/me/etc/x"))]);
    }

    #[test]
    fn a_preset_keeps_what_settings_take() {
        let text = "[presets.'My tunnel']\nurl = 1\nname = 'A'\nwidth = '4'\nheight = 2147483648\nisReady = 0\nusesRemote = true\n\
                    createdAt = '2026-01-01T00:00:00Z'\nisready = false\nmotto = 'x'\nrate = 1.5\nlist = []\n";
        let reading = read(text);
        let members: Vec<_> = reading.config.presets[0].values.members().map(|(key, _)| key.to_owned()).collect();
        assert_eq!(members, ["name", "usesRemote", "isready", "motto"]);
        let said = said(text);
        let parts = [
            "url: text",
            "width: a whole",
            "height: a whole",
            "isReady: true or",
            "createdAt: only HubSpot",
            "isready: callset knows no such setting, but keeps it; did you mean isReady?",
            "motto: callset knows no such setting, but keeps it",
            "rate: text, a whole",
            "list: text, a whole",
        ];
        assert_eq!(said.len(), parts.len(), "{said:?}");
        for (said, part) in said.iter().zip(parts) {
            assert!(said.contains(&format!("presets.\"My tunnel\".{part}")), "{said} {part}");
        }
        for text in ["[presets]\n' a' = {}", "[presets]\n\"a\\u001b\" = {}", "[presets]\na = 1"] {
            assert_eq!((read(text).config.presets.len(), read(text).complaints.len()), (0, 1), "{text}");
        }
        let long = format!("[presets.a]\nname = '{}'", "x".repeat(70_000));
        assert_eq!((read(&long).config.presets[0].values.is_empty(), self::said(&long).len()), (true, 1));
    }

    #[test]
    fn a_file_of_another_kind_says_so_briefly_and_soon() {
        let flood = (0..100_000).map(|i| format!("k{i} = 1")).collect::<Vec<_>>().join("\n");
        let said = said(&flood);
        assert_eq!((said.len(), said.last().unwrap().as_str()), (31, "c: 99970 more things cannot be used"));
        let long = format!("{} = 1", "k".repeat(500_000));
        assert!(self::said(&long)[0].len() < 300);
    }

    #[test]
    fn f4_depth_ends_before_the_stack_does() {
        let deep = 100_000;
        for text in [
            format!("a = {}", "[".repeat(deep)),
            format!("a = {}", "{a=".repeat(deep)),
            format!("{}a = 1", "a.".repeat(deep)),
            format!("[{}a]", "a.".repeat(deep)),
            format!("[[{}a]]", "a.".repeat(deep)),
            "[[a]]\n".repeat(deep),
        ] {
            let _ = read(&text);
        }
    }

    /// Pieces of which most texts are nearly a configuration.
    fn nearly() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            proptest::sample::select(vec![
                "[profiles.a]\n",
                "[presets.b]\n",
                "app_id = 1\n",
                "base_url",
                "sources",
                " = ",
                "[",
                "]",
                "{",
                "}",
                "\"",
                "'",
                "\n",
                "\r\n",
                ".",
                ",",
                "#",
                "profiles",
                "presets",
                "token_file",
                "token_command",
                "1",
                "-",
                "true",
                "env:",
                "~/",
                "\u{feff}",
                "é",
                "\\u0000",
                "'''",
                "\"\"\"",
                "version",
                "url",
                "2026-01-01",
                "1.5",
                "[[profiles]]\n",
            ])
            .prop_map(ToOwned::to_owned),
            any::<String>(),
        ];
        proptest::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in any::<Vec<u8>>()) {
            let reading = parse(&bytes, Path::new("c"), None);
            prop_assert!(!reading.is_broken || reading.complaints.len() == 1);
        }

        #[test]
        fn no_text_makes_the_reader_panic_and_places_are_in_it(text in nearly()) {
            let lines = text.matches('\n').count() + 1;
            for complaint in read(&text).complaints {
                let (line, column) = complaint.at.unwrap_or((1, 1));
                prop_assert!(!complaint.to_string().contains('\n'), "{}", complaint);
                prop_assert!(line >= 1 && line <= lines && column >= 1 && column <= text.chars().count() + 1, "{}", complaint);
            }
        }
    }
}
