//! How services have done lately, by the ledger of calls.

use quorum_domain::{FailureKind, Timestamp, ids::ServiceId};
use uuid::Uuid;

use crate::{Result, Session, rows::parsed};

/// Calls of a service that began within one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
struct StretchRow {
    service_id: Uuid,
    stretch: i64,
    completed: i64,
    failed: i64,
    mean_ms: Option<i64>,
}

/// How a service did within one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Number of the stretch since the epoch: its beginning divided by its length.
    pub number: i64,
    /// Calls that brought a reply.
    pub completed: i64,
    /// Calls that did not.
    pub failed: i64,
    /// Mean time of a completed call, in milliseconds.
    pub mean_ms: Option<i64>,
}

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedCall {
    /// Of which service.
    pub service_id: ServiceId,
    /// When it began.
    pub at: Timestamp,
    /// Its kind and the provider's words, free of secrets.
    pub detail: String,
}

/// A service that is left alone at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PausedService {
    /// Which.
    pub service_id: ServiceId,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: FailureKind,
}

/// Newest failures that are looked at.
const FAILURES: i64 = 200;

impl Session {
    /// How each service did since a moment, in stretches of `seconds`; calls that we broke off
    /// or whose end nobody saw say nothing of the service and are left out.
    pub async fn stretches(&mut self, since: Timestamp, seconds: i64) -> Result<Vec<(ServiceId, Stretch)>> {
        let sql = by_dialect!(
            self,
            sqlite: "SELECT service_id, CAST(strftime('%s', started_at) AS INTEGER) / $2 AS stretch,
                        COUNT(CASE WHEN outcome = 'completed' THEN 1 END) AS completed,
                        COUNT(CASE WHEN outcome = 'failed' THEN 1 END) AS failed,
                        CAST(AVG(CASE WHEN outcome = 'completed'
                            THEN (julianday(finished_at) - julianday(started_at)) * 86400000 END) AS INTEGER) AS mean_ms
                    FROM calls WHERE started_at >= $1 AND outcome IN ('completed', 'failed') GROUP BY 1, 2 ORDER BY 1, 2",
            postgres: "SELECT service_id, CAST(floor(EXTRACT(EPOCH FROM started_at)) AS BIGINT) / $2 AS stretch,
                        COUNT(CASE WHEN outcome = 'completed' THEN 1 END) AS completed,
                        COUNT(CASE WHEN outcome = 'failed' THEN 1 END) AS failed,
                        CAST(AVG(CASE WHEN outcome = 'completed'
                            THEN EXTRACT(EPOCH FROM (finished_at - started_at)) * 1000 END) AS BIGINT) AS mean_ms
                    FROM calls WHERE started_at >= $1 AND outcome IN ('completed', 'failed') GROUP BY 1, 2 ORDER BY 1, 2"
        );
        let rows = fetch!(fetch_all, self, StretchRow, sql, since, seconds)?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let stretch = Stretch {
                    number: row.stretch,
                    completed: row.completed,
                    failed: row.failed,
                    mean_ms: row.mean_ms,
                };
                (row.service_id.into(), stretch)
            })
            .collect())
    }

    /// The newest failures since a moment, newest first.
    pub async fn failed_calls(&mut self, since: Timestamp) -> Result<Vec<FailedCall>> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid, Timestamp, Option<String>),
            "SELECT service_id, started_at, detail FROM calls
             WHERE started_at >= $1 AND outcome = 'failed' ORDER BY started_at DESC LIMIT $2",
            since,
            FAILURES
        )?;
        Ok(rows
            .into_iter()
            .map(|(service, at, detail)| FailedCall {
                service_id: service.into(),
                at,
                detail: detail.unwrap_or_default(),
            })
            .collect())
    }

    /// Services that are left alone now, whatever the key.
    pub async fn paused_services(&mut self) -> Result<Vec<PausedService>> {
        let now = self.work_now();
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid, Timestamp, String),
            "SELECT service_id, paused_until, reason FROM service_pauses WHERE paused_until > $1 ORDER BY paused_until",
            now
        )?;
        rows.into_iter()
            .map(|(service, until, reason)| {
                Ok(PausedService {
                    service_id: service.into(),
                    until,
                    reason: parsed(&reason, "service_pauses", "reason")?,
                })
            })
            .collect()
    }
}
