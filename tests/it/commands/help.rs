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
    for words in all().into_iter().filter(|words| words.len() < 2 && words.first().is_none_or(|word| word != "help")) {
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
            let lint = Command::new("mandoc").args(["-T", "lint", "-W", "warning"]).arg(&page).output().unwrap();
            assert!(lint.status.success(), "{}", String::from_utf8_lossy(&lint.stdout));
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

#[test]
fn schemas_are_json_and_know_every_field() {
    let shell = Shell::new();
    for what in ["apply", "config", "output"] {
        let printed = ran(&mut shell.bare(&["schema", what])).exits(0);
        let schema: Json = serde_json::from_str(&printed.out).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{what}");
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
