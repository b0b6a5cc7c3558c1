//! Keeping the leases of this worker alive, and handing on those of dead ones.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use quorum_store::Store;
use tokio_util::sync::CancellationToken;

use crate::{
    Hands,
    active::{Row, RunnerHandle},
};

/// Between two tries of a renewal that failed.
const RENEW_AGAIN_AFTER: Duration = Duration::from_millis(500);

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

/// Renews every lease of the worker three times per lease, and stops work whose lease is gone.
pub async fn keep(store: Store, owner: String, handle: RunnerHandle, trust: Arc<Trust>, stopped: CancellationToken) {
    let length = chrono::Duration::from_std(trust.lease).unwrap_or_default();
    let mut wait = trust.lease / 3;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = handle.asked_to_check() => {}
            () = stopped.cancelled() => return,
        }
        wait = trust.lease / 3;
        if handle.in_hand() == (0, 0) {
            continue;
        }
        let (responses, jobs) = (handle.responses(), handle.jobs());
        let renewed = async {
            let held = store.renew_response_leases(&owner, length).await?;
            for (id, fence) in responses.into_iter().filter(|row| !held.contains(row)) {
                handle.stop_lost(Row::Response(id), fence);
            }
            let held = store.renew_job_leases(&owner, length).await?;
            for (job, id, fence) in jobs.into_iter().filter(|(_, id, fence)| !held.contains(&(*id, *fence))) {
                handle.stop_lost(Row::Job(id, job), fence);
            }
            Ok::<_, quorum_store::StoreError>(())
        };
        if let Err(error) = renewed.await {
            tracing::warn!(error = %error, "leases could not be renewed; trying again");
            trust.lose();
            wait = RENEW_AGAIN_AFTER.min(wait);
        }
    }
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
        if trust.holds() && !hands.sweep(trust.lease).await {
            trust.lose();
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = shutdown.cancelled() => return,
        }
    }
}
