//! The files of earlier runs: draft, sending, a line of the history. What can be read comes back when it is written.

#![no_main]

use callset::store::Place;
use callset::store::schema::{read_saved, read_sendings, read_unsaved, write_saved, write_sendings, write_unsaved};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let place = Place { server: "api.hubapi.com".to_owned(), app_id: 1_234_567 };
    if let Ok((at, unsaved)) = read_unsaved(&place, file) {
        let written = write_unsaved(&place, at, &unsaved);
        assert_eq!(read_unsaved(&place, written.as_bytes()), Ok((at, unsaved)));
    }
    if let Ok(sendings) = read_sendings(&place, file) {
        let written = write_sendings(&place, &sendings);
        assert_eq!(read_sendings(&place, written.as_bytes()), Ok(sendings));
    }
    if let Ok(saved) = read_saved(&place, file) {
        let written = write_saved(&place, &saved);
        assert_eq!(read_saved(&place, written.as_bytes()), Ok(saved));
    }
});
