//! A credential that was given in the wrong place, as a value, a name, a guard or in a file, is printed by no command.

use super::{CANARY, Ran, Shell, files, ran};
use proptest::prelude::*;
use serde_json::json;

/// Eight characters in a row of the credential, in no spelling that a line of output has.
#[track_caller]
fn hides(ran: &Ran) {
    for piece in CANARY.as_bytes().windows(8) {
        let piece = std::str::from_utf8(piece).unwrap();
        assert!(!ran.out.contains(piece) && !ran.err.contains(piece), "{piece}: {ran:#?}");
    }
}

/// Every command that takes a word of the user, with the credential as that word.
fn commands() -> Vec<Vec<String>> {
    let said = [
        "set name=T",
        "set name=T -n",
        "set name=T -n --json",
        "set url=https://a.dev/T",
        "set T=1",
        "set T",
        "set T:=1",
        "set name:=T",
        "set name:=\"T\" -n",
        "set more:={\"a\":\"T\"} -n",
        "set isReady=T",
        "set width=T",
        "set width=420 --if name=T",
        "set width=420 --if T=1",
        "set width=420 --if T:=1",
        "set width=420 --if name:=\"T\" --json",
        "set width=420 --if width=T",
        "set width=420 --if-updated-at T",
        "set width=420 --confirm T",
        "set width=420 --wait T",
        "set width=420 --T",
        "set name=@T",
        "get T",
        "get width.T",
        "get -o T",
        "get widthT",
        "get -p T",
        "get --app T",
        "get --base-url T",
        "get --base-url https://T.invalid",
        "get --trust-host T --base-url https://a.invalid",
        "get --timeout T",
        "get --api-version T",
        "diff with.toml",
        "diff with.toml --json",
        "diff with.toml -o toml",
        "diff key.toml",
        "diff T",
        "diff --with T",
        "apply with.toml",
        "apply with.toml -n",
        "apply with.toml -n --json",
        "apply with.toml -n -o env",
        "apply key.toml",
        "apply table.toml",
        "apply bad.toml",
        "apply with.json -n",
        "apply bad.json",
        "apply T",
        "apply T.toml",
        "create with.toml",
        "create with.toml -n",
        "delete T",
        "delete settings --confirm 1234567 -n --if name=T",
        "history T",
        "history show T",
        "history restore 1 --if name=T",
        "draft show T",
        "draft discard T",
        "curl name=T",
        "curl T=1",
        "override name=T",
        "override name=T url=https://a.dev/T isReady=true",
        "override T=1",
        "watch --every T",
        "settle -p T",
        "profile show T",
        "profile use T",
        "profile remove T",
        "profile test T",
        "profile rename T other",
        "profile T",
        "auth forget T",
        "auth status -p T",
        "doctor -p T",
        "schema T",
        "help T",
        "completions T",
        "T",
    ];
    let words = |line: &str| line.split(' ').map(|word| word.replace('T', CANARY)).collect();
    said.iter().map(|line| words(line)).collect()
}

#[test]
fn a_credential_that_is_given_as_a_word_is_printed_by_no_command() {
    let shell = Shell::new();
    let file = |name: &str, text: &str| _ = shell.file(name, text.replace('T', CANARY));
    file("with.toml", "name = \"T\"\nwidth = 420\n");
    file("with.json", "{\"name\":\"a T b\",\"url\":\"https://a.dev/?hapikey=T\"}");
    file("key.toml", "T = 1\n");
    file("table.toml", "[T]\nwidth = 1\n");
    file("bad.toml", "width = T\n");
    file("bad.json", "{\"width\": \"T\"}");
    shell.run(&["set", "height=651"]).exits(0);
    for arguments in commands() {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        hides(&shell.run(&arguments));
    }
    // It did not reach the server as a value, and it is on no disk.
    assert!(!shell.patches().iter().any(|body| body.contains("canary")), "{:?}", shell.patches());
    for file in files(&shell.state()) {
        assert!(!std::fs::read_to_string(&file).unwrap_or_default().contains("canary"), "{}", file.display());
    }
}

#[test]
fn a_credential_of_a_file_or_a_program_is_kept_out_as_well() {
    let shell = Shell::with(
        "[profiles.a]\napp_id = APP\nbase_url = \"URL\"\ntoken_file = \"HOME/token\"\n\
         [profiles.b]\napp_id = APP\nbase_url = \"URL\"\ntoken_command = [\"cat\", \"HOME/token\"]\n\
         [profiles.c]\napp_id = APP\nbase_url = \"URL\"\nsources = [\"env:MINE\"]\n",
    );
    let config = shell.home.path().join("config/callset/config.toml");
    let text = std::fs::read_to_string(&config).unwrap().replace("HOME", shell.home.path().to_str().unwrap());
    std::fs::write(&config, text).unwrap();
    let token = shell.file("token", CANARY);
    std::fs::set_permissions(token, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    shell.file("with.toml", format!("name = \"{CANARY}\"\n"));
    let value = format!("name={CANARY}");
    let guard = format!("--if={value}");
    for profile in ["a", "b", "c"] {
        for arguments in [
            &["set", &value, "-n", "-p", profile][..],
            &["set", "width=420", &guard, "-p", profile],
            &["apply", "with.toml", "-n", "-p", profile],
            &["diff", "with.toml", "-p", profile],
            &["override", &value, "-p", profile],
        ] {
            let ran = ran(shell.bare(arguments).env("MINE", CANARY));
            hides(&ran);
            assert_ne!(ran.code, 4, "{ran:?}");
        }
    }
    // Nobody has read it yet: what looks like one is kept out all the same.
    let other = "pat-na1-0c9d4f1e-51aa-4b2c-9d77-1f2e3d4c5b6a";
    let ran = ran(&mut shell.bare(&["set", &format!("{other}=1"), "-p", "b"]));
    assert!(ran.code == 6 && !ran.err.contains("0c9d4f1e"), "{ran:?}");
}

#[test]
fn a_value_that_holds_the_credential_is_refused_and_says_so() {
    let shell = Shell::new();
    let value = format!("name={CANARY}");
    shell.run(&["set", &value]).exits(6).says("name was not sent: it holds the credential of this run");
    shell.run(&["set", &value, "-n"]).exits(6).says("name was not sent");
    let json = shell.run(&["set", "width=420", &value, "--json"]).exits(6).json();
    assert_eq!(json["error"]["kind"], "rejected");
    assert_eq!(shell.patches(), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    /// What holds no piece of the credential is printed to the byte.
    #[test]
    fn other_values_are_printed_to_the_byte(name in "[ -~é漢•]{1,40}") {
        prop_assume!(!CANARY.as_bytes().windows(8).any(|piece| name.contains(std::str::from_utf8(piece).unwrap())));
        let account = crate::beside::Beside::account();
        let shell = Shell { home: tempfile::TempDir::new().unwrap(), beside: account };
        shell.change(json!({"name": name}));
        let printed = shell.run(&["get", "name", "-o", "value"]).exits(0).out;
        prop_assert_eq!(printed, format!("{name}\n"));
        let printed = shell.run(&["get", "name", "--json"]).exits(0).json();
        prop_assert_eq!(printed["settings"]["name"].as_str(), Some(name.as_str()));
    }
}
