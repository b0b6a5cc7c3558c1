//! Every kind of work on one page: how long a worker may be silent before another takes over,
//! and how many run at once in a process.
//!
//! | work | record | done by | places |
//! |---|---|---|---|
//! | answer a message with one service | `responses` row | `workers::call_service` | `answer_places` |
//! | ask a judge for its ballot (`cast_ballot`) | `background_jobs` row | `workers::cast_ballot` | `job_places` |
//! | rank a batch (`rank_batch`) | `background_jobs` row | `workers::rank_batch` | `job_places` |
//! | try a provider key (`test_key`) | `background_jobs` row | `workers::test_key` | `job_places` |
//! | look at a service or an address (`probe`) | `background_jobs` row | `workers::probe` | `job_places` |
//! | examine a judge (`take_exam`) | `background_jobs` row | `workers::take_exam` | `job_places` |
//! | learn what a choice says of the judges (`learn_from_choice`) | `background_jobs` row | `workers::learn` | `job_places` |
//! | have a consensus compared with the best answer (`compare_consensus`) | `background_jobs` row | `workers::compare_consensus` | `job_places` |
//! | bring a message to a webhook (`deliver_webhook`) | `background_jobs` row | `workers::deliver_webhook` | `job_places`, a few for each user |
//! | hand on what dead workers held | expired leases | `workers::sweep` | one, every two seconds |

use std::time::Duration;

/// How long a worker may be silent before its work goes to another.
pub const LEASE: Duration = Duration::from_secs(20);
/// Between two sweeps.
pub const SWEEP_EVERY: Duration = Duration::from_secs(2);
/// Responses that one process works on at once.
pub const ANSWER_PLACES: usize = 512;
/// Other jobs that one process works on at once.
pub const JOB_PLACES: usize = 64;
/// Calls to one service at once, over all processes.
pub const CALLS_PER_SERVICE: usize = 384;
/// Calls for one user at once, over all processes.
pub const CALLS_PER_USER: usize = 384;
