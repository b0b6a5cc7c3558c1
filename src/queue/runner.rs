//! The runner: claims due rows, gives each to the hands, keeps leases alive, and stops in order.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use quorum_domain::ids::{JobId, ResponseId};
use quorum_store::{ClaimedJob, ClaimedResponse, Store};
use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Queue, Stop, StopReason, backend, jobs, ring::Ring};

/// Who does the work. Every method records its outcome itself; none may panic, but one that does
/// only loses its lease.
#[async_trait]
pub trait Hands: Send + Sync + 'static {
    /// Answers a message with one service.
    async fn answer(&self, claimed: ClaimedResponse, stop: Stop);
    /// Does a job.
    async fn work(&self, job: ClaimedJob, stop: Stop);
    /// Hands on what dead workers held.
    async fn sweep(&self);
}

/// How a runner works.
#[derive(Debug, Clone)]
pub struct RunnerOptions {
    /// How long this worker may be silent before its work goes to another.
    pub lease: Duration,
    /// Between two sweeps.
    pub sweep_every: Duration,
    /// Responses at once.
    pub answer_places: usize,
    /// Other jobs at once.
    pub job_places: usize,
    /// How long running work may go on after a request to stop.
    pub grace: Duration,
}

impl Default for RunnerOptions {
    fn default() -> Self {
        Self {
            lease: jobs::LEASE,
            sweep_every: jobs::SWEEP_EVERY,
            answer_places: jobs::ANSWER_PLACES,
            job_places: jobs::JOB_PLACES,
            grace: Duration::from_secs(25),
        }
    }
}

/// Running work by row, with the fence it was claimed under.
#[derive(Default)]
struct Active {
    responses: HashMap<ResponseId, (i64, Stop)>,
    jobs: HashMap<JobId, (i64, Stop)>,
}

/// Reaches into a runner from outside.
#[derive(Clone, Default)]
pub struct RunnerHandle {
    active: Arc<Mutex<Active>>,
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

    /// Responses and jobs in hand.
    pub fn in_hand(&self) -> (usize, usize) {
        let active = self.active();
        (active.responses.len(), active.jobs.len())
    }

    fn stop_all(&self, reason: StopReason) {
        let active = self.active();
        for (_, stop) in active.responses.values().chain(active.jobs.values()) {
            stop.request(reason);
        }
    }
}

/// Claims and runs due work.
pub struct Runner<H> {
    store: Store,
    ring: Arc<Ring>,
    hands: Arc<H>,
    options: RunnerOptions,
    owner: String,
    handle: RunnerHandle,
}

impl<H: Hands> Runner<H> {
    /// A runner under a name that no process ever had.
    pub fn new(queue: &Queue, hands: Arc<H>, options: RunnerOptions, handle: RunnerHandle) -> Self {
        let owner = format!("worker-{}-{}", std::process::id(), Uuid::new_v4());
        Self {
            store: queue.store.clone(),
            ring: Arc::clone(&queue.ring),
            hands,
            options,
            owner,
            handle,
        }
    }

    /// Works until `shutdown`; then claims nothing more, lets running work finish within the
    /// grace, and hands the rest back.
    pub async fn run(self, shutdown: CancellationToken) {
        let background = CancellationToken::new();
        let mut side = JoinSet::new();
        side.spawn(backend::listen(
            self.store.clone(),
            Arc::clone(&self.ring),
            shutdown.clone(),
        ));
        side.spawn(backend::purge(self.store.clone(), shutdown.clone()));
        side.spawn(keep_leases(
            self.store.clone(),
            self.owner.clone(),
            self.options.lease,
            self.handle.clone(),
            background.clone(),
        ));
        side.spawn(sweep_regularly(
            Arc::clone(&self.hands),
            self.options.sweep_every,
            shutdown.clone(),
        ));
        let mut work = JoinSet::new();
        self.claim_until(&shutdown, &mut work).await;
        self.drain(&mut work).await;
        background.cancel();
        while side.join_next().await.is_some() {}
    }

    async fn claim_until(&self, shutdown: &CancellationToken, work: &mut JoinSet<()>) {
        let answer_places = Arc::new(Semaphore::new(self.options.answer_places));
        let job_places = Arc::new(Semaphore::new(self.options.job_places));
        while !shutdown.is_cancelled() {
            let claimed = self.claim_answers(&answer_places, work).await + self.claim_jobs(&job_places, work).await;
            while work.try_join_next().is_some() {}
            if claimed > 0 {
                continue;
            }
            let wait = self.until_next_due().await;
            tokio::select! {
                () = self.ring.woken() => {}
                () = tokio::time::sleep(wait) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    /// Until the next row becomes due, at most a second: rows of other processes ring no bell here.
    async fn until_next_due(&self) -> Duration {
        const AT_MOST: Duration = Duration::from_secs(1);
        match self.store.next_due_at().await {
            Ok(Some(due)) => (due - self.store.now())
                .to_std()
                .unwrap_or_default()
                .clamp(Duration::from_millis(5), AT_MOST),
            Ok(None) => AT_MOST,
            Err(error) => {
                tracing::warn!(error = %error, "due work could not be looked up");
                AT_MOST
            }
        }
    }

    async fn claim_answers(&self, places: &Arc<Semaphore>, work: &mut JoinSet<()>) -> usize {
        let free = places.available_permits();
        if free == 0 {
            return 0;
        }
        let lease = chrono::Duration::from_std(self.options.lease).unwrap_or_default();
        let claimed = match self.store.claim_responses(&self.owner, lease, limit(free)).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(error = %error, "due responses could not be claimed");
                return 0;
            }
        };
        let count = claimed.len();
        for response in claimed {
            let (id, fence, stop) = (response.lease.response_id, response.lease.fence, Stop::default());
            self.handle.active().responses.insert(id, (fence, stop.clone()));
            let (hands, handle, places) = (Arc::clone(&self.hands), self.handle.clone(), Arc::clone(places));
            work.spawn(async move {
                // Closed only when the runner is gone, and then nothing is spawned.
                let _place = places.acquire_owned().await;
                let _entry = Entry(handle, Row::Response(id, fence));
                hands.answer(response, stop).await;
            });
        }
        count
    }

    async fn claim_jobs(&self, places: &Arc<Semaphore>, work: &mut JoinSet<()>) -> usize {
        let free = places.available_permits();
        if free == 0 {
            return 0;
        }
        let lease = chrono::Duration::from_std(self.options.lease).unwrap_or_default();
        let claimed = match self.store.claim_jobs(&self.owner, lease, limit(free)).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(error = %error, "due jobs could not be claimed");
                return 0;
            }
        };
        let count = claimed.len();
        for job in claimed {
            let (id, fence, stop) = (job.id, job.fence, Stop::default());
            self.handle.active().jobs.insert(id, (fence, stop.clone()));
            let (hands, handle, places) = (Arc::clone(&self.hands), self.handle.clone(), Arc::clone(places));
            work.spawn(async move {
                let _place = places.acquire_owned().await;
                let _entry = Entry(handle, Row::Job(id, fence));
                hands.work(job, stop).await;
            });
        }
        count
    }

    async fn drain(&self, work: &mut JoinSet<()>) {
        let finish = async { while work.join_next().await.is_some() {} };
        if tokio::time::timeout(self.options.grace, finish).await.is_ok() {
            return;
        }
        self.handle.stop_all(StopReason::Shutdown);
        let hand_back = async { while work.join_next().await.is_some() {} };
        if tokio::time::timeout(Duration::from_secs(2), hand_back).await.is_err() {
            tracing::warn!("some work did not hand back in time; its leases will run out");
            work.abort_all();
        }
    }
}

fn limit(free: usize) -> i64 {
    i64::try_from(free.min(64)).unwrap_or(64)
}

enum Row {
    Response(ResponseId, i64),
    Job(JobId, i64),
}

/// Takes a row out of the active ones when its work ends, also by a panic. Work that was claimed
/// again in the meantime has another fence and stays.
struct Entry(RunnerHandle, Row);

impl Drop for Entry {
    fn drop(&mut self) {
        let mut active = self.0.active();
        match self.1 {
            Row::Response(id, fence) => {
                if active.responses.get(&id).is_some_and(|(held, _)| *held == fence) {
                    active.responses.remove(&id);
                }
            }
            Row::Job(id, fence) => {
                if active.jobs.get(&id).is_some_and(|(held, _)| *held == fence) {
                    active.jobs.remove(&id);
                }
            }
        }
    }
}

/// Renews every lease of the worker three times per lease, and stops work whose lease is gone.
async fn keep_leases(store: Store, owner: String, lease: Duration, handle: RunnerHandle, stopped: CancellationToken) {
    let length = chrono::Duration::from_std(lease).unwrap_or_default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(lease / 3) => {}
            () = stopped.cancelled() => return,
        }
        if handle.in_hand() == (0, 0) {
            continue;
        }
        let before: Vec<(ResponseId, i64)> = handle
            .active()
            .responses
            .iter()
            .map(|(id, (fence, _))| (*id, *fence))
            .collect();
        let jobs_before: Vec<(JobId, i64)> = handle
            .active()
            .jobs
            .iter()
            .map(|(id, (fence, _))| (*id, *fence))
            .collect();
        match store.renew_response_leases(&owner, length).await {
            Ok(held) => stop_lost(&handle, before.iter().filter(|row| !held.contains(row))),
            Err(error) => {
                tracing::warn!(error = %error, "leases of responses could not be renewed")
            }
        }
        match store.renew_job_leases(&owner, length).await {
            Ok(held) => {
                let active = handle.active();
                for (id, _) in jobs_before.iter().filter(|row| !held.contains(row)) {
                    if let Some((_, stop)) = active.jobs.get(id) {
                        stop.request(StopReason::LeaseLost);
                    }
                }
            }
            Err(error) => tracing::warn!(error = %error, "leases of jobs could not be renewed"),
        }
    }
}

fn stop_lost<'a>(handle: &RunnerHandle, lost: impl Iterator<Item = &'a (ResponseId, i64)>) {
    let active = handle.active();
    for (id, fence) in lost {
        if let Some((held, stop)) = active.responses.get(id)
            && held == fence
        {
            stop.request(StopReason::LeaseLost);
        }
    }
}

async fn sweep_regularly<H: Hands>(hands: Arc<H>, every: Duration, shutdown: CancellationToken) {
    loop {
        hands.sweep().await;
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = shutdown.cancelled() => return,
        }
    }
}
