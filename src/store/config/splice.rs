//! Edits of the text: only the changed parts are replaced. All other bytes stay the same, comments and line ends
//! included.
//!
//! ```text
//!   set     key exists ───> replaces its value        no key ─────> a line after the table's last
//!           no table ─────> appended to the file      in { … } ───> the braces are written again
//!   rename  the name in each header, and in each key with dots
//!   remove  from the header's line to the table's last value; comments above the header stay
//! ```
//!
//! The parser tells the places, and writes values and keys. The caller reads the result to prove that it is as
//! intended.

use super::write::Wanted;
use std::ops::Range;
use toml_edit::{Document, InlineTable, Item, Key, Table, Value};

/// A range of bytes and its replacement.
type Splice = (Range<usize>, String);

/// Sets keys of a table to their values. The table is made if it does not exist. The error is a sentence.
pub(super) fn set(text: &str, path: &[&str], wanted: &[Wanted]) -> Result<String, String> {
    let document = parse(text)?;
    match find(&document, path)? {
        Spot::Table(table) => set_in_table(text, table, path.is_empty(), wanted),
        Spot::Inline(braces) => anew(&document, &path[..braces], text, |table| {
            let mut table = table;
            for name in &path[braces..] {
                table = inner(table, name)?;
            }
            for (key, value) in wanted {
                match value {
                    Some(value) => drop(table.insert(key.as_ref(), value.clone())),
                    None => drop(table.remove(key)),
                }
            }
            Ok(())
        }),
        Spot::Nowhere => Ok(append(text, path, wanted)),
    }
}

/// Removes a table or a value. Returns false if it does not exist.
pub(super) fn remove(text: &str, path: &[&str]) -> Result<(String, bool), String> {
    let document = parse(text)?;
    let Some((name, parents)) = path.split_last() else { return Ok((text.to_owned(), false)) };
    match find(&document, parents)? {
        Spot::Nowhere => Ok((text.to_owned(), false)),
        Spot::Table(table) => {
            let Some((key, item)) = table.get_key_value(name) else { return Ok((text.to_owned(), false)) };
            let mut cuts = Vec::new();
            lines_of(text, key, item, &mut cuts);
            let cuts = merged(cuts.into_iter().map(|cut| with_blank_line(text, cut)).collect());
            Ok((spliced(text, cuts.into_iter().map(|cut| (cut, String::new())).collect()), true))
        }
        Spot::Inline(braces) => {
            let mut was_there = false;
            let text = anew(&document, &parents[..braces], text, |table| {
                let mut table = table;
                for name in &parents[braces..] {
                    table = inner(table, name)?;
                }
                was_there = table.remove(name).is_some();
                Ok(())
            })?;
            Ok((text, was_there))
        }
    }
}

/// Does the path exist?
pub(super) fn is_there(text: &str, path: &[&str]) -> Result<bool, String> {
    let document = parse(text)?;
    Ok(path.iter().try_fold(document.as_item(), |item, name| item.as_table_like()?.get(name)).is_some())
}

/// The names in a table. Empty if there is no table.
pub(super) fn names(text: &str, path: &[&str]) -> Result<Vec<String>, String> {
    let document = parse(text)?;
    let found = path.iter().try_fold(document.as_item(), |item, name| item.as_table_like()?.get(name));
    let table = found.and_then(Item::as_table_like);
    Ok(table.map_or(vec![], |table| table.iter().map(|(name, _)| name.to_owned()).collect()))
}

/// Gives the table at a path of two names another second name, in every place where it stands.
pub(super) fn rename(text: &str, path: &[&str; 2], to: &str) -> Result<String, String> {
    let document = parse(text)?;
    let parent = document.as_table().get(path[0]).and_then(Item::as_table_like);
    let Some((key, item)) = parent.and_then(|parent| parent.get_key_value(path[1])) else {
        return Err(format!("there is no {} among its {}", path[1], path[0]));
    };
    let mut places = Vec::new();
    match item {
        Item::Table(table) => places_of(text, table, 1, &mut places),
        Item::Value(_) | Item::None | Item::ArrayOfTables(_) => places.extend(key.span()),
    }
    Ok(spliced(text, places.into_iter().map(|place| (place, spelled(to))).collect()))
}

/// Collects the places of the second name of the path: in the headers of a table and of those below it, and in keys
/// with dots. `depth` is how many names stand before the table's own.
fn places_of(text: &str, table: &Table, depth: usize, places: &mut Vec<Range<usize>>) {
    let header = table.span().filter(|_| !table.is_dotted());
    if let Some(header) = &header {
        let names = segments(text, header.start..header.end);
        places.extend(names.get(1).cloned());
    }
    for (name, item) in table {
        let Some((key, _)) = table.get_key_value(name) else { continue };
        match item {
            Item::Table(inner) if header.is_none() || !inner.is_dotted() => places_of(text, inner, depth + 1, places),
            Item::Value(_) if header.is_none() => {
                let end = key.span().unwrap_or_default().end;
                let names = segments(text, line_start(text, end)..end);
                // The leaf is the last of them, and as deep as the path and what lies between.
                places.extend(names.len().checked_sub(depth + 1).and_then(|at| names.get(at).cloned()));
            }
            Item::Table(_) | Item::Value(_) | Item::None | Item::ArrayOfTables(_) => {}
        }
    }
}

/// The places of the names in a key with dots, which may stand in brackets.
fn segments(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let (mut names, mut start, mut quote) = (Vec::new(), range.start, None);
    for (at, c) in text[range.clone()].char_indices().map(|(at, c)| (range.start + at, c)) {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '.') => {
                names.push(start..at);
                start = at + 1;
            }
            (Some(_) | None, _) => {}
        }
    }
    names.push(start..range.end);
    let bare = |name: Range<usize>| {
        let around = |c: char| c.is_whitespace() || c == '[' || c == ']';
        let inside = &text[name.clone()];
        let start = name.start + inside.len() - inside.trim_start_matches(around).len();
        start..start + inside.trim_matches(around).len()
    };
    names.into_iter().map(bare).collect()
}

/// What is found at a path.
enum Spot<'a> {
    /// A table with lines of its own.
    Table(&'a Table),
    /// A table in braces. The number is how many names of the path lead to the outermost braces.
    Inline(usize),
    /// No table with lines. A table of this name can be appended.
    Nowhere,
}

fn parse(text: &str) -> Result<Document<&str>, String> {
    Document::parse(text).map_err(|error| error.message().to_owned())
}

fn find<'a>(document: &'a Document<&str>, path: &[&str]) -> Result<Spot<'a>, String> {
    let mut table = document.as_table();
    for (depth, name) in path.iter().enumerate() {
        match table.get(name) {
            None => return Ok(Spot::Nowhere),
            Some(Item::Table(inner)) => table = inner,
            Some(Item::Value(Value::InlineTable(_))) => return Ok(Spot::Inline(depth + 1)),
            Some(_) => return Err(format!("{} is not a table there", path[..=depth].join("."))),
        }
    }
    // A table without a header of its own exists only as a part of the names of other tables.
    let has_lines = path.is_empty() || table.span().is_some() || table.is_dotted();
    Ok(if has_lines { Spot::Table(table) } else { Spot::Nowhere })
}

fn set_in_table(text: &str, table: &Table, is_root: bool, wanted: &[Wanted]) -> Result<String, String> {
    let (mut splices, mut added) = (Vec::new(), String::new());
    let end_of_line = newline(text);
    for (key, value) in wanted {
        match (table.get_key_value(key), value) {
            (Some((_, Item::Value(old))), Some(value)) => {
                splices.push((old.span().unwrap_or_default(), plain(value)));
            }
            (Some((written, item @ Item::Value(_))), None) => {
                let mut cuts = Vec::new();
                lines_of(text, written, item, &mut cuts);
                splices.extend(cuts.into_iter().map(|cut| (with_blank_line(text, cut), String::new())));
            }
            (Some(_), _) => return Err(format!("{key} is a table there")),
            (None, Some(value)) => added += &line(key, value, end_of_line),
            (None, None) => {}
        }
    }
    if added.is_empty() {
        return Ok(spliced(text, splices));
    }
    if table.is_dotted() {
        return Err("it is written with dots in its keys, which callset does not extend: write it as a table with a \
                    header, or change it by hand"
            .to_owned());
    }
    let last = last_byte(table);
    let at = match (last, table.span()) {
        (Some(last), _) => line_end(text, last),
        (None, Some(header)) if !is_root => line_end(text, header.end),
        (None, _) => top(text),
    };
    if at > bom(text) && !text[..at].ends_with('\n') {
        added.insert_str(0, end_of_line);
    }
    if is_root && last.is_none() && !text[at..].trim().is_empty() {
        added += end_of_line;
    }
    splices.push((at..at, added));
    Ok(spliced(text, splices))
}

/// Appends a new table to the file, after a blank line.
fn append(text: &str, path: &[&str], wanted: &[Wanted]) -> String {
    let end_of_line = newline(text);
    let mut new = text.to_owned();
    if new.len() > bom(text) {
        if !new.ends_with('\n') {
            new += end_of_line;
        }
        if !new.ends_with("\n\n") && !new.ends_with("\n\r\n") {
            new += end_of_line;
        }
    }
    let name: Vec<_> = path.iter().map(|name| spelled(name)).collect();
    new.extend(["[", &name.join("."), "]", end_of_line]);
    for (key, value) in wanted {
        new.extend(value.as_ref().map(|value| line(key, value, end_of_line)));
    }
    new
}

/// Changes the table in braces at a path, and writes the braces again.
fn anew(
    document: &Document<&str>,
    path: &[&str],
    text: &str,
    change: impl FnOnce(&mut InlineTable) -> Result<(), String>,
) -> Result<String, String> {
    let span = path.iter().try_fold(document.as_item(), |item, name| item.as_table_like()?.get(name));
    let span = span.and_then(Item::span).unwrap_or_default();
    // The parser can only release its places in the text for whole documents, so the document is copied.
    let mut copy = document.clone().into_mut();
    let item = path.iter().try_fold(copy.as_item_mut(), |item, name| item.as_table_like_mut()?.get_mut(name));
    let Some(table) = item.and_then(Item::as_inline_table_mut) else {
        return Err("it is not a table there".to_owned());
    };
    change(table)?;
    table.decor_mut().clear();
    let braces = table.to_string();
    Ok(spliced(text, vec![(span, braces.trim().to_owned())]))
}

/// The braces inside other braces. They are made if they do not exist.
fn inner<'t>(table: &'t mut InlineTable, name: &str) -> Result<&'t mut InlineTable, String> {
    let value = table.get_or_insert(name, InlineTable::new());
    value.as_inline_table_mut().ok_or_else(|| format!("{name} is not a table there"))
}

/// Collects the lines of an item: a value's own lines; for a table, those from its header to its last value; and
/// the same for every table below.
fn lines_of(text: &str, key: &Key, item: &Item, cuts: &mut Vec<Range<usize>>) {
    match item {
        Item::None => {}
        Item::Value(value) => {
            let start = key.span().unwrap_or_default().start;
            cuts.push(line_start(text, start)..line_end(text, value.span().unwrap_or_default().end));
        }
        Item::Table(table) => lines_of_table(text, table, cuts),
        Item::ArrayOfTables(tables) => tables.iter().for_each(|table| lines_of_table(text, table, cuts)),
    }
}

fn lines_of_table(text: &str, table: &Table, cuts: &mut Vec<Range<usize>>) {
    let header = table.span().filter(|_| !table.is_dotted());
    if let Some(header) = &header {
        let end = last_byte(table).unwrap_or(header.end);
        cuts.push(line_start(text, header.start)..line_end(text, end));
    }
    for (name, item) in table {
        let is_inside = header.is_some() && item.as_table().map_or(item.is_value(), Table::is_dotted);
        if let Some((key, _)) = table.get_key_value(name).filter(|_| !is_inside) {
            lines_of(text, key, item, cuts);
        }
    }
}

/// The end of the last value under a table's own header.
fn last_byte(table: &Table) -> Option<usize> {
    let end = |(_, item): (&str, &Item)| match item {
        Item::Value(value) => value.span().map(|span| span.end),
        Item::Table(inner) if inner.is_dotted() => last_byte(inner),
        Item::None | Item::Table(_) | Item::ArrayOfTables(_) => None,
    };
    table.iter().filter_map(end).max()
}

/// The length of the byte order mark, which some editors write at the start of a text.
fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// The place for a first key: before the first table and its comment, but after a comment at the head of the file.
fn top(text: &str) -> usize {
    let mut at = bom(text);
    let (mut after_blank, mut has_head) = (at, false);
    while at < text.len() {
        let end = line_end(text, at);
        match text[at..end].trim() {
            "" if has_head => after_blank = end,
            "" => {}
            line if line.starts_with('#') => has_head = true,
            _ => return after_blank,
        }
        at = end;
    }
    at
}

/// Extends a removed range by a blank line, so that no two blank lines remain. The one before it is removed too, if
/// a blank line or nothing follows. At the start of the file, the one after it is removed.
fn with_blank_line(text: &str, cut: Range<usize>) -> Range<usize> {
    let is_blank = |range: Range<usize>| text[range].trim().is_empty();
    let before = line_start(text, cut.start.saturating_sub(1));
    let after = line_end(text, cut.end);
    if !is_blank(cut.end..after) {
        cut
    } else if cut.start == bom(text) {
        cut.start..after
    } else if is_blank(before..cut.start) {
        before..cut.end
    } else {
        cut
    }
}

/// The same ranges, with overlapping and touching ones joined.
fn merged(mut cuts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    cuts.sort_by_key(|cut| cut.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for cut in cuts {
        match apart.last_mut() {
            Some(last) if cut.start <= last.end => last.end = last.end.max(cut.end),
            _ => apart.push(cut),
        }
    }
    apart
}

/// Applies all splices, whose ranges do not overlap. The last one is applied first, so that the other ranges stay
/// valid.
fn spliced(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut text = text.to_owned();
    for (range, with) in splices.into_iter().rev() {
        text.replace_range(range, &with);
    }
    text
}

fn line(key: &str, value: &Value, end_of_line: &str) -> String {
    format!("{} = {}{end_of_line}", spelled(key), plain(value))
}

fn spelled(key: &str) -> String {
    Key::new(key).display_repr().into_owned()
}

fn plain(value: &Value) -> String {
    value.clone().decorated("", "").to_string()
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(bom(text).min(at), |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}
