//! Where random tests start from.
//!
//! ```text
//!   fixed      the same each time: a red run is the doing of what was changed
//!   by_chance  a quarter as many cases from a new seed, which is printed with a failure
//! ```
//!
//! `PROPTEST_RNG_SEED=N` runs both from there, `PROPTEST_CASES=N` makes them longer.

use proptest::test_runner::{Config, RngSeed};
use std::hash::{BuildHasher, RandomState};

/// Any number would do.
const SEED: u64 = 20_260_922;

/// Nothing is written beside the tests.
pub(crate) fn fixed() -> Config {
    let usual = Config { failure_persistence: None, ..Config::default() };
    let rng_seed = if usual.rng_seed == RngSeed::Random { RngSeed::Fixed(SEED) } else { usual.rng_seed };
    Config { rng_seed, ..usual }
}

#[expect(clippy::print_stderr, reason = "the test runner shows it with the failure")]
pub(crate) fn by_chance() -> Config {
    let usual = Config { failure_persistence: None, ..Config::default() };
    let seed = match usual.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => RandomState::new().hash_one(std::process::id()),
    };
    eprintln!("the same again: PROPTEST_RNG_SEED={seed}");
    Config { rng_seed: RngSeed::Fixed(seed), cases: usual.cases.div_ceil(4), ..usual }
}
