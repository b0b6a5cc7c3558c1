//! What a runner has in hand, and reaching into it from outside.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use quorum_domain::{
    Job,
    ids::{JobId, ResponseId, ServiceId, UserId},
};
use quorum_store::{Caps, ClaimedResponse, Running};
use tokio::sync::Notify;

use crate::{Stop, StopReason};

/// Running work by row.
#[derive(Default)]
struct Active {
    responses: HashMap<ResponseId, HeldAnswer>,
    jobs: HashMap<JobId, (i64, Stop)>,
    /// What each job in hand is, for those who do not know its row.
    rows: HashMap<Job, JobId>,
    /// Calls of answers that are about to be accepted.
    promised: HashMap<u64, (UserId, Vec<ServiceId>)>,
    promises: u64,
}

/// A response in hand.
struct HeldAnswer {
    /// What it was claimed under.
    fence: i64,
    stop: Stop,
    /// For whom it calls which service.
    call: (UserId, ServiceId),
    /// Whether the database is sure to know that it is in this worker's hands.
    committed: bool,
}

impl Active {
    /// Calls under way or promised, in this process.
    fn running(&self) -> Running {
        let mut running = Running::default();
        for HeldAnswer {
            call: (user, service), ..
        } in self.responses.values()
        {
            running.add(*user, *service, 1);
        }
        for (user, services) in self.promised.values() {
            for service in services {
                running.add(*user, *service, 1);
            }
        }
        running
    }

    /// Jobs that call somebody; of which user and service is not known here.
    fn calling_jobs(&self) -> usize {
        let calls = |job: &&Job| {
            !matches!(
                job,
                Job::RankBatch(_) | Job::LearnFromChoice(_) | Job::DeliverWebhook(_)
            )
        };
        self.rows.keys().filter(calls).count()
    }
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
    Response(ResponseId, (UserId, ServiceId)),
    Job(JobId, Job),
}

impl Row {
    pub const fn of(response: &ClaimedResponse) -> Self {
        Self::Response(response.lease.response_id, (response.user_id, response.service_id))
    }
}

impl RunnerHandle {
    fn active(&self) -> std::sync::MutexGuard<'_, Active> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops a response if this runner has it.
    pub fn stop_response(&self, id: ResponseId, reason: StopReason) {
        if let Some(held) = self.active().responses.get(&id) {
            held.stop.request(reason);
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
        let answers = active.responses.values().map(|held| &held.stop);
        for stop in answers.chain(active.jobs.values().map(|(_, stop)| stop)) {
            stop.request(reason);
        }
    }

    /// Takes a claimed row in hand until the guard is dropped.
    pub(crate) fn take(&self, row: Row, fence: i64, stop: Stop) -> InHand {
        self.hold(row, fence, stop, true)
    }

    /// The same for one whose claim is about to be committed.
    pub(crate) fn take_uncommitted(&self, row: Row, fence: i64, stop: Stop) -> InHand {
        self.hold(row, fence, stop, false)
    }

    fn hold(&self, row: Row, fence: i64, stop: Stop, committed: bool) -> InHand {
        let mut active = self.active();
        match row {
            Row::Response(id, call) => {
                let held = HeldAnswer {
                    fence,
                    stop,
                    call,
                    committed,
                };
                active.responses.insert(id, held);
            }
            Row::Job(id, job) => {
                active.rows.insert(job, id);
                active.jobs.insert(id, (fence, stop));
            }
        }
        InHand {
            handle: self.clone(),
            row,
            fence,
        }
    }

    /// Keeps calls of a user to services free, if all of them are within the caps.
    pub(crate) fn promise(&self, user: UserId, services: &[ServiceId], caps: Caps) -> Option<Promise> {
        let mut active = self.active();
        let (mut running, jobs) = (active.running(), active.calling_jobs());
        let caps = Caps {
            per_service: caps.per_service.saturating_sub(jobs),
            per_user: caps.per_user.saturating_sub(jobs),
        };
        for service in services {
            if !running.has_room(user, *service, caps) {
                return None;
            }
            running.add(user, *service, 1);
        }
        active.promises += 1;
        let number = active.promises;
        active.promised.insert(number, (user, services.to_vec()));
        Some(Promise {
            handle: self.clone(),
            number,
        })
    }

    /// Responses in hand of which the database knows.
    pub(crate) fn committed_responses(&self) -> Vec<(ResponseId, i64)> {
        let active = self.active();
        let committed = active.responses.iter().filter(|(_, held)| held.committed);
        committed.map(|(id, held)| (*id, held.fence)).collect()
    }

    pub(crate) fn responses(&self) -> Vec<(ResponseId, i64)> {
        let active = self.active();
        active.responses.iter().map(|(id, held)| (*id, held.fence)).collect()
    }

    pub(crate) fn jobs(&self) -> Vec<(Job, JobId, i64)> {
        let active = self.active();
        let fence_of = |id| active.jobs.get(id).map_or(0, |(fence, _)| *fence);
        active.rows.iter().map(|(job, id)| (*job, *id, fence_of(id))).collect()
    }

    /// Stops work whose lease is gone; work claimed again in the meantime has another fence.
    pub(crate) fn stop_lost_response(&self, id: ResponseId, fence: i64) {
        if let Some(held) = self.active().responses.get(&id).filter(|held| held.fence == fence) {
            held.stop.request(StopReason::LeaseLost);
        }
    }

    /// The same for a job.
    pub(crate) fn stop_lost_job(&self, id: JobId, fence: i64) {
        if let Some((_, stop)) = self.active().jobs.get(&id).filter(|(held, _)| *held == fence) {
            stop.request(StopReason::LeaseLost);
        }
    }
}

/// Calls that are kept free until this is dropped.
pub(crate) struct Promise {
    handle: RunnerHandle,
    number: u64,
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.handle.active().promised.remove(&self.number);
    }
}

/// Takes a row out of the active ones when its work ends, also by a panic. Work that was claimed
/// again in the meantime has another fence and stays.
pub(crate) struct InHand {
    handle: RunnerHandle,
    row: Row,
    fence: i64,
}

impl InHand {
    /// The database knows of it from now on.
    pub(crate) fn set_committed(&self) {
        if let Row::Response(id, _) = self.row
            && let Some(held) = self.handle.active().responses.get_mut(&id)
        {
            held.committed = true;
        }
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        let mut active = self.handle.active();
        match self.row {
            Row::Response(id, _) => {
                if active.responses.get(&id).is_some_and(|held| held.fence == self.fence) {
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
