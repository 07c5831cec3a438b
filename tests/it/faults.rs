//! The list of faults the editor survives, each with the tests that show it or the reason why none can.
//!
//! Tests are found by their names: `n9_patch_answer_…`, `h9_h11_…`. A number that no test names and that has no reason here
//! fails; so does a reason for a number that has a test, and a number in a test's name that is not in the list. The table is
//! `tests/faults.md`, printed from here (`CALLSET_PRINT=1 cargo test faults`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Number, whether nothing would be shipped without it, and the fault.
const FAULTS: &[(&str, bool, &str)] = &[
    // Network
    ("N1", true, "DNS fails at start"),
    ("N2", true, "refused / unreachable / network down mid-session"),
    ("N3", true, "SYN black hole"),
    ("N4", true, "TLS: expired, wrong host, unknown issuer (corporate proxy)"),
    ("N5", true, "captive portal: 200 HTML or 302 to a login page"),
    ("N6", true, "slowloris, 1 byte/s"),
    ("N7", false, "stall in the middle of the body"),
    ("N8", true, "GET truncated (Content-Length too long, RST)"),
    ("N9", true, "PATCH answer truncated or reset"),
    ("N10", true, "stale pooled connection after 10 min idle"),
    ("N11", true, "PATCH timeout after sending"),
    ("N12", true, "answers out of order, answer after cancel"),
    ("N13", false, "laptop sleep/wake, clock jump"),
    ("N14", false, "HTTPS_PROXY/ALL_PROXY/NO_PROXY; proxy 407 or dead"),
    ("N15", false, "IPv6 broken"),
    ("N16", true, "endless chunked body, 5 GB, gzip bomb"),
    ("N17", false, "garbage: bad status line, giant headers, NUL in header, H2 GOAWAY/RST_STREAM"),
    ("N18", true, "301/302/303/307/308"),
    ("N19", true, "base URL http:// not loopback"),
    ("N20", false, "two network calls finish in one tick"),
    // HTTP
    ("H1", true, "401, or token expired between load and save (OAuth tokens are said to live 30 min)"),
    ("H2", true, "403"),
    ("H3", true, "404 on load"),
    ("H4", true, "400 with errors[].in/context"),
    ("H5", false, "400 without any known shape, or plain text"),
    ("H6", true, "409 / 412 / 428"),
    ("H7", false, "405, 406, 415"),
    ("H8", true, "429 with Retry-After = seconds, date, missing, -5, 1e9"),
    ("H9", true, "500/502/503/504 on GET / on PATCH"),
    ("H10", true, "200 with {'status':'error'…}"),
    ("H11", true, "200/204 with empty body after PATCH"),
    ("H12", true, "2xx but a sent value is not what came back"),
    ("H13", false, "2xx and other fields changed too"),
    ("H14", false, "202"),
    ("H15", false, "103/1xx, 207"),
    ("H16", false, "JSON with text/plain, no type, charset"),
    ("H17", false, "'Writes to call settings data only accepted on api.hubspot.com'"),
    ("H18", true, "GET right after PATCH returns the older copy"),
    ("H19", true, "nothing dirty and Ctrl-S"),
    ("H20", true, "Ctrl-S twice, held, or during a save"),
    // JSON
    ("J1", true, "invalid, truncated, empty"),
    ("J2", true, "array, string, null, number at top"),
    ("J3", true, "a field missing (older API version)"),
    ("J4", true, "null for a field"),
    ("J5", true, "'420', 420.0, 4.2e2, 'true', 1 for a boolean"),
    ("J6", true, "beyond i32, negative, 1e400, -0"),
    ("J7", true, "unknown extra fields"),
    ("J8", false, "duplicate keys"),
    ("J9", false, "BOM, invalid UTF-8, lone surrogate"),
    ("J10", false, "nesting 100 000"),
    ("J11", false, "name of 1 MB, url of 64 KB"),
    ("J12", true, "ESC[2J, OSC 0/8/52, BEL, C1 in name, in error text, in headers"),
    ("J13", true, "bidi override, isolates, zero-width, BOM, tags in name/url"),
    ("J14", false, "timestamps: bad, no zone, millis as number, year 10000, future"),
    ("J15", false, "key case or order changed"),
    ("J16", true, "server normalises (trims name, adds /)"),
    ("J17", false, "newline or tab inside name"),
    // Terminal
    ("T1", true, "0×0, 1×1, 24×6, 39×11, 500×200"),
    ("T2", true, "resize storm; shrink while a modal is open"),
    ("T3", true, "NO_COLOR, TERM=dumb, CLICOLOR=0, --color never"),
    ("T4", true, "stdout or stdin not a TTY"),
    ("T5", false, "no UTF-8 locale; ambiguous-wide CJK terminal"),
    ("T6", true, "no answer, late answer, split answer to OSC 11 / DA1"),
    ("T7", true, "Windows press+release; AltGr @ { } / € ~; dead keys"),
    ("T8", true, "paste on conhost (key burst incl. Enter)"),
    ("T9", false, "tmux, screen, mosh, nested ssh"),
    ("T10", true, "escape sequence split over a slow line"),
    ("T11", true, "terminal closed, tmux pane killed, SIGHUP ignored"),
    ("T12", false, "output blocked (XOFF, frozen ssh)"),
    ("T13", true, "IME (ja, zh, ko)"),
    ("T14", false, "emoji VS16/ZWJ widths differ between terminals"),
    ("T15", false, "mouse off, mouse in tmux, wheel flood"),
    ("T16", false, "left-over modes of a crashed program (kitty flags, paste)"),
    ("T17", false, "light terminal, Solarized, 8 colours"),
    ("T18", false, "screen reader"),
    ("T19", false, "detach/attach with a new size"),
    // User's input
    ("U1", true, "paste with newline, CR, TAB, NUL, ESC"),
    ("U2", true, "paste of 10 MB"),
    ("U3", true, "leading/trailing spaces in url / name"),
    ("U4", true, "number: '', -1, 0, 007, 4.5, 1e3, ٤٢٠, 99999999999, 42"),
    (
        "U5",
        true,
        "url: no scheme, http://, javascript:, user:pw@host, spaces, IDN look-alike, no host, localhost:3000, > 2 KB",
    ),
    ("U6", true, "empty or blank name"),
    ("U7", true, "Backspace over 👩‍❤️‍👨, é (combining), Hangul"),
    ("U8", true, "every printable ASCII typed in edit"),
    ("U9", true, "edit back to the original"),
    ("U10", true, "edits made while the save is in flight"),
    ("U11", true, "quit while dirty / while saving"),
    ("U12", false, "Ctrl-C twice fast"),
    ("U13", true, "undo across a save"),
    ("U14", true, "switch profile while dirty"),
    ("U15", false, "$EDITOR returns bad JSON, unchanged, deleted file, exit ≠ 0, read-only fields changed"),
    ("U16", false, "holding ←/→"),
    ("U17", false, "toggle isReady or any field on production"),
    // Files, config, drafts
    ("F1", true, "no config, HOME unset, no XDG_*, read-only home"),
    ("F2", true, "TOML error"),
    ("F3", false, "unknown key, wrong type, newer schema"),
    ("F4", false, "config is a directory, FIFO, symlink loop, 2 GB, unreadable"),
    ("F5", true, "disk full / quota / EIO while writing a draft"),
    ("F6", true, "draft empty, cut, garbage, newer schema, other app id or host"),
    ("F7", true, "crash between write and rename; left-over temp files"),
    ("F8", true, "crash while restoring a draft"),
    ("F9", false, "config is a symlink (dotfiles)"),
    ("F10", true, "token file or config group/world-readable"),
    ("F11", false, "flock not supported (NFS)"),
    ("F12", false, "config edited while running"),
    ("F13", false, "log or history grows"),
    ("F14", false, "non-UTF-8 or spaced paths, Windows long paths"),
    ("F15", false, "draft 3 months old, server moved on"),
    // Concurrency
    ("C1", true, "they changed another field"),
    ("C2", true, "same field, different value"),
    ("C3", false, "same field, same value"),
    ("C4", false, "only updatedAt moved"),
    ("C5", true, "field changed, updatedAt equal"),
    ("C6", true, "deleted on the server before save"),
    ("C7", true, "change between preflight and PATCH, other field"),
    ("C8", false, "same, same field"),
    ("C9", true, "watch tick while typing"),
    ("C10", true, "changed again while the conflict view is open"),
    ("C11", false, "A→B→A on the server"),
    ("C12", true, "two instances on one machine"),
    ("C13", false, "kill -9 of the lock holder"),
    ("C14", true, "restored draft on a moved base"),
    ("C15", false, "production review open 20 min, base moved"),
    // Credentials and security
    ("S1", true, "token on the command line"),
    ("S2", true, "canary token in every error path"),
    ("S3", true, "hapikey mode"),
    ("S4", true, "any redirect, other host, downgrade"),
    ("S5", true, "keyring locked, absent, hanging D-Bus"),
    ("S6", false, "token with newline, space, non-ASCII, Bearer prefix"),
    ("S7", true, "config in the current directory (cloned repo) sets base_url"),
    ("S8", true, "terminal injection from server, config, draft, env"),
    ("S9", false, "y curl copy"),
    ("S10", false, "clipboard over ssh, OSC 52 refused"),
    ("S11", false, "panic message, backtrace, RUST_LOG=trace"),
    ("S12", false, "core dump, swap"),
    ("S13", false, "SSLKEYLOGFILE, --insecure"),
    ("S14", false, "settings url holds secrets in its query"),
    // Process
    ("P1", true, "SIGKILL while typing"),
    ("P2", true, "SIGKILL between PATCH sent and answer"),
    ("P3", true, "SIGTERM, SIGHUP, SIGINT"),
    ("P4", true, "tty gone with SIGHUP ignored"),
    ("P5", true, "Ctrl-Z / SIGTSTP / fg, also under git/make"),
    ("P6", true, "panic on the UI thread"),
    ("P7", true, "panic on a worker thread or task"),
    ("P8", false, "panic inside the hook, double panic, poisoned lock"),
    ("P9", false, "OOM, stack overflow, abort"),
    ("P10", true, "ENOSPC, EMFILE, EROFS"),
    ("P11", true, "get --json piped into head"),
    ("P12", false, "stdin closed, </dev/null, run from cron"),
    ("P13", false, "power loss"),
    ("P14", false, "binary upgraded while running; older binary reads newer draft"),
    ("P15", true, "every way out"),
    // Found by attack and in public reports
    ("X1", true, "401 at any request of any act, then a new credential"),
    ("X2", true, "DELETE answered 200, 202, 204 with a body, 207, a 404 that is not HubSpot's, HTML, nothing, cut"),
    ("X3", true, "a write of ours becomes known to have taken effect late"),
    ("X4", true, "stopped or slept between check and PATCH (SIGSTOP, SIGTSTP, lid, slow disk)"),
    ("X5", true, "name.localhost, names that resolve to loopback or away from it"),
    ("X6", true, "undo and redo, reset, restore, preset, compare over a conflict"),
    ("X7", true, "two base urls with one host and different paths, two versions, two profiles of one app"),
    (
        "X8",
        true,
        "the credential echoed in a value, an error, a header, repeated, encoded, cut at a limit; pasted into a field",
    ),
    ("X9", false, "the state folder hangs at each disk step of a save"),
    ("X10", false, "one 404 in a watch tick, then 200"),
    ("X11", false, "PATCH answered with only some members"),
    ("X12", false, "ETag weak, over-long, changing"),
    (
        "X13",
        true,
        "several lines without paste marks, whole or in pieces; a paste that holds the end mark, control keys",
    ),
    (
        "X14",
        true,
        "any byte sequence of any terminal, whole, cut anywhere, late, left-over modes, Esc followed at once by it",
    ),
    ("X15", true, "paste, save, paste, save; type, save, type, save; the same after reload and undo"),
    ("X16", true, "a page or question open while what it shows changes (save ends, watch, token renewed, disk back)"),
    ("X17", true, "a mistyped or mistyped-in-type guard key (`production`, `read_only`)"),
];

/// Why no test shows it.
const REASONS: &[(&str, &str)] = &[
    ("N13", "needs a machine that sleeps; timers count monotonic time, and a request that slept ends as N10 or N11"),
    ("N15", "needs a broken network stack; connecting tries each address of a host within its limit"),
    ("T9", "tmux and ssh are looked at by hand; what they do to bytes is T8, T10 and T19"),
    (
        "T14",
        "terminals disagree on such widths, a test's screen is only one of them; a row with such text is drawn as a whole",
    ),
    ("T17", "only the terminal's own colours are used: `ui/theme.rs`, and the frames in both looks"),
    ("T18", "there is no mode for screen readers"),
    ("U15", "no editor is ever started"),
    ("S12", "what the system swaps out or dumps is out of reach; tokens are wiped where they were kept"),
    ("P8", "the hook writes, asks the disk for at most 0.7 s and ends the process; a panic in it aborts"),
    ("P13", "needs a machine that loses power; drafts are synced, renamed and the folder synced, in this order"),
    ("F11", "needs a file system without locks; drafts are kept then, and it is said that saves take no turns"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// The names of all tests: functions under a `#[test]` or its kin, and frames.
fn tests() -> BTreeSet<String> {
    let mut texts = Vec::new();
    sources(&root().join("src"), &mut texts);
    sources(&root().join("tests/it"), &mut texts);
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for text in texts {
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            is_test |= line.contains("test]") || line.starts_with("#[tokio::test");
            let function = line.trim_start_matches("async ").strip_prefix("fn ");
            let frame = line.split_once(" => ").filter(|(_, rest)| rest.starts_with("frame") || *rest == "{");
            if let Some(name) = function.filter(|_| is_test) {
                names.insert(word(name));
                is_test = false;
            } else if let Some((name, _)) = frame.filter(|(name, _)| word(name) == *name) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// The numbers in a test's name, which start it: `h9_h11_n9_a_lost_answer` has three, `h1_to_h10_…` ten.
fn numbers(name: &str) -> Vec<String> {
    let number = |word: &str| {
        let (letter, digits) = word.split_at_checked(1)?;
        let is_ours = "nhjtufcspx".contains(letter) && !digits.is_empty() && digits.len() < 3;
        is_ours.then(|| digits.parse::<u8>().ok()).flatten().map(|digits| (letter.to_uppercase(), digits))
    };
    let mut found: Vec<(String, u8)> = Vec::new();
    let mut words = name.split('_').peekable();
    while let Some(word) = words.next() {
        match (number(word), found.last().cloned()) {
            (Some(one), _) => found.push(one),
            (None, Some((letter, from))) if word == "to" => {
                let Some((_, to)) = words.peek().and_then(|next| number(next)) else { break };
                found.extend((from + 1..to).map(|between| (letter.clone(), between)));
            }
            (None, _) => break,
        }
    }
    found.into_iter().map(|(letter, digits)| format!("{letter}{digits}")).collect()
}

/// Tests by number.
fn covered() -> BTreeMap<String, Vec<String>> {
    let mut covered: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in tests() {
        for number in numbers(&name) {
            covered.entry(number).or_default().push(name.clone());
        }
    }
    covered
}

fn table() -> String {
    let covered = covered();
    let mut table = String::from(
        "# Faults the editor survives, and what shows it\n\nPrinted from `tests/it/faults.rs`. A star: nothing is shipped \
         without it.\n\n| # | fault | tests, or why there is none |\n|---|---|---|\n",
    );
    for (number, star, fault) in FAULTS {
        let shown = match covered.get(*number) {
            Some(tests) => tests.iter().map(|test| format!("`{test}`")).collect::<Vec<_>>().join(" "),
            None => REASONS.iter().find(|(n, _)| n == number).map_or("", |(_, reason)| reason).to_owned(),
        };
        let star = if *star { "★" } else { "" };
        let _ = writeln!(table, "| {number}{star} | {fault} | {shown} |");
    }
    table
}

#[test]
fn every_fault_has_a_test_or_a_reason() {
    let covered = covered();
    let has_reason = |number: &str| REASONS.iter().any(|(n, reason)| *n == number && !reason.is_empty());
    let open = |number: &&str| covered.contains_key(*number) == has_reason(number);
    let open: Vec<&str> = FAULTS.iter().map(|(number, ..)| *number).filter(open).collect();
    assert_eq!(open, Vec::<&str>::new(), "a test or a reason, and not both");
    let is_listed = |number: &str| FAULTS.iter().any(|(n, ..)| *n == number);
    for (number, tests) in &covered {
        assert!(is_listed(number), "{number} is no fault of the list: {tests:?}");
    }
    assert_eq!((FAULTS.len(), FAULTS.iter().filter(|(_, star, _)| *star).count()), (169, 106));
}

#[test]
fn numbers_are_read_from_names() {
    assert_eq!(numbers("h9_h11_a_lost_answer_to_p1"), ["H9", "H11"]);
    assert_eq!(numbers("h1_to_h4_n18_a_refusal"), ["H1", "H2", "H3", "H4", "N18"]);
    assert_eq!(numbers("a_test_without"), Vec::<String>::new());
}

#[test]
fn the_table_is_that_of_the_tests() {
    crate::readme::is_printed("tests/faults.md", &table());
}
