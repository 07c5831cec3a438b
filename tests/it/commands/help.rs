//! Help that fits, man pages that are right, completions that shells take, schemas that are JSON.

use super::{Shell, ran};
use callset::cli::Cli;
use clap::CommandFactory;
use serde_json::Value as Json;
use std::io::Write;
use std::process::Command;

/// Every command, as its words.
fn all() -> Vec<Vec<String>> {
    fn below(command: &clap::Command, words: &[String], found: &mut Vec<Vec<String>>) {
        found.push(words.to_vec());
        for next in command.get_subcommands() {
            below(next, &[words, &[next.get_name().to_owned()]].concat(), found);
        }
    }
    let mut found = Vec::new();
    let mut command = Cli::command();
    command.build();
    below(&command, &[], &mut found);
    found
}

#[test]
fn short_help_is_one_line_an_option_and_fits_eighty_columns() {
    let shell = Shell::new();
    for words in all() {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["-h"]).collect();
        let help = ran(&mut shell.bare(&words)).exits(0);
        let wide: Vec<&str> = help.out.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(wide, Vec::<&str>::new(), "{words:?}");
        let wrapped = help.out.lines().filter(|line| line.starts_with("             ")).count();
        assert_eq!(wrapped, 0, "{words:?}:\n{}", help.out);
    }
}

#[test]
fn long_help_opens_with_examples() {
    let shell = Shell::new();
    for words in all() {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let help = ran(&mut shell.bare(&words)).exits(0);
        assert!(
            help.out.starts_with("Examples:\n  callset") || help.out.starts_with("Examples:\n  pass"),
            "{words:?}:\n{}",
            help.out
        );
        let wide: Vec<&str> = help.out.lines().filter(|line| line.chars().count() > 104).collect();
        assert_eq!(wide, Vec::<&str>::new(), "{words:?}");
        // An example is a command line that callset reads.
        for line in help.out.lines().skip(1).take_while(|line| line.starts_with("  ")) {
            let line = line.split("   ").next().unwrap_or(line).trim();
            let Some(start) = line.find("callset") else { continue };
            let stop = |word: &&str| !matches!(*word, "|" | ">" | "<") && !word.ends_with(')');
            let words: Vec<&str> = line[start..].split_whitespace().take_while(stop).collect();
            let parsed = Cli::command().try_get_matches_from(&words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn topics_are_told_and_slips_are_put_right() {
    let shell = Shell::new();
    let help = |words: &[&str]| ran(&mut shell.bare(&[&["help"], words].concat()));
    assert!(help(&["environment"]).exits(0).out.contains("HUBSPOT_ACCESS_TOKEN"));
    assert!(help(&["files"]).exits(0).out.contains("config.toml"));
    assert!(help(&["apply"]).exits(0).out.contains("one PATCH per resource"));
    assert!(help(&["set"]).exits(0).out.starts_with("Examples:"));
    assert!(help(&["profile", "add"]).exits(0).out.contains("--keyring"));
    assert!(help(&[]).exits(0).out.starts_with("Examples:"));
    help(&["enviroment"]).exits(2).says("did you mean environment?");
    help(&["profile", "ad"]).exits(2).says("did you mean add?");
    for topic in ["exit-codes", "environment", "files", "apply"] {
        let wide = help(&[topic]).out.lines().filter(|line| line.chars().count() > 100).count();
        assert_eq!(wide, 0, "{topic}");
    }
    // Every variable that an option reads is in the topic.
    let topic = help(&["environment"]).out;
    for argument in Cli::command().get_arguments() {
        let Some(variable) = argument.get_env() else { continue };
        assert!(topic.contains(variable.to_str().unwrap()), "{variable:?}");
    }
}

#[test]
fn version_is_one_line() {
    let shell = Shell::new();
    let version = concat!("callset ", env!("CARGO_PKG_VERSION"));
    ran(&mut shell.bare(&["--version"])).exits(0).prints(&[version]);
    let more = ran(&mut shell.bare(&["--version", "-v"])).exits(0);
    assert!(more.out.starts_with(version) && more.out.contains("\nstate     "), "{more:?}");
}

fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        let _ = writeln!(std::io::stderr(), "skipped: {program} is not on this machine");
    }
    found
}

#[test]
fn man_pages_pass_the_formatter_without_a_word() {
    let shell = Shell::new();
    let folder = shell.home.path().join("man1");
    ran(&mut shell.bare(&["man", folder.to_str().unwrap()])).exits(0).says("pages are in");
    let pages = super::files(&folder);
    assert_eq!(pages.len(), all().len(), "one a command: {pages:?}");
    assert!(folder.join("callset-profile-add.1").exists(), "{pages:?}");
    for page in pages {
        if is_there("mandoc") {
            let lint = Command::new("mandoc").args(["-T", "lint", "-W", "all"]).arg(&page).output().unwrap();
            let told = String::from_utf8_lossy(&lint.stdout) + String::from_utf8_lossy(&lint.stderr);
            assert_eq!(told, "", "{page:?}");
        }
        if is_there("man") {
            let mut man = Command::new("man");
            let run = man.args(["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"]).arg(&page).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&run.stderr), "", "{page:?}");
        }
        if is_there("groff") {
            let run =
                Command::new("groff").args(["-man", "-ww", "-z", "-Tutf8", "-Kutf8"]).arg(&page).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&run.stderr), "", "{page:?}");
        }
    }
}

#[test]
fn shells_take_the_completions_and_offer_what_there_is() {
    let shell = Shell::with("[profiles.dev]\napp_id = 1\n[profiles.deploy]\napp_id = 2\n");
    for name in ["bash", "zsh", "fish", "powershell", "elvish", "nushell"] {
        let lines = ran(&mut shell.bare(&["completions", name])).exits(0);
        assert!(lines.out.contains("callset"), "{name}");
        let checks = match name {
            "bash" | "zsh" => vec!["-n"],
            "fish" => vec!["--no-execute"],
            _ => continue,
        };
        if is_there(name) {
            let file = shell.file(name, &lines.out);
            let run = Command::new(name).args(checks).arg(file).output().unwrap();
            assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
        }
    }
    // What a shell asks for when Tab is pressed on the last word.
    let offers = |words: &[&str]| {
        let mut command = shell.bare(&[&["--", "callset"], words].concat());
        command.env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", words.len().to_string());
        command.env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_COMP_TYPE", "9").env("_CLAP_COMPLETE_SPACE", "true");
        ran(&mut command).exits(0).out.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(offers(&["get", "-p", "de"]), ["dev", "deploy"]);
    assert_eq!(offers(&["get", "wid"]), ["width"]);
    assert_eq!(offers(&["set", "isR"]), ["isReady=true", "isReady=false"]);
    assert_eq!(offers(&["sett"]), ["settle"]);
    assert_eq!(offers(&["help", "en"]), ["environment"]);
    assert!(offers(&["set", "--dr"]).contains(&"--dry-run".to_owned()));
}

#[test]
fn bash_itself_completes() {
    if !is_there("bash") {
        return;
    }
    let shell = Shell::with("[profiles.dev]\napp_id = 1\n");
    let script = "set -e; source <(\"$0\" completions bash); f=$(complete -p callset | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
                  COMP_WORDS=(callset set heig); COMP_CWORD=2; COMP_TYPE=9; $f callset heig set; echo \"${COMPREPLY[@]}\"";
    let mut command = Command::new("bash");
    let folder = std::path::Path::new(crate::pty::CALLSET).parent().unwrap();
    command.args(["-c", script, crate::pty::CALLSET]);
    for (name, value) in shell.bare(&[]).get_envs() {
        command.env(name, value.unwrap());
    }
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    let ran = ran(&mut command).exits(0);
    assert_eq!(ran.out.trim(), "height=", "{ran:?}");
}

/// The environment of a shell that finds callset, and the folder to find it in.
fn shelled(shell: &Shell, command: &mut Command) {
    let folder = std::path::Path::new(crate::pty::CALLSET).parent().unwrap();
    for (name, value) in shell.bare(&[]).get_envs() {
        command.env(name, value.unwrap());
    }
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
}

#[test]
fn fish_itself_completes() {
    if !is_there("fish") {
        return;
    }
    let shell = Shell::with("[profiles.dev]\napp_id = 1\n[profiles.live]\napp_id = 2\n");
    let script = "callset completions fish | source; complete -C 'callset set heig'; complete -C 'callset get -p li'; \
                  complete -C 'callset sett'";
    let mut command = Command::new("fish");
    shelled(&shell, command.args(["--no-config", "-c", script]));
    let ran = ran(&mut command).exits(0);
    let offered: Vec<&str> = ran.out.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(offered, ["height=", "live", "settle"], "{ran:?}");
}

#[test]
fn zsh_itself_completes() {
    if !is_there("zsh") {
        return;
    }
    let shell = Shell::with("[profiles.dev]\napp_id = 1\n[profiles.live]\napp_id = 2\n");
    // A shell with a terminal, inside of a shell without one: Tab is pressed in the inner one, and Ctrl-X then says what
    // the line has become.
    let script = r#"
        zmodload zsh/zpty; zpty z zsh -f -i
        zpty -w z 'PS1=; autoload -U compinit; compinit -u -D; source <(callset completions zsh); said() { print -r -- "<$BUFFER>" }; zle -N said; bindkey ^X said; print rea\dy'
        zpty -r -m z line $'*ready\r\n*' || exit 1
        for typed in 'callset set heig' 'callset get -p li' 'callset sett'; do
            zpty -w -n z "$typed"$'\t\x18'; zpty -r -m z line $'*<call*>\r\n*' || exit 1
            print -r -- "[call${${line##*<call}%%>*}]"; zpty -w -n z $'\x15'
        done
        zpty -d z
    "#;
    let mut command = Command::new("zsh");
    shelled(&shell, command.args(["-f", "-c", script]).env("TERM", "dumb"));
    let lines = ["[callset set height=]", "[callset get -p live ]", "[callset settle ]"];
    ran(&mut command).exits(0).prints(&lines);
}

#[test]
fn nushell_itself_completes() {
    if !is_there("nu") {
        return;
    }
    let shell = Shell::with("[profiles.dev]\napp_id = 1\n[profiles.live]\napp_id = 2\n");
    let lines = ran(&mut shell.bare(&["completions", "nushell"])).exits(0).out;
    let file = shell.file("callset.nu", &lines);
    // Another program's completer was there before. It is asked about other programs still.
    let script = format!(
        "$env.config.completions.external.completer = {{|words| [{{value: 'beside'}}] }}; source '{}'; \
         let ask = $env.config.completions.external.completer; \
         [[callset set heig] [callset get -p li] [/opt/callset sett] [callset apply no/such/] [git pu]] \
         | each {{|words| do $ask $words | default [{{value: 'a file'}}] | get value | str join ' ' }} | to text",
        file.display()
    );
    let mut command = Command::new("nu");
    shelled(&shell, command.args(["--no-config-file", "-c", &script]));
    ran(&mut command).exits(0).prints(&["height=", "live", "settle", "a file", "beside"]);
}

/// Is the value as the schema says? What callset's own schemas use of the language.
fn fits(schema: &Json, value: &Json) -> bool {
    let is_of = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    };
    let has = |name: &str| value.get(name).is_some();
    let name = |name: &Json| name.as_str().unwrap().to_owned();
    let types = match &schema["type"] {
        Json::Array(types) => types.iter().map(name).collect(),
        Json::String(of) => vec![of.clone()],
        _ => vec![],
    };
    (types.is_empty() || types.iter().any(|of| is_of(of)))
        && schema.get("const").is_none_or(|only| only == value)
        && schema["enum"].as_array().is_none_or(|all| all.contains(value))
        && schema["required"].as_array().is_none_or(|all| all.iter().map(name).all(|name| has(&name)))
        && schema["properties"]
            .as_object()
            .is_none_or(|of| of.iter().all(|(key, of)| value.get(key).is_none_or(|it| fits(of, it))))
        && schema.get("items").is_none_or(|of| value.as_array().is_none_or(|all| all.iter().all(|it| fits(of, it))))
}

#[test]
fn schemas_are_json_and_know_every_field() {
    let shell = Shell::new();
    for what in ["apply", "config", "output"] {
        let printed = ran(&mut shell.bare(&["schema", what])).exits(0);
        let schema: Json = serde_json::from_str(&printed.out).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{what}");
    }
    // Whatever a command prints as JSON is described.
    let output: Json = serde_json::from_str(&ran(&mut shell.bare(&["schema", "output"])).out).unwrap();
    shell.run(&["set", "width=420"]).exits(0);
    for arguments in [
        &["get"][..],
        &["get", "width"],
        &["set", "width=430"],
        &["set", "width=440", "-n"],
        &["set", "width=x"],
        &["gte", "--json"],
        &["settle"],
        &["history"],
        &["history", "show", "1"],
        &["draft"],
        &["curl"],
        &["override"],
        &["auth", "status"],
        &["doctor", "--offline"],
        &["profile", "list"],
        &["profile", "show"],
        &["delete", "settings", "--confirm", "1234567"],
        &["create"],
    ] {
        let json = shell.run(&[arguments, &["--json"]].concat()).json();
        let shapes = output["anyOf"].as_array().unwrap();
        assert!(shapes.iter().any(|shape| fits(shape, &json)), "{arguments:?}: {json}");
    }
    let schema: Json = serde_json::from_str(&ran(&mut shell.bare(&["schema", "apply"])).out).unwrap();
    assert_eq!(schema["properties"]["settings"]["properties"]["width"]["type"], "integer");
    let config: Json = serde_json::from_str(&ran(&mut shell.bare(&["schema", "config"])).out).unwrap();
    for key in callset::store::config::KEYS {
        assert!(config.to_string().contains(&format!("\"{}\":", key.name)), "{}", key.name);
    }
    assert_eq!(config["properties"]["mouse"]["type"], "boolean");
    assert_eq!(config["properties"]["theme"]["enum"][0], "auto");
}
