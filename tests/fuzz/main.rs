//! What comes from outside is taken apart without a panic, a hang or a broken promise, however it is
//! bent. Each target bends good examples at random; QUORUM_FUZZ_SECONDS makes it go on for so long,
//! without it a fixed number of cases runs, the same ones every time. A failure names its case, and
//! QUORUM_FUZZ_CASE runs that one alone.
#![allow(missing_docs, reason = "the names of the tests say it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod addresses;
mod ballots;
mod bend;
mod markdown;
mod streams;
