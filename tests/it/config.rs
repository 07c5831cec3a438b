//! The configuration on a real disk, and the commands that change it: the real program, in a home of its own.
//!
//! What the text of the file means is tested beside the reader; here it is what may lie in its place.

use crate::pty::{CALLSET, End, Setup};
#[cfg(feature = "keyring")]
use crate::vault::{Manner, Vault};
use callset::model::profile::{Config, Profile, Source};
use callset::store::config::{ConfigEdit, ConfigFile};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use tempfile::TempDir;

const CANARY: &str = "pat-na1-canary-0123456789";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn config(path: PathBuf) -> ConfigFile {
    ConfigFile { path, home: None }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn add(name: &str, app_id: i32) -> ConfigEdit {
    ConfigEdit::AddProfile(Profile::new(name, app_id))
}

/// A file with a profile, and a comment.
const SMALL: &str = "# Mine.\n[profiles.a]\napp_id = 1\n";

#[test]
fn the_lines_that_would_come_are_told_and_nothing_is_written() {
    let dir = folder();
    let file = config(dir.path().join("deep/config.toml"));
    let b = ["[profiles.b]", "app_id = 2"];
    assert_eq!(file.added(&[add("b", 2)]).unwrap(), b);
    assert_eq!(names(dir.path()), Vec::<String>::new());
    let file = config(dir.path().join("config.toml"));
    fs::write(&file.path, SMALL).unwrap();
    assert_eq!(file.added(&[add("b", 2)]).unwrap(), b);
    assert_eq!(file.added(&[ConfigEdit::SetDefault(Some("a".into()))]).unwrap(), ["default_profile = \"a\"", ""]);
    assert_eq!(fs::read_to_string(&file.path).unwrap(), SMALL);
    assert_eq!(file.added(&[add("a", 2)]).unwrap_err(), file.edit(&[add("a", 2)]).unwrap_err());
}

// ── what lies there ──

#[test]
fn f1_without_a_file_all_is_as_by_default() {
    let dir = folder();
    let reading = config(dir.path().join("nowhere/config.toml")).read();
    assert_eq!((reading.config, reading.complaints, reading.is_broken), (Config::default(), vec![], false));
}

/// A part of what is said of something, and how to put it there.
type Plant<'a> = (&'a str, &'a dyn Fn(&Path));

#[test]
fn f4_what_is_no_file_is_neither_read_nor_waited_for_nor_replaced() {
    let dir = folder();
    let plants: [Plant<'_>; 9] = [
        ("it is a folder", &|path| fs::create_dir(path).unwrap()),
        ("not a plain file", &|path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success())),
        ("not a plain file", &|path| symlink("/dev/zero", path).unwrap()),
        ("symbolic link", &|path| symlink(path, path).unwrap()),
        ("a link to a file that is not there", &|path| symlink(dir.path().join("gone"), path).unwrap()),
        ("larger than 1 MiB", &|path| File::create(path).unwrap().set_len(2 * 1024 * 1024 * 1024).unwrap()),
        ("larger than 1 MiB", &|path| fs::write(path, " ".repeat(1024 * 1024 + 1)).unwrap()),
        ("Not UTF-8", &|path| fs::write(path, b"# \xff\n").unwrap()),
        ("chmod o-w", &|path| {
            fs::write(path, SMALL).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap();
        }),
    ];
    for (at, (part, plant)) in plants.into_iter().enumerate() {
        let file = config(dir.path().join(format!("{at}.toml")));
        plant(&file.path);
        let before = fs::symlink_metadata(&file.path).unwrap();
        let reading = file.read();
        assert!(reading.is_broken && reading.config == Config::default(), "{part}");
        let [complaint] = &reading.complaints[..] else { panic!("{reading:?}") };
        assert!(complaint.to_string().contains(part) && complaint.file == file.path, "{part}: {complaint}");
        let why = file.edit(&[add("b", 1)]).unwrap_err().to_string();
        assert!(why.contains(part) && why.starts_with("The configuration is as it was"), "{part}: {why}");
        let after = fs::symlink_metadata(&file.path).unwrap();
        assert_eq!((before.file_type(), before.len()), (after.file_type(), after.len()), "{part}");
    }
    assert!(!dir.path().join("gone").exists());
    let below = config(dir.path().join("7.toml/config.toml"));
    assert!(below.read().is_broken && below.edit(&[add("b", 1)]).is_err());
}

#[test]
fn f4_a_file_of_the_limit_itself_is_read() {
    let dir = folder();
    let file = config(dir.path().join("config.toml"));
    fs::write(&file.path, format!("{SMALL}{}", " ".repeat(1024 * 1024 - SMALL.len()))).unwrap();
    assert_eq!(file.read().config.profiles, [Profile::new("a", 1)]);
    assert!(file.edit(&[add("b", 2)]).unwrap_err().to_string().contains("1 MiB"));
    assert_eq!(file.read().config.profiles, [Profile::new("a", 1)]);
    assert_eq!(names(dir.path()), ["config.toml"]);
}

#[test]
fn f9_a_link_stays_and_its_target_is_replaced() {
    let dir = folder();
    let (dotfiles, home) = (dir.path().join("dotfiles"), dir.path().join("home"));
    fs::create_dir(&dotfiles).unwrap();
    fs::create_dir(&home).unwrap();
    fs::write(dotfiles.join("callset.toml"), SMALL).unwrap();
    symlink("../dotfiles/callset.toml", dir.path().join("home/link")).unwrap();
    symlink("link", home.join("config.toml")).unwrap();
    let file = config(home.join("config.toml"));
    assert_eq!(file.edit(&[add("b", 2)]).unwrap().config.profiles.len(), 2);
    assert!(file.path.is_symlink() && home.join("link").is_symlink());
    assert!(fs::read_to_string(dotfiles.join("callset.toml")).unwrap().starts_with(SMALL));
    assert_eq!(
        (names(&dotfiles), names(&home)),
        (vec!["callset.toml".into()], vec!["config.toml".into(), "link".into()])
    );
}

#[test]
fn a_new_file_is_its_owners_alone_and_the_mode_of_another_stays() {
    let dir = folder();
    let file = config(dir.path().join("new/callset/config.toml"));
    file.edit(&[add("a", 1)]).unwrap();
    let parent = |path: &Path| path.parent().unwrap().to_owned();
    let folder = parent(&file.path);
    assert_eq!((mode(&file.path), mode(&folder), mode(&parent(&folder))), (0o600, 0o700, 0o700));
    for (of_file, of_folder) in [(0o644, 0o755), (0o640, 0o750), (0o664, 0o700)] {
        fs::set_permissions(&file.path, fs::Permissions::from_mode(of_file)).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(of_folder)).unwrap();
        let change = ConfigEdit::SetProfile(Profile::new("a", of_file.try_into().unwrap()));
        file.edit(&[change]).unwrap();
        assert_eq!((mode(&file.path), mode(&folder)), (of_file, of_folder));
    }
    assert_eq!(names(&folder), ["config.toml"]);
}

#[test]
fn f9_a_file_with_several_names_is_written_in_place_and_keeps_them() {
    let dir = folder();
    let (file, other) = (config(dir.path().join("config.toml")), dir.path().join("dotfiles.toml"));
    fs::write(&file.path, format!("{SMALL}{}", "# long\n".repeat(200))).unwrap();
    fs::hard_link(&file.path, &other).unwrap();
    fs::set_permissions(&file.path, fs::Permissions::from_mode(0o640)).unwrap();
    let edited = file.edit(&[add("b", 2), ConfigEdit::RemoveProfile("a".into())]).unwrap();
    assert_eq!(
        edited.note.unwrap(),
        format!("{} was written in place, because it has other names as well (hard links)", file.path.display())
    );
    assert_eq!(fs::read(&file.path).unwrap(), fs::read(&other).unwrap());
    assert_eq!((file.read().config, mode(&file.path)), (edited.config, 0o640));
    assert_eq!(names(dir.path()), ["config.toml", "dotfiles.toml"], "and no copy is left");
    fs::remove_file(&other).unwrap();
    assert_eq!(file.edit(&[add("c", 3)]).unwrap().note, None);
}

#[test]
fn f9_a_file_that_is_mounted_by_itself_is_written_in_place() {
    // Only a user who may mount can try it. The others have the hard link above.
    let Ok(unshared) = Command::new("unshare").args(["-Urm", "true"]).status() else { return };
    if !unshared.success() {
        return;
    }
    let dir = folder();
    let folder = dir.path().join("callset");
    fs::create_dir(&folder).unwrap();
    for (file, text) in [("callset/config.toml", ""), ("mounted.toml", SMALL)] {
        fs::write(dir.path().join(file), text).unwrap();
    }
    let script = format!(
        "mount --bind {0}/mounted.toml {0}/callset/config.toml && {CALLSET} profile add b --app 2 && \
         {CALLSET} profile rename b c",
        dir.path().display()
    );
    let ran = Command::new("unshare").args(["-Urm", "sh", "-c", &script]).env("XDG_CONFIG_HOME", dir.path()).output();
    let ran = ran.unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success() && said.contains("was written in place, because it is mounted by itself"), "{said}");
    let text = fs::read_to_string(dir.path().join("mounted.toml")).unwrap();
    assert_eq!(text, format!("{SMALL}\n[profiles.c]\napp_id = 2\n"));
    assert_eq!(names(&folder), ["config.toml"]);
}

#[test]
fn nothing_is_made_for_a_change_that_can_not_be() {
    let dir = folder();
    let file = config(dir.path().join("new/config.toml"));
    assert!(file.edit(&[ConfigEdit::RemoveProfile("a".into())]).is_err());
    assert_eq!(names(dir.path()), Vec::<String>::new());
    // And nothing is written that is there already.
    file.edit(&[add("a", 1)]).unwrap();
    let before = fs::metadata(&file.path).unwrap().modified().unwrap();
    file.edit(&[ConfigEdit::SetProfile(Profile::new("a", 1))]).unwrap();
    assert_eq!(fs::metadata(&file.path).unwrap().modified().unwrap(), before);
}

#[test]
fn f7_a_temp_of_a_dead_process_is_in_nobodys_way() {
    let dir = folder();
    let file = config(dir.path().join("config.toml"));
    fs::write(dir.path().join("config.toml.tmp"), "[profi").unwrap();
    file.edit(&[add("a", 1)]).unwrap();
    assert_eq!(names(dir.path()), ["config.toml"]);
}

#[test]
fn f12_a_file_that_was_changed_meanwhile_keeps_both_changes() {
    let dir = folder();
    let file = config(dir.path().join("config.toml"));
    fs::write(&file.path, SMALL).unwrap();
    let seen = file.read();
    fs::write(&file.path, format!("theme = 'mono'\n{SMALL}")).unwrap();
    assert_eq!(seen.config.profiles.len(), 1);
    file.edit(&[add("b", 2)]).unwrap();
    assert_eq!(fs::read_to_string(&file.path).unwrap(), format!("theme = 'mono'\n{SMALL}\n[profiles.b]\napp_id = 2\n"));
    // Broken meanwhile: not touched.
    fs::write(&file.path, "[profiles.a\n").unwrap();
    assert!(file.edit(&[add("c", 3)]).unwrap_err().to_string().contains("config.toml:1:12"));
    assert_eq!(fs::read_to_string(&file.path).unwrap(), "[profiles.a\n");
}

#[test]
fn f12_changes_at_the_same_time_are_all_made() {
    let dir = folder();
    let path = dir.path().join("config.toml");
    let writers: Vec<_> = (1..=4)
        .map(|number| {
            let file = config(path.clone());
            thread::spawn(move || file.edit(&[add(&format!("p{number}"), number)]).unwrap())
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let mut profiles: Vec<_> = config(path).read().config.profiles.into_iter().map(|profile| profile.app_id).collect();
    profiles.sort_unstable();
    assert_eq!(profiles, [1, 2, 3, 4]);
}

#[test]
fn f14_a_path_may_hold_anything() {
    let dir = folder();
    let odd = dir.path().join(OsStr::from_bytes(b"a b\n\xff'\"")).join("callset/config.toml");
    let file = config(odd);
    file.edit(&[add("a", 1)]).unwrap();
    assert_eq!(file.read().config.profiles, [Profile::new("a", 1)]);
    fs::write(&file.path, "x = 1").unwrap();
    assert!(file.read().complaints[0].to_string().contains("config.toml:1:1: x: "));
    let path = PathBuf::from(OsStr::from_bytes(b"/\xff"));
    let profile = Profile { sources: vec![Source::File(path)], ..Profile::new("b", 1) };
    assert!(file.edit(&[ConfigEdit::AddProfile(profile)]).unwrap_err().to_string().contains("UTF-8"));
}

// ── the commands ──

/// A home with the real program in it.
struct Home(TempDir);

/// Exit code, stdout and stderr.
type Ran = (Option<i32>, String, String);

impl Home {
    fn new() -> Self {
        Self(folder())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("config/callset/config.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn write(&self, text: &str) {
        fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        fs::write(self.path(), text).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(CALLSET);
        command.arg("profile").args(args).env_clear().current_dir(self.0.path());
        command.env("HOME", self.0.path()).env("XDG_CONFIG_HOME", self.0.path().join("config"));
        command.env("XDG_STATE_HOME", self.0.path().join("state")).env("RUST_BACKTRACE", "0");
        command
    }

    /// The same with this keyring.
    #[cfg(feature = "keyring")]
    fn on_bus(&self, vault: &Vault, args: &[&str]) -> Command {
        let mut command = self.command(args);
        command.env("DBUS_SESSION_BUS_ADDRESS", &vault.address);
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        ran(self.command(args), "")
    }
}

fn ran(mut command: Command, input: &str) -> Ran {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that does not read it may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_profile_is_added_listed_and_removed() {
    let home = Home::new();
    let (code, out, err) = home.run(&["add", "staging", "--app", "1234567", "--default"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.starts_with("staging: app 1234567 on api.hubapi.com, with an access token from $HUBSPOT_ACCESS_TOKEN\n"),
        "{out}"
    );
    let live =
        ["add", "live", "--app", "7", "--base-url", "https://proxy.acme.dev:8443/hub", "--api-version", "2026-09"];
    let more = [
        "--kind",
        "developer-key",
        "--production",
        "--read-only",
        "--mark",
        "red",
        "--command-timeout",
        "1.5s",
        "--command",
        "op",
        "read",
        CANARY,
    ];
    let (code, out, err) = home.run(&[&live[..], &more[..]].concat());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("a developer API key from the program op\n") && !out.contains(CANARY), "{out}");
    let expected = format!(
        "default_profile = \"staging\"\n\n[profiles.staging]\napp_id = 1234567\n\n[profiles.live]\napp_id = 7\nbase_url = \
         \"https://proxy.acme.dev:8443/hub\"\napi_version = \"2026-09\"\ncredential = \"developer-key\"\ntoken_command = [\"op\", \
         \"read\", \"{CANARY}\"]\ntoken_command_timeout = \"1500ms\"\nmark = \"red\"\nproduction = true\nread_only = true\n"
    );
    assert_eq!(home.text(), expected);
    assert_eq!(mode(&home.path()), 0o600);

    let (code, out, err) = home.run(&["list"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(
        out,
        "staging  app 1234567  api.hubapi.com       v3       bearer         from $HUBSPOT_ACCESS_TOKEN  default\n\
         live     app 7        proxy.acme.dev:8443  2026-09  developer-key  from the program op         production, read-only, red\n"
    );
    let (code, out, _) = home.run(&["list", "--json"]);
    assert_eq!(code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let expected = serde_json::json!({"schema": 1, "profiles": [
        {
            "name": "staging", "app_id": 1_234_567, "host": "api.hubapi.com", "base_url": "https://api.hubapi.com",
            "api_version": "v3", "credential": "bearer", "sources": [{"env": "HUBSPOT_ACCESS_TOKEN"}],
            "command_timeout": null, "mark": null,
            "production": false, "read_only": false, "default": true,
        },
        {
            "name": "live", "app_id": 7, "host": "proxy.acme.dev:8443", "base_url": "https://proxy.acme.dev:8443/hub",
            "api_version": "2026-09", "credential": "developer-key", "sources": [{"command": "op"}],
            "command_timeout": "1500ms", "mark": "red",
            "production": true, "read_only": true, "default": false,
        },
    ]});
    assert_eq!(json, expected);

    let (code, out, err) = home.run(&["remove", "staging"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("staging is removed") && out.contains("there is none now"), "{out}");
    assert!(out.contains(&format!("stay in {}", home.0.path().join("state/callset").display())), "{out}");
    assert!(home.text().starts_with("[profiles.live]\n"), "{}", home.text());
}

#[test]
fn a_second_profile_of_a_name_needs_force_and_keeps_the_comments() {
    let home = Home::new();
    home.write(SMALL);
    let (code, out, err) = home.run(&["add", "a", "--app", "2"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("there is a profile a already; --force"), "{err}");
    assert_eq!(home.text(), SMALL);
    assert_eq!(home.run(&["add", "a", "--app", "2", "--env", "OTHER", "--force"]).0, Some(0));
    assert_eq!(home.text(), "# Mine.\n[profiles.a]\napp_id = 2\nsources = [\"env:OTHER\"]\n");
}

#[test]
fn what_can_not_be_meant_ends_with_2_and_changes_nothing() {
    let home = Home::new();
    for args in [
        &["add"][..],
        &["add", "a"],
        &["add", "a b", "--app", "1"],
        &["add", "a", "--app", "0"],
        &["add", "a", "--app", "2147483648"],
        &["add", "a", "--app", "1", "--base-url", "http://a.dev"],
        &["add", "a", "--app", "1", "--base-url", "https://a.dev/?x"],
        &["add", "a", "--app", "1", "--api-version", "v4"],
        &["add", "a", "--app", "1", "--kind", "basic"],
        &["add", "a", "--app", "1", "--mark", "pink"],
        &["add", "a", "--app", "1", "--env", "A=b"],
        &["add", "a", "--app", "1", "--env", "A", "--keyring"],
        &["add", "a", "--app", "1", "--file", "x", "--command", "op"],
        &["add", "a", "--app", "1", "--command", "./op"],
        &["remove"],
        &["list", "a"],
        &["frobnicate"],
    ] {
        let (code, out, err) = home.run(args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}: {err}");
        assert!(!err.is_empty(), "{args:?}");
    }
    assert_eq!(names(home.0.path()), Vec::<String>::new());
}

/// A copy has an entry of its own, and a renamed profile takes its entry along.
#[cfg(feature = "keyring")]
#[test]
fn an_entry_of_the_keyring_goes_with_the_name_and_a_copy_has_its_own() {
    use callset::start::profiles::{Predecessor, ProfileKeeper, ProfileWrite};
    let home = Home::new();
    let dir = folder();
    let vault = Vault::start(dir.path(), Manner::default());
    let on_bus = |args: &[&str]| home.on_bus(&vault, args);
    let (code, _, err) = ran(on_bus(&["add", "live", "--app", "1", "--keyring"]), CANARY);
    assert_eq!(code, Some(0), "{err}");
    let address = vault.address.clone();
    let var = move |name: &str| (name == "DBUS_SESSION_BUS_ADDRESS").then(|| address.clone().into());
    let file = config(home.path());
    let keeper = ProfileKeeper { file: &file, state: None, var: &var, now: || jiff::Timestamp::UNIX_EPOCH };
    let before = file.read().config.profiles.pop().unwrap();
    let profile = Profile { name: "copy".into(), ..before.clone() };
    let write = ProfileWrite { profile, before: Some(Predecessor::Copied(before.clone())) };
    keeper.write(&write, None, &mut vec![]).unwrap();
    let entries = || vault.now().items.len() - vault.now().removed.len();
    assert_eq!(entries(), 2, "both have one");
    keeper.rename(&before, "other").unwrap();
    assert_eq!(entries(), 2);
    for (name, left) in [("other", 1), ("copy", 0)] {
        assert_eq!(keeper.remove(name).unwrap().entry, Some(Ok(true)), "{name}");
        assert_eq!(entries(), left);
    }
    assert!(!home.text().contains(CANARY));
}

#[cfg(feature = "keyring")]
#[test]
fn what_is_removed_leaves_no_entry_in_the_keyring() {
    let home = Home::new();
    let dir = folder();
    let vault = Vault::start(dir.path(), Manner::default());
    let on_bus = |args: &[&str]| home.on_bus(&vault, args);
    let (code, _, err) = ran(on_bus(&["add", "live", "--app", "1", "--keyring"]), CANARY);
    assert_eq!((code, vault.now().items.len()), (Some(0), 1), "{err}");
    let (code, out, err) = ran(on_bus(&["remove", "live"]), "");
    assert_eq!((code, vault.now().removed), (Some(0), vec![0]), "{out}{err}");
    assert!(out.contains("Its entry in the keyring is removed as well."), "{out}");
    // Out of reach, it may still be there, and that is told.
    let (code, ..) = ran(on_bus(&["add", "live", "--app", "1", "--keyring"]), CANARY);
    assert_eq!(code, Some(0));
    let mut command = home.command(&["remove", "live"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    let (code, out, err) = ran(command, "");
    assert!(code == Some(0) && out.contains("Its entry in the keyring may still be there: "), "{out}{err}");
}

#[test]
fn what_fails_ends_with_1_and_changes_nothing() {
    let home = Home::new();
    let (code, out, err) = home.run(&["remove", "a"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("there is no profile a: "), "{err}");
    home.write("[profiles.a\n");
    for args in [&["add", "b", "--app", "1"][..], &["remove", "a"], &["list"]] {
        let (code, out, err) = home.run(args);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{args:?}");
        assert!(err.contains("config.toml:1:12: Not TOML") && err.starts_with("callset: "), "{args:?}: {err}");
    }
    assert_eq!(home.text(), "[profiles.a\n");
    // What it would be asked about is not asked for.
    let (code, _, err) = ran(home.command(&["add", "b", "--app", "1", "--keyring"]), CANARY);
    assert!(code == Some(1) && err.contains("Not TOML") && !err.contains(CANARY), "{err}");
    let mut homeless = home.command(&["list"]);
    homeless.env_remove("HOME").env_remove("XDG_CONFIG_HOME");
    let (code, _, err) = ran(homeless, "");
    assert!(code == Some(1) && err.contains("set HOME or XDG_CONFIG_HOME"), "{err}");
}

#[test]
fn f3_what_can_not_be_used_is_said_and_the_rest_is_listed() {
    let home = Home::new();
    home.write("colour = 1\n[profiles.a]\napp_id = 1\n[profiles.b]\napp_id = 'x'\n");
    let (code, out, err) = home.run(&["list"]);
    assert_eq!((code, out.lines().count()), (Some(0), 1));
    assert!(
        err.lines().count() == 2 && err.contains(":1:1: colour: ") && err.contains(":5:10: profiles.b.app_id: "),
        "{err}"
    );
    let empty = Home::new();
    let (code, out, err) = empty.run(&["list"]);
    assert!(code == Some(0) && out.is_empty() && err.contains("profile add"), "{out} {err}");
    assert_eq!(
        empty.run(&["list", "--json"]),
        (Some(0), "{\"schema\":1,\"profiles\":[]}\n".into(), empty.run(&["list", "--json"]).2)
    );
}

#[test]
fn s7_the_folder_one_is_in_has_no_say() {
    let home = Home::new();
    for name in ["config.toml", "callset.toml", ".callset.toml", "callset/config.toml", ".config/callset/config.toml"] {
        let path = home.0.path().join("clone").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "[profiles.evil]\napp_id = 1\nbase_url = 'https://evil.dev'\n").unwrap();
    }
    for home_var in ["", "."] {
        let mut command = home.command(&["list"]);
        command.current_dir(home.0.path().join("clone")).env("XDG_CONFIG_HOME", home_var);
        let (code, out, _) = ran(command, "");
        assert_eq!((code, out.as_str()), (Some(0), ""));
    }
}

#[test]
fn the_path_is_printed() {
    let home = Home::new();
    let (code, out, err) = home.run(&["path"]);
    assert_eq!((code, out, err), (Some(0), format!("{}\n", home.path().display()), String::new()));
    let mut command = home.command(&["path"]);
    command.env_remove("XDG_CONFIG_HOME").env("HOME", "/tmp/\x1b[2J");
    assert_eq!(ran(command, "").1, "/tmp/␛[2J/.config/callset/config.toml\n");
}

#[test]
fn s8_the_configuration_steers_no_terminal() {
    let home = Home::new();
    home.write(
        "\"\\u001b[2J\" = 1\n[profiles.a]\napp_id = 1\ntoken_file = \"/\\u001b]52;c;eA==\\u0007\\u202e\"\n\
         [profiles.\"\\u009b2J\"]\napp_id = 1\n",
    );
    for args in [&["list"][..], &["list", "--json"], &["remove", "a"]] {
        let (_, out, err) = home.run(args);
        assert!(!out.contains(['\x1b', '\x07', '\u{202e}', '\u{9b}']) && !out.is_empty(), "{out:?}");
        assert!(!err.contains(['\x1b', '\x07', '\u{202e}', '\u{9b}']), "{err:?}");
    }
}

#[test]
fn s1_a_secret_is_typed_without_echo_and_what_cannot_work_is_told() {
    let home = Arc::new(TempDir::new().unwrap());
    let place = home.path().join("kept/token");
    let arguments = ["profile", "add", "a", "--app", "1", "--file", place.to_str().unwrap()];
    for (text, odd) in
        [("plain-CANARY-0123456789", false), ("pat-na1-CANARY-0123456789", true), ("CiRuYTEtCANARY-0123456789", true)]
    {
        let force: &[&str] = if odd { &["--force"] } else { &[] }; // it is there already
        let mut pty = Setup::again(Arc::clone(&home), &[&arguments[..], force].concat()).start();
        pty.wait_for_text("The access token for api.hubapi.com (it is not shown):");
        pty.send(format!("{text}\r"));
        assert_eq!(pty.wait_exit(), End::Code(0));
        let said = String::from_utf8(pty.raw().to_vec()).unwrap();
        assert!(!said.contains(text) && !said.contains("CANARY"), "{said}");
        assert_eq!(said.contains("It looks like"), odd, "{said}");
        assert_eq!(fs::read_to_string(&place).unwrap().trim(), text);
    }
    // What cannot be kept is not asked for.
    let mut pty = Setup::callset(&["profile", "add", "a", "--app", "1", "--keyring"]).start();
    assert_eq!(pty.wait_exit(), End::Code(1));
    let said = String::from_utf8(pty.raw().to_vec()).unwrap();
    assert!(said.contains("The keyring is out of reach") && !said.contains("is not shown"), "{said}");
    // Interrupted, nothing is written.
    let mut pty = Setup::callset(&["profile", "add", "a", "--app", "1", "--file", "token"]).start();
    pty.wait_for_text("it is not shown");
    pty.send("\x03");
    assert_eq!(pty.wait_exit(), End::Code(130));
    assert!(!pty.file("config/callset/config.toml").exists() && !pty.file("token").exists());
    // A job is not asked, even if it has a terminal.
    let mut pty = Setup::callset(&["profile", "add", "a", "--app", "1", "--keyring"]).env("CI", "true").start();
    assert_eq!(pty.wait_exit(), End::Code(2));
    assert!(String::from_utf8(pty.raw().to_vec()).unwrap().contains("pipe it"));
}

#[test]
fn the_home_folder_is_meant_by_a_tilde_wherever_a_path_is_given() {
    let home = Home::new();
    let kept = ["add", "kept", "--app", "1", "--file=~/kept token"];
    let (code, out, err) = ran(home.command(&kept), CANARY);
    assert!(code == Some(0) && !out.contains(CANARY), "{out} {err}");
    assert_eq!(fs::read_to_string(home.0.path().join("kept token")).unwrap().trim(), CANARY);
    let (code, _, err) = home.run(&["add", "printed", "--app", "2", "--", "~/bin/op", "read", "~/x", "--dash"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let path = home.0.path().join("bin/op");
    let line = format!("token_command = [\"{}\", \"read\", \"~/x\", \"--dash\"]", path.display());
    assert!(home.text().contains(&line), "{}", home.text());
    for odd in [&["--file=~you/token"][..], &["--", "~you/bin/op"], &["--", "~"], &["--", "bin/op"]] {
        let (code, out, _) = ran(home.command(&[&["add", "odd", "--app", "3"], odd].concat()), CANARY);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{odd:?}");
    }
}

#[test]
fn s2_a_secret_is_neither_repeated_nor_written_where_it_can_not_be_kept() {
    let home = Home::new();
    for args in [&["--keyring"][..], &["--file", "/dev/null/token"]] {
        let command = home.command(&[&["add", "a", "--app", "1"][..], args].concat());
        let (code, out, err) = ran(command, CANARY);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
        assert!(!err.contains(CANARY) && err.contains("the configuration is as it was"), "{err}");
        assert!(!err.contains(".;"), "{err}");
        assert_eq!(names(home.0.path()), Vec::<String>::new());
    }
    let token = home.0.path().join("kept/token");
    let place = token.to_str().unwrap();
    let command = home.command(&["add", "kept", "--app", "1", "--file", place]);
    let (code, out, err) = ran(command, CANARY);
    assert!(code == Some(0) && !out.contains(CANARY), "{out} {err}");
    assert_eq!(fs::read_to_string(&token).unwrap().trim(), CANARY);
    assert_eq!(fs::metadata(&token).unwrap().permissions().mode() & 0o777, 0o600);
    // What is there stays, unless it is asked to go.
    let (code, _, err) = ran(home.command(&["add", "b", "--app", "1", "--file", place]), "another-token");
    assert!(code == Some(1) && fs::read_to_string(&token).unwrap().trim() == CANARY, "{err}");
    for (input, part) in [("", "empty"), (" \n", "empty"), (&"x".repeat(70_000), "more than a credential")] {
        let (code, _, err) = ran(home.command(&["add", "a", "--app", "1", "--keyring"]), input);
        assert!(code == Some(2) && err.contains(part), "{err}");
    }
}

#[test]
fn the_accounts_of_the_hubspot_cli_are_offered_where_there_is_somebody_to_choose() {
    let home = Arc::new(TempDir::new().unwrap());
    fs::create_dir(home.path().join(".hscli")).unwrap();
    let accounts = "defaultAccount: dev\naccounts:\n  - {name: dev, accountId: 42, personalAccessKey: CANARY-a}\n  - {name: live, \
                    accountId: 43, personalAccessKey: CANARY-b}\n  - {name: old, accountId: 44}\n";
    fs::write(home.path().join(".hscli/config.yml"), accounts).unwrap();
    let config = || fs::read_to_string(home.path().join("config/callset/config.toml")).unwrap();
    for (typed, source) in [("2\r", "hs:live"), ("43\r", "hs:live"), ("9\rdev\r", "hs:dev"), ("\r", "hs")] {
        let arguments = ["profile", "add", "a", "--app", "1", "--force", "--hs"];
        let mut pty = Setup::again(Arc::clone(&home), &arguments).start();
        pty.wait_for("the list", |screen| {
            let text = screen.contents();
            text.contains("1   dev                      42  its default") && text.contains("Which one?")
        });
        pty.send(typed);
        assert_eq!(pty.wait_exit(), End::Code(0));
        let said = String::from_utf8(pty.raw().to_vec()).unwrap();
        assert!(!said.contains("CANARY") && !said.contains("old"), "{said}");
        assert!(config().contains(&format!("sources = [\"{source}\"]")), "{typed:?}: {}", config());
    }
    // Nobody is asked where nobody is, or where the account is named.
    let mut pty = Setup::again(home.clone(), &["profile", "add", "b", "--app", "1", "--hs", "live"]).start();
    assert_eq!(pty.wait_exit(), End::Code(0));
    let mut pty = Setup::again(home.clone(), &["profile", "edit", "b", "--hs"]).env("CI", "1").start();
    assert_eq!(pty.wait_exit(), End::Code(0));
    assert!(config().contains("[profiles.b]\napp_id = 1\nsources = [\"hs\"]"), "{}", config());
}
