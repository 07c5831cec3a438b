//! The keyring, over a real socket: found, kept, forgotten; locked, absent, ambiguous, silent.

use super::*;
use crate::vault::{Habit, Manner, Vault};
use callset::secrets::{KeepError, forget_parts, rename_parts};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::os::unix::net::UnixListener;

fn attributes(who: &Who) -> HashMap<String, String> {
    let members = [("application", "callset"), ("profile", &who.profile), ("host", &who.host), ("xdg:schema", "x")];
    members.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A bus on which the service behaves like this.
fn vault(manner: Manner) -> (TempDir, Vault) {
    let dir = tempdir().unwrap();
    let vault = Vault::start(dir.path(), manner);
    (dir, vault)
}

#[test]
fn an_entry_of_the_keyring_is_kept_found_and_forgotten() {
    let (_dir, vault) = vault(Manner::default());
    let var = bus(&vault.address);
    let none = "The keyring has not an entry for the profile live on api.hubapi.com.";
    assert_eq!(absent(&Source::Keyring, PATIENT, &var), none);
    let (credential, _) = Credential::bearer(TOKEN).unwrap();
    keep(&Source::Keyring, &who(), &credential, false, &var).unwrap();
    assert_eq!(found(&Source::Keyring, PATIENT, &var), TOKEN);
    let other = Who { host: "127.0.0.1:8080".to_owned(), ..who() };
    let elsewhere = read(PATIENT, CredentialKind::Bearer, &[Source::Keyring], &other, &var).unwrap_err();
    assert!(elsewhere.to_string().contains("127.0.0.1:8080"), "a credential of one host is not found for another");

    let (newer, _) = Credential::bearer("newer-token").unwrap();
    let error = keep(&Source::Keyring, &who(), &newer, false, &var).unwrap_err();
    assert!(error.is_there && error.why.contains("already"), "{error}");
    assert_eq!(found(&Source::Keyring, PATIENT, &var), TOKEN);
    keep(&Source::Keyring, &who(), &newer, true, &var).unwrap();
    assert_eq!(found(&Source::Keyring, PATIENT, &var), "newer-token");
    assert_eq!(vault.now().items.len(), 1);

    assert_eq!(forget(&Source::Keyring, &who(), &var), Ok(true));
    assert_eq!(forget(&Source::Keyring, &who(), &var), Ok(false));
    assert_eq!(absent(&Source::Keyring, PATIENT, &var), none);
}

#[test]
fn the_parts_of_a_login_have_entries_of_their_own() {
    let (_dir, vault) = vault(Manner::default());
    let var = bus(&vault.address);
    let parts = Login { client_id: Source::Keyring, client_secret: Source::Keyring, refresh_token: Source::Keyring };
    let source = Source::OAuth(Box::new(parts.clone()));
    assert!(absent(&source, PATIENT, &var).contains("an entry with the client id for the profile live"));
    let (credential, _) = Credential::bearer(TOKEN).unwrap();
    for (part, text) in LoginPart::ALL.into_iter().zip(["id-CANARY", "secret-CANARY", "refresh-CANARY"]) {
        keep_part(&parts, part, &who(), &Credential::bearer(text).unwrap().0, &var).unwrap();
    }
    keep(&Source::Keyring, &who(), &credential, false, &var).unwrap();
    assert_eq!(found(&Source::Keyring, PATIENT, &var), TOKEN, "a part is not taken for the token");
    let other = Who { profile: "other".to_owned(), ..who() };
    rename_parts(&parts, &who(), &other, &var).unwrap();
    assert!(absent(&source, PATIENT, &var).contains("an entry with the client id"));
    let moved = read(PATIENT, CredentialKind::Bearer, &[source], &other, &var).unwrap();
    let FoundSecret::Login(moved) = moved else { panic!() };
    assert_eq!(moved.secrets.client_id, "id-CANARY");
    assert_eq!(text_of(&moved.secrets.refresh_token), "refresh-CANARY");
    assert_eq!(forget_parts(&parts, &other, &var), Ok(true));
    assert_eq!(forget_parts(&parts, &other, &var), Ok(false));
    assert_eq!(found(&Source::Keyring, PATIENT, &var), TOKEN);
}

#[test]
fn s5_a_locked_keyring_is_told_and_not_passed_over() {
    let locked = "The keyring is locked: unlock it with the desktop's program for it, and try again.";
    let items = vec![(attributes(&who()), TOKEN.as_bytes().to_vec())];
    let (credential, _) = Credential::bearer(TOKEN).unwrap();
    let refused = |why: &str| KeepError { why: why.to_owned(), is_there: false };
    let (_dir, there) = vault(Manner { habit: Habit::Locked, items: items.clone(), ..Manner::default() });
    let var = bus(&there.address);
    assert_eq!(broken(&Source::Keyring, PATIENT, &var), locked);
    assert_eq!(forget(&Source::Keyring, &who(), &var), Err(refused(locked)));
    assert_eq!(keep(&Source::Keyring, &who(), &credential, true, &var), Err(refused(locked)));
    for manner in
        [Manner { habit: Habit::Locked, ..Manner::default() }, Manner { habit: Habit::Prompting, ..Manner::default() }]
    {
        let (_dir, empty) = vault(manner);
        assert_eq!(keep(&Source::Keyring, &who(), &credential, false, bus(&empty.address)), Err(refused(locked)));
    }
    let (_dir, asking) = vault(Manner { habit: Habit::Prompting, items, ..Manner::default() });
    assert_eq!(forget(&Source::Keyring, &who(), bus(&asking.address)), Err(refused(locked)));
}

#[test]
fn s5_a_keyring_that_is_not_as_it_should_be_is_told() {
    let entry = |secret: &[u8]| (attributes(&who()), secret.to_vec());
    let two = Manner { items: vec![entry(b"CANARY-1"), entry(b"CANARY-2")], ..Manner::default() };
    let (_dir, served) = vault(two);
    assert_eq!(
        broken(&Source::Keyring, PATIENT, bus(&served.address)),
        "The keyring has 2 entries for the profile live on api.hubapi.com, and it cannot be told which is meant: leave one."
    );
    for (secret, words) in [
        (&b"CANARY\xff"[..], "has an entry that is not UTF-8"),
        ("x".repeat(20_000).as_bytes(), "has an entry larger than 16 KiB"),
        (b"", "The token is empty"),
        (b"CANARY CANARY", "The token has a space"),
    ] {
        let (_dir, served) = vault(Manner { items: vec![entry(secret)], ..Manner::default() });
        let said = broken(&Source::Keyring, PATIENT, bus(&served.address));
        assert!(said.contains(words), "{said}");
    }
    let (_dir, served) = vault(Manner { habit: Habit::Empty, ..Manner::default() });
    let (credential, _) = Credential::bearer(TOKEN).unwrap();
    let error = keep(&Source::Keyring, &who(), &credential, false, bus(&served.address)).unwrap_err();
    assert!(error.why.contains("no default collection"), "{error}");
}

#[test]
fn s5_a_keyring_out_of_reach_is_told() {
    let (_dir, served) = vault(Manner { habit: Habit::Absent, ..Manner::default() });
    let said = absent(&Source::Keyring, PATIENT, bus(&served.address));
    assert_eq!(said, "The keyring is out of reach: no program on the session bus keeps secrets.");
    let said = absent(&Source::Keyring, PATIENT, bus("unix:path=/nowhere/bus"));
    assert!(said.starts_with("The keyring is out of reach: the session bus cannot be used ("), "{said}");
    let dir = tempdir().unwrap();
    let no_bus = "The keyring is out of reach: there is no session bus, as without a desktop.";
    assert_eq!(absent(&Source::Keyring, PATIENT, nothing), no_bus);
    let below = |name: &str| (name == "XDG_RUNTIME_DIR").then(|| dir.path().into());
    assert_eq!(absent(&Source::Keyring, PATIENT, below), no_bus);
    for address in [
        "tcp:host=127.0.0.1,port=1",
        "unixexec:path=/bin/sh",
        "autolaunch:",
        "unix:tmpdir=/tmp",
        "unix:path=%4",
        "unix:path=",
        "nonsense",
    ] {
        let said = broken(&Source::Keyring, PATIENT, bus(address));
        assert!(said.contains("DBUS_SESSION_BUS_ADDRESS names no socket of this machine"), "{said}");
    }
}

#[test]
fn s5_the_bus_of_the_runtime_folder_is_the_one_without_a_variable() {
    let dir = tempfile::Builder::new().prefix("it's 100% é,;=").tempdir().unwrap();
    let items = vec![(attributes(&who()), TOKEN.as_bytes().to_vec())];
    let _vault = Vault::start(dir.path(), Manner { items, ..Manner::default() });
    assert_eq!(found(&Source::Keyring, PATIENT, |name| (name == "XDG_RUNTIME_DIR").then(|| dir.path().into())), TOKEN);
    let mut escaped = String::new();
    for byte in dir.path().as_os_str().as_encoded_bytes() {
        let _ = write!(escaped, "%{byte:02x}");
    }
    let address = format!("tcp:host=h,port=1;unix:guid=1,path={escaped}/bus");
    assert_eq!(found(&Source::Keyring, PATIENT, bus(&address)), TOKEN);
}

#[test]
fn s5_a_keyring_that_does_not_answer_is_not_waited_for() {
    let late = "The keyring did not answer within 60ms.";
    let dir = tempdir().unwrap();
    let silent = dir.path().join("silent");
    // Nobody ever accepts; the system does, into the queue.
    let _listener = UnixListener::bind(&silent).unwrap();
    assert_eq!(broken(&Source::Keyring, HURRIED, bus(&format!("unix:path={}", silent.display()))), late);
    let (_dir, hanging) = vault(Manner { habit: Habit::Hanging, ..Manner::default() });
    assert_eq!(broken(&Source::Keyring, HURRIED, bus(&hanging.address)), late);
    let mute = dir.path().join("mute");
    let listener = UnixListener::bind(&mute).unwrap();
    let closing = std::thread::spawn(move || drop(listener.accept()));
    let said = broken(&Source::Keyring, PATIENT, bus(&format!("unix:path={}", mute.display())));
    assert!(said.contains("the session bus cannot be used"), "{said}");
    closing.join().unwrap();
}

#[tokio::test]
async fn the_keyring_can_be_asked_from_within_a_runtime() {
    let (_dir, vault) = vault(Manner { items: vec![(attributes(&who()), b"x".to_vec())], ..Manner::default() });
    assert_eq!(found(&Source::Keyring, PATIENT, bus(&vault.address)), "x");
}
