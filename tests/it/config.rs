//! The configuration on a real disk.
//!
//! What the text of the file means is tested beside the reader; here it is what may lie in its place.

use callset::model::profile::{Config, Profile, Source};
use callset::store::config::{Change, ConfigFile};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use tempfile::TempDir;

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

fn add(name: &str, app_id: i32) -> Change {
    Change::AddProfile(Profile::new(name, app_id))
}

/// A file with a profile, and a comment.
const SMALL: &str = "# Mine.\n[profiles.a]\napp_id = 1\n";

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
    assert_eq!(file.edit(&[add("b", 2)]).unwrap().profiles.len(), 2);
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
        let change = Change::SetProfile(Profile::new("a", of_file.try_into().unwrap()));
        file.edit(&[change]).unwrap();
        assert_eq!((mode(&file.path), mode(&folder)), (of_file, of_folder));
    }
    assert_eq!(names(&folder), ["config.toml"]);
}

#[test]
fn nothing_is_made_for_a_change_that_can_not_be() {
    let dir = folder();
    let file = config(dir.path().join("new/config.toml"));
    assert!(file.edit(&[Change::RemoveProfile("a".into())]).is_err());
    assert_eq!(names(dir.path()), Vec::<String>::new());
    // And nothing is written that is there already.
    file.edit(&[add("a", 1)]).unwrap();
    let before = fs::metadata(&file.path).unwrap().modified().unwrap();
    file.edit(&[Change::SetProfile(Profile::new("a", 1))]).unwrap();
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
    assert!(file.edit(&[Change::AddProfile(profile)]).unwrap_err().to_string().contains("UTF-8"));
}
