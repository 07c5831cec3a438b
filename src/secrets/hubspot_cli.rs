//! Reads the accounts that HubSpot's own command line tool knows: their names, for the user to choose from, and the
//! personal access key of the one that a profile names.
//!
//! ```text
//!   accounts:                   portals:                      today's file, and its predecessor
//!     - name: my-account          - name: my-account
//!       accountId: 123456           portalId: 123456
//!       personalAccessKey: …        auth: { tokenInfo: … }    skipped while reading, never kept
//! ```
//!
//! The file belongs to another program. It is only read. To name its accounts, a file that cannot be read counts as one
//! without accounts.

use super::NoText;
use crate::api::Credential;
use crate::model::profile::Source;
use saphyr_parser::{Event, Parser};
use secrecy::zeroize::Zeroizing;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
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

impl CliAccount {
    /// Is this its name or its number?
    pub fn is_called(&self, text: &str) -> bool {
        self.name == text || self.id.is_some_and(|id| id.to_string() == text)
    }
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

/// The accounts that have a key in the configuration that counts, and whether each is the default one.
pub fn hubspot_cli_offer(var: impl Fn(&str) -> Option<OsString>) -> Vec<(CliAccount, bool)> {
    let folder = fs::canonicalize(".").unwrap_or_default();
    let Ok((_, found, is_usual)) = configured(&folder, &var) else { return vec![] };
    let default = default_here(&folder, is_usual).ok().flatten().map(|(name, _)| name).or(found.default);
    let usable = found.accounts.into_iter().filter(|there| there.key.is_some() && there.account.id.is_some());
    let is_default = |account: &CliAccount| default.as_deref().is_some_and(|name| account.is_called(name));
    usable.take(ACCOUNTS_LIMIT).map(|there| (there.account.clone(), is_default(&there.account))).collect()
}

/// The personal access key of an account, which is exchanged for an access token.
#[derive(Clone)]
pub struct CliKey {
    /// The key.
    pub key: Credential,
    /// Its account.
    pub account: CliAccount,
    /// The source that it was asked of.
    pub source: Source,
    /// Is the account one of `HubSpot`'s test system?
    pub is_qa: bool,
}

impl fmt::Debug for CliKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CliKey").field("account", &self.account).finish_non_exhaustive()
    }
}

/// The key of the account with this name or number, or of the default account. It is looked for where that tool looks:
/// in the file of `HUBSPOT_CONFIG_PATH`, or in the environment, or in `~/.hscli/config.yml`, or in `hubspot.config.yml`
/// of this folder or one above it.
///
/// As in that tool, a file of this folder or one above it may name another default: `.hs/settings.json`, or `.hsaccount`
/// beside the file in the home folder.
pub(super) fn key(wanted: Option<&str>, var: &impl Fn(&str) -> Option<OsString>) -> Result<CliKey, NoText> {
    key_from(&fs::canonicalize(".").unwrap_or_default(), wanted, var)
}

fn key_from(folder: &Path, wanted: Option<&str>, var: &impl Fn(&str) -> Option<OsString>) -> Result<CliKey, NoText> {
    let (mut place, mut found, is_usual) = configured(folder, var)?;
    if let (None, Some((named, by))) = (wanted, default_here(folder, is_usual)?) {
        (found.default, place) = (Some(named), format!("{place}, of which {} names the account,", by.display()));
    }
    let broken = |why: &str| NoText::Broken(format!("The HubSpot CLI's {place} {why}."));
    let names: Vec<&str> =
        found.accounts.iter().map(|there| there.account.name.as_str()).filter(|n| !n.is_empty()).collect();
    let names = names.join(", ");
    let wanted_here = wanted.map(ToOwned::to_owned).or_else(|| found.default.clone());
    let there = match (&wanted_here, found.accounts.as_slice()) {
        (None, [only]) => only,
        (None, []) => return Err(broken("has no account: hs account auth adds one")),
        (None, [_, ..]) => return Err(broken(&format!("has no default account: name one, as in hs:NAME, of {names}"))),
        (Some(wanted), accounts) => accounts
            .iter()
            .find(|there| there.account.is_called(wanted))
            .ok_or_else(|| broken(&format!("has no account {wanted}, but {names}")))?,
    };
    let account = there.account.clone();
    let Some(text) = &there.key else {
        let name = &account.name;
        return Err(broken(&format!("has no personal access key for {name}: hs account auth adds one")));
    };
    let (key, _) = Credential::bearer(text)
        .map_err(|why| broken(&format!("has a key that cannot be used: {}", why.about("key"))))?;
    if account.id.is_none() {
        return Err(broken(&format!("has no number for the account {}", account.name)));
    }
    Ok(CliKey { key, account, source: Source::HubSpotCli(wanted.map(ToOwned::to_owned)), is_qa: there.is_qa })
}

/// The default account that a file of this folder or one above it names, and that file. `is_usual`: is the configuration
/// the one in the home folder? Only then `.hsaccount` counts.
fn default_here(folder: &Path, is_usual: bool) -> Result<Option<(String, PathBuf)>, NoText> {
    let settings = nearest(folder, ".hs/settings.json")?.and_then(|(text, path)| {
        let members: serde_json::Value = serde_json::from_str(&text).ok()?;
        Some((members.get("localDefaultAccount")?.as_u64()?.to_string(), path))
    });
    if settings.is_some() || !is_usual {
        return Ok(settings);
    }
    let named = nearest(folder, ".hsaccount")?.map(|(text, path)| (text.trim().to_owned(), path));
    Ok(named.filter(|(name, _)| !name.is_empty() && name.len() <= NAME_LIMIT && !name.contains(char::is_control)))
}

/// The text of the nearest file of this name, and its path. It has to be the user's own.
fn nearest(folder: &Path, name: &str) -> Result<Option<(Zeroizing<String>, PathBuf)>, NoText> {
    for path in folder.ancestors().map(|folder| folder.join(name)) {
        if fs::metadata(&path).is_ok() {
            is_ours(&path)?;
            return Ok(text(&path).map(|text| (text, path)));
        }
    }
    Ok(None)
}

/// The file has to be the user's own: another user's could choose among the accounts.
fn is_ours(path: &Path) -> Result<(), NoText> {
    let cannot = || NoText::Broken(format!("The HubSpot CLI's file {} cannot be read.", path.display()));
    if fs::metadata(path).map_err(|_| cannot())?.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let why = format!("The HubSpot CLI's file {} belongs to another user, so it is not used.", path.display());
    Err(NoText::Broken(why))
}

/// The configuration that counts, its place in words, and whether that is the usual one in the home folder.
fn configured(folder: &Path, var: &impl Fn(&str) -> Option<OsString>) -> Result<(String, Configuration, bool), NoText> {
    let set = |name: &str| var(name).filter(|value| !value.is_empty());
    let named = set("HUBSPOT_CONFIG_PATH").map(PathBuf::from);
    let by_environment = set("USE_ENVIRONMENT_HUBSPOT_CONFIG").is_some_and(|value| value == "true");
    if let (Some(_), true) = (&named, by_environment) {
        let why = "HUBSPOT_CONFIG_PATH and USE_ENVIRONMENT_HUBSPOT_CONFIG are both set, and the HubSpot CLI takes one.";
        return Err(NoText::Broken(why.to_owned()));
    }
    if by_environment {
        let text = |name: &str| set(name).and_then(|value| value.into_string().ok());
        let id = text("HUBSPOT_ACCOUNT_ID").or_else(|| text("HUBSPOT_PORTAL_ID")).and_then(|id| id.parse().ok());
        let account = CliAccount { name: String::new(), id };
        let key = text("HUBSPOT_PERSONAL_ACCESS_KEY").map(Zeroizing::new);
        let is_qa = text("HUBSPOT_ENVIRONMENT").is_some_and(|name| is_test_system(&name));
        let accounts = vec![WithKey { account, key, is_qa }];
        return Ok(("environment".to_owned(), Configuration { accounts, default: None }, false));
    }
    let above = folder
        .ancestors()
        .flat_map(|folder| ["hubspot.config.yml", "hubspot.config.yaml"].map(|name| folder.join(name)));
    let usual = set("HOME").map(|home| PathBuf::from(home).join(".hscli/config.yml"));
    let is_named = named.is_some();
    let files = named.into_iter().chain(usual.clone().into_iter().chain(above).filter(|_| !is_named));
    for path in files {
        if fs::metadata(&path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            continue;
        }
        is_ours(&path)?;
        let text = text(&path).ok_or_else(|| {
            NoText::Broken(format!("The HubSpot CLI's file {} is not one: it cannot be read as text.", path.display()))
        })?;
        let is_usual = usual.is_some_and(|usual| usual == path);
        return Ok((format!("file {}", path.display()), parse_all(&text), is_usual));
    }
    Err(NoText::Absent("There is no configuration of the HubSpot CLI: hs account auth makes one.".to_owned()))
}

/// What is read of a configuration.
#[derive(Default)]
struct Configuration {
    accounts: Vec<WithKey>,
    /// The name or the number of the account that is used if none is named.
    default: Option<String>,
}

#[derive(Default)]
struct WithKey {
    account: CliAccount,
    key: Option<Zeroizing<String>>,
    is_qa: bool,
}

/// Does this name `HubSpot`'s test system?
fn is_test_system(environment: &str) -> bool {
    environment.eq_ignore_ascii_case("qa")
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

fn parse(text: &str) -> Vec<CliAccount> {
    parse_all(text).accounts.into_iter().map(|there| there.account).collect()
}

/// The accounts up to the first YAML error. Aliases are not followed, so that a small file cannot become large.
fn parse_all(text: &str) -> Configuration {
    let (mut accounts, mut default) = (Vec::<WithKey>::new(), None);
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, _)) = event else { break };
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                let is_mapping = matches!(event, Event::MappingStart(..));
                let place = below(open.last(), is_mapping);
                if place == Level::Account {
                    accounts.push(WithKey::default());
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
                    (Some(key), true) if last.place == Level::Account => {
                        accounts.last_mut().into_iter().for_each(|account| keep(account, key, &value));
                    }
                    (Some(key), true) if last.place == Level::Top && is_default(key) && !value.is_empty() => {
                        default = Some(value.chars().take(NAME_LIMIT).collect());
                    }
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
    accounts.retain(|there| there.account != CliAccount::default());
    Configuration { accounts, default }
}

/// Does this key name the default account?
fn is_default(key: &str) -> bool {
    matches!(key, "defaultAccount" | "defaultPortal")
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

fn keep(WithKey { account, key: access, is_qa }: &mut WithKey, key: &str, value: &str) {
    match key {
        "env" => *is_qa = is_test_system(value),
        "personalAccessKey" => *access = Some(Zeroizing::new(value.to_owned())).filter(|text| !text.is_empty()),
        _ if value.len() > NAME_LIMIT => {}
        "name" => value.clone_into(&mut account.name),
        "accountId" | "portalId" => account.id = value.parse().ok(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_folder_may_name_the_account_and_another_users_file_may_not() {
        let dir = tempfile::tempdir().unwrap();
        let (home, deep) = (dir.path().join("home"), dir.path().join("project/src"));
        for folder in [home.join(".hscli"), deep.clone(), dir.path().join("project/.hs")] {
            fs::create_dir_all(folder).unwrap();
        }
        let accounts = ["dev", "live", "test"].map(|name| {
            let (id, env) = (name.len(), if name == "test" { "QA" } else { "prod" });
            format!("  - {{ name: {name}, accountId: {id}{id}, env: {env}, personalAccessKey: 'CANARY-{name}' }}\n")
        });
        let text = format!("defaultAccount: dev\naccounts:\n{}", accounts.concat().replace("44", "45"));
        fs::write(home.join(".hscli/config.yml"), text.replacen("45", "44", 1)).unwrap();
        let var = |name: &str| (name == "HOME").then(|| home.clone().into());
        let chosen = |wanted| key_from(&deep, wanted, &var).map(|found| (found.account.name, found.is_qa));
        assert_eq!(chosen(None), Ok(("dev".to_owned(), false)));
        fs::write(dir.path().join("project/.hsaccount"), "live\n").unwrap();
        assert_eq!(chosen(None), Ok(("live".to_owned(), false)));
        assert_eq!(chosen(Some("test")), Ok(("test".to_owned(), true)), "what the profile names counts");
        fs::write(dir.path().join("project/.hs/settings.json"), r#"{"accounts":[33],"localDefaultAccount":33}"#)
            .unwrap();
        assert_eq!(chosen(None), Ok(("dev".to_owned(), false)), "as in that tool, it comes first");
        fs::write(dir.path().join("project/.hs/settings.json"), "no JSON").unwrap();
        fs::write(dir.path().join("project/.hsaccount"), "99").unwrap();
        let Err(NoText::Broken(why)) = chosen(None) else { panic!("it is not there") };
        assert!(why.contains("has no account 99, but dev, live, test") && why.contains(".hsaccount"), "{why}");
        // A file that is named, or that is found in a folder, is not the one beside which it counts.
        let named = |name: &str| (name == "HUBSPOT_CONFIG_PATH").then(|| home.join(".hscli/config.yml").into());
        assert_eq!(key_from(&deep, None, &named).unwrap().account.name, "dev");
    }

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
