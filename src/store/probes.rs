//! Probes: looks at a service or an address, and what they found.

use quorum_domain::{
    FailureKind, ServiceType, Timestamp, Trouble,
    ids::{ProbeId, ServiceId, UserId},
    probe::{ListedModel, ProbeStatus},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    Result, Session, StoreError, Tx,
    rows::{parsed, trouble},
};

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeOf {
    /// Whether a service answers.
    Service(ServiceId),
    /// Which models an address lists.
    Address {
        /// The wire format spoken there.
        service_type: ServiceType,
        /// The address.
        base_url: String,
    },
}

/// A look at a service or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Its id.
    pub id: ProbeId,
    /// Who looks; their keys are used.
    pub user_id: UserId,
    /// At what.
    pub of: ProbeOf,
    /// Where it stands.
    pub status: ProbeStatus,
    /// The models found at an address.
    pub models: Vec<ListedModel>,
    /// What went wrong, free of secrets.
    pub trouble: Option<Trouble>,
    /// From the request to the end of the reply, in milliseconds.
    pub took_ms: Option<i64>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct ProbeRow {
    id: Uuid,
    user_id: Uuid,
    service_id: Option<Uuid>,
    service_type: String,
    base_url: String,
    status: String,
    models: Option<Json<Vec<ListedModel>>>,
    detail: Option<String>,
    failure_kind: Option<String>,
    said: Option<String>,
    took_ms: Option<i64>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl TryFrom<ProbeRow> for Probe {
    type Error = StoreError;
    fn try_from(row: ProbeRow) -> Result<Self> {
        let of = match row.service_id {
            Some(id) => ProbeOf::Service(id.into()),
            None => ProbeOf::Address {
                service_type: parsed(&row.service_type, "probes", "service_type")?,
                base_url: row.base_url,
            },
        };
        Ok(Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            of,
            status: parsed(&row.status, "probes", "status")?,
            models: row.models.map(|models| models.0).unwrap_or_default(),
            trouble: trouble(row.detail, row.failure_kind.as_deref(), row.said, "probes")?,
            took_ms: row.took_ms,
            created_at: row.created_at,
            finished_at: row.finished_at,
        })
    }
}

impl Session {
    /// One probe.
    pub async fn probe(&mut self, id: ProbeId) -> Result<Probe> {
        let row = fetch!(
            fetch_optional,
            self,
            ProbeRow,
            "SELECT id, user_id, service_id, service_type, base_url, status, models, detail, failure_kind, said, took_ms,
                    created_at, finished_at
             FROM probes WHERE id = $1",
            id.uuid()
        )?;
        row.ok_or(StoreError::NotFound("test"))?.try_into()
    }

    /// The newest finished probe of each service.
    pub async fn latest_probes(&mut self) -> Result<Vec<(ServiceId, Probe)>> {
        let rows = fetch!(
            fetch_all,
            self,
            ProbeRow,
            "SELECT p.id, p.user_id, p.service_id, p.service_type, p.base_url, p.status, p.models, p.detail, p.failure_kind, p.said, p.took_ms,
                    p.created_at, p.finished_at
             FROM probes p
             WHERE p.service_id IS NOT NULL AND p.finished_at IS NOT NULL AND p.created_at = (
                 SELECT MAX(o.created_at) FROM probes o WHERE o.service_id = p.service_id AND o.finished_at IS NOT NULL)"
        )?;
        rows.into_iter()
            .map(|row| {
                let service = row.service_id.map(ServiceId::from);
                Ok((service.ok_or(StoreError::NotFound("service"))?, row.try_into()?))
            })
            .collect()
    }
}

impl Tx {
    /// Notes that a look is to be taken.
    pub async fn begin_probe(&mut self, user: UserId, of: &ProbeOf) -> Result<ProbeId> {
        let id = ProbeId::new();
        let now = self.now();
        let (service, service_type, base_url) = match of {
            ProbeOf::Service(service) => (Some(service.uuid()), "", ""),
            ProbeOf::Address { service_type, base_url } => (None, service_type.as_str(), base_url.as_str()),
        };
        execute!(
            self,
            "INSERT INTO probes (id, user_id, service_id, service_type, base_url, status, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id.uuid(),
            user.uuid(),
            service,
            service_type,
            base_url,
            ProbeStatus::Running.as_str(),
            now
        )?;
        Ok(id)
    }

    /// Notes what a look found. Looks at addresses are kept for a day only: nobody asks for them again.
    pub async fn finish_probe(
        &mut self,
        id: ProbeId,
        status: ProbeStatus,
        models: Option<&[ListedModel]>,
        trouble: Option<&Trouble>,
        took_ms: Option<i64>,
    ) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "UPDATE probes SET status = $2, models = $3, detail = $4, took_ms = $5, finished_at = $6,
                 failure_kind = $7, said = $8
             WHERE id = $1",
            id.uuid(),
            status.as_str(),
            models.map(Json),
            trouble.map(|trouble| trouble.words.as_str()),
            took_ms,
            now,
            trouble.and_then(|trouble| trouble.kind).map(FailureKind::as_str),
            trouble.and_then(|trouble| trouble.said.as_deref())
        )?;
        execute!(
            self,
            "DELETE FROM probes WHERE service_id IS NULL AND created_at < $1",
            now - chrono::Duration::days(1)
        )?;
        Ok(())
    }
}
