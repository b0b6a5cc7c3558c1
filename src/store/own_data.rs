//! What belongs to a user, page by page, for whoever takes all of it out.

use quorum_domain::{
    Attachment, Conversation, Timestamp,
    audit::AuditEntry,
    ids::{CallId, ConversationId, ShareId, UserId},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{Result, Session, attachments::AttachmentRow, audit::AuditRow, conversations::ConversationRow};

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holdings {
    /// Conversations, deleted ones that are not erased yet included.
    pub conversations: i64,
    /// Answers in them.
    pub answers: i64,
    /// Characters of those, in UTF-16 code units.
    pub answer_characters: i64,
    /// Images.
    pub images: i64,
    /// Bytes of those.
    pub image_bytes: i64,
}

/// A conversation with the moments that its owner sees nowhere else.
#[derive(Debug, Clone)]
pub struct OwnConversation {
    /// The conversation.
    pub conversation: Conversation,
    /// When it was put away.
    pub archived_at: Option<Timestamp>,
    /// When it was deleted; it can still be restored.
    pub deleted_at: Option<Timestamp>,
}

/// A call to a provider, as whoever paid for it may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct OwnCall {
    /// Its id.
    pub id: Uuid,
    /// When it went out.
    pub started_at: Timestamp,
    /// What it was for.
    pub purpose: String,
    /// Whom it asked.
    pub service_name: String,
    /// The model's name there.
    pub model: String,
    /// How it ended.
    pub outcome: String,
    /// Tokens read.
    pub input_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
    /// What it cost, in millionths of a US dollar.
    pub cost_micro_usd: i64,
    /// The conversation that it was for.
    pub conversation_id: Option<Uuid>,
}

/// A link to a snapshot that its user took, in force or not. The link itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnShare {
    /// Its id.
    pub id: ShareId,
    /// Of which conversation.
    pub conversation_id: ConversationId,
    /// When it was taken.
    pub created_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// An account elsewhere that signs its user in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct OwnIdentity {
    /// Who vouches for it.
    pub issuer: String,
    /// Its name there.
    pub subject: String,
    /// When it was linked.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct OwnConversationRow {
    put_away_at: Option<Timestamp>,
    gone_at: Option<Timestamp>,
    #[sqlx(flatten)]
    conversation: ConversationRow,
}

impl Session {
    /// How much a user has here.
    pub async fn holdings(&mut self, user: UserId) -> Result<Holdings> {
        let (conversations,) = fetch!(
            fetch_one,
            self,
            (i64,),
            "SELECT COUNT(*) FROM participants WHERE user_id = $1 AND role = 'owner'",
            user.uuid()
        )?;
        let (answers, answer_characters) = fetch!(
            fetch_one,
            self,
            (i64, i64),
            "SELECT COUNT(*), CAST(COALESCE(SUM(content_length), 0) AS BIGINT) FROM responses
             WHERE user_id = $1 AND content_length > 0",
            user.uuid()
        )?;
        let (images, image_bytes) = fetch!(
            fetch_one,
            self,
            (i64, i64),
            "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM attachments WHERE user_id = $1",
            user.uuid()
        )?;
        Ok(Holdings {
            conversations,
            answers,
            answer_characters,
            images,
            image_bytes,
        })
    }

    /// A page of the conversations that a user owns, oldest id first, after this one; only those
    /// that are deleted, or only those that are not.
    pub async fn own_conversations(
        &mut self,
        user: UserId,
        deleted: bool,
        after: Option<ConversationId>,
        limit: i64,
    ) -> Result<Vec<OwnConversation>> {
        let rows = fetch!(
            fetch_all,
            self,
            OwnConversationRow,
            "SELECT c.archived_at AS put_away_at, c.deleted_at AS gone_at,
                    c.id, c.title, c.title_source, c.context_mode, c.judging_policy, c.system_prompt,
                    c.service_ids, c.judge_ids, c.last_seq, c.message_count, c.created_at, c.updated_at,
                    c.last_message_at, c.archived_at, c.deleted_at
             FROM participants p JOIN conversations c ON c.id = p.conversation_id
             WHERE p.user_id = $1 AND p.role = 'owner' AND p.conversation_id > $2 AND (c.deleted_at IS NOT NULL) = $3
             ORDER BY p.conversation_id LIMIT $4",
            user.uuid(),
            after.map_or(Uuid::nil(), ConversationId::uuid),
            deleted,
            limit
        )?;
        let own = |row: OwnConversationRow| {
            Ok(OwnConversation {
                conversation: row.conversation.try_into()?,
                archived_at: row.put_away_at,
                deleted_at: row.gone_at,
            })
        };
        rows.into_iter().map(own).collect()
    }

    /// A page of a user's images, without their bytes, after this one.
    pub async fn own_images(&mut self, user: UserId, after: Option<Uuid>, limit: i64) -> Result<Vec<Attachment>> {
        let rows = fetch!(
            fetch_all,
            self,
            AttachmentRow,
            "SELECT id, name, media_type, width, height, bytes, created_at FROM attachments
             WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            user.uuid(),
            after.unwrap_or(Uuid::nil()),
            limit
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A page of the calls that a user paid for, oldest first, after this one.
    pub async fn own_calls(
        &mut self,
        user: UserId,
        after: Option<(Timestamp, CallId)>,
        limit: i64,
    ) -> Result<Vec<OwnCall>> {
        let (at, id) = after.map_or((Timestamp::UNIX_EPOCH, Uuid::nil()), |(at, id)| (at, id.uuid()));
        fetch!(
            fetch_all,
            self,
            OwnCall,
            "SELECT k.id, k.started_at, k.purpose, s.name AS service_name, s.model, k.outcome, k.input_tokens,
                    k.output_tokens, k.cost_micro_usd, k.conversation_id
             FROM calls k JOIN services s ON s.id = k.service_id
             WHERE k.user_id = $1 AND (k.started_at, k.id) > ($2, $3) ORDER BY k.started_at, k.id LIMIT $4",
            user.uuid(),
            at,
            id,
            limit
        )
    }

    /// A page of the audit log: what a user did and what was done to them, oldest first, after this number.
    pub async fn audit_about(&mut self, user: UserId, email: &str, after: i64, limit: i64) -> Result<Vec<AuditEntry>> {
        let rows = fetch!(
            fetch_all,
            self,
            AuditRow,
            "SELECT seq, at, actor_id, actor, action, subject, detail, address, hash FROM audit_log
             WHERE seq > $3 AND (actor_id = $1 OR actor = $2 OR subject = $2) ORDER BY seq LIMIT $4",
            user.uuid(),
            email,
            after,
            limit
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Every snapshot that a user took.
    pub async fn shares_of(&mut self, user: UserId) -> Result<Vec<OwnShare>> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid, Uuid, Timestamp, Option<Timestamp>),
            "SELECT id, conversation_id, created_at, revoked_at FROM shares WHERE user_id = $1 ORDER BY id",
            user.uuid()
        )?;
        let own = |(id, conversation, created_at, revoked_at): (Uuid, Uuid, _, _)| OwnShare {
            id: id.into(),
            conversation_id: conversation.into(),
            created_at,
            revoked_at,
        };
        Ok(rows.into_iter().map(own).collect())
    }

    /// The accounts elsewhere that sign a user in here.
    pub async fn identities_of(&mut self, user: UserId) -> Result<Vec<OwnIdentity>> {
        fetch!(
            fetch_all,
            self,
            OwnIdentity,
            "SELECT issuer, subject, created_at FROM identities WHERE user_id = $1 ORDER BY created_at, issuer",
            user.uuid()
        )
    }
}
