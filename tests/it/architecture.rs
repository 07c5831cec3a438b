//! The house rules, read off `src/**/*.rs`: who may know whom, and which words belong into which room.
//!
//! Rules look at tokens: comments and the insides of literals do not count. What stands in a `#[cfg(test)]` module counts
//! for the arrows only. Every rule is tried on a planted offender as well: a rule that cannot fail says nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A file of `src`.
#[derive(Clone, Debug)]
struct Source {
    /// From `src` on: `api/wire.rs`.
    path: String,
    text: String,
    tokens: Vec<Token>,
    /// Without `#[cfg(test)]` items.
    shipped: Vec<Token>,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let tokens = tokens(text);
        let shipped = without_tests(&tokens);
        Self { path: path.to_owned(), text: text.to_owned(), tokens, shipped }
    }

    /// `api/wire` for `api/wire.rs`.
    fn module(&self) -> &str {
        self.path.trim_end_matches(".rs")
    }

    /// `api` for `api/wire.rs` and for `api.rs`.
    fn room(&self) -> &str {
        self.module().split('/').next().unwrap_or_default()
    }

    /// Is it one of these rooms, or below one of them?
    fn is_in(&self, places: &[&str]) -> bool {
        let within =
            |place: &&str| self.module().strip_prefix(*place).is_some_and(|r| r.is_empty() || r.starts_with('/'));
        places.iter().any(within)
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 20, "{found:?}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

// ── reading Rust, as far as the rules need it ──

/// A word, a lifetime, `::`, a literal without its insides, or one other character; and its line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
    /// From the first character of the file to this one's, and behind its last.
    start: usize,
    end: usize,
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut i, mut line) = (Vec::new(), 0, 1);
    while i < chars.len() {
        let start = i;
        let mut word = None;
        match at(i) {
            '/' if at(i + 1) == '/' => i += chars[i..].iter().take_while(|c| **c != '\n').count(),
            '/' if at(i + 1) == '*' => i = after_block_comment(&chars, i),
            c if c.is_whitespace() => i += 1,
            '"' => {
                i = after_quoted(&chars, i, '"');
                word = Some("\"\"".to_owned());
            }
            '\'' if at(i + 1) == '\\' || at(i + 2) == '\'' => {
                i = after_quoted(&chars, i, '\'');
                word = Some("''".to_owned());
            }
            ':' if at(i + 1) == ':' => {
                i += 2;
                word = Some("::".to_owned());
            }
            c if is_word(c) || c == '\'' => {
                i += 1 + chars[i + 1..].iter().take_while(|c| is_word(**c)).count();
                let name: String = chars[start..i].iter().collect();
                let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
                if matches!(name.as_str(), "r" | "br" | "cr") && at(i + hashes) == '"' {
                    i = after_raw(&chars, i + hashes + 1, hashes);
                    word = Some("\"\"".to_owned());
                } else {
                    word = Some(name);
                }
            }
            c => {
                i += 1;
                word = Some(c.to_string());
            }
        }
        found.extend(word.map(|text| Token { text, line, start, end: i }));
        line += chars[start..i].iter().filter(|c| **c == '\n').count();
    }
    found
}

fn after_block_comment(chars: &[char], start: usize) -> usize {
    let (mut i, mut depth) = (start, 0);
    while i < chars.len() {
        match chars.get(i..i + 2) {
            Some(['/', '*']) => (depth, i) = (depth + 1, i + 2),
            Some(['*', '/']) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

fn after_quoted(chars: &[char], start: usize, quote: char) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != quote {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

fn after_raw(chars: &[char], start: usize, hashes: usize) -> usize {
    let ends =
        |i: &usize| chars[*i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    (start..chars.len()).find(ends).map_or(chars.len(), |i| i + 1 + hashes)
}

fn words(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

const CFG_TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

fn is_cfg_test(tokens: &[Token]) -> bool {
    tokens.len() >= CFG_TEST.len() && tokens.iter().zip(CFG_TEST).all(|(token, word)| token.text == word)
}

fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if is_cfg_test(&tokens[i..]) {
            i = after_item(tokens, i + CFG_TEST.len());
        } else {
            kept.push(tokens[i].clone());
            i += 1;
        }
    }
    kept
}

/// An item ends with its block, or with a semicolon before any block.
fn after_item(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => return i + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return i + 1,
            _ => {}
        }
    }
    tokens.len()
}

// ── the arrows ──

/// Who may know whom. A room that is not in the table has to be put there, with its arrows.
///
/// `main` sees everything; it alone sees `cli` and `runtime`. The runtime carries out effects, so it sees all but those.
const ARROWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("sync", &["model"]),
    ("words", &["sync", "model"]),
    ("app", &["words", "sync", "model"]),
    ("ui", &["app", "words", "sync", "model"]),
    ("net", &["model"]),
    ("api", &["model", "net"]),
    ("probe", &["model", "net"]),
    ("preview", &["model"]),
    ("sandbox", &["model"]),
    ("secrets", &["api", "model"]),
    ("store", &["model"]),
    ("start", &["api", "model", "secrets", "store", "sync", "words"]),
    ("term", &["app::msg"]),
    ("cli", &["api", "model", "sandbox", "start", "store", "sync", "words"]),
    (
        "runtime",
        &[
            "api", "app", "model", "net", "preview", "probe", "sandbox", "secrets", "start", "store", "sync", "term",
            "ui", "words",
        ],
    ),
    ("lib", &[]),
    (
        "main",
        &[
            "api", "app", "cli", "model", "net", "preview", "probe", "runtime", "sandbox", "secrets", "start", "store",
            "sync", "term", "ui", "words",
        ],
    ),
];

/// What a file reaches for in other rooms, as `app::msg`: through `crate::`, `callset::`, or enough `super::`.
fn reaches(source: &Source) -> Vec<(usize, String)> {
    let tokens = &source.tokens;
    let words = words(tokens);
    let depth = source.module().split('/').count();
    let is_room = |name: &str| ARROWS.iter().any(|(room, _)| *room == name);
    let mut found = Vec::new();
    for i in 0..words.len() {
        let starts_path = i == 0 || words[i - 1] != "::";
        let climbed = (0..=depth).take_while(|n| words.get(i + 2 * n..i + 2 * n + 2) == Some(&["super", "::"])).count();
        let names = match words[i] {
            "crate" | "callset" if starts_path && words.get(i + 1) == Some(&"::") => heads(&words, i + 2),
            // An inline module, such as the tests, is one step deeper; what it finds there is no room.
            "super" if starts_path && climbed >= depth => heads(&words, i + 2 * climbed),
            _ => continue,
        };
        found.extend(
            names
                .into_iter()
                .filter(|name| is_room(name.split("::").next().unwrap_or_default()))
                .map(|name| (tokens[i].line, name)),
        );
    }
    found
}

/// The first two names of the path at `start`, of each path if there are several in braces.
fn heads(words: &[&str], start: usize) -> Vec<String> {
    let head = |i: usize| match words.get(i..i + 3) {
        Some([room, "::", "{"]) => {
            let inner = heads(words, i + 2);
            inner.iter().map(|name| format!("{room}::{}", name.split("::").next().unwrap_or_default())).collect()
        }
        Some([room, "::", name]) => vec![format!("{room}::{name}")],
        _ => words.get(i).map(|room| (*room).to_owned()).into_iter().collect::<Vec<_>>(),
    };
    if words.get(start) != Some(&"{") {
        return head(start);
    }
    let (mut depth, mut found) = (0, Vec::new());
    for (i, word) in words.iter().enumerate().skip(start) {
        match *word {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(*word, "{" | ",") {
            found.extend(head(i + 1));
        }
    }
    found
}

fn breaches_of_arrows(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let Some((_, allowed)) = ARROWS.iter().find(|(room, _)| *room == source.room()) else {
            found.push(format!("{}: a room without arrows", source.path));
            continue;
        };
        let may = |name: &str| {
            let room = name.split("::").next().unwrap_or_default();
            room == source.room() || allowed.iter().any(|allowed| *allowed == room || *allowed == name)
        };
        let bad = reaches(source).into_iter().filter(|(_, name)| !may(name));
        found.extend(bad.map(|(line, name)| format!("{}:{line}: {name}", source.path)));
    }
    found
}

#[test]
fn every_room_knows_only_whom_it_may() {
    assert_eq!(breaches_of_arrows(&sources()), Vec::<String>::new());
    // The table is about rooms that exist.
    for (room, _) in ARROWS {
        assert!(sources().iter().any(|source| source.room() == *room), "{room}");
    }
}

#[test]
fn a_wrong_arrow_is_found() {
    let offenders = [
        ("model.rs", "use crate::app::App;", "app::App"),
        ("model/draft.rs", "fn f() { crate::ui::draw() }", "ui::draw"),
        ("sync.rs", "use crate::app::Mode;", "app::Mode"),
        ("sync/save.rs", "use crate::app::{Notice, msg::Key};", "app::Notice"),
        ("sync/told.rs", "use crate::ui::words;", "ui::words"),
        ("sync/told.rs", "use crate::words::Said;", "words::Said"),
        ("words/outcome.rs", "use crate::app::Mode;", "app::Mode"),
        ("words.rs", "use crate::ui::theme::Role;", "ui::theme"),
        ("words/step.rs", "use crate::cli::Command;", "cli::Command"),
        ("sync/kept.rs", "use super::super::store::Store;", "store::Store"),
        ("model.rs", "use crate::sync::Call;", "sync::Call"),
        ("api.rs", "use crate::sync::Fault;", "sync::Fault"),
        ("app/msg.rs", "use crate::{model::Field, ui::{text, theme}};", "ui::text"),
        ("app.rs", "use super::term::Guard;", "term::Guard"),
        ("app/update/form.rs", "use super::super::super::api::Client;", "api::Client"),
        ("ui/form.rs", "use crate::term::Guard;", "term::Guard"),
        ("api.rs", "use crate::sandbox;", "sandbox"),
        ("probe.rs", "use crate::api::Client;", "api::Client"),
        ("preview.rs", "use crate::probe;", "probe"),
        ("sandbox/answer.rs", "use crate::api::wire;", "api::wire"),
        ("store/lock.rs", "use crate::app::App;", "app::App"),
        ("store/trust.rs", "use crate::secrets::Who;", "secrets::Who"),
        ("secrets/file.rs", "use crate::store::Store;", "store::Store"),
        ("secrets.rs", "use crate::app::App;", "app::App"),
        ("api/credential.rs", "use crate::secrets::Who;", "secrets::Who"),
        ("app.rs", "use crate::secrets::Found;", "secrets::Found"),
        ("api.rs", "use crate::store::Store;", "store::Store"),
        ("term/input.rs", "use crate::app::App;", "app::App"),
        ("term/input.rs", "use crate::app::{msg::Key, keymap};", "app::keymap"),
        ("cli.rs", "use crate::app::App;", "app::App"),
        ("start.rs", "use crate::runtime::World;", "runtime::World"),
        ("start.rs", "use crate::app::App;", "app::App"),
        ("store.rs", "use crate::start::Start;", "start::Start"),
        ("runtime.rs", "use crate::cli::Cli;", "cli::Cli"),
        ("cli.rs", "use crate::runtime::Runtime;", "runtime::Runtime"),
        ("api/wire.rs", "#[cfg(test)] mod tests { use crate::runtime; }", "runtime"),
    ];
    for (path, text, reached) in offenders {
        assert!(
            breaches_of_arrows(&[Source::new(path, text)]).contains(&format!("{path}:1: {reached}")),
            "{path} {text}: {:?}",
            breaches_of_arrows(&[Source::new(path, text)])
        );
    }
    let unknown = Source::new("cellar.rs", "");
    assert_eq!(breaches_of_arrows(&[unknown]), ["cellar.rs: a room without arrows"]);
    let innocents = [
        ("term/input.rs", "use crate::app::msg::{Code, Key};"),
        ("app/update/form.rs", "use super::super::super::model::Field; use crate::app::App;"),
        ("api.rs", "// crate::sandbox\nconst A: &str = \"crate::sandbox\"; mod tests { use super::*; }"),
    ];
    for (path, text) in innocents {
        assert_eq!(breaches_of_arrows(&[Source::new(path, text)]), Vec::<String>::new(), "{text}");
    }
}

// ── the fences ──

/// Words that may stand in some places only.
struct Fence {
    /// Tokens in a row, by spaces; `~!` stands for anything but `!`.
    words: &'static [&'static str],
    /// Rooms or files below `src`, without `.rs`. None: nowhere.
    only_in: &'static [&'static str],
}

const FENCES: &[Fence] = &[
    // The network has two rooms: HubSpot, and all else.
    Fence { words: &["reqwest"], only_in: &["api", "probe"] },
    Fence { words: &["rustls"], only_in: &["api", "net", "probe"] },
    // Which certificates are trusted is said in one place; the HTTP library is given the bundled ones there.
    Fence { words: &["webpki_root_certs"], only_in: &["net", "api/transport"] },
    Fence { words: &["rustls_platform_verifier", "rustls_native_certs", "openssl_probe"], only_in: &["net/trust"] },
    // The text of a credential has two: where it is sent from, and where it is had from and kept.
    Fence { words: &["secrecy", "ExposeSecret", "expose_secret"], only_in: &["api", "secrets"] },
    Fence { words: &["zbus"], only_in: &["secrets/keyring"] },
    // What a login is proven with; the sandbox checks it. The preview's page has an address that nobody may guess. TLS
    // computes with it.
    Fence { words: &["ring"], only_in: &["api", "sandbox", "preview", "net/trust"] },
    Fence { words: &["base64"], only_in: &["api", "sandbox"] },
    Fence { words: &["axum"], only_in: &["sandbox", "preview"] },
    // The terminal has one room, and the system's calls another two.
    Fence { words: &["crossterm"], only_in: &["term"] },
    Fence { words: &["rustix"], only_in: &["term", "secrets/file", "secrets/command", "secrets/hubspot_cli"] },
    // The backend does not choose colours, it spells them out.
    Fence { words: &["Color"], only_in: &["ui/theme", "term/output"] },
    // The one way to the screen, on which text from outside becomes harmless. The theme only puts ASCII in its place.
    Fence {
        words: &["set_symbol", "set_string", "set_stringn", "set_span", "set_line", "Paragraph", "Span", "Spans"],
        only_in: &["ui/canvas"],
    },
    Fence { words: &["set_char"], only_in: &["ui/theme"] },
    // What goes on beside the loop. The events wait for whichever comes first of a key and a signal; the sandbox and the
    // preview are servers, and main and runtime start them. A program and a keyring are waited for no longer than their
    // limits, nor are the tunnels of this machine, which are asked all at once. All other work that waits goes aside, where
    // no thread left is an error: tokio's own threads for it would panic.
    Fence { words: &["spawn_blocking", "spawn_local", "block_in_place"], only_in: &[] },
    Fence {
        words: &["spawn", "JoinSet", "select !"],
        only_in: &[
            "runtime",
            "main",
            "term/events",
            "term/lines",
            "sandbox",
            "preview",
            "secrets/command",
            "api/aside",
            "probe/tunnel",
        ],
    },
    Fence { words: &["spawn_scoped"], only_in: &["secrets/keyring"] },
    Fence {
        words: &["mpsc", "oneshot", "broadcast", "watch ::"],
        only_in: &["runtime", "main", "sandbox", "preview", "secrets/command", "api/aside"],
    },
    // The world around the process. `env!` is about the build. The HTTP library looks there itself for a
    // proxy and for certificates.
    Fence { words: &["env ~!"], only_in: &["main", "cli", "api/proxy", "net/trust"] },
    Fence { words: &["print !", "println !", "eprint !", "eprintln !"], only_in: &["main", "cli", "term"] },
    // Those of a program that is run are not ours.
    Fence {
        words: &["stdin", "stdout", "stderr"],
        only_in: &[
            "main",
            "cli",
            "term",
            "secrets/command",
            "runtime/clipboard",
            "runtime/browser",
            "runtime/doctor/terminal",
            "probe/tunnel/asked",
        ],
    },
    Fence { words: &["process :: exit", "process :: abort"], only_in: &["term"] },
    // What time it is reaches the machine in messages; main gives the sandbox its clock.
    Fence { words: &["Timestamp :: now", "SystemTime", "Zoned :: now"], only_in: &["runtime", "main"] },
    Fence { words: &["TimeZone :: system"], only_in: &["runtime"] },
    // How long something took is measured where it is awaited.
    Fence {
        words: &[":: now"],
        only_in: &["runtime", "main", "api", "probe", "term/events", "term/query", "term/answers", "secrets/command"],
    },
    // State has one place, and that is passed along.
    Fence {
        words: &["static", "thread_local", "RefCell", "Mutex", "RwLock", "OnceLock", "LazyLock", "UnsafeCell"],
        only_in: &[],
    },
    // Nothing is left for later.
    Fence { words: &["todo !", "unimplemented !", "dbg !"], only_in: &[] },
];

fn matches(pattern: &str, tokens: &[&str]) -> bool {
    pattern.split(' ').enumerate().all(|(i, wanted)| match (wanted.strip_prefix('~'), tokens.get(i)) {
        (Some(unwanted), there) => there != Some(&unwanted),
        (None, there) => there == Some(&wanted),
    })
}

fn breaches_of_fence(fence: &Fence, sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !source.is_in(fence.only_in)) {
        let words = words(&source.shipped);
        for (i, token) in source.shipped.iter().enumerate() {
            let bad = fence.words.iter().filter(|pattern| matches(pattern, &words[i..]));
            found.extend(bad.map(|pattern| format!("{}:{}: {pattern}", source.path, token.line)));
        }
    }
    found
}

#[test]
fn words_stay_in_their_rooms() {
    let sources = sources();
    let found: Vec<String> = FENCES.iter().flat_map(|fence| breaches_of_fence(fence, &sources)).collect();
    assert_eq!(found, Vec::<String>::new());
    for place in FENCES.iter().flat_map(|fence| fence.only_in) {
        assert!(sources.iter().any(|source| source.is_in(&[place])), "no room {place}");
    }
}

#[test]
fn a_word_in_a_wrong_room_is_found() {
    for fence in FENCES {
        for pattern in fence.words {
            let code = pattern.replace("~!", "::").replace(' ', "");
            let planted = |text: &str| Source::new("app/planted.rs", text);
            let offender = planted(&format!("fn f<'a>(c: char) {{\n    x::{code}(c != '\"')\n}}"));
            assert_eq!(breaches_of_fence(fence, &[offender]), [format!("app/planted.rs:2: {pattern}")]);
            for innocent in [
                format!("// {code}\n/* {code} /* */ {code} */ fn f() {{}}"),
                format!("const A: &str = \"\\\"{code}\"; const B: &[u8] = br#\"\" {code}\"#;"),
                format!("#[cfg(test)]\nmod tests {{ fn f() {{ {code} }} }}"),
                format!("fn f() {{ un{code}d }}").replace("un::", "un_"),
            ] {
                assert_eq!(breaches_of_fence(fence, &[planted(&innocent)]), Vec::<String>::new(), "{innocent}");
            }
            for place in fence.only_in {
                let at_home = Source::new(&format!("{place}.rs"), &code);
                assert_eq!(breaches_of_fence(fence, &[at_home]), Vec::<String>::new());
                let next_door = Source::new(&format!("{place}_too.rs"), &format!("x::{code}"));
                assert_ne!(breaches_of_fence(fence, &[next_door]), Vec::<String>::new(), "{place} {code}");
            }
        }
    }
}

// ── the files ──

/// Past this a file wants to be two rooms. Its tests do not count.
const LONGEST: usize = 400;

/// Words that name nothing, in a name.
const EMPTY_WORDS: [&str; 4] = ["Manager", "Helper", "Util", "Service"];

/// Notes to oneself.
const NOTES: [&str; 2] = ["TODO", "FIXME"];

fn breaches_of_form(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    if !source.text.starts_with("//! ") {
        found.push("does not say what it is for".to_owned());
    }
    if source.path.rsplit('/').next() == Some("mod.rs") {
        found.push("is a mod.rs".to_owned());
    }
    let lines = lines_without_tests(source);
    if lines > LONGEST {
        found.push(format!("has {lines} lines"));
    }
    for (line, text) in (1..).zip(source.text.lines()) {
        let notes = NOTES.iter().filter(|note| text.contains(*note));
        found.extend(notes.map(|note| format!("{line}: {note}")));
    }
    for token in &source.tokens {
        let empty = EMPTY_WORDS.iter().filter(|word| token.text.contains(*word));
        found.extend(empty.map(|word| format!("{}: {} is named {word}", token.line, token.text)));
    }
    found.into_iter().map(|what| format!("{}: {what}", source.path)).collect()
}

fn lines_without_tests(source: &Source) -> usize {
    let tokens = &source.tokens;
    let mut lines = source.text.lines().count();
    let mut i = 0;
    while i < tokens.len() {
        if is_cfg_test(&tokens[i..]) {
            let end = after_item(tokens, i + CFG_TEST.len());
            lines -= tokens[end - 1].line - tokens[i].line + 1;
            i = end;
        } else {
            i += 1;
        }
    }
    lines
}

#[test]
fn files_keep_to_the_house_style() {
    let found: Vec<String> = sources().iter().flat_map(breaches_of_form).collect();
    assert_eq!(found, Vec::<String>::new());
}

// ── keys have one place ──

/// What knows keys: the table of them and what reads and writes their names, and the terminal, which they come from.
const KNOW_KEYS: [&str; 2] = ["app/keymap", "term"];

/// What makes the sentences that users read on a screen. There a letter by itself is a key as well.
const SPEAKS_OF_LETTERS: [&str; 3] = ["words", "app", "ui"];

/// Words that name a key, as they are written.
const KEY_NAMES: [&str; 15] = [
    "Esc",
    "Enter",
    "Tab",
    "Space",
    "Backspace",
    "PgUp",
    "PgDn",
    "PageUp",
    "PageDown",
    "Ctrl",
    "Alt",
    "Shift",
    "Escape",
    "Return",
    "Control",
];

/// Where a room names a key in what users read: `^S`, `Ctrl-S`, `F5`, `Esc`, `←→`, or, where sentences are made, `s save`.
/// Comments may name keys, but in `sync`, which knows none, and in `cli`, where they are what `--help` prints.
fn keys_named(source: &Source) -> Vec<String> {
    if source.is_in(&KNOW_KEYS) {
        return vec![];
    }
    let mut found = Vec::new();
    for (line, text) in literals(source) {
        found.extend(
            key_in(&text, source.is_in(&SPEAKS_OF_LETTERS)).map(|key| format!("{}:{line}: {key}", source.path)),
        );
    }
    let comments = match source.room() {
        "sync" => "//",
        "cli" => "///",
        _ => return found,
    };
    let comments = (1..).zip(source.text.lines()).filter(|(_, text)| text.trim_start().starts_with(comments));
    found.extend(comments.filter_map(|(line, text)| Some(format!("{}:{line}: {}", source.path, key_in(text, false)?))));
    found
}

/// The literals of what is shipped, with their lines.
fn literals(source: &Source) -> Vec<(usize, String)> {
    let kept: std::collections::BTreeSet<usize> = source.shipped.iter().map(|token| token.start).collect();
    let is_text = |token: &&Token| token.text == "\"\"" && kept.contains(&token.start);
    let chars: Vec<char> = source.text.chars().collect();
    let inside = |token: &Token| chars[token.start..token.end].iter().collect::<String>();
    source.tokens.iter().filter(is_text).map(|token| (token.line, inside(token).replace("\\n", " "))).collect()
}

/// The first key that a text names.
fn key_in(text: &str, letters: bool) -> Option<String> {
    // What stands in braces is filled in.
    let mut plain = String::new();
    let mut depth = 0;
    for c in text.trim_matches('"').chars() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                plain.push('◌');
            }
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let chars: Vec<char> = plain.chars().collect();
    let caret = chars.windows(2).find(|pair| pair[0] == '^' && pair[1].is_ascii_uppercase());
    if let Some(pair) = caret {
        return Some(pair.iter().collect());
    }
    if plain.contains("←→") {
        return Some("←→".to_owned());
    }
    let is_part = |c: char| c.is_alphanumeric() || "-_./'◌[]()$:%".contains(c);
    for word in plain.split(|c: char| !is_part(c)) {
        let word = word.trim_matches(|c: char| ".:()'".contains(c));
        let name = word.split(['-', '/']).next().unwrap_or_default();
        let is_function = word.strip_prefix('F').is_some_and(|n| n.parse::<u8>().is_ok_and(|n| (1..=12).contains(&n)));
        if is_function || KEY_NAMES.contains(&name) {
            return Some(word.to_owned());
        }
    }
    // A letter at the start of a legend, or behind the gap of one, and a word behind it.
    let legend = plain.split("   ").flat_map(|part| part.split(", ")).map(str::trim_start);
    let of_letters = |part: &&str| {
        let mut part = part.chars();
        let (key, gap, next) = (part.next(), part.next(), part.next());
        key.is_some_and(|key| key.is_ascii_alphabetic() && !"aAI".contains(key))
            && gap == Some(' ')
            && next.is_some_and(char::is_alphabetic)
    };
    legend.filter(|_| letters).find(of_letters).map(ToOwned::to_owned)
}

#[test]
fn keys_are_named_by_their_table_alone() {
    let found: Vec<String> = sources().iter().flat_map(keys_named).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_key_in_a_sentence_is_found() {
    for (path, text, found) in [
        (
            "words/outcome.rs",
            "//! S.\nfn f() -> &'static str { \"Not saved   ^S try again\" }",
            &["words/outcome.rs:2: ^S"][..],
        ),
        ("words/ask.rs", "const A: &str = \"n or Esc stay\";", &["words/ask.rs:1: Esc"]),
        ("words/ask.rs", "const A: &str = \"Quit? s save, k keep\";", &["words/ask.rs:1: k keep"]),
        ("words/ask.rs", "fn f() { g(format!(\"{keep}   d discard\")) }", &["words/ask.rs:1: d discard"]),
        ("words/ask.rs", "const A: &str = \"x into the trash\";", &["words/ask.rs:1: x into the trash"]),
        ("words.rs", "const A: &str = r#\"Press \"F5\"\"#;", &["words.rs:1: F5"]),
        ("ui/overlay.rs", "const A: &str = \"Ctrl-S would send nothing\";", &["ui/overlay.rs:1: Ctrl-S"]),
        ("ui/wizard/words.rs", "const A: &str = \"←→ chooses another place\";", &["ui/wizard/words.rs:1: ←→"]),
        ("app.rs", "const A: &str = \"Enter starts it\";", &["app.rs:1: Enter"]),
        ("cli.rs", "const A: &str = \"by Ctrl-C twice\";", &["cli.rs:1: Ctrl-C"]),
        ("cli.rs", "// F2: a fault.\n/// Ends with Esc.\nstruct Options;", &["cli.rs:2: Esc"]),
        (
            "sync/save.rs",
            "//! S.\n/// Ctrl-S.\nfn f() -> &'static str { \"^R read it back\" }",
            &["sync/save.rs:3: ^R", "sync/save.rs:2: Ctrl-S"],
        ),
    ] {
        assert_eq!(keys_named(&Source::new(path, text)), found, "{text}");
    }
    for (path, text) in [
        ("app/keymap.rs", "const A: &str = \"Space\";"),
        ("term/input.rs", "const A: &str = \"Esc\";"),
        ("app/save.rs", "//! Ctrl-S."),
        ("words/time.rs", "fn f() { format!(\"{} s so far\") }"),
        ("words/value.rs", "const A: &str = \"[x] yes\"; const B: &str = \"A new token, and I. a field's x.\";"),
        ("words/ask.rs", "#[cfg(test)] mod tests { const A: &str = \"^S\"; }"),
    ] {
        assert_eq!(keys_named(&Source::new(path, text)), Vec::<String>::new(), "{text}");
    }
}

// ── sentences have one room ──

/// Words with a full stop behind them that stand where the screen is made or the editor decides. Labels and titles may stand
/// there; reasons that files, programs and the network give are told by who finds them, and are taken up into a sentence.
fn sentences_outside(source: &Source) -> Vec<String> {
    let is_sentence = |text: &str| text.split(' ').filter(|word| word.len() > 1).count() > 3 && text.ends_with(".\"");
    let found = literals(source).into_iter().filter(|(_, text)| source.is_in(&["ui", "app"]) && is_sentence(text));
    found.map(|(line, text)| format!("{}:{line}: {text}", source.path)).collect()
}

#[test]
fn sentences_stand_in_their_room() {
    let found: Vec<String> = sources().iter().flat_map(sentences_outside).collect();
    assert_eq!(found, Vec::<String>::new());
    let sentence = "fn f() { g(\"Your {n} edits are still here.\") }";
    assert_eq!(
        sentences_outside(&Source::new("ui/strip.rs", sentence)),
        ["ui/strip.rs:1: \"Your {n} edits are still here.\""]
    );
    assert_eq!(sentences_outside(&Source::new("words/ask.rs", sentence)), Vec::<String>::new());
    assert_eq!(
        sentences_outside(&Source::new("ui/a.rs", "const A: &str = \"Unsaved edits of a run\";")),
        Vec::<String>::new()
    );
}

// ── one word, one thing ──

/// What each of the machines has of its own: what happens to it, and what it asks of the world.
const OF_EACH_MACHINE: [&str; 2] = ["Effect", "Msg"];

/// Type names that stand for two things, with the files that define them.
fn names_of_two_things(sources: &[Source]) -> Vec<String> {
    let mut defined: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for source in sources {
        let mut depth = 0;
        for pair in source.shipped.windows(2) {
            match pair[0].text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            let is_definition = match pair[0].text.as_str() {
                "struct" | "enum" | "trait" => true,
                // Within braces it is an associated type, which is no name of its own.
                "type" => depth == 0,
                _ => false,
            };
            let name = pair[1].text.as_str();
            if is_definition && name.starts_with(char::is_uppercase) {
                let files = defined.entry(name).or_default();
                if !files.contains(&source.path.as_str()) {
                    files.push(&source.path);
                }
            }
        }
    }
    let two = defined.into_iter().filter(|(name, files)| files.len() > 1 && !OF_EACH_MACHINE.contains(name));
    two.map(|(name, files)| format!("{name}: {}", files.join(", "))).collect()
}

#[test]
fn no_type_name_stands_for_two_things() {
    assert_eq!(names_of_two_things(&sources()), Vec::<String>::new());
    let two = [
        Source::new("a.rs", "//! A.\npub struct Answer;\nimpl Iterator for Answer { type Item = u8; }"),
        Source::new("b.rs", "//! B.\nimpl Iterator for B { type Item = u8; }\nenum Answer { A }\n// struct Other"),
        Source::new("c.rs", "//! C.\nstruct Other; #[cfg(test)] mod tests { struct Answer; }"),
    ];
    assert_eq!(names_of_two_things(&two), ["Answer: a.rs, b.rs"]);
}

#[test]
fn a_file_out_of_style_is_found() {
    let long = "fn f() {}\n".repeat(LONGEST);
    let tested = format!("//! Short.\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
    let long = format!("//! Long.\n{long}");
    for (path, text, expected) in [
        ("a.rs", "fn f() {}", &["a.rs: does not say what it is for"][..]),
        ("a.rs", "//! A.\nfn f() {} // TODO: g", &["a.rs: 2: TODO"]),
        ("a.rs", "//! A, FIXME.", &["a.rs: 1: FIXME"]),
        ("a.rs", "//! A.\nstruct PatchManager;", &["a.rs: 2: PatchManager is named Manager"]),
        ("a.rs", "//! A.\nmod x { struct StringUtils; }", &["a.rs: 2: StringUtils is named Util"]),
        ("a/mod.rs", "//! A.", &["a/mod.rs: is a mod.rs"]),
        ("a.rs", long.as_str(), &["a.rs: has 401 lines"]),
        ("a.rs", tested.as_str(), &[]),
        ("a.rs", "//! A Manager of Services.\nconst A: &str = \"Helper\";", &[]),
    ] {
        assert_eq!(breaches_of_form(&Source::new(path, text)), expected, "{path} {text:.40}");
    }
}
