//! What was measured: read from one file, with its date, and printed wherever it is named.

use super::{pages, text_of, without_blocks};
use std::fmt::Write as _;
use toml_edit::{DocumentMut, InlineTable, Value};

const FILE: &str = "assets/guide/figures.toml";

/// Units that make a number a figure.
const UNITS: [&str; 4] = ["ms", "µs", "MiB", "KiB"];

fn measured() -> DocumentMut {
    text_of(FILE).parse().unwrap()
}

fn word<'a>(run: &'a toml_edit::Item, key: &str) -> &'a str {
    run[key].as_str().unwrap_or_else(|| panic!("{FILE}: {key} is missing"))
}

fn words(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

fn rows(run: &toml_edit::Item) -> Vec<&InlineTable> {
    run["rows"].as_array().unwrap().iter().map(|row| row.as_inline_table().unwrap()).collect()
}

/// A run as a table, under when and how it was measured.
pub(super) fn table(run: &str) -> String {
    let file = measured();
    let run = &file[run];
    let columns = words(run["columns"].as_value());
    let mut table = format!("Measured on {}. {}\n\n", word(run, "date"), word(run, "how"));
    let _ = writeln!(table, "| | {} |\n|---|{}", columns.join(" | "), "---|".repeat(columns.len()));
    for row in rows(run) {
        let values = words(row.get("values"));
        assert_eq!(values.len(), columns.len(), "{FILE}: {row}");
        let _ = writeln!(table, "| {} | {} |", row["what"].as_str().unwrap(), values.join(" | "));
    }
    table
}

/// The few that README.md names: what callset, the last column, has in them.
pub(super) fn brief() -> String {
    let file = measured();
    let run = &file["beside"];
    let named: Vec<String> = rows(run)
        .into_iter()
        .filter_map(|row| Some(format!("{} {}", row.get("brief")?.as_str()?, words(row.get("values")).last()?)))
        .collect();
    format!("Measured on {}: {}. [All figures](assets/guide/speed.md).\n", word(run, "date"), named.join(", "))
}

/// Numbers with a unit.
fn figures(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_unit = |word: &str| UNITS.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()));
    let is_number = |word: &str| word.trim_start_matches('(').replace(',', "").parse::<f64>().is_ok();
    words.windows(2).filter(|pair| is_number(pair[0]) && is_unit(pair[1])).map(|pair| pair.join(" ")).collect()
}

#[test]
fn every_run_has_a_date() {
    for (name, run) in measured().iter() {
        word(run, "date").parse::<jiff::civil::Date>().unwrap_or_else(|error| panic!("{FILE}: {name}: {error}"));
    }
}

#[test]
fn figures_stand_only_where_they_are_printed() {
    assert_eq!(figures("takes 0.06 ms, or (1,200 µs) and 300ms"), ["0.06 ms,", "(1,200 µs)"]);
    for page in pages().into_iter().filter(|page| page == "README.md" || page.ends_with("/speed.md")) {
        assert_eq!(figures(&without_blocks(&text_of(&page))), Vec::<String>::new(), "{page}");
    }
}
