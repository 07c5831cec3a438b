//! The configuration: any bytes are read, and what is said of them repeats no line.

#![no_main]

use callset::store::config::parse;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|file: &[u8]| {
    let reading = parse(file, Path::new("config.toml"), Some(Path::new("/home/me")));
    assert!(reading.complaints.iter().all(|complaint| !complaint.to_string().contains('\n')));
    assert!(!reading.is_broken || reading.complaints.len() == 1);
});
