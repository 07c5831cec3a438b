//! The documents say what the program says: tables, picture and figures are printed from the code, and no link is dead.
//!
//! ```text
//!   README.md, assets/guide/*.md ──┬── <!-- NAME: printed from the program --> … <!-- end -->    each name once, on any page
//!                                  └── links, paths of files, size
//! ```
//!
//! `CALLSET_PRINT=1 cargo test readme` writes them anew; without that, any difference fails. A page that is new in the guide
//! is listed in README.md by its title and the line below it.

mod figures;
mod notices;
mod picture;

use callset::app::keymap;
use callset::cli::{Cli, exit};
use callset::model::{Kind, Resource};
use callset::store::config;
use callset::words::questions;
use clap::{Arg, Command, CommandFactory};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// README.md is at most this long, in bytes.
const README_LIMIT: usize = 9_000;

/// A page of the guide is at most this long without what is printed, in bytes: it is read in one go.
const PAGE_LIMIT: usize = 9_000;

const GUIDE: &str = "assets/guide";

/// What ends the line that begins a block, and the line that ends one.
const PRINTED: &str = ": printed from the program -->";
const END: &str = "<!-- end -->";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn text_of(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn is_printing() -> bool {
    std::env::var_os("CALLSET_PRINT").is_some()
}

/// Puts another file in the place of one: whoever reads it meanwhile, has all of the one or of the other.
fn write(name: &str, text: &str) {
    let draft = file(&format!("{name}.printed"));
    fs::write(&draft, text).unwrap();
    fs::rename(draft, file(name)).unwrap();
}

/// Compares a file with what it should be, or writes it when asked to.
pub(crate) fn is_printed(name: &str, printed: &str) {
    if is_printing() {
        write(name, printed);
    }
    assert!(text_of(name) == printed, "{name} is not what the program prints: run CALLSET_PRINT=1 cargo test readme");
}

/// README.md and the guide's pages, by path.
fn pages() -> Vec<String> {
    let guide = fs::read_dir(file(GUIDE)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let guide = guide.filter_map(|name| name.strip_suffix(".md").map(|name| format!("{GUIDE}/{name}.md")));
    let mut pages: Vec<String> = guide.chain(["README.md".to_owned()]).collect();
    pages.sort();
    pages
}

/// What is printed, by the name of its block.
fn blocks() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("commands", commands()),
        ("config", config::markdown()),
        ("exit codes", exit::markdown()),
        ("fields", fields()),
        ("figures", figures::brief()),
        ("figures beside others", figures::table("beside")),
        ("figures of commands", figures::table("commands")),
        ("figures of growth", figures::table("growth")),
        ("figures of parts", figures::table("parts")),
        ("figures of size", figures::table("size")),
        ("guide", guide()),
        ("keys", keymap::markdown()),
        ("questions", questions()),
        ("options", options_of_the_editor()),
        ("options of profile add", options_of("profile add")),
        ("options of sandbox", options_of("sandbox")),
    ])
}

/// The page with this in its blocks, each named before it is asked for.
fn with_blocks(text: &str, mut block: impl FnMut(&str) -> String) -> String {
    let (mut out, mut is_inside) = (String::new(), false);
    for line in text.split_inclusive('\n') {
        is_inside &= line.trim_end() != END;
        if !is_inside {
            out.push_str(line);
        }
        if let Some(name) = line.strip_prefix("<!-- ").and_then(|line| line.trim_end().strip_suffix(PRINTED)) {
            out.push_str(&block(name));
            is_inside = true;
        }
    }
    assert!(!is_inside, "a block does not end");
    out
}

fn without_blocks(text: &str) -> String {
    with_blocks(text, |_| String::new())
}

/// The pages of the guide, each with the line below its title.
fn guide() -> String {
    let mut list = String::new();
    for page in pages().into_iter().filter(|page| page.starts_with(GUIDE)) {
        let text = text_of(&page);
        let mut lines = text.lines().filter(|line| !line.is_empty());
        let (title, about) = (lines.next().unwrap_or_default().strip_prefix("# "), lines.next().unwrap_or_default());
        let title = title.unwrap_or_else(|| panic!("{page} begins with no title"));
        assert!(
            about.ends_with('.') && about.len() <= 110,
            "{page}: the line below the title says what the page is for"
        );
        let _ = writeln!(list, "- [{title}]({page}): {about}");
    }
    list
}

/// The commands, and what each does.
fn commands() -> String {
    let mut table = String::from("| command | what it does |\n|---|---|\n");
    for command in Cli::command().get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(table, "| `callset {}` | {about}. |", command.get_name());
    }
    table
}

/// The options of a command, with their variables where one has any.
fn options(command: &Command) -> String {
    let options = command.get_arguments().filter(|option| !option.is_hide_set() && option.get_long().is_some());
    let options: Vec<&Arg> =
        options.filter(|option| !["help", "version"].contains(&option.get_id().as_str())).collect();
    let has_variables = options.iter().any(|option| option.get_env().is_some());
    let (head, rule) = if has_variables { ("| variable ", "---|") } else { ("", "") };
    let mut table = format!("| option {head}| what |\n|---|{rule}---|\n");
    for option in options {
        let long = option.get_long().unwrap_or_default();
        let takes = option.get_action().takes_values();
        let value = match option.get_value_names() {
            Some(names) if takes => format!(" {}", names[0]),
            _ => String::new(),
        };
        let variable = option.get_env().map_or(String::new(), |name| format!("`{}`", name.to_string_lossy()));
        let variable = if has_variables { format!("| {variable} ") } else { String::new() };
        let default = option.get_default_values().first().filter(|_| takes).map(|value| value.to_string_lossy());
        let default = default.map_or(String::new(), |default| format!(" Default: `{default}`."));
        let help = option.get_long_help().or(option.get_help()).map(ToString::to_string).unwrap_or_default();
        let help = help.trim_end_matches('.').replace("\n\n", ". ");
        let _ = writeln!(table, "| `--{long}{value}` {variable}| {help}.{default} |");
    }
    table
}

/// The editor's, and the one thing that only a variable says.
fn options_of_the_editor() -> String {
    options(&Cli::command()) + "| | `HUBSPOT_ACCESS_TOKEN` | The access token. There is no option for it. |\n"
}

/// The options of a command below `callset`, as people write it: `profile add`.
fn options_of(command: &str) -> String {
    let mut callset = Cli::command();
    callset.build();
    let mut found = &callset;
    for name in command.split(' ') {
        found = found.find_subcommand(name).unwrap_or_else(|| panic!("callset has no command {command}"));
    }
    options(found)
}

fn fields() -> String {
    let mut table = String::from("| row | JSON key | type | what it does |\n|---|---|---|---|\n");
    for field in Resource::ALL.iter().flat_map(|resource| resource.fields()) {
        let kind = match field.kind {
            Kind::Text => "text",
            Kind::Url => "URL",
            Kind::Integer => "int32, px",
            Kind::Switch => "switch",
            Kind::Time => "time",
            Kind::Json => "JSON",
        };
        let _ = writeln!(table, "| {} | `{}` | {kind} | {} |", field.label, field.id.key, field.help);
    }
    table
}

/// The questions about each field. Fields that share theirs stand together.
fn questions() -> String {
    let mut told: Vec<(Vec<&str>, &[questions::Answered])> = Vec::new();
    for field in Resource::ALL.iter().flat_map(|resource| resource.fields()) {
        let answered = questions::about(&field.id);
        match told.iter_mut().find(|(_, known)| *known == answered) {
            Some((labels, _)) if !labels.contains(&&*field.label) => labels.push(&field.label),
            Some(_) => {}
            None => told.push((vec![&field.label], answered)),
        }
    }
    let mut text = String::new();
    for (labels, answered) in told {
        let _ = writeln!(text, "\n### {}\n", labels.join(", "));
        for (asked, answer) in answered {
            let _ = writeln!(text, "- **{asked}** {answer}");
        }
    }
    text
}

#[test]
fn the_pages_are_those_of_the_program() {
    let blocks = blocks();
    let mut left: Vec<&str> = blocks.keys().copied().collect();
    for page in pages() {
        let printed = with_blocks(&text_of(&page), |name| {
            let at = left.iter().position(|block| *block == name);
            left.remove(at.unwrap_or_else(|| panic!("{page}: {name} is printed by nothing, or elsewhere")));
            blocks[name].clone()
        });
        is_printed(&page, &printed);
    }
    assert_eq!(left, Vec::<&str>::new(), "on no page");
}

#[test]
fn the_two_commands_are_named() {
    assert!(text_of("README.md").contains("\n```console\n$ cargo run --release -- --demo\n$ cargo test\n```\n"));
}

#[test]
fn pages_are_short() {
    assert!(text_of("README.md").len() <= README_LIMIT, "{} bytes", text_of("README.md").len());
    for page in pages() {
        let own = without_blocks(&text_of(&page)).len();
        assert!(own <= PAGE_LIMIT, "{page}: {own} bytes");
    }
}

#[test]
fn each_page_of_the_guide_is_linked() {
    let readme = text_of("README.md");
    for page in pages().into_iter().filter(|page| page.starts_with(GUIDE)) {
        assert!(links(&readme).contains(&page), "README.md does not lead to {page}");
    }
}

// ── links ──

/// Documents that are read beside README.md and the guide.
const OTHERS: [&str; 5] =
    ["CHANGELOG.md", "CONTRIBUTING.md", ".github/SECURITY.md", "assets/THIRD-PARTY.md", "tests/faults.md"];

/// Where pages may lead outside. Each is public; whether it answers is not asked here.
const HOSTS: [&str; 1] = ["developers.hubspot.com"];

/// Folders of the project. What begins with one between backticks is a file, or a folder, that is there.
const PLACES: [&str; 5] = ["src/", "tests/", "assets/", ".ci/", ".github/"];

/// Markdown without its fenced code.
fn prose(text: &str) -> String {
    let mut is_code = false;
    let mut is_prose = |line: &&str| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    };
    text.split_inclusive('\n').filter(|line| is_prose(line)).collect()
}

/// Where a text leads: `[words](here)`.
fn links(text: &str) -> Vec<String> {
    let prose = prose(text);
    // What stands between backticks is no link.
    let plain: String = prose.split('`').step_by(2).collect::<Vec<_>>().join("`");
    plain.split("](").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned()).collect()
}

/// What a text names between backticks, in one place or the other.
fn paths(text: &str) -> Vec<String> {
    let prose = prose(text);
    let spans = prose.split('`').skip(1).step_by(2).map(|span| span.split(' ').next().unwrap());
    spans.filter(|span| PLACES.iter().any(|place| span.starts_with(place))).map(str::to_owned).collect()
}

/// The anchors of a text, as they are made of its titles.
fn anchors(text: &str) -> Vec<String> {
    let prose = prose(text);
    let titles = prose.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
    titles.map(|title| title.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

/// What leads nowhere in the text of a page.
fn dead(page: &str, text: &str) -> Vec<String> {
    let leads = |link: &String| {
        if let Some(outside) = link.strip_prefix("https://") {
            return HOSTS.contains(&outside.split('/').next().unwrap());
        }
        let (path, anchor) = link.split_once('#').map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor)));
        let there = if path.is_empty() { file(page) } else { file(page).parent().unwrap().join(path) };
        let has =
            |anchor: &str| fs::read_to_string(&there).is_ok_and(|text| anchors(&text).iter().any(|a| a == anchor));
        there.exists() && anchor.is_none_or(has)
    };
    let is_there = |path: &String| file(path).exists() || file(&format!("{path}.rs")).exists();
    let links = links(text).into_iter().filter(|link| !leads(link));
    links.chain(paths(text).into_iter().filter(|path| !is_there(path))).collect()
}

#[test]
fn no_link_is_dead() {
    for page in pages().iter().map(String::as_str).chain(OTHERS) {
        assert_eq!(dead(page, &text_of(page)), Vec::<String>::new(), "{page}");
    }
}

#[test]
fn a_dead_link_is_found() {
    let text = "# Here it is\n[a](README.md) [b](no.md) [c](#here-it-is) [d](README.md#nowhere) `[e](code.md)` `src/ui`\n\
                ```\n[f](fenced.md)\n```\n`src/nothing.rs` [g](https://somewhere.example/x) ![h](assets/no.svg) `.ci/run x`\n";
    let expected = ["no.md", "README.md#nowhere", "https://somewhere.example/x", "assets/no.svg", "src/nothing.rs"];
    assert_eq!(
        dead("CONTRIBUTING.md", text),
        ["no.md", "#here-it-is"].iter().copied().chain(expected[1..].iter().copied()).collect::<Vec<_>>()
    );
    assert_eq!(dead("assets/guide/speed.md", "[a](../../README.md) [b](README.md)"), ["README.md"]);
}

// ── what else people are told ──

#[test]
fn forms_and_workflows_can_be_read() {
    let folders = [".github/ISSUE_TEMPLATE", ".github/workflows"].map(|folder| fs::read_dir(file(folder)).unwrap());
    for path in folders.into_iter().flatten().map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&path).unwrap();
        let events = saphyr_parser::Parser::new_from_str(&text);
        for event in events {
            event.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}
