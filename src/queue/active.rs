//! What a runner has in hand, and reaching into it from outside.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use quorum_domain::{
    Job,
    ids::{JobId, ResponseId},
};
use quorum_store::Caps;
use tokio::sync::Notify;

use crate::{Stop, StopReason};

/// Running work by row, with the fence it was claimed under.
#[derive(Default)]
struct Active {
    responses: HashMap<ResponseId, (i64, Stop)>,
    jobs: HashMap<JobId, (i64, Stop)>,
    /// What each job in hand is, for those who do not know its row.
    rows: HashMap<Job, JobId>,
}

/// Reaches into a runner from outside.
#[derive(Clone, Default)]
pub struct RunnerHandle {
    active: Arc<Mutex<Active>>,
    check: Arc<Notify>,
    caps: Arc<Mutex<Option<Caps>>>,
}

/// A row in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    Response(ResponseId),
    Job(JobId, Job),
}

impl RunnerHandle {
    fn active(&self) -> std::sync::MutexGuard<'_, Active> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops a response if this runner has it.
    pub fn stop_response(&self, id: ResponseId, reason: StopReason) {
        if let Some((_, stop)) = self.active().responses.get(&id) {
            stop.request(reason);
        }
    }

    /// Stops a job if this runner has it.
    pub fn stop_job(&self, job: Job, reason: StopReason) {
        let active = self.active();
        if let Some((_, stop)) = active.rows.get(&job).and_then(|row| active.jobs.get(row)) {
            stop.request(reason);
        }
    }

    /// Looks now whether this worker still holds what it has in hand, not only when leases are
    /// to be renewed.
    pub fn check_leases(&self) {
        self.check.notify_one();
    }

    /// Changes how many calls there are at once, from the next claim on.
    pub fn set_caps(&self, caps: Caps) {
        *self.caps.lock().unwrap_or_else(PoisonError::into_inner) = Some(caps);
    }

    /// How many calls there are at once, if that was changed.
    pub(crate) fn caps(&self) -> Option<Caps> {
        *self.caps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn asked_to_check(&self) {
        self.check.notified().await;
    }

    /// Responses and jobs in hand.
    pub fn in_hand(&self) -> (usize, usize) {
        let active = self.active();
        (active.responses.len(), active.jobs.len())
    }

    pub(crate) fn stop_all(&self, reason: StopReason) {
        let active = self.active();
        for (_, stop) in active.responses.values().chain(active.jobs.values()) {
            stop.request(reason);
        }
    }

    /// Takes a row in hand until the guard is dropped.
    pub(crate) fn take(&self, row: Row, fence: i64, stop: Stop) -> InHand {
        let mut active = self.active();
        match row {
            Row::Response(id) => active.responses.insert(id, (fence, stop)),
            Row::Job(id, job) => {
                active.rows.insert(job, id);
                active.jobs.insert(id, (fence, stop))
            }
        };
        InHand {
            handle: self.clone(),
            row,
            fence,
        }
    }

    pub(crate) fn responses(&self) -> Vec<(ResponseId, i64)> {
        let active = self.active();
        active.responses.iter().map(|(id, (fence, _))| (*id, *fence)).collect()
    }

    pub(crate) fn jobs(&self) -> Vec<(Job, JobId, i64)> {
        let active = self.active();
        let fence_of = |id| active.jobs.get(id).map_or(0, |(fence, _)| *fence);
        active.rows.iter().map(|(job, id)| (*job, *id, fence_of(id))).collect()
    }

    /// Stops work whose lease is gone; work claimed again in the meantime has another fence.
    pub(crate) fn stop_lost(&self, row: Row, fence: i64) {
        let active = self.active();
        let held = match row {
            Row::Response(id) => active.responses.get(&id),
            Row::Job(id, _) => active.jobs.get(&id),
        };
        if let Some((held, stop)) = held
            && *held == fence
        {
            stop.request(StopReason::LeaseLost);
        }
    }
}

/// Takes a row out of the active ones when its work ends, also by a panic. Work that was claimed
/// again in the meantime has another fence and stays.
pub(crate) struct InHand {
    handle: RunnerHandle,
    row: Row,
    fence: i64,
}

impl Drop for InHand {
    fn drop(&mut self) {
        let mut active = self.handle.active();
        match self.row {
            Row::Response(id) => {
                if active.responses.get(&id).is_some_and(|(held, _)| *held == self.fence) {
                    active.responses.remove(&id);
                }
            }
            Row::Job(id, job) => {
                if active.jobs.get(&id).is_some_and(|(held, _)| *held == self.fence) {
                    active.jobs.remove(&id);
                    active.rows.remove(&job);
                }
            }
        }
    }
}
