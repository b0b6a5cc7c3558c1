//! The runner: claims due rows, gives each to the hands, and stops in order.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use quorum_domain::Timestamp;
use quorum_store::{Caps, Claim, Claimed, ClaimedJob, ClaimedResponse, Committed, Store};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Queue, Stop, StopReason,
    active::RunnerHandle,
    backend, jobs,
    leases::{self, Trust},
    reception::{Door, Reception},
    ring::Ring,
};

/// Who does the work. Every method records its outcome itself; none may panic, but one that does
/// only loses its lease.
#[async_trait]
pub trait Hands: Send + Sync + 'static {
    /// Answers a message with one service.
    async fn answer(&self, claimed: ClaimedResponse, stop: Stop);
    /// Does a job.
    async fn work(&self, job: ClaimedJob, stop: Stop);
    /// Tells the open pages what a claim stored.
    fn tell(&self, committed: Committed);
    /// Hands on what dead workers held, leases being this long; says whether it could.
    async fn sweep(&self, lease: Duration) -> bool;
}

/// How a runner works.
#[derive(Debug, Clone)]
pub struct RunnerOptions {
    /// How long this worker may be silent before its work goes to another.
    pub lease: Duration,
    /// Between two sweeps.
    pub sweep_every: Duration,
    /// Responses at once in this process.
    pub answer_places: usize,
    /// Other jobs at once in this process.
    pub job_places: usize,
    /// Calls at once over all processes.
    pub caps: Caps,
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
            caps: Caps {
                per_service: jobs::CALLS_PER_SERVICE,
                per_user: jobs::CALLS_PER_USER,
            },
            grace: Duration::from_secs(25),
        }
    }
}

/// Due rows are looked for at least this often: rows of other processes ring no bell here.
const LOOK_AT_LEAST_EVERY: Duration = Duration::from_secs(1);
/// Work that was left because places or caps are used up: another process may free some.
const LOOK_FOR_ROOM_EVERY: Duration = Duration::from_millis(250);
/// Between two claims while more waits than has room, so that each serves several freed places.
const GATHER_ROOM: Duration = Duration::from_millis(4);

/// Claims and runs due work.
pub struct Runner<H> {
    store: Store,
    ring: Arc<Ring>,
    door: Arc<Door>,
    hands: Arc<H>,
    reception: Arc<Reception>,
    options: RunnerOptions,
    born: Instant,
    handle: RunnerHandle,
}

impl<H: Hands> Runner<H> {
    /// A runner under a name that no process ever had.
    pub fn new(queue: &Queue, hands: Arc<H>, options: RunnerOptions, handle: RunnerHandle) -> Self {
        let owner = format!("worker-{}-{}", std::process::id(), Uuid::new_v4());
        Self {
            store: queue.store.clone(),
            ring: Arc::clone(&queue.ring),
            door: Arc::clone(&queue.door),
            reception: Arc::new(Reception::new(Arc::clone(&hands) as _, handle.clone(), owner, &options)),
            hands,
            options,
            born: Instant::now(),
            handle,
        }
    }

    /// Works until `shutdown`; then claims nothing more, lets running work finish within the
    /// grace (or until `hurry`), and hands the rest back.
    pub async fn run(self, shutdown: CancellationToken, hurry: CancellationToken) {
        let background = CancellationToken::new();
        let trust = Trust::new(self.options.lease, self.options.sweep_every);
        let mut side = JoinSet::new();
        side.spawn(backend::listen(
            self.store.clone(),
            Arc::clone(&self.ring),
            shutdown.clone(),
        ));
        side.spawn(backend::purge(self.store.clone(), shutdown.clone()));
        side.spawn(leases::keep(
            self.store.clone(),
            self.reception.owner().to_owned(),
            self.handle.clone(),
            Arc::clone(&trust),
            background.clone(),
        ));
        side.spawn(leases::sweep(
            Arc::clone(&self.hands),
            self.options.sweep_every,
            trust,
            shutdown.clone(),
        ));
        self.door.set(Some(Arc::clone(&self.reception)));
        self.claim_until(&shutdown).await;
        self.door.set(None);
        self.ring.set_at_work(false);
        self.drain(&hurry).await;
        background.cancel();
        while side.join_next().await.is_some() {}
    }

    async fn claim_until(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            let claimed = self.claim().await;
            let (left_some, cut_short) = (claimed.left_some, claimed.cut_short);
            let next_due_at = claimed.next_due_at;
            self.hands.tell(claimed.committed);
            for response in claimed.responses {
                self.reception.begin_response(response);
            }
            for job in claimed.jobs {
                self.reception.begin_job(job);
            }
            self.reception.set_open(!left_some && !cut_short);
            self.ring.set_at_work(!left_some && !self.reception.work().is_empty());
            if cut_short {
                continue;
            }
            let wait = if left_some {
                LOOK_FOR_ROOM_EVERY
            } else {
                self.until(next_due_at)
            };
            tokio::select! {
                () = self.ring.woken() => {}
                () = self.reception.freed(), if left_some => tokio::time::sleep(GATHER_ROOM).await,
                () = tokio::time::sleep(wait) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    /// How long to wait for the next row that becomes due.
    fn until(&self, due_at: Option<Timestamp>) -> Duration {
        due_at.map_or(LOOK_AT_LEAST_EVERY, |due_at| {
            (due_at - self.store.work_now())
                .to_std()
                .unwrap_or_default()
                .clamp(Duration::from_millis(5), LOOK_AT_LEAST_EVERY)
        })
    }

    async fn claim(&self) -> Claimed {
        let (responses, jobs) = self.reception.free();
        let claim = Claim {
            owner: self.reception.owner(),
            lease: self.reception.lease(),
            responses,
            jobs,
            caps: self.reception.caps(),
            up_for: self.born.elapsed(),
        };
        if claim.responses == 0 && claim.jobs == 0 {
            return Claimed {
                left_some: true,
                ..Claimed::default()
            };
        }
        match tokio::time::timeout(leases::PATIENCE, self.store.claim(claim)).await {
            Ok(Ok(claimed)) => return claimed,
            Ok(Err(error)) => tracing::warn!(error = %error, "due work could not be claimed"),
            Err(_) => tracing::warn!("the database did not answer a claim in time"),
        }
        Claimed::default()
    }

    async fn drain(&self, hurry: &CancellationToken) {
        let work = self.reception.work();
        work.close();
        let finished = tokio::select! {
            finished = tokio::time::timeout(self.options.grace, work.wait()) => finished.is_ok(),
            () = hurry.cancelled() => false,
        };
        if finished {
            return;
        }
        self.handle.stop_all(StopReason::Shutdown);
        if tokio::time::timeout(Duration::from_secs(2), work.wait()).await.is_err() {
            tracing::warn!("some work did not hand back in time; its leases will run out");
            self.reception.abandon();
        }
    }
}
