//! A credential as it is typed or pasted, and a text that may repeat it: what is shown of the text does not.

#![no_main]

use callset::api::{Credential, Entry, MASK};
use callset::model::profile::CredentialKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (typed, text) = input;
    let mut entry = Entry::default();
    entry.insert(typed);
    entry.remove(entry.characters().saturating_sub(1)..entry.characters());
    entry.insert(typed);
    for kind in CredentialKind::ALL {
        let Ok((credential, _)) = entry.token(kind) else { continue };
        let again: String = std::iter::repeat_n('x', entry.characters()).collect();
        assert!(!format!("{entry:?}{credential:?}{}", credential.hint()).contains(&again) || again.len() < 4);
        // What is sent is out of reach from here; what was typed, tidied once more, is the credential.
        let token = typed.trim();
        let is_token = Credential::new(kind, token)
            .is_ok_and(|(same, tidied)| tidied.is_empty() && same.hint() == credential.hint());
        if is_token && !MASK.contains(token) {
            let (own, _) = Credential::new(kind, token).unwrap();
            assert!(!own.redact(&format!("{text}{token}{text}")).contains(token));
        }
    }
});
