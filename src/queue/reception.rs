//! The runner of this process as those meet it who bring it work: rows that it has claimed, and
//! answers that are accepted with room for them and begin without a claim.

mod room;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use quorum_store::{Beginning, Caps, ClaimedJob, ClaimedResponse};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Hands, RunnerOptions, Stop,
    active::{InHand, Row, RunnerHandle},
};

pub use room::{Door, JobRoom, Room};

/// Room for work in this process, and the work that fills it.
pub struct Reception {
    hands: Arc<dyn Hands>,
    handle: RunnerHandle,
    owner: String,
    lease: chrono::Duration,
    caps: Caps,
    answer_places: Arc<Semaphore>,
    job_places: Arc<Semaphore>,
    /// Told whenever a place becomes free.
    freed: Arc<Notify>,
    work: TaskTracker,
    /// Work that did not hand back in time is dropped.
    abandoned: CancellationToken,
    /// Whether nothing waits that would have to go first.
    open: AtomicBool,
}

impl Reception {
    pub fn new(hands: Arc<dyn Hands>, handle: RunnerHandle, owner: String, options: &RunnerOptions) -> Self {
        Self {
            hands,
            handle,
            owner,
            lease: chrono::Duration::from_std(options.lease).unwrap_or_default(),
            caps: options.caps,
            answer_places: Arc::new(Semaphore::new(options.answer_places)),
            job_places: Arc::new(Semaphore::new(options.job_places)),
            freed: Arc::default(),
            work: TaskTracker::new(),
            abandoned: CancellationToken::new(),
            open: AtomicBool::new(false),
        }
    }

    /// The worker's name.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// How long the worker may be silent.
    pub const fn lease(&self) -> chrono::Duration {
        self.lease
    }

    /// Calls at once over all workers.
    pub fn caps(&self) -> Caps {
        self.handle.caps().unwrap_or(self.caps)
    }

    /// Free places for responses and for jobs.
    pub fn free(&self) -> (usize, usize) {
        (
            self.answer_places.available_permits(),
            self.job_places.available_permits(),
        )
    }

    /// Waits until a place becomes free.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    /// The work in hand.
    pub const fn work(&self) -> &TaskTracker {
        &self.work
    }

    fn beginning(&self) -> Beginning {
        Beginning {
            owner: self.owner.clone(),
            lease: self.lease,
        }
    }

    /// Whether what is accepted may begin at once: nothing due was left waiting.
    pub fn set_open(&self, open: bool) {
        self.open.store(open, Ordering::Release);
    }

    /// Drops the work that is left.
    pub fn abandon(&self) {
        self.abandoned.cancel();
    }

    /// Begins with rows that were claimed.
    pub fn begin_response(&self, response: ClaimedResponse) {
        let stop = Stop::default();
        let in_hand = self.handle.take(Row::of(&response), response.lease.fence, stop.clone());
        let place = Place::take(&self.answer_places, &self.freed);
        self.answer(response, stop, (in_hand, place));
    }

    /// Begins with a job that was claimed.
    pub fn begin_job(&self, job: ClaimedJob) {
        self.do_job(job, Place::take(&self.job_places, &self.freed));
    }

    fn do_job(&self, job: ClaimedJob, place: Place) {
        let stop = Stop::default();
        let in_hand = self.handle.take(Row::Job(job.id, job.job), job.fence, stop.clone());
        let hands = Arc::clone(&self.hands);
        self.spawn(async move {
            let _until_done = (in_hand, place);
            hands.work(job, stop).await;
        });
    }

    fn answer(&self, response: ClaimedResponse, stop: Stop, until_done: (InHand, Place)) {
        let hands = Arc::clone(&self.hands);
        self.spawn(async move {
            let _until_done = until_done;
            hands.answer(response, stop).await;
        });
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let abandoned = self.abandoned.clone();
        self.work.spawn(async move {
            tokio::select! {
                () = work => {}
                () = abandoned.cancelled() => {}
            }
        });
    }
}

/// A place, held until dropped.
struct Place {
    _permit: Option<OwnedSemaphorePermit>,
    freed: Arc<Notify>,
}

impl Place {
    /// For what is claimed already: it has a place even where an answer that began without a claim
    /// was faster.
    fn take(places: &Arc<Semaphore>, freed: &Arc<Notify>) -> Self {
        Self {
            _permit: Arc::clone(places).try_acquire_owned().ok(),
            freed: Arc::clone(freed),
        }
    }

    fn try_take(places: &Arc<Semaphore>, freed: &Arc<Notify>) -> Option<Self> {
        Some(Self {
            _permit: Some(Arc::clone(places).try_acquire_owned().ok()?),
            freed: Arc::clone(freed),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.freed.notify_one();
    }
}
