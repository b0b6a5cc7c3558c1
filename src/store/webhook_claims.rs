//! Whose messages to webhooks are delivered next: the address of one user may be slow, and must hold
//! up neither other work nor the messages of others.

use quorum_domain::Timestamp;
use uuid::Uuid;

use crate::{Result, Session, answer::Answer, fairness::Waiting};

/// Messages under way at once over all workers, and for one user.
const AT_ONCE: i64 = 32;
const AT_ONCE_FOR_A_USER: i64 = 4;

#[derive(sqlx::FromRow)]
struct WaitingDelivery {
    id: Uuid,
    crash_count: i64,
}

impl Session {
    /// How many messages are due.
    pub(crate) async fn ask_for_deliveries(&mut self, now: Timestamp) -> Result<Answer<(i64,)>> {
        ask!(
            self,
            (i64,),
            "SELECT COUNT(*) FROM background_jobs WHERE state = 'queued' AND run_at <= $1 AND kind = 'deliver_webhook'",
            now
        )
    }

    /// Those of the messages due that there is room for, of every user in turn, and whether some were left.
    pub(crate) async fn waiting_deliveries(
        &mut self,
        now: Timestamp,
        places: usize,
        due: i64,
    ) -> Result<(Vec<Waiting>, bool)> {
        if places == 0 {
            return Ok((Vec::new(), false));
        }
        let (under_way,) = fetch!(
            fetch_one,
            self,
            (i64,),
            "SELECT COUNT(*) FROM background_jobs WHERE lease_owner IS NOT NULL AND kind = 'deliver_webhook'"
        )?;
        let room = (AT_ONCE - under_way).clamp(0, i64::try_from(places).unwrap_or(i64::MAX));
        let rows = fetch!(
            fetch_all,
            self,
            WaitingDelivery,
            "SELECT id, crash_count FROM (
                 SELECT j.id, j.crash_count, j.run_at,
                        ROW_NUMBER() OVER (PARTITION BY j.user_id ORDER BY j.run_at, j.id) + COALESCE(u.many, 0) AS place
                 FROM background_jobs j LEFT JOIN (
                     SELECT user_id, COUNT(*) AS many FROM background_jobs
                     WHERE lease_owner IS NOT NULL AND kind = 'deliver_webhook' GROUP BY user_id
                 ) AS u ON u.user_id = j.user_id
                 WHERE j.state = 'queued' AND j.run_at <= $1 AND j.kind = 'deliver_webhook'
             ) AS waiting WHERE place <= $2 ORDER BY place, run_at, id LIMIT $3",
            now,
            AT_ONCE_FOR_A_USER,
            room
        )?;
        let waiting: Vec<Waiting> = rows.into_iter().map(WaitingDelivery::into_waiting).collect();
        let left_some = i64::try_from(waiting.len()).unwrap_or(i64::MAX) < due;
        Ok((waiting, left_some))
    }
}

impl WaitingDelivery {
    const fn into_waiting(self) -> Waiting {
        Waiting {
            row: self.id,
            call: None,
            deaths: self.crash_count,
        }
    }
}
