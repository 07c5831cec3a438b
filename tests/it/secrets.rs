//! Where credentials are had from: real files, real programs, a real session bus; and whatever goes wrong, no part of a secret
//! is told.

#[cfg(feature = "keyring")]
mod keyring;

use callset::api::Credential;
use callset::model::login::{Login, LoginPart};
use callset::model::profile::{CredentialKind, Source};
use callset::secrets::{FoundCredential, FoundSecret, Limits, Missing, Who, forget, full_name, keep, keep_part, read};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::{TempDir, tempdir};

const TOKEN: &str = "pat-CANARY-0123456789";

const SHORT: Duration = Duration::from_millis(60);

/// Where a test uses these, something else ends what it waits for.
const PATIENT: Limits = Limits { command: Duration::from_mins(1), keyring: Duration::from_mins(1) };

const HURRIED: Limits = Limits { command: SHORT, keyring: SHORT };

fn who() -> Who {
    Who { profile: "live".to_owned(), host: "api.hubapi.com".to_owned() }
}

fn nothing(_: &str) -> Option<OsString> {
    None
}

fn at(sources: &[Source], limits: Limits, var: impl Fn(&str) -> Option<OsString>) -> Result<FoundCredential, Missing> {
    let outcome = read(limits, CredentialKind::Bearer, sources, &who(), var);
    let outcome = outcome.map(|found| match found {
        FoundSecret::Ready(found) => found,
        other @ (FoundSecret::Login(_) | FoundSecret::CliKey(_)) => panic!("{other:?}"),
    });
    let shown = match &outcome {
        Ok(found) => format!("{:?}", found.credential),
        Err(missing) => missing.to_string(),
    };
    assert!(!shown.contains("CANARY"), "{shown}");
    outcome
}

/// The text of what is found; as no credential gives it, it is written into a file.
fn text_of(credential: &Credential) -> String {
    let dir = tempdir().unwrap();
    let path = dir.path().join("token");
    keep(&Source::File(path.clone()), &who(), credential, false, nothing).unwrap();
    fs::read_to_string(path).unwrap().trim_end().to_owned()
}

fn found(source: &Source, limits: Limits, var: impl Fn(&str) -> Option<OsString>) -> String {
    let found = at(std::slice::from_ref(source), limits, var).unwrap();
    assert_eq!(found.source, *source);
    text_of(&found.credential)
}

/// The sentence about a source that is broken.
fn broken(source: &Source, limits: Limits, var: impl Fn(&str) -> Option<OsString>) -> String {
    let after = Source::Variable("NEXT".to_owned());
    let missing = at(&[source.clone(), after], limits, var).unwrap_err();
    let [tried] = missing.tried.as_slice() else { panic!("{missing:?}") };
    assert!(tried.is_broken && tried.source == *source, "{tried:?}");
    assert_eq!(missing.to_string(), tried.why);
    tried.why.clone()
}

/// The sentence about a source that has none.
fn absent(source: &Source, limits: Limits, var: impl Fn(&str) -> Option<OsString>) -> String {
    let after = Source::Variable("NEXT".to_owned());
    let with_next = |name: &str| if name == "NEXT" { Some(TOKEN.into()) } else { var(name) };
    assert_eq!(at(&[source.clone(), after.clone()], limits, with_next).unwrap().source, after);
    let missing = at(std::slice::from_ref(source), limits, var).unwrap_err();
    assert!(!missing.tried[0].is_broken, "{missing:?}");
    missing.tried[0].why.clone()
}

fn program(words: &[&str]) -> Source {
    Source::Command(words.iter().map(|word| (*word).to_owned()).collect())
}

fn shell(script: &str) -> Source {
    program(&["sh", "-c", script])
}

fn file(dir: &TempDir, bytes: &[u8], mode: u32) -> Source {
    let path = dir.path().join("token");
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    Source::File(path)
}

#[test]
fn the_first_source_that_has_one_counts() {
    let dir = tempdir().unwrap();
    let file = file(&dir, b"from-file", 0o600);
    let set = |name: &str| (name == "SET").then(|| OsString::from(" 'from-variable'\n"));
    let [unset, variable] = ["UNSET", "SET"].map(|name| Source::Variable(name.to_owned()));
    let found = at(&[unset.clone(), variable.clone(), file.clone()], PATIENT, set).unwrap();
    assert_eq!((found.source, text_of(&found.credential).as_str()), (variable, "from-variable"));
    assert_eq!(found.tidied, ["a newline", "quotes"]);
    let found = at(&[unset.clone(), file.clone()], PATIENT, set).unwrap();
    assert_eq!((found.source, text_of(&found.credential).as_str()), (file, "from-file"));
    let missing = at(&[unset, Source::File("/nowhere/token".into())], PATIENT, set).unwrap_err();
    assert_eq!(missing.to_string(), "The variable UNSET is not set. There is no file /nowhere/token.");
    assert_eq!(at(&[], PATIENT, set).unwrap_err().to_string(), "No source of a credential is set up.");
}

#[test]
fn s6_what_is_no_credential_is_broken_and_not_repeated() {
    let variable = Source::Variable("TOKEN".to_owned());
    let said = broken(&variable, PATIENT, |_| Some(format!("{TOKEN} {TOKEN}").into()));
    assert!(said.starts_with("What $TOKEN holds cannot be used as access token: The token has a space"), "{said}");
}

#[test]
fn f10_a_file_that_others_can_read_is_refused_with_the_remedy() {
    let dir = tempdir().unwrap();
    for mode in [0o604, 0o640, 0o660, 0o602, 0o601, 0o677, 0o444] {
        let source = file(&dir, TOKEN.as_bytes(), mode);
        let Source::File(path) = &source else { panic!() };
        let said = broken(&source, PATIENT, nothing);
        assert!(said.ends_with(&format!("with: chmod 600 {}", path.display())), "{said}");
        fs::remove_file(path).unwrap();
    }
    for mode in [0o600, 0o400, 0o700] {
        let source = file(&dir, format!("{TOKEN}\n").as_bytes(), mode);
        assert_eq!(found(&source, PATIENT, nothing), TOKEN);
        let Source::File(path) = &source else { panic!() };
        fs::remove_file(path).unwrap();
    }
    let odd = dir.path().join("it's $HOME");
    fs::write(&odd, TOKEN).unwrap();
    fs::set_permissions(&odd, Permissions::from_mode(0o644)).unwrap();
    let said = broken(&Source::File(odd.clone()), PATIENT, nothing);
    let line = &said[said.find("chmod").unwrap()..];
    assert!(std::process::Command::new("sh").args(["-c", line]).status().unwrap().success(), "{line}");
    assert_eq!(found(&Source::File(odd), PATIENT, nothing), TOKEN);
}

#[test]
fn f10_what_is_no_file_of_ours_is_told_and_nothing_waits() {
    let dir = tempdir().unwrap();
    let says = |source: &Source, words: &str| {
        let said = broken(source, PATIENT, nothing);
        assert!(said.contains(words), "{said}");
    };
    says(&Source::File(dir.path().to_owned()), "is not a plain file");
    says(&Source::File("/dev/null".into()), "is not a plain file");
    let pipe = dir.path().join("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
    says(&Source::File(pipe.clone()), "is not a plain file");
    let link = dir.path().join("link");
    symlink(&pipe, &link).unwrap();
    says(&Source::File(link.clone()), "is not a plain file");
    says(&file(&dir, b"", 0o600), "is empty");
    says(&file(&dir, b" \n", 0o600), "is empty");
    says(&file(&dir, b"CANARY\xff", 0o600), "is not UTF-8");
    says(&file(&dir, "CANARY".repeat(3000).as_bytes(), 0o600), "is larger than 16 KiB");
    says(&file(&dir, b"CANARY\nCANARY", 0o600), "a line break inside");
    says(&Source::File(dir.path().join("token/below")), "cannot be read");
    let own = dir.path().join("loop");
    symlink(&own, &own).unwrap();
    says(&Source::File(own), "cannot be read");
    fs::remove_file(&link).unwrap();
    symlink(dir.path().join("gone"), &link).unwrap();
    assert_eq!(absent(&Source::File(link.clone()), PATIENT, nothing), format!("There is no file {}.", link.display()));
}

#[test]
fn f10_a_link_is_followed_and_its_target_counts() {
    let dir = tempdir().unwrap();
    let link = dir.path().join("link");
    symlink(dir.path().join("token"), &link).unwrap();
    file(&dir, TOKEN.as_bytes(), 0o640);
    assert!(broken(&Source::File(link.clone()), PATIENT, nothing).contains("chmod 600"));
    file(&dir, TOKEN.as_bytes(), 0o600);
    assert_eq!(found(&Source::File(link), PATIENT, nothing), TOKEN);
}

#[test]
fn a_program_prints_one_line_and_gets_its_arguments_as_they_are() {
    assert_eq!(found(&program(&["printf", "%s\\n", TOKEN]), PATIENT, nothing), TOKEN);
    assert_eq!(found(&program(&["printf", "%s", "$HOME;`id`"]), PATIENT, nothing), "$HOME;`id`");
    assert_eq!(
        found(&shell(&format!("cat; echo warning >&2; echo; echo {TOKEN}")), PATIENT, nothing),
        TOKEN,
        "no input"
    );
}

#[test]
fn a_program_that_fails_is_told_in_its_words() {
    let says = |source: &Source, words: &str| assert_eq!(broken(source, PATIENT, nothing), words);
    says(&program(&[]), "No program is named that would print a credential.");
    assert_eq!(
        absent(&program(&["callset-no-such-program", TOKEN]), PATIENT, nothing),
        "The program callset-no-such-program is not found: is it installed, and in the PATH?",
    );
    says(&program(&["/"]), "The program / cannot be started: Permission denied.");
    says(&shell("echo 'no key.' >&2; exit 3"), "The program sh failed with status 3, and says: no key.");
    says(&shell("kill -9 $$"), "The program sh was ended by signal 9.");
    says(&shell("echo 'locked' >&2"), "The program sh prints nothing, and says: locked.");
    says(&shell("echo; echo CANARY; echo CANARY"), "The program sh prints 2 lines, and a credential is one.");
    says(&shell("printf 'CANARY\\377'"), "The program sh prints what is not UTF-8.");
    says(&shell("yes CANARY"), "The program sh prints more than 16 KiB, which is no credential.");
}

#[test]
fn s2_what_a_program_prints_is_masked_in_what_it_says() {
    let fails = |script: &str| broken(&shell(script), PATIENT, nothing);
    let said = fails(&format!("echo {TOKEN}; echo 'got {TOKEN}, %43ANARY' >&2; exit 1"));
    assert_eq!(said, "The program sh failed with status 1, and says: got ••••••••, %43ANARY.");
    let said = fails("echo 'user CANARY-1'; echo CANARY-2; echo 'CANARY-1 CANARY-2 user' >&2");
    assert_eq!(said, "The program sh prints 2 lines, and a credential is one, and says: •••••••• •••••••• ••••••••.");
    // One that the cut of the words goes through, and one that is not valid text.
    let said = fails(&format!("echo {TOKEN}; printf '%04090d' 0 >&2; echo {TOKEN} >&2; exit 1"));
    assert!(said.len() < 4200 && said.contains("says: 000"), "{said}");
    let said = fails(&format!("printf '{TOKEN} \\377'; echo {TOKEN} >&2"));
    assert_eq!(said, "The program sh prints what is not UTF-8, and says: ••••••••.");
    let said = fails("for i in 1 2 3 4 5 6 7 8 9; do printf '%04000d' 0 >&2; done; exit 1");
    assert!(said.len() < 4200, "{}", said.len());
}

#[test]
fn s2_what_a_program_tells_on_stderr_alone_is_masked_if_it_looks_like_a_credential() {
    let fails = |script: &str| broken(&shell(script), PATIENT, nothing);
    let uuid = "0CANARY0-0a1b-0a1b-0a1b-0a1b2c3d4e5f";
    for (words, shown) in [
        (format!("token {TOKEN} is over"), "token •••••••• is over"),
        (format!("key={uuid}"), "••••••••"),
        (format!("+ curl -H \"Authorization: Bearer {TOKEN}\""), "+ curl -H \"Authorization: Bearer ••••••••"),
        (format!("{{\"access_token\":\"{TOKEN}\",\"hub\":1}}"), "••••••••"),
        ("CANARY-without-any-digit-of-this-length".into(), "••••••••"),
        ("vault-12 item 7: not found, 2026-11-25".into(), "vault-12 item 7: not found, 2026-11-25"),
        (format!("{} 00000000000000000000", "-".repeat(60)), &format!("{} 00000000000000000000", "-".repeat(60))),
    ] {
        let script = format!("printf '%s' '{words}' >&2; exit 1");
        assert_eq!(fails(&script), format!("The program sh failed with status 1, and says: {shown}."));
    }
    // What it printed is in other words there, and inside of others here.
    let said = fails("printf '{\"token\":\"CANARY-1\"}'; echo 'token CANARY-1 it is' >&2; exit 1");
    assert_eq!(said, "The program sh failed with status 1, and says: •••••••• •••••••• it is.");
    // More than is kept, and its end goes through a credential: masks take less room than what they stand for.
    let long = format!("CANARY{}", "7aB-".repeat(2000));
    let said = fails(&format!("echo {long}; echo 'got {long} and {long} and {long}' >&2; exit 1"));
    assert_eq!(said, "The program sh failed with status 1, and says: got •••••••• and •••••••• and.");
}

#[test]
fn a_program_that_is_stopped_is_ended_at_once() {
    let said = broken(&shell("echo waiting >&2; kill -STOP $$; echo CANARY"), PATIENT, nothing);
    assert_eq!(
        said,
        "The program sh wants to use the terminal, which is the editor's, so it was ended, and says: waiting."
    );
}

#[test]
fn what_a_program_leaves_behind_does_not_cost_its_line() {
    let long = Limits { command: Duration::from_mins(5), ..PATIENT };
    let began = Instant::now();
    // It ends, and what it left behind keeps its pipes.
    assert_eq!(found(&shell(&format!("sleep 3 & echo {TOKEN}")), long, nothing), TOKEN);
    assert_eq!(
        broken(&shell("sleep 3 & echo gone >&2; exit 2"), long, nothing),
        "The program sh failed with status 2, and says: gone."
    );
    assert!(began.elapsed() < Duration::from_mins(1), "nobody waits for it");
}

#[test]
fn a_program_without_end_is_ended_with_all_it_started() {
    let dir = tempdir().unwrap();
    // As long as anybody of the group lives, it has the other end of this pipe.
    let pipe = dir.path().join("alive");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let reader = rustix::fs::open(&pipe, OFlags::RDONLY | OFlags::NONBLOCK, Mode::empty()).unwrap();
    let script = format!(
        "exec 3>'{}'; echo x >&3; echo waiting >&2; (sleep 1000; sleep 1000) & sleep 1000 & wait",
        pipe.display()
    );
    // Enough for a shell to start on any machine.
    let limits = Limits { command: Duration::from_secs(3), ..PATIENT };
    let said = broken(&shell(&script), limits, nothing);
    assert_eq!(
        said,
        "The program sh did not end within 3s (token_command_timeout), so it was ended, and says: waiting."
    );
    let minute = Timespec { tv_sec: 60, tv_nsec: 0 };
    let mut hung_up = [PollFd::new(&reader, PollFlags::empty())];
    assert_eq!(poll(&mut hung_up, Some(&minute)), Ok(1), "somebody lives on");
    let mut left = String::new();
    fs::File::from(reader).read_to_string(&mut left).unwrap();
    assert_eq!(left, "x\n", "the shell had begun");
    let began = Instant::now();
    let said = broken(&shell("trap '' TERM INT HUP; sleep 1000"), HURRIED, nothing);
    assert_eq!(said, "The program sh did not end within 60ms (token_command_timeout), so it was ended.");
    assert!(began.elapsed() < Duration::from_secs(30));
}

/// A login with its parts in these sources.
fn login(client_id: Source, client_secret: Source, refresh_token: Source) -> Source {
    Source::OAuth(Box::new(Login { client_id, client_secret, refresh_token }))
}

#[test]
fn a_login_is_absent_or_broken_as_its_parts_are() {
    let dir = tempdir().unwrap();
    let set = |name: &str| ["ID", "SECRET", "REFRESH"].contains(&name).then(|| OsString::from(TOKEN));
    let variable = |name: &str| Source::Variable(name.to_owned());
    let whole = login(variable("ID"), program(&["printf", TOKEN]), file(&dir, TOKEN.as_bytes(), 0o600));
    let found = read(PATIENT, CredentialKind::Bearer, &[variable("UNSET"), whole.clone()], &who(), set).unwrap();
    assert_eq!(found.source(), whole);
    let FoundSecret::Login(found) = found else { panic!() };
    assert_eq!(text_of(&found.secrets.client_secret), TOKEN);
    assert!(!format!("{:?}", found.secrets).contains("CANARY"));
    // What is not there leads on.
    let no_id = absent(&login(variable("UNSET"), variable("SECRET"), variable("REFRESH")), PATIENT, set);
    assert_eq!(no_id, "The variable UNSET is not set.");
    let gone = Source::File(dir.path().join("gone"));
    assert!(absent(&login(variable("ID"), variable("SECRET"), gone), PATIENT, set).starts_with("There is no file"));
    // What is broken stops.
    let open = file(&dir, TOKEN.as_bytes(), 0o644);
    assert!(broken(&login(variable("ID"), variable("SECRET"), open), PATIENT, set).contains("chmod 600"));
    let two = |name: &str| if name == "SECRET" { Some("CANARY two".into()) } else { set(name) };
    let said = broken(&login(variable("ID"), variable("SECRET"), variable("REFRESH")), PATIENT, two);
    assert!(
        said.starts_with("What $SECRET holds cannot be used as client secret: The client secret has a space"),
        "{said}"
    );
    let nested = login(variable("ID"), whole, variable("REFRESH"));
    assert_eq!(broken(&nested, PATIENT, set), "A part of a login is no login itself.");
}

#[test]
fn a_newer_refresh_token_is_kept_where_the_old_one_was_and_only_there() {
    let dir = tempdir().unwrap();
    let source = file(&dir, b"old", 0o600);
    let (newer, _) = Credential::bearer(TOKEN).unwrap();
    let login = |refresh_token: Source| Login { refresh_token, ..Login::default() };
    keep_part(&login(source.clone()), LoginPart::RefreshToken, &who(), &newer, nothing).unwrap();
    assert_eq!(found(&source, PATIENT, nothing), TOKEN);
    for source in [Source::Variable("REFRESH".to_owned()), program(&["printf", "x"])] {
        let why = keep_part(&login(source), LoginPart::RefreshToken, &who(), &newer, nothing).unwrap_err();
        assert!(why.to_string().starts_with("callset cannot write to "), "{why}");
    }
}

#[test]
fn the_key_of_the_hubspot_cli_is_that_of_the_account_that_is_meant() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("config.yml");
    let var = |name: &str| (name == "HUBSPOT_CONFIG_PATH").then(|| path.clone().into());
    let source = |account: Option<&str>| Source::HubSpotCli(account.map(ToOwned::to_owned));
    let key =
        |account: Option<&str>| match read(PATIENT, CredentialKind::Bearer, &[source(account)], &who(), var).unwrap() {
            FoundSecret::CliKey(found) => {
                assert!(!format!("{found:?}").contains("CANARY"));
                (text_of(&found.key), found.account.name, found.account.id, found.source)
            }
            other => panic!("{other:?}"),
        };
    let none = "There is no configuration of the HubSpot CLI: hs account auth makes one.";
    assert_eq!(absent(&source(None), PATIENT, |name| (name == "HOME").then(|| dir.path().into())), none);
    let today = "defaultAccount: 42\naccounts:\n  - name: dev\n    accountId: 42\n    personalAccessKey: >-\n      CANARY\n      -dev\n\
                 \x20 - name: live\n    accountId: 43\n    env: prod\n    personalAccessKey: 'CANARY-live'\n  - name: old\n    accountId: 44\n\
                 \x20   authType: oauth2\n";
    fs::write(&path, today.replace("CANARY\n      -dev", "CANARY-dev")).unwrap();
    let live = ("CANARY-live".to_owned(), "live".to_owned(), Some(43));
    let (text, name, id, from) = key(None);
    assert_eq!((text.as_str(), name.as_str(), id, from), ("CANARY-dev", "dev", Some(42), source(None)));
    for account in ["live", "43"] {
        let (text, name, id, from) = key(Some(account));
        assert_eq!((text, name, id), live);
        assert_eq!(from, source(Some(account)));
    }
    let says = |account: Option<&str>, words: &str| {
        let said = broken(&source(account), PATIENT, var);
        assert!(said.contains(words), "{said}");
    };
    says(Some("nobody"), "has no account nobody, but dev, live, old.");
    says(Some("old"), "has no personal access key for old: hs account auth adds one.");
    fs::write(&path, today.replace("defaultAccount: 42\n", "")).unwrap();
    says(None, "has no default account: name one, as in hs:NAME, of dev, live, old.");
    fs::write(&path, "portals:\n  - name: only\n    portalId: 7\n    personalAccessKey: CANARY-only\n").unwrap();
    assert_eq!(key(None).0, "CANARY-only");
    fs::write(&path, "accounts: []").unwrap();
    says(None, "has no account");
    fs::write(&path, b"\xff").unwrap();
    says(None, "cannot be read as text");
    // By the environment alone, as in a CI.
    let env = |name: &str| match name {
        "USE_ENVIRONMENT_HUBSPOT_CONFIG" => Some("true".into()),
        "HUBSPOT_PERSONAL_ACCESS_KEY" => Some("CANARY-env".into()),
        "HUBSPOT_ACCOUNT_ID" => Some("9".into()),
        _ => None,
    };
    let found = read(PATIENT, CredentialKind::Bearer, &[source(None)], &who(), env).unwrap();
    assert!(matches!(found, FoundSecret::CliKey(found) if found.account.id == Some(9)));
    let both = |name: &str| env(name).or_else(|| var(name));
    assert!(broken(&source(None), PATIENT, both).contains("are both set"));
}

fn bus(address: &str) -> impl Fn(&str) -> Option<OsString> {
    move |name| (name == "DBUS_SESSION_BUS_ADDRESS").then(|| address.into())
}

#[cfg(not(feature = "keyring"))]
#[test]
fn s5_a_callset_without_the_keyring_says_so() {
    let without = "The keyring is not used: this callset was built without it.";
    assert_eq!(absent(&Source::Keyring, PATIENT, bus("unix:path=/nowhere/bus")), without);
    assert_eq!(forget(&Source::Keyring, &who(), nothing).unwrap_err().why, without);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_is_kept_for_its_owner_alone_and_replaced_only_if_told() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("new/folder/token");
    let source = Source::File(path.clone());
    let [(first, _), (second, _)] = [TOKEN, "second"].map(|text| Credential::bearer(text).unwrap());
    keep(&source, &who(), &first, false, nothing).unwrap();
    assert_eq!((mode(&path), mode(&dir.path().join("new/folder"))), (0o600, 0o700));
    assert_eq!(found(&source, PATIENT, nothing), TOKEN);
    let error = keep(&source, &who(), &second, false, nothing).unwrap_err();
    assert!(error.is_there && error.why.contains(path.to_str().unwrap()), "{error}");
    assert_eq!(found(&source, PATIENT, nothing), TOKEN);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    keep(&source, &who(), &second, true, nothing).unwrap();
    assert_eq!((mode(&path), found(&source, PATIENT, nothing).as_str()), (0o600, "second"));

    let link = dir.path().join("link");
    symlink(&path, &link).unwrap();
    assert!(keep(&Source::File(link.clone()), &who(), &first, false, nothing).unwrap_err().is_there);
    keep(&Source::File(link.clone()), &who(), &first, true, nothing).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(found(&source, PATIENT, nothing), TOKEN);

    let error = keep(&Source::File(dir.path().to_owned()), &who(), &first, true, nothing).unwrap_err();
    assert!(!error.is_there && error.why.contains("it is a folder"), "{error}");
    let error = keep(&Source::File("/".into()), &who(), &first, true, nothing).unwrap_err();
    assert!(error.why.contains("it names no file"), "{error}");
    let error = keep(&Source::File(path.join("below")), &who(), &first, false, nothing).unwrap_err();
    assert!(!error.is_there, "{error}");
    let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["token"], "no temp is left");
}

#[test]
fn what_can_not_be_written_says_so() {
    let (credential, _) = Credential::bearer(TOKEN).unwrap();
    for source in [Source::Variable("TOKEN".to_owned()), program(&["pass", "show", "CANARY"])] {
        let error = keep(&source, &who(), &credential, true, nothing).unwrap_err();
        assert!(error.why.starts_with("Nothing can be kept in ") && !error.why.contains("CANARY"), "{error}");
        assert!(forget(&source, &who(), nothing).is_err());
    }
    assert!(forget(&Source::File("/nowhere".into()), &who(), nothing).is_err());
}

#[test]
fn every_source_has_a_name_of_its_own() {
    let names = [
        Source::Variable("TOKEN".to_owned()),
        Source::File("/a b/token".into()),
        program(&["pass", "show", "a b"]),
        program(&["pass", "show", "a", "b"]),
        Source::Keyring,
    ];
    let names = names.map(|source| full_name(&source));
    assert_eq!(
        names,
        ["variable TOKEN", "file '/a b/token'", "command pass show 'a b'", "command pass show a b", "keyring"]
    );
}
