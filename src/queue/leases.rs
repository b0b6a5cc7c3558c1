//! Keeping the leases of this worker alive, and handing on those of dead ones.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use quorum_domain::ids::{JobId, ResponseId};
use quorum_store::{Store, StoreError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Hands, active::RunnerHandle};

/// Between two tries of a renewal that failed.
const RENEW_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// A line to the database that is silent for longer is given up; its death may not be noticed otherwise.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Whether expired leases may be taken for those of the dead. After the database was away, or this
/// process stood still, for long enough that the living may not have renewed theirs, nothing is
/// handed on for one lease. A single failure says nothing: leases are renewed three times each.
pub struct Trust {
    lease: Duration,
    /// Trouble that is shorter than this lets no lease run out.
    bearable: Duration,
    state: Mutex<State>,
}

struct State {
    renewals_fail_since: Option<Instant>,
    last_look: Instant,
    again_at: Instant,
}

impl Trust {
    pub fn new(lease: Duration, sweep_every: Duration) -> Arc<Self> {
        let now = Instant::now();
        Arc::new(Self {
            lease,
            bearable: (lease / 2).max(sweep_every * 3),
            state: Mutex::new(State {
                renewals_fail_since: None,
                last_look: now,
                again_at: now,
            }),
        })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn renewal_failed(&self) {
        self.state().renewals_fail_since.get_or_insert_with(Instant::now);
    }

    fn renewed(&self) {
        let mut state = self.state();
        if let Some(since) = state.renewals_fail_since.take()
            && since.elapsed() > self.bearable
        {
            state.again_at = Instant::now() + self.lease;
        }
    }

    /// Whether to look for expired leases now.
    fn holds(&self) -> bool {
        let mut state = self.state();
        let now = Instant::now();
        if now - state.last_look > self.bearable {
            tracing::warn!("nothing could be handed on for a while; for one lease nothing is");
            state.again_at = now + self.lease;
            state.last_look = now;
        }
        if now < state.again_at {
            state.last_look = now;
            return false;
        }
        state
            .renewals_fail_since
            .is_none_or(|since| since.elapsed() <= self.bearable)
    }

    fn looked(&self) {
        self.state().last_look = Instant::now();
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
                trust.renewed();
                stray = found;
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the database does not answer".into(),
        };
        tracing::warn!(error = %trouble, "leases could not be renewed; trying again");
        trust.renewal_failed();
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
    let (responses, jobs) = (handle.committed_responses(), handle.jobs());
    let held = store.renew_leases(owner, length).await?;
    for (id, fence) in responses.iter().filter(|row| !held.responses.contains(row)) {
        handle.stop_lost_response(*id, *fence);
    }
    for (_, id, fence) in jobs.iter().filter(|(_, id, fence)| !held.jobs.contains(&(*id, *fence))) {
        handle.stop_lost_job(*id, *fence);
    }
    let (responses, jobs) = (handle.responses(), handle.jobs());
    let stray = Stray {
        responses: held
            .responses
            .into_iter()
            .filter(|row| !responses.contains(row))
            .collect(),
        jobs: held
            .jobs
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
    loop {
        if trust.holds() && matches!(tokio::time::timeout(PATIENCE, hands.sweep(trust.lease)).await, Ok(true)) {
            trust.looked();
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn short() -> Arc<Trust> {
        Trust::new(Duration::from_millis(80), Duration::from_millis(5))
    }

    #[tokio::test(start_paused = true)]
    async fn one_failed_renewal_shakes_no_trust() {
        let trust = short();
        trust.renewal_failed();
        assert!(trust.holds());
        trust.renewed();
        assert!(trust.holds());
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_long_outage_nothing_is_handed_on_for_one_lease() {
        let trust = short();
        trust.renewal_failed();
        advance(Duration::from_millis(60)).await;
        trust.looked();
        assert!(!trust.holds(), "renewals still fail");
        trust.renewed();
        assert!(!trust.holds(), "others may not have renewed yet");
        advance(Duration::from_millis(90)).await;
        trust.looked();
        assert!(trust.holds());
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_stood_still_holds_back_once_and_not_for_ever() {
        let trust = short();
        advance(Duration::from_millis(60)).await;
        assert!(!trust.holds());
        for _ in 0..9 {
            advance(Duration::from_millis(10)).await;
            let _looked_in_between = trust.holds();
        }
        assert!(trust.holds());
    }
}
