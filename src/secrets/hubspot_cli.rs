//! Reads the account names that HubSpot's own command line tool knows, for the user to choose from. Its keys are
//! skipped.
//!
//! ```text
//!   accounts:                   portals:                      today's file, and its predecessor
//!     - name: my-account          - name: my-account
//!       accountId: 123456           portalId: 123456
//!       personalAccessKey: …        auth: { tokenInfo: … }    skipped while reading, never kept
//! ```
//!
//! The file belongs to another program. It is only read. A file that cannot be read counts as one without accounts.

use saphyr_parser::{Event, Parser};
use secrecy::zeroize::Zeroizing;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes. A hundred accounts have some 50 KiB.
const FILE_LIMIT: u64 = 512 * 1024;

/// The most accounts that are returned.
const ACCOUNTS_LIMIT: usize = 200;

/// The longest name or id that is kept, in bytes. Longer ones are ignored.
const NAME_LIMIT: usize = 200;

/// An account of that tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CliAccount {
    /// The name in that tool; empty if the account has none.
    pub name: String,
    /// The account's number in `HubSpot`, if it is a number.
    pub id: Option<u64>,
}

/// The accounts in `~/.hscli/config.yml` and in the file that `HUBSPOT_CONFIG_PATH` names, each once. `var` looks
/// up an environment variable.
pub fn hubspot_cli_accounts(var: impl Fn(&str) -> Option<OsString>) -> Vec<CliAccount> {
    let set = |name: &str| var(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let files = [set("HUBSPOT_CONFIG_PATH"), set("HOME").map(|home| home.join(".hscli/config.yml"))];
    let mut accounts: Vec<CliAccount> = Vec::new();
    for account in files.into_iter().flatten().filter_map(|path| text(&path)).flat_map(|text| parse(&text)) {
        if accounts.len() < ACCOUNTS_LIMIT && !accounts.contains(&account) {
            accounts.push(account);
        }
    }
    accounts
}

fn text(path: &Path) -> Option<Zeroizing<String>> {
    // Opening a pipe would wait for its other end.
    let there = fs::metadata(path).ok().filter(|there| there.is_file() && there.len() <= FILE_LIMIT)?;
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(there.len()).ok()? + 1));
    File::open(path).ok()?.take(there.len()).read_to_string(&mut text).ok()?;
    Some(text)
}

/// The place of a value in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// The mapping of the whole file.
    Top,
    /// The list below `accounts` or `portals`.
    List,
    /// One account.
    Account,
    /// Any other place.
    Elsewhere,
}

/// A list or a mapping that has begun and has not ended.
struct Open {
    place: Level,
    is_mapping: bool,
    /// The last key of a mapping; `None` if a key comes next.
    key: Option<String>,
}

/// The accounts up to the first YAML error. Aliases are not followed, so that a small file cannot become large.
fn parse(text: &str) -> Vec<CliAccount> {
    let mut accounts = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, _)) = event else { break };
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                let is_mapping = matches!(event, Event::MappingStart(..));
                let place = below(open.last(), is_mapping);
                if place == Level::Account {
                    accounts.push(CliAccount::default());
                }
                open.push(Open { place, is_mapping, key: None });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                value_ends(open.last_mut());
            }
            Event::Scalar(value, ..) => {
                let Some(last) = open.last_mut() else { continue };
                match (&last.key, last.is_mapping) {
                    (None, true) => {
                        // No longer key is looked for, and keys are no secrets.
                        last.key = Some(value.chars().take(NAME_LIMIT).collect());
                        continue;
                    }
                    (Some(key), true) if last.place == Level::Account => keep(accounts.last_mut(), key, &value),
                    _ => {}
                }
                value_ends(Some(last));
            }
            Event::Alias(_) => match open.last_mut() {
                // An alias as a key could stand for any text. It counts as an unknown key.
                Some(last) if last.is_mapping && last.key.is_none() => last.key = Some(String::new()),
                last => value_ends(last),
            },
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }
    accounts.retain(|account| *account != CliAccount::default());
    accounts
}

/// The place of a list or a mapping that begins inside this one.
fn below(last: Option<&Open>, is_mapping: bool) -> Level {
    let Some(last) = last else { return if is_mapping { Level::Top } else { Level::Elsewhere } };
    match last.place {
        Level::Top if !is_mapping && matches!(last.key.as_deref(), Some("accounts" | "portals")) => Level::List,
        Level::List if is_mapping => Level::Account,
        Level::Top | Level::List | Level::Account | Level::Elsewhere => Level::Elsewhere,
    }
}

fn value_ends(last: Option<&mut Open>) {
    if let Some(last) = last {
        // If a mapping ends in the place of a key, its value comes next.
        last.key = if last.is_mapping && last.key.is_none() { Some(String::new()) } else { None };
    }
}

fn keep(account: Option<&mut CliAccount>, key: &str, value: &str) {
    let Some(account) = account.filter(|_| value.len() <= NAME_LIMIT) else { return };
    match key {
        "name" => value.clone_into(&mut account.name),
        "accountId" | "portalId" => account.id = value.parse().ok(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account(name: &str, id: impl Into<Option<u64>>) -> CliAccount {
        CliAccount { name: name.to_owned(), id: id.into() }
    }

    #[test]
    fn both_forms_of_the_file_name_their_accounts_and_no_key_is_kept() {
        let today = "
defaultAccount: 123456
allowUsageTracking: false
accounts:
  - name: my-account
    accountId: 123456
    env: prod
    authType: personalaccesskey
    accountType: STANDARD
    personalAccessKey: 'CANARY'
    auth: { tokenInfo: { accessToken: 'CANARY', name: CANARY, expiresAt: '2024-02-07T17:10:32.747Z' } }
  - { accountId: '7', name: \"CI: eu\" }
  - auth: &a
      clientId: CANARY
      name: inner
    name: last
    accountId: none
    ? { name: odd }
    : *a
    *a : x
";
        let found = parse(today);
        assert_eq!(found, [account("my-account", 123_456), account("CI: eu", 7), account("last", None)]);
        assert!(!format!("{found:?}").contains("CANARY"));
        let before = "
defaultPortal: DEV
portals:
  - portalId: 42
    name: DEV
    sandboxAccountType: null
    apiKey: CANARY
  - portalId: 43
other:
  - name: not-one
";
        assert_eq!(parse(before), [account("DEV", 42), account("", 43)]);
    }

    #[test]
    fn what_is_no_such_file_has_no_accounts_and_takes_no_time() {
        for text in
            ["", "a", "[]", "- name: x", "accounts: x", "accounts: { name: x }", "accounts: [x, [name, y]]", "\0", "%"]
        {
            assert_eq!(parse(text), [], "{text}");
        }
        let laughs =
            (1..30).fold("a0: &a0 [x]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1));
        assert_eq!(parse(&(laughs + "accounts: [{name: x}]")), [account("x", None)]);
        for deep in ["[", "{", "- ", "? ", "a: ", "&a ", "!", "'", "\n "] {
            let _ = parse(&deep.repeat(100_000 / deep.len()));
        }
        let half = parse("accounts:\n- name: whole\n  accountId: 1\n- name: 'half");
        assert_eq!(half, [account("whole", 1)]);
    }

    #[test]
    fn no_kind_of_file_makes_it_wait_or_fail() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".hscli");
        let file = folder.join("config.yml");
        let other = home.path().join("other.yml");
        let found = |other: &Path| {
            hubspot_cli_accounts(|name| match name {
                "HOME" => Some(home.path().into()),
                "HUBSPOT_CONFIG_PATH" => Some(other.into()),
                _ => None,
            })
        };
        assert_eq!(found(&other), []);
        fs::create_dir_all(&file).unwrap();
        assert_eq!(found(Path::new("/dev/zero")), []);
        fs::remove_dir(&file).unwrap();
        let pipe = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, &file, pipe, rustix::fs::Mode::RUSR, 0).unwrap();
        assert_eq!(found(&other), []);
        fs::remove_file(&file).unwrap();
        fs::write(&file, b"accounts: [{name: \xff}]").unwrap();
        assert_eq!(found(&other), []);
        fs::write(&file, vec![b' '; 1024 * 1024]).unwrap();
        assert_eq!(found(&other), []);
        fs::write(&file, "accounts: [{name: a, accountId: 1}, {name: b}]").unwrap();
        fs::write(&other, "portals: [{name: c}, {name: a, portalId: 1}]").unwrap();
        assert_eq!(found(&other), [account("c", None), account("a", 1), account("b", None)]);
        assert_eq!(hubspot_cli_accounts(|_| None), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_it_panic(parts in prop::collection::vec(prop::sample::select(vec![
            "accounts", ":", " ", "\n", "- ", "  ", "name", "[", "]", "{", "}", ",", "'", "\"", "&a", "*a", "!!", "|", ">", "? ",
            "---\n", "...\n", "#", "\t", "é", "portalId: 1\n",
        ]), 0..40)) {
            let _ = parse(&parts.concat());
        }
    }
}
