//! The files of earlier runs: draft, intent, a line of the history. What can be read comes back when it is written.

#![no_main]

use callset::store::Place;
use callset::store::schema::{read_intent, read_saved, read_unsaved, write_intent, write_saved, write_unsaved};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let place = Place { server: "api.hubapi.com".to_owned(), app_id: 1_234_567 };
    if let Ok((at, unsaved)) = read_unsaved(&place, file) {
        let written = write_unsaved(&place, at, &unsaved);
        assert_eq!(read_unsaved(&place, written.as_bytes()), Ok((at, unsaved)));
    }
    if let Ok((at, intent)) = read_intent(&place, file) {
        let written = write_intent(&place, at, &intent);
        assert_eq!(read_intent(&place, written.as_bytes()), Ok((at, intent)));
    }
    if let Ok(saved) = read_saved(&place, file) {
        let written = write_saved(&place, &saved);
        assert_eq!(read_saved(&place, written.as_bytes()), Ok(saved));
    }
});
