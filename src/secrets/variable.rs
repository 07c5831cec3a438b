//! Reads a credential from an environment variable.

use super::{NoText, Text};
use secrecy::zeroize::Zeroizing;
use std::ffi::OsString;

/// The text of the variable. Unset, empty and blank count as absent, since scripts set a variable to nothing in
/// order to unset it.
pub(super) fn read(name: &str, var: impl Fn(&str) -> Option<OsString>) -> Text {
    let Some(value) = var(name).filter(|value| !value.is_empty()) else {
        return Err(NoText::Absent(format!("The variable {name} is not set.")));
    };
    let text = Zeroizing::new(value.into_string().map_err(|value| {
        // The value may be a credential, so it is wiped like one.
        drop(Zeroizing::new(value.into_encoded_bytes()));
        NoText::Broken(format!("The variable {name} is not UTF-8."))
    })?);
    if text.trim().is_empty() { Err(NoText::Absent(format!("The variable {name} is empty."))) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn a_variable_without_text_is_none_at_all() {
        let read = |value: Option<&[u8]>| {
            read("TOKEN", |name| Some(OsString::from_vec(value?.to_vec())).filter(|_| name == "TOKEN"))
        };
        for value in [None, Some(&b""[..]), Some(b" \t\n")] {
            assert!(matches!(read(value), Err(NoText::Absent(why)) if why.contains("TOKEN")), "{value:?}");
        }
        assert_eq!(read(Some(b" abc\n")).unwrap().as_str(), " abc\n");
        assert_eq!(read(Some(b"CANARY\xff")), Err(NoText::Broken("The variable TOKEN is not UTF-8.".to_owned())));
    }
}
