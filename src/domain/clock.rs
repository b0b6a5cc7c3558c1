//! Time as a parameter, so that tests can move it.

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::Instant,
};

use chrono::{DateTime, Duration, SubsecRound, Utc};

/// A moment in UTC, kept to the microsecond (what both databases keep).
pub type Timestamp = DateTime<Utc>;

/// Where the present comes from. Everything that needs the time is handed one.
pub trait Clock: Send + Sync + 'static {
    /// The present moment, truncated to microseconds.
    fn now(&self) -> Timestamp;

    /// The moment that leases and due times are reckoned by: it runs evenly, whatever is done to
    /// the wall clock in between.
    fn steady_now(&self) -> Timestamp {
        self.now()
    }
}

/// A clock that can be handed around.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Utc::now().trunc_subsecs(6)
    }

    fn steady_now(&self) -> Timestamp {
        static START: OnceLock<Anchor> = OnceLock::new();
        START.get_or_init(|| Anchor::at(Utc::now())).now()
    }
}

/// A moment that was known once, carried on by the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct Anchor {
    known: Timestamp,
    since: Instant,
}

impl Anchor {
    /// It is `known` now.
    pub fn at(known: Timestamp) -> Self {
        Self {
            known,
            since: Instant::now(),
        }
    }

    /// What it is by now.
    pub fn now(&self) -> Timestamp {
        let passed = Duration::from_std(self.since.elapsed()).unwrap_or(Duration::MAX);
        (self.known + passed).trunc_subsecs(6)
    }
}

/// A clock that a test moves by hand.
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: Arc<Mutex<Timestamp>>,
}

impl ManualClock {
    /// A clock that stands at `start` until it is moved.
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            now: Arc::new(Mutex::new(start.trunc_subsecs(6))),
        }
    }

    /// Moves the clock forward (or back, for a negative duration).
    pub fn advance(&self, by: Duration) {
        let mut now = self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
