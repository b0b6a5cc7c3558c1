//! Replies kept so that a repeated request gets the same answer and starts nothing twice.

use quorum_domain::{Timestamp, ids::UserId};

use crate::{Result, Tx};

/// What is known of an Idempotency-Key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestState {
    /// First time: carry it out, then call [`Tx::finish_request`] in the same transaction.
    New,
    /// Done before.
    Repeated {
        /// Hash of the body that it was done with.
        request_hash: String,
        /// HTTP status of the reply.
        status: i64,
        /// The reply's body.
        reply: serde_json::Value,
    },
}

#[derive(sqlx::FromRow)]
struct KeptReply {
    request_hash: String,
    status: i64,
    reply: sqlx::types::Json<serde_json::Value>,
}

impl Tx {
    /// Reserves the key for this transaction, or finds the reply of the one that had it. A second
    /// request at the same time waits here until the first one's transaction ends.
    pub async fn begin_request(&mut self, user: UserId, key: &str, request_hash: &str) -> Result<RequestState> {
        let now = self.now();
        let reserved = execute!(
            self,
            "INSERT INTO idempotency_keys (user_id, key, request_hash, status, reply, created_at)
             VALUES ($1, $2, $3, 0, $4, $5) ON CONFLICT (user_id, key) DO NOTHING",
            user.uuid(),
            key,
            request_hash,
            sqlx::types::Json(serde_json::Value::Null),
            now
        )?;
        if reserved == 1 {
            return Ok(RequestState::New);
        }
        let kept = fetch!(
            fetch_one,
            self,
            KeptReply,
            "SELECT request_hash, status, reply FROM idempotency_keys WHERE user_id = $1 AND key = $2",
            user.uuid(),
            key
        )?;
        Ok(RequestState::Repeated {
            request_hash: kept.request_hash,
            status: kept.status,
            reply: kept.reply.0,
        })
    }

    /// Keeps the reply of a request begun in this transaction.
    pub async fn finish_request(
        &mut self,
        user: UserId,
        key: &str,
        status: i64,
        reply: &serde_json::Value,
    ) -> Result<()> {
        execute_later!(
            self,
            "UPDATE idempotency_keys SET status = $3, reply = $4 WHERE user_id = $1 AND key = $2",
            user.uuid(),
            key,
            status,
            sqlx::types::Json(reply)
        )?;
        Ok(())
    }

    /// Forgets replies made before a moment; gives how many.
    pub async fn forget_requests_before(&mut self, before: Timestamp) -> Result<u64> {
        execute!(self, "DELETE FROM idempotency_keys WHERE created_at < $1", before)
    }
}
