//! Pauses of a service: it asked for one (429), or it failed so often in a row that asking it
//! again at once would help nobody (a circuit breaker, shared by all workers).

use chrono::Duration;
use quorum_domain::{
    FailureKind, Service, Timestamp,
    ids::{ApiKeyId, BatchId, ServiceId},
};
use uuid::Uuid;

use crate::{Result, Session, Tx, answer::Answer, rows::parsed};

/// Failures in a row after which a service is left alone.
pub const FAILURES_TO_OPEN: i64 = 5;
/// Failures closer together than this are one: calls that went out side by side failed together,
/// and none of them knows whether the next one would.
pub const FAILURES_APART: Duration = Duration::milliseconds(500);
/// How long it is left alone the first time; doubles with each failed probe.
const FIRST_PAUSE: Duration = Duration::seconds(5);
/// The longest that a service is left alone without having asked for it.
const LONGEST_PAUSE: Duration = Duration::seconds(60);
/// How long the one call that tries a service again keeps the others waiting.
const PROBE: Duration = Duration::seconds(10);

/// What is known of a service with one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Not to be asked before; `None` while it is merely being counted.
    pub until: Option<Timestamp>,
    /// Failures in a row.
    pub failures: i64,
    /// What it failed with last.
    pub reason: FailureKind,
}

impl Pause {
    /// Whether it is left alone because it failed, not because it asked.
    pub const fn is_open(&self) -> bool {
        self.failures >= FAILURES_TO_OPEN
    }
}

/// What is known against a service with each of its keys.
pub struct Pauses(pub(crate) Vec<PauseRow>);

impl Pauses {
    /// With this key, or without any.
    pub fn with(&self, key: Option<ApiKeyId>) -> Result<Option<Pause>> {
        let row = self.0.iter().find(|row| row.scope == scope(key));
        row.map(|row| {
            Ok(Pause {
                until: row.paused_until,
                failures: row.failures,
                reason: parsed(&row.reason, "service_pauses", "reason")?,
            })
        })
        .transpose()
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct PauseRow {
    service_id: Uuid,
    scope: Uuid,
    failures: i64,
    paused_until: Option<Timestamp>,
    reason: String,
}

impl PauseRow {
    /// Whether it is about this service.
    pub fn is_of(&self, service: ServiceId) -> bool {
        self.service_id == service.uuid()
    }
}

fn scope(key: Option<ApiKeyId>) -> Uuid {
    key.map_or(Uuid::nil(), ApiKeyId::uuid)
}

impl Session {
    /// What is known against a service, with whichever key.
    pub async fn pauses_of(&mut self, service: ServiceId) -> Result<Pauses> {
        let rows = self.ask_for_pauses_of(service).await?;
        Ok(Pauses(rows.all(self).await?))
    }

    /// A service, also a deleted one, and what is known against it.
    pub async fn service_and_pauses(&mut self, id: ServiceId) -> Result<(Service, Pauses)> {
        let pauses = self.ask_for_pauses_of(id).await?;
        let service = self.service(id).await?;
        Ok((service, Pauses(pauses.heard()?)))
    }

    async fn ask_for_pauses_of(&mut self, service: ServiceId) -> Result<Answer<PauseRow>> {
        ask!(
            self,
            PauseRow,
            "SELECT service_id, scope, failures, paused_until, reason FROM service_pauses WHERE service_id = $1",
            service.uuid()
        )
    }

    /// What is known against the services that a batch asks.
    pub(crate) async fn ask_for_pauses_in(&mut self, batch: BatchId) -> Result<Answer<PauseRow>> {
        ask!(
            self,
            PauseRow,
            "SELECT service_id, scope, failures, paused_until, reason FROM service_pauses
             WHERE service_id IN (SELECT service_id FROM responses WHERE batch_id = $1)",
            batch.uuid()
        )
    }

    /// How many services are left alone at the moment because they failed.
    pub async fn open_breakers(&mut self) -> Result<i64> {
        let now = self.work_now();
        let (open,) = fetch!(
            fetch_one,
            self,
            (i64,),
            "SELECT COUNT(*) FROM service_pauses WHERE failures >= $1 AND paused_until > $2",
            FAILURES_TO_OPEN,
            now
        )?;
        Ok(open)
    }
}

impl Tx {
    /// The service asked not to be asked before a moment.
    pub async fn note_pause_asked(
        &mut self,
        service: ServiceId,
        key: Option<ApiKeyId>,
        reason: FailureKind,
        until: Timestamp,
    ) -> Result<()> {
        let now = self.work_now();
        execute!(
            self,
            "INSERT INTO service_pauses (service_id, scope, failures, paused_until, reason, updated_at)
             VALUES ($1, $2, 0, $3, $4, $5)
             ON CONFLICT (service_id, scope) DO UPDATE SET paused_until = $3, reason = $4, updated_at = $5",
            service.uuid(),
            scope(key),
            until,
            reason.as_str(),
            now
        )
        .map(|_| ())
    }

    /// The service failed; after several in a row it is left alone for a while. Once it is, only
    /// the call that probes it makes that longer: others were under way before.
    pub async fn note_service_failed(
        &mut self,
        service: ServiceId,
        key: Option<ApiKeyId>,
        reason: FailureKind,
        probes: bool,
    ) -> Result<()> {
        let now = self.work_now();
        let counted = fetch!(
            fetch_optional,
            self,
            (i64,),
            "INSERT INTO service_pauses (service_id, scope, failures, reason, updated_at) VALUES ($1, $2, 1, $3, $4)
             ON CONFLICT (service_id, scope) DO UPDATE SET
                 failures = service_pauses.failures + 1, reason = excluded.reason, updated_at = excluded.updated_at
             WHERE $5 OR (service_pauses.failures < $6 AND service_pauses.updated_at <= $7)
             RETURNING failures",
            service.uuid(),
            scope(key),
            reason.as_str(),
            now,
            probes,
            FAILURES_TO_OPEN,
            now - FAILURES_APART
        )?;
        let Some((failures,)) = counted.filter(|(failures,)| *failures >= FAILURES_TO_OPEN) else {
            return Ok(());
        };
        let doublings = u32::try_from(failures - FAILURES_TO_OPEN).unwrap_or(0).min(6);
        let pause = (FIRST_PAUSE * 2_i32.pow(doublings)).min(LONGEST_PAUSE);
        execute!(
            self,
            "UPDATE service_pauses SET paused_until = $3 WHERE service_id = $1 AND scope = $2",
            service.uuid(),
            scope(key),
            now + pause
        )
        .map(|_| ())
    }

    /// The service works: nothing is held against it any more.
    pub async fn note_service_works(&mut self, service: ServiceId, key: Option<ApiKeyId>) -> Result<()> {
        execute!(
            self,
            "DELETE FROM service_pauses WHERE service_id = $1 AND scope = $2",
            service.uuid(),
            scope(key)
        )
        .map(|_| ())
    }

    /// After the pause of a failing service: whether this call is the one that tries it again.
    pub async fn take_probe(&mut self, service: ServiceId, key: Option<ApiKeyId>) -> Result<bool> {
        let now = self.work_now();
        let taken = execute!(
            self,
            "UPDATE service_pauses SET paused_until = $3, updated_at = $4
             WHERE service_id = $1 AND scope = $2 AND paused_until <= $4",
            service.uuid(),
            scope(key),
            now + PROBE,
            now
        )?;
        Ok(taken == 1)
    }
}
