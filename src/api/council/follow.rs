//! Following a run from its acceptance to its answer: from what is stored and from what is told,
//! so that it can be taken up at any moment, by any process, as often as one likes.

use std::{collections::VecDeque, time::Duration};

use quorum_domain::{Credential, Delta, EventBody, Run, StoredEvent, batch::BatchState, ids::ResponseId};
use quorum_push::{Notice, Signal, SignalSubscription, Subscription};
use tokio::time::Interval;

use super::{
    Outcome,
    outcome::{Standing, standing},
    told::{Gap, Told},
};
use crate::{ApiError, AppState, access::holder_of};

/// How often it is looked at without being told to: notices may be lost, and tokens are revoked.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How many have answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Answers that are in, whatever they are.
    pub finished: i64,
    /// Answers asked for.
    pub expected: i64,
    /// All are in, and something is made of them.
    pub weighing: bool,
}

/// What happens next in a run.
#[derive(Debug)]
pub enum Step {
    /// It has come further.
    Progress(Progress),
    /// More of the answer's text.
    Text(String),
    /// The end.
    Done(Box<Outcome>),
}

/// Follows one run.
pub struct Follower {
    state: AppState,
    credential: Credential,
    run: Run,
    notices: Subscription,
    signals: SignalSubscription,
    look: Interval,
    text_of: Option<ResponseId>,
    told: Told,
    ready: VecDeque<Step>,
}

impl Follower {
    /// Begins with how far the run is now.
    pub async fn start(state: &AppState, credential: Credential, run: Run) -> Result<Self, ApiError> {
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.reset();
        let mut follower = Self {
            // Listening begins before anything is read, so that nothing falls between.
            notices: state.bus.subscribe(run.conversation_id),
            signals: state.bus.signals(),
            state: state.clone(),
            credential,
            run,
            look,
            text_of: None,
            told: Told::default(),
            ready: VecDeque::new(),
        };
        follower.look().await?;
        Ok(follower)
    }

    /// What is known by now, without waiting.
    pub fn at_hand(&mut self) -> Option<Step> {
        self.ready.pop_front()
    }

    /// What happens next. After [`Step::Done`] nothing more does.
    pub async fn next(&mut self) -> Result<Step, ApiError> {
        let stopping = self.state.stopping.clone();
        loop {
            if let Some(step) = self.ready.pop_front() {
                return Ok(step);
            }
            tokio::select! {
                notice = self.notices.next() => match notice {
                    Some(Notice::Event(event)) => self.hear_event(&event).await?,
                    Some(Notice::Delta(delta)) => self.hear_delta(&delta).await?,
                    Some(Notice::Thoughts(_)) => {}
                    Some(Notice::Lagged) => {
                        self.look().await?;
                        self.catch_up().await?;
                    }
                    None => return Err(ApiError::Unavailable),
                },
                signal = self.signals.next() => match signal {
                    Some(Signal::Missed) => self.check().await?,
                    Some(Signal::UserClosed(user)) if user == self.run.user_id => self.check().await?,
                    Some(_) => {}
                    None => return Err(ApiError::Unavailable),
                },
                _ = self.look.tick() => {
                    self.check().await?;
                    self.look().await?;
                }
                () = stopping.cancelled() => return Err(ApiError::Unavailable),
            }
        }
    }

    /// The outcome, however long it takes.
    pub async fn outcome(mut self) -> Result<Outcome, ApiError> {
        loop {
            if let Step::Done(outcome) = self.next().await? {
                return Ok(*outcome);
            }
        }
    }

    async fn check(&self) -> Result<(), ApiError> {
        match holder_of(&self.state, self.credential).await {
            Err(ApiError::Unauthenticated) => Err(ApiError::Unauthenticated),
            // The database being away for a moment ends nothing.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn hear_event(&mut self, event: &StoredEvent) -> Result<(), ApiError> {
        match &event.body {
            EventBody::BatchUpdate { batch } if batch.id == self.run.batch_id => {
                self.ready.push_back(Step::Progress(progress_of(batch)));
                if batch.status.is_final() {
                    self.look().await?;
                }
            }
            EventBody::ResponseUpdate { response } if Some(response.id) == self.text_of => self.look().await?,
            EventBody::ConsensusUpdate { consensus } if consensus.response.batch_id == self.run.batch_id => {
                self.look().await?;
            }
            EventBody::ConversationDeleted {} => return Err(ApiError::NotFound("run")),
            _ => {}
        }
        Ok(())
    }

    async fn hear_delta(&mut self, delta: &Delta) -> Result<(), ApiError> {
        if Some(delta.response_id) != self.text_of {
            return Ok(());
        }
        match self.told.hear(delta) {
            Ok(more) => {
                self.ready.extend(more.map(Step::Text));
                Ok(())
            }
            Err(Gap) => self.catch_up().await,
        }
    }

    /// Reads how far the run is; notes the end, or whose text to listen to.
    async fn look(&mut self) -> Result<(), ApiError> {
        if self.ready.iter().any(|step| matches!(step, Step::Done(_))) {
            return Ok(());
        }
        let mut session = self.state.store.read().await?;
        match standing(&mut session, self.run.user_id, self.run.batch_id).await? {
            Standing::Open { text_of } if text_of == self.text_of => Ok(()),
            Standing::Open { text_of } => {
                drop(session);
                self.text_of = text_of;
                self.catch_up().await
            }
            Standing::Settled => {
                let outcome = Outcome::of(&mut session, self.run.user_id, self.run.batch_id).await?;
                drop(session);
                let rest = self.told.finish(&outcome.text).map_err(|_| ApiError::AnswerRestarted)?;
                if !rest.is_empty() {
                    self.ready.push_back(Step::Text(rest));
                }
                self.ready.push_back(Step::Done(Box::new(outcome)));
                Ok(())
            }
        }
    }

    /// Hears the text so far, from its beginning.
    async fn catch_up(&mut self) -> Result<(), ApiError> {
        let Some(response_id) = self.text_of else { return Ok(()) };
        let running = self.state.bus.text_so_far(response_id).await;
        let (attempt, text) = match running {
            Some(running) => (running.attempt, running.text),
            None => {
                let mut session = self.state.store.read().await?;
                let saved = session.running_texts(self.run.conversation_id).await?;
                match saved.into_iter().find(|saved| saved.response_id == response_id) {
                    Some(saved) => (saved.attempt, saved.text),
                    None => return Ok(()),
                }
            }
        };
        let so_far = Delta {
            response_id,
            attempt,
            offset: 0,
            text,
        };
        // What begins at 0 leaves no gap.
        if let Ok(more) = self.told.hear(&so_far) {
            self.ready.extend(more.map(Step::Text));
        }
        Ok(())
    }
}

fn progress_of(batch: &BatchState) -> Progress {
    Progress {
        finished: batch.finished_responses,
        expected: batch.expected_responses,
        weighing: batch.finished_responses == batch.expected_responses,
    }
}
