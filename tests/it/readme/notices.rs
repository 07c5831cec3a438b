//! Whose work the program is built from: printed from cargo's metadata, and held against Cargo.lock, which needs no network.

use super::{is_printing, text_of, write};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;
use toml_edit::{DocumentMut, Item, Table};

const FILE: &str = "assets/THIRD-PARTY.md";

/// A crate: its name and version.
type Crate = (String, String);

/// What Cargo.toml asks for, development apart, and all that this brings, on any system.
fn built_from(manifest: &str, lock: &str) -> BTreeSet<Crate> {
    let lock: DocumentMut = lock.parse().unwrap();
    let packages = lock["package"].as_array_of_tables().unwrap();
    let mut known: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for package in packages {
        let brings = package.get("dependencies").and_then(Item::as_array);
        let brings = brings.into_iter().flatten().map(|one| one.as_str().unwrap()).collect();
        known.entry(text(package, "name")).or_default().insert(text(package, "version"), brings);
    }
    let wanted = wanted(&manifest.parse().unwrap());
    let own = &packages.iter().find(|package| package.get("source").is_none()).unwrap()["dependencies"];
    let own = own.as_array().unwrap().iter().map(|one| one.as_str().unwrap());
    let mut left: Vec<&str> = own.filter(|one| wanted.contains(one.split(' ').next().unwrap())).collect();
    let mut found = BTreeSet::new();
    while let Some(one) = left.pop() {
        // A version is said only where there are several.
        let mut words = one.split(' ');
        let name = words.next().unwrap();
        let versions = &known[name];
        let version = words.next().unwrap_or_else(|| versions.keys().next().unwrap());
        if found.insert((name.to_owned(), version.to_owned())) {
            left.extend(&versions[version]);
        }
    }
    found
}

fn text<'a>(table: &'a Table, key: &str) -> &'a str {
    table[key].as_str().unwrap()
}

/// The crates that a manifest names, as packages, for building the program.
fn wanted(manifest: &DocumentMut) -> BTreeSet<String> {
    let systems = manifest.get("target").and_then(Item::as_table_like);
    let systems = systems.into_iter().flat_map(|systems| systems.iter().map(|(_, system)| system));
    let tables = [manifest.as_item()].into_iter().chain(systems);
    let lists = tables.flat_map(|table| ["dependencies", "build-dependencies"].map(|kind| table.get(kind)));
    let named = lists.flatten().flat_map(|list| list.as_table_like().unwrap().iter());
    let package = |(name, what): (&str, &Item)| what.get("package").and_then(Item::as_str).unwrap_or(name).to_owned();
    named.map(package).collect()
}

/// The file as it should be.
fn printed(crates: &BTreeSet<Crate>) -> String {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")])
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let mut known = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let word = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        let authors = package["authors"].as_array().unwrap().iter().map(|author| author.as_str().unwrap());
        // Names, not where to write to them.
        let authors: Vec<&str> = authors.map(|author| author.split(" <").next().unwrap().trim()).collect();
        known.insert(
            (word("name"), word("version")),
            (word("license").replace('/', " OR "), word("repository"), authors.join(", ")),
        );
    }
    let mut file = String::from(
        "# Third-party notices\n\n\
         callset is built from these crates, on one system or another, each under the licence of its authors. The licence's text\n\
         is in the crate's package and its repository. Printed from cargo's metadata: `CALLSET_PRINT=1 cargo test readme`.\n\n\
         | crate | version | licence | authors | repository |\n|---|---|---|---|---|\n",
    );
    for (name, version) in crates {
        let (licence, repository, authors) = &known[&(name.clone(), version.clone())];
        assert!(!licence.is_empty(), "{name} names no licence");
        let repository = if repository.is_empty() { String::new() } else { format!("<{repository}>") };
        let _ = writeln!(file, "| {name} | {version} | {licence} | {authors} | {repository} |");
    }
    file
}

/// The crates that the file lists.
fn listed(file: &str) -> BTreeSet<Crate> {
    let rows = file.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    cells.map(|cells| (cells[1].to_owned(), cells[2].to_owned())).collect()
}

#[test]
fn third_parties_are_all_named() {
    let crates = built_from(&text_of("Cargo.toml"), &text_of("Cargo.lock"));
    if is_printing() {
        write(FILE, &printed(&crates));
    }
    let listed = listed(&text_of(FILE));
    let missing: Vec<_> = crates.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&crates).collect();
    assert!(missing.is_empty() && gone.is_empty(), "run CALLSET_PRINT=1 cargo test readme: {missing:?} {gone:?}");
}

#[test]
fn what_only_tests_need_is_no_part_of_the_program() {
    let manifest = "[dependencies]\na = \"1\"\nother = { package = \"b\", version = \"1\" }\n\
                    [target.'cfg(windows)'.dependencies]\nd = \"1\"\n[dev-dependencies]\ne = \"1\"\n";
    let package = |name: &str, version: &str, source: bool, brings: &str| {
        let source = if source { "source = \"s\"\n" } else { "" };
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}dependencies = [{brings}]\n")
    };
    let lock = package("us", "0", false, "\"a\", \"b\", \"d\", \"e\"")
        + &package("a", "1", true, "\"c 2\"")
        + &package("b", "1", true, "\"a\"")
        + &package("c", "1", true, "")
        + &package("c", "2", true, "")
        + &package("d", "1", true, "")
        + &package("e", "1", true, "\"c 1\"");
    let crate_of = |(name, version): (&str, &str)| (name.to_owned(), version.to_owned());
    let expected = [("a", "1"), ("b", "1"), ("c", "2"), ("d", "1")].map(crate_of);
    assert_eq!(built_from(manifest, &lock), expected.into());
}

#[test]
fn both_licences_are_there() {
    let manifest: DocumentMut = text_of("Cargo.toml").parse().unwrap();
    assert_eq!(manifest["package"]["license"].as_str(), Some("MIT OR Apache-2.0"));
    assert!(text_of("LICENSE-MIT").starts_with("MIT License\n"));
    assert!(text_of("LICENSE-APACHE").contains("END OF TERMS AND CONDITIONS"));
}
