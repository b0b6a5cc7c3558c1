//! Time as the database has it: several processes on machines of different clocks agree on it.

use std::{
    sync::{Arc, PoisonError, RwLock, Weak},
    time::Duration,
};

use quorum_domain::{
    Timestamp,
    clock::{Anchor, Clock},
};
use sqlx::PgPool;

use crate::Result;

/// Between two looks at the database's clock; in between the monotonic clock carries it on.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// PostgreSQL's clock, without a question to it for every look.
pub struct DatabaseClock {
    anchor: RwLock<Anchor>,
}

impl Clock for DatabaseClock {
    fn now(&self) -> Timestamp {
        self.anchor.read().unwrap_or_else(PoisonError::into_inner).now()
    }
}

impl DatabaseClock {
    /// Asks the database once, and again now and then for as long as the clock is used.
    pub async fn start(pool: PgPool) -> Result<Arc<Self>> {
        let clock = Arc::new(Self {
            anchor: RwLock::new(ask(&pool).await?),
        });
        tokio::spawn(keep_right(pool, Arc::downgrade(&clock)));
        Ok(clock)
    }
}

async fn ask(pool: &PgPool) -> Result<Anchor> {
    let (now,): (Timestamp,) = sqlx::query_as("SELECT clock_timestamp()").fetch_one(pool).await?;
    Ok(Anchor::at(now))
}

async fn keep_right(pool: PgPool, clock: Weak<DatabaseClock>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        // A database that is away is asked again; until then the last answer is carried on.
        let Ok(anchor) = ask(&pool).await else { continue };
        let Some(clock) = clock.upgrade() else { return };
        *clock.anchor.write().unwrap_or_else(PoisonError::into_inner) = anchor;
    }
}
