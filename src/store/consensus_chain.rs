//! The chain of services that may write a consensus: who is in it, and passing it on along it.

use quorum_domain::{
    Failure, FailureKind, PassedOver, Service,
    ids::{ResponseId, ServiceId, UserId},
    response::MAX_ATTEMPTS,
};
use sqlx::types::Json;

use crate::{ClaimedResponse, Result, Session, StoreError, Tx};

impl Session {
    /// Who may write a consensus for this user, in the order asked: judges by what is known of them,
    /// then the others; very small models last. Only those that the user has a key for.
    pub async fn consensus_writers(&mut self, user: UserId) -> Result<Vec<Service>> {
        let records = self.judge_records().await?;
        let keys = self.usable_keys(user).await?;
        let mut usable = self.services().await?;
        usable.retain(|service| service.active && keys.allow(service));
        let accuracy = |service: &Service| records.get(&service.id).cloned().unwrap_or_default().share_right();
        usable.sort_by(|a, b| {
            let before = |service: &Service| (service.tiny, !service.judge);
            before(a)
                .cmp(&before(b))
                .then(accuracy(b).total_cmp(&accuracy(a)))
                .then(a.created_at.cmp(&b.created_at))
        });
        Ok(usable)
    }
}

impl Tx {
    /// Gives a consensus to the next service of its chain, because the present one gave none.
    /// Says whether there was one; if not, nothing has changed.
    pub(crate) async fn pass_on(&mut self, claimed: &ClaimedResponse, failure: &Failure) -> Result<bool> {
        if matches!(failure.kind, FailureKind::NoSources | FailureKind::Cancelled) {
            return Ok(false);
        }
        let id = claimed.lease.response_id;
        let row = self.consensus_row(id).await?;
        let mut passed_over = row.passed_over.0;
        let is_new = |candidate: &ServiceId| {
            *candidate != claimed.service_id && !passed_over.iter().any(|past| past.service_id == *candidate)
        };
        let mut next = None;
        for candidate in row.candidates.0.iter().filter(|candidate| is_new(candidate)) {
            let service = self.service(*candidate).await?;
            if service.active {
                next = Some(service);
                break;
            }
        }
        let Some(next) = next else { return Ok(false) };
        let present = self.service(claimed.service_id).await?;
        passed_over.push(PassedOver {
            service_id: present.id,
            service_name: present.name,
            kind: failure.kind,
            message: failure.words(),
            said: failure.said(),
        });
        self.give_to(claimed, &next).await?;
        execute!(
            self,
            "UPDATE consensuses SET passed_over = $2 WHERE response_id = $1",
            id.uuid(),
            Json(&passed_over)
        )?;
        Ok(true)
    }

    async fn give_to(&mut self, claimed: &ClaimedResponse, service: &Service) -> Result<()> {
        let now = self.work_now();
        let given = execute!(
            self,
            "UPDATE responses SET state = 'queued', service_id = $4, service_name = $5, model = $6, demo = $7, tiny = $8,
                 max_attempts = attempt + $9, next_attempt_at = $10, content_length = 0, started_at = NULL,
                 first_token_at = NULL, failure_kind = NULL, failure_detail = NULL, lease_owner = NULL, lease_expires_at = NULL
             WHERE id = $1 AND lease_owner = $2 AND fence = $3",
            claimed.lease.response_id.uuid(),
            &claimed.lease.owner,
            claimed.lease.fence,
            service.id.uuid(),
            &service.name,
            &service.model,
            service.demo,
            service.tiny,
            MAX_ATTEMPTS,
            now
        )?;
        if given == 0 {
            return Err(StoreError::LeaseLost);
        }
        self.work_becomes_due(now);
        Ok(())
    }

    /// Lets the whole chain be asked again; its first service that is still there begins.
    pub(crate) async fn restart_chain(&mut self, id: ResponseId) -> Result<()> {
        let row = self.consensus_row(id).await?;
        let mut first = None;
        for candidate in &row.candidates.0 {
            let service = self.service(*candidate).await?;
            if service.active {
                first = Some(service);
                break;
            }
        }
        let first = first.ok_or(StoreError::Conflict("no service can write a consensus"))?;
        execute!(
            self,
            "UPDATE responses SET service_id = $2, service_name = $3, model = $4, demo = $5, tiny = $6 WHERE id = $1",
            id.uuid(),
            first.id.uuid(),
            &first.name,
            &first.model,
            first.demo,
            first.tiny
        )?;
        execute!(
            self,
            "UPDATE consensuses SET passed_over = $2, comparison = NULL WHERE response_id = $1",
            id.uuid(),
            Json(serde_json::json!([]))
        )?;
        Ok(())
    }
}
