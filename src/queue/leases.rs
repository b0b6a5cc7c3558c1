//! Keeping the leases of this worker alive, and handing on those of dead ones.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use quorum_domain::ids::{JobId, ResponseId};
use quorum_store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

use crate::{
    Hands,
    active::{Row, RunnerHandle},
};

/// Between two tries of a renewal that failed.
const RENEW_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// A line to the database that is silent for longer is given up; its death may not be noticed otherwise.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Whether expired leases may be taken for those of the dead. While the database was away, or
/// this process stood still, the living could not renew theirs, or were not seen to: for one
/// lease after such trouble nothing is handed on.
pub struct Trust {
    lease: Duration,
    again_at: Mutex<Option<Instant>>,
}

impl Trust {
    pub fn new(lease: Duration) -> Arc<Self> {
        Arc::new(Self {
            lease,
            again_at: Mutex::new(None),
        })
    }

    fn again_at(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.again_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lose(&self) {
        *self.again_at() = Some(Instant::now() + self.lease);
    }

    fn holds(&self) -> bool {
        self.again_at().is_none_or(|again_at| Instant::now() >= again_at)
    }
}

/// Rows that this worker holds by the database and does not have in hand: a claim was committed
/// and its reply got lost.
#[derive(Default)]
struct Stray {
    responses: Vec<(ResponseId, i64)>,
    jobs: Vec<(JobId, i64)>,
}

/// Renews every lease of the worker three times per lease, stops work whose lease is gone, and
/// gives back what it never got.
pub async fn keep(store: Store, owner: String, handle: RunnerHandle, trust: Arc<Trust>, stopped: CancellationToken) {
    let mut wait = trust.lease / 3;
    let mut stray = Stray::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = handle.asked_to_check() => {}
            () = stopped.cancelled() => return,
        }
        wait = trust.lease / 3;
        let trouble = match tokio::time::timeout(PATIENCE, renew(&store, &owner, &handle, trust.lease, &stray)).await {
            Ok(Ok(found)) => {
                stray = found;
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the database does not answer".into(),
        };
        tracing::warn!(error = %trouble, "leases could not be renewed; trying again");
        trust.lose();
        wait = RENEW_AGAIN_AFTER.min(wait);
    }
}

/// Gives the rows that are held but not in hand. One that was just being claimed is in hand by
/// the next time, so only those that were found before are given back.
async fn renew(
    store: &Store,
    owner: &str,
    handle: &RunnerHandle,
    lease: Duration,
    found_before: &Stray,
) -> Result<Stray, StoreError> {
    let length = chrono::Duration::from_std(lease).unwrap_or_default();
    let (responses, jobs) = (handle.responses(), handle.jobs());
    let held_responses = store.renew_response_leases(owner, length).await?;
    for (id, fence) in responses.iter().filter(|row| !held_responses.contains(row)) {
        handle.stop_lost(Row::Response(*id), *fence);
    }
    let held_jobs = store.renew_job_leases(owner, length).await?;
    for (job, id, fence) in jobs.iter().filter(|(_, id, fence)| !held_jobs.contains(&(*id, *fence))) {
        handle.stop_lost(Row::Job(*id, *job), *fence);
    }
    let (responses, jobs) = (handle.responses(), handle.jobs());
    let stray = Stray {
        responses: held_responses
            .into_iter()
            .filter(|row| !responses.contains(row))
            .collect(),
        jobs: held_jobs
            .into_iter()
            .filter(|(id, fence)| !jobs.iter().any(|(_, in_hand, at)| (in_hand, at) == (id, fence)))
            .collect(),
    };
    for (id, fence) in stray
        .responses
        .iter()
        .filter(|row| found_before.responses.contains(row))
    {
        store.give_back_response(owner, *id, *fence).await?;
    }
    for (id, fence) in stray.jobs.iter().filter(|row| found_before.jobs.contains(row)) {
        store.give_back_job(owner, *id, *fence).await?;
    }
    Ok(stray)
}

/// Has the hands hand on what dead workers held.
pub async fn sweep<H: Hands>(hands: Arc<H>, every: Duration, trust: Arc<Trust>, shutdown: CancellationToken) {
    let mut last = Instant::now();
    loop {
        if last.elapsed() > every * 4 {
            tracing::warn!("this process stood still for a while; it hands nothing on for one lease");
            trust.lose();
        }
        last = Instant::now();
        if trust.holds() && !matches!(tokio::time::timeout(PATIENCE, hands.sweep(trust.lease)).await, Ok(true)) {
            trust.lose();
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = shutdown.cancelled() => return,
        }
    }
}
