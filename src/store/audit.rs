//! The audit log: rows are only added, each chained to the one before it by a hash.

use quorum_domain::{
    Timestamp,
    audit::{Act, AuditAction, AuditEntry},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx};

/// What to list of the audit log; what is not named does not filter.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only this action.
    pub action: Option<AuditAction>,
    /// Only acts of this sign-in name.
    pub actor: Option<String>,
    /// Only acts on something whose name contains this.
    pub subject: Option<String>,
    /// Only from this moment on.
    pub from: Option<Timestamp>,
    /// Only before this moment.
    pub until: Option<Timestamp>,
    /// Only entries older than this one.
    pub before: Option<i64>,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditCheck {
    /// Every entry follows from the one before it.
    Whole {
        /// How many there are.
        entries: i64,
        /// The hash of the last.
        head: String,
    },
    /// The first entry that is missing or was changed.
    Broken {
        /// Its number.
        seq: i64,
    },
}

#[derive(sqlx::FromRow)]
pub(crate) struct AuditRow {
    seq: i64,
    at: Timestamp,
    actor_id: Option<Uuid>,
    actor: String,
    action: String,
    subject: String,
    detail: String,
    address: String,
    hash: String,
}

impl AuditRow {
    /// SHA-256 over the hash before and every field, each preceded by its length.
    fn expected_hash(&self, before: &str) -> String {
        let (seq, at) = (self.seq.to_string(), self.at.timestamp_micros().to_string());
        let actor_id = self.actor_id.map(|id| id.to_string()).unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [
            "quorum audit 1",
            before,
            &seq,
            &at,
            &actor_id,
            &self.actor,
            &self.action,
            &self.subject,
            &self.detail,
            &self.address,
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hex::encode(hash.finalize())
    }
}

impl TryFrom<AuditRow> for AuditEntry {
    type Error = StoreError;
    fn try_from(row: AuditRow) -> Result<Self> {
        Ok(Self {
            seq: row.seq,
            at: row.at,
            actor_id: row.actor_id.map(Into::into),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            detail: serde_json::from_str(&row.detail).map_err(|_| StoreError::Corrupt {
                table: "audit_log",
                column: "detail",
            })?,
            address: row.address,
            hash: row.hash,
        })
    }
}

/// Entries checked at a time.
const CHECK_PAGE: i64 = 1_000;

impl Session {
    /// Entries, newest first.
    pub async fn audit_entries(&mut self, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditEntry>> {
        let subject = filter.subject.as_ref().map(|text| text.to_lowercase());
        let sql = by_dialect!(self,
            sqlite: "SELECT seq, at, actor_id, actor, action, subject, detail, address, hash FROM audit_log
                    WHERE ($1 IS NULL OR action = $1) AND ($2 IS NULL OR actor = $2)
                      AND ($3 IS NULL OR instr(lower(subject), $3) > 0)
                      AND ($4 IS NULL OR at >= $4) AND ($5 IS NULL OR at < $5) AND ($6 IS NULL OR seq < $6)
                    ORDER BY seq DESC LIMIT $7",
            postgres: "SELECT seq, at, actor_id, actor, action, subject, detail, address, hash FROM audit_log
                    WHERE ($1::text IS NULL OR action = $1) AND ($2::text IS NULL OR actor = $2)
                      AND ($3::text IS NULL OR strpos(lower(subject), $3) > 0)
                      AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)
                      AND ($6::bigint IS NULL OR seq < $6)
                    ORDER BY seq DESC LIMIT $7"
        );
        let rows = fetch!(
            fetch_all,
            self,
            AuditRow,
            sql,
            filter.action.map(AuditAction::as_str),
            filter.actor.as_deref(),
            subject.as_deref(),
            filter.from,
            filter.until,
            filter.before,
            limit
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Follows the chain from the first entry to the last. Entries cut off at the end show only by
    /// comparing with a number and hash that were noted elsewhere.
    pub async fn check_audit(&mut self) -> Result<AuditCheck> {
        let (mut last, mut head) = (0, String::new());
        loop {
            let rows = fetch!(
                fetch_all,
                self,
                AuditRow,
                "SELECT seq, at, actor_id, actor, action, subject, detail, address, hash FROM audit_log
                 WHERE seq > $1 ORDER BY seq LIMIT $2",
                last,
                CHECK_PAGE
            )?;
            if rows.is_empty() {
                return Ok(AuditCheck::Whole { entries: last, head });
            }
            for row in rows {
                if row.seq != last + 1 || row.hash != row.expected_hash(&head) {
                    return Ok(AuditCheck::Broken { seq: last + 1 });
                }
                (last, head) = (row.seq, row.hash);
            }
        }
    }

    /// The hash of one entry.
    pub async fn audit_hash(&mut self, seq: i64) -> Result<Option<String>> {
        let row = fetch!(
            fetch_optional,
            self,
            (String,),
            "SELECT hash FROM audit_log WHERE seq = $1",
            seq
        )?;
        Ok(row.map(|(hash,)| hash))
    }
}

impl Tx {
    /// Enters an act. Call it last: until the end of this transaction no other act is entered.
    pub async fn enter(&mut self, act: &Act) -> Result<()> {
        self.take_turns("audit").await?;
        let last = fetch!(
            fetch_optional,
            self,
            (i64, String),
            "SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1"
        )?;
        let (last, before) = last.unwrap_or_default();
        let mut row = AuditRow {
            seq: last + 1,
            at: self.now(),
            actor_id: act.actor_id.map(quorum_domain::ids::UserId::uuid),
            actor: act.actor.clone(),
            action: act.action.as_str().to_owned(),
            subject: act.subject.clone(),
            detail: act.detail.to_string(),
            address: act.address.clone(),
            hash: String::new(),
        };
        row.hash = row.expected_hash(&before);
        execute!(
            self,
            "INSERT INTO audit_log (seq, at, actor_id, actor, action, subject, detail, address, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            row.seq,
            row.at,
            row.actor_id,
            &row.actor,
            &row.action,
            &row.subject,
            &row.detail,
            &row.address,
            &row.hash
        )?;
        Ok(())
    }
}
