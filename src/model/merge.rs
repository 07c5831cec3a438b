//! Merges the three versions of one field: what it was (base), what the user wants (mine), what the server has now
//! (theirs).
//!
//! This one rule has four uses: the answer to a PATCH, a reload, a change found before a save, and an old draft.
//!
//! ```text
//!   base mine theirs
//!    a    a    a     Same      nothing happened
//!    a    b    a     Mine      stays an edit
//!    a    a    c     Theirs    taken
//!    a    b    b     Both      the server has it already: no edit any more
//!    a    b    b'    Tidied    the server tidied our value (trimmed spaces, a closing slash): taken, no edit any more
//!    a    b    c     Conflict  both changed it, differently
//! ```

use super::field::Value;

/// The result of merging one field. An absent value (`None`) counts as a value of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// The field was not changed.
    Same,
    /// Only the user changed it.
    Mine,
    /// Only the server changed it.
    Theirs,
    /// Both made the same change.
    Both,
    /// The server holds the user's value in a tidier spelling (spaces, a closing slash).
    Tidied,
    /// Both changed it, to different values.
    Conflict,
}

/// Merges one field. Laws: `merge(b, b, t)` never keeps an edit; `merge(b, m, b)` never loses one; `merge(b, x, x)` is
/// never a conflict.
pub fn merge(base: Option<&Value>, mine: Option<&Value>, theirs: Option<&Value>) -> Merge {
    if mine == theirs {
        if base == mine { Merge::Same } else { Merge::Both }
    } else if base == mine {
        Merge::Theirs
    } else if base == theirs {
        Merge::Mine
    } else if tidied(mine, theirs) {
        Merge::Tidied
    } else {
        Merge::Conflict
    }
}

/// Does the server hold the sent value, perhaps in a tidier spelling?
pub fn holds(before: Option<&Value>, sent: &Value, now: Option<&Value>) -> bool {
    match merge(before, Some(sent), now) {
        Merge::Same | Merge::Both | Merge::Tidied => true,
        Merge::Mine | Merge::Theirs | Merge::Conflict => false,
    }
}

/// Is `theirs` a tidied spelling of `mine`, as servers produce it: without spaces around it, with or without a
/// closing slash?
fn tidied(mine: Option<&Value>, theirs: Option<&Value>) -> bool {
    fn core(text: &str) -> &str {
        let text = text.trim();
        text.strip_suffix('/').unwrap_or(text)
    }
    match (mine, theirs) {
        (Some(Value::Text(mine)), Some(Value::Text(theirs))) => core(mine) == core(theirs),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All 27 triples over three values, one of them "not sent".
    #[test]
    fn every_triple_has_one_outcome() {
        let values = [None, Some(Value::Integer(1)), Some(Value::Integer(2))];
        let mut seen = Vec::new();
        for b in 0..3 {
            for m in 0..3 {
                for t in 0..3 {
                    let outcome = merge(values[b].as_ref(), values[m].as_ref(), values[t].as_ref());
                    let expected = match (b == m, b == t, m == t) {
                        (true, true, true) => Merge::Same,
                        (true, false, false) => Merge::Theirs,
                        (false, true, false) => Merge::Mine,
                        (false, false, true) => Merge::Both,
                        (false, false, false) => Merge::Conflict,
                        impossible => unreachable!("{impossible:?}"),
                    };
                    assert_eq!(outcome, expected, "base {b} mine {m} theirs {t}");
                    seen.push(outcome);
                }
            }
        }
        assert_eq!(seen.iter().filter(|outcome| **outcome == Merge::Conflict).count(), 6);
        assert_eq!(seen.len(), 27);
    }

    #[test]
    fn a_boolean_changed_by_both_is_never_a_conflict() {
        for base in [true, false] {
            let both = Some(Value::Switch(!base));
            assert_eq!(merge(Some(&Value::Switch(base)), both.as_ref(), both.as_ref()), Merge::Both);
        }
    }

    #[test]
    fn tidied_text_is_settled_and_other_text_is_not() {
        let text = |t: &str| Some(Value::Text(t.into()));
        let case = |b: &str, m: &str, t: &str| merge(text(b).as_ref(), text(m).as_ref(), text(t).as_ref());
        assert_eq!(case("a", " Acme ", "Acme"), Merge::Tidied);
        assert_eq!(case("a", "https://x.dev", "https://x.dev/"), Merge::Tidied);
        assert_eq!(case("a", "https://x.dev", "https://x.dev/b"), Merge::Conflict);
        assert_eq!(case("a", "Acme", "acme"), Merge::Conflict);
    }
}
