//! Room in the runner of this process, for what is accepted here and begins without a claim.

use std::sync::{Arc, Mutex, PoisonError, atomic::Ordering};

use quorum_domain::ids::{ServiceId, UserId};
use quorum_store::{Beginning, ClaimedJob, ClaimedResponse};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::{Place, Reception};
use crate::{
    Stop,
    active::{InHand, Promise, Row},
};

impl Reception {
    fn job_room(self: Arc<Self>) -> Option<JobRoom> {
        if !self.open.load(Ordering::Acquire) {
            return None;
        }
        Some(JobRoom {
            place: Place::try_take(&self.job_places, &self.freed)?,
            _kept: self.work.token(),
            reception: self,
        })
    }

    /// Room for an answer of each service to a user's question, if there is room for all.
    fn room(self: Arc<Self>, user: UserId, services: &[ServiceId]) -> Option<Room> {
        if !self.open.load(Ordering::Acquire) {
            return None;
        }
        let promise = self.handle.promise(user, services, self.caps())?;
        let places = services
            .iter()
            .map(|_| Place::try_take(&self.answer_places, &self.freed));
        Some(Room {
            places: places.collect::<Option<_>>()?,
            _kept: (promise, self.work.token()),
            reception: self,
        })
    }
}

/// Where the reception of this process's runner is found, while there is one.
#[derive(Default)]
pub struct Door(Mutex<Option<Arc<Reception>>>);

impl Door {
    /// The runner works here, or no longer does.
    pub fn set(&self, reception: Option<Arc<Reception>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reception;
    }

    /// Room for an answer of each service to a user's question, if there is room for all.
    pub fn room(&self, user: UserId, services: &[ServiceId]) -> Option<Room> {
        self.reception()?.room(user, services)
    }

    /// Room for a job that calls nobody.
    pub fn job_room(&self) -> Option<JobRoom> {
        self.reception()?.job_room()
    }

    fn reception(&self) -> Option<Arc<Reception>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A place for a job in the runner of this process, kept free until this is dropped.
pub struct JobRoom {
    reception: Arc<Reception>,
    place: Place,
    _kept: TaskTrackerToken,
}

impl JobRoom {
    /// What to store a job with that begins here.
    pub fn beginning(&self) -> Beginning {
        self.reception.beginning()
    }

    /// Begins with it: its transaction is committed.
    pub(crate) fn begin(self, job: ClaimedJob) {
        self.reception.do_job(job, self.place);
    }
}

/// Places in the runner of this process, kept free until this is dropped.
pub struct Room {
    reception: Arc<Reception>,
    places: Vec<Place>,
    /// The calls, and the runner's waiting for it when it stops.
    _kept: (Promise, TaskTrackerToken),
}

impl Room {
    /// What to store answers with that begin here.
    pub fn beginning(&self) -> Beginning {
        self.reception.beginning()
    }

    /// Takes in hand what is about to be committed, so that it can be stopped from the moment on
    /// at which others know of it.
    pub(crate) fn take(self, begun: Vec<ClaimedResponse>) -> Taken {
        let taken = begun.into_iter().zip(self.places).map(|(response, place)| {
            let stop = Stop::default();
            let in_hand =
                self.reception
                    .handle
                    .take_uncommitted(Row::of(&response), response.lease.fence, stop.clone());
            (response, stop, in_hand, place)
        });
        Taken {
            taken: taken.collect(),
            reception: self.reception,
            _kept: self._kept,
        }
    }
}

/// Answers in hand whose transaction is about to be committed.
pub(crate) struct Taken {
    reception: Arc<Reception>,
    taken: Vec<(ClaimedResponse, Stop, InHand, Place)>,
    _kept: (Promise, TaskTrackerToken),
}

impl Taken {
    /// Begins with them: the transaction is committed.
    pub fn begin(self) {
        for (response, stop, in_hand, place) in self.taken {
            in_hand.set_committed();
            self.reception.answer(response, stop, (in_hand, place));
        }
    }
}
