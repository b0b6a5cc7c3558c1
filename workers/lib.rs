//! THE HANDS: what each kind of work does. One file per kind; this page is the register.
//!
//! May enter: the order of steps of a job, in the words of the domain. May not enter: SQL (the
//! store has it), wire formats (the providers have them), rules of ranking (the rank crate has
//! them), HTTP routes.
//!
//! To add a job: a variant of `domain::Job`, a file here, a line in [`Workers::work`], and a row
//! in the table of `queue::jobs`.

mod call_service;
mod cast_ballot;
mod compare_consensus;
mod deliver_webhook;
mod erase_accounts;
mod field;
mod figures;
mod images;
mod judge_call;
mod judges;
mod keys;
mod learn;
mod live_text;
mod pauses;
mod preparing;
mod probe;
mod rank_batch;
mod reading;
mod retrying;
mod saving;
mod shop;
mod signals;
mod sweep;
mod synthesize;
mod take_exam;
mod test_key;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use quorum_domain::Job;
use quorum_queue::{Hands, Stop};
use quorum_store::{ClaimedJob, ClaimedResponse, Committed};

pub use figures::keep_counting;
pub use shop::{Shop, WorkOptions};
pub use signals::listen_to_signals;

/// All hands of a process.
pub struct Workers {
    shop: Arc<Shop>,
}

impl Workers {
    /// Hands that work in this shop.
    pub const fn new(shop: Arc<Shop>) -> Self {
        Self { shop }
    }
}

/// The register: which hand does what.
#[async_trait]
impl Hands for Workers {
    /// An answer or a consensus: they differ in what is asked, which `synthesize` says.
    async fn answer(&self, claimed: ClaimedResponse, stop: Stop) {
        call_service::run(&self.shop, claimed, stop).await;
    }

    async fn work(&self, claimed: ClaimedJob, stop: Stop) {
        let shop = &self.shop;
        let done = match claimed.job {
            Job::CastBallot(ballot) => cast_ballot::run(shop, &claimed, ballot, &stop).await,
            Job::RankBatch(batch) => rank_batch::run(shop, &claimed, batch).await,
            Job::TestKey(key) => test_key::run(shop, &claimed, key, &stop).await,
            Job::Probe(id) => probe::run(shop, &claimed, id, &stop).await,
            Job::TakeExam(exam) => take_exam::run(shop, &claimed, exam, &stop).await,
            Job::LearnFromChoice(batch) => learn::run(shop, &claimed, batch).await,
            Job::CompareConsensus(consensus) => compare_consensus::run(shop, &claimed, consensus).await,
            Job::DeliverWebhook(delivery) => deliver_webhook::run(shop, &claimed, delivery, &stop).await,
        };
        if let Err(error) = done {
            shop.put_back(&claimed, error).await;
        }
    }

    fn tell(&self, committed: Committed) {
        self.shop.bus.publish_all(committed.events, committed.changes);
    }

    async fn sweep(&self, lease: Duration) -> bool {
        sweep::run(&self.shop, lease).await
    }
}
