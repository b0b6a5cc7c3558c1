//! Conversations and their lists.

use quorum_domain::{
    ContextMode, Conversation, ConversationChange, JudgingPolicy, Timestamp, TitleSource,
    conversation::DEFAULT_TITLE,
    event::EventBody,
    ids::{BatchId, ConversationId, ServiceId, UserId},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, answer::Answer, rows::parsed};

#[derive(sqlx::FromRow)]
pub struct ConversationRow {
    id: Uuid,
    title: String,
    title_source: String,
    context_mode: String,
    judging_policy: String,
    system_prompt: String,
    service_ids: Json<Vec<ServiceId>>,
    judge_ids: Json<Vec<ServiceId>>,
    last_seq: i64,
    message_count: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    last_message_at: Option<Timestamp>,
    archived_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = StoreError;
    fn try_from(row: ConversationRow) -> Result<Self> {
        const TABLE: &str = "conversations";
        Ok(Self {
            id: row.id.into(),
            title: row.title,
            title_source: parsed(&row.title_source, TABLE, "title_source")?,
            archived: row.archived_at.is_some(),
            deleted: row.deleted_at.is_some(),
            service_ids: row.service_ids.0,
            judge_ids: row.judge_ids.0,
            context_mode: parsed(&row.context_mode, TABLE, "context_mode")?,
            judging_policy: parsed(&row.judging_policy, TABLE, "judging_policy")?,
            system_prompt: row.system_prompt,
            last_seq: row.last_seq,
            message_count: row.message_count,
            created_at: row.created_at,
            updated_at: row.updated_at,
            last_message_at: row.last_message_at,
        })
    }
}

macro_rules! select_conversations {
    ($from:literal) => {
        concat!(
            "SELECT c.id, c.title, c.title_source, c.context_mode, c.judging_policy, c.system_prompt,
                    c.service_ids, c.judge_ids, c.last_seq, c.message_count, c.created_at, c.updated_at,
                    c.last_message_at, c.archived_at, c.deleted_at ",
            $from
        )
    };
}

/// A change of `conversations` that gives the row back as it is now.
macro_rules! returning_conversation {
    ($change:literal) => {
        concat!(
            $change,
            " RETURNING id, title, title_source, context_mode, judging_policy, system_prompt, service_ids, judge_ids,
                 last_seq, message_count, created_at, updated_at, last_message_at, archived_at, deleted_at"
        )
    };
}
pub(crate) use returning_conversation;

/// A conversation to make.
#[derive(Debug, Clone)]
pub struct NewConversation {
    /// Title given by the user; `None` waits for the first question.
    pub title: Option<String>,
    /// Services asked by default; empty means every active one.
    pub service_ids: Vec<ServiceId>,
    /// Who sees which earlier answers.
    pub context_mode: ContextMode,
    /// How answers are ranked.
    pub judging_policy: JudgingPolicy,
    /// Who judges under the policy `judge`.
    pub judge_ids: Vec<ServiceId>,
    /// Put before every prompt.
    pub system_prompt: String,
}

/// Changes to a conversation; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct ConversationPatch {
    /// New title, and who gave it.
    pub title: Option<(String, TitleSource)>,
    /// Put away or taken back.
    pub archived: Option<bool>,
    /// Deleted or restored.
    pub deleted: Option<bool>,
    /// Services asked by default.
    pub service_ids: Option<Vec<ServiceId>>,
    /// Who sees which earlier answers.
    pub context_mode: Option<ContextMode>,
    /// How answers are ranked.
    pub judging_policy: Option<JudgingPolicy>,
    /// Who judges under the policy `judge`.
    pub judge_ids: Option<Vec<ServiceId>>,
    /// Put before every prompt.
    pub system_prompt: Option<String>,
}

/// Where a page of a list ends: the next one begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the last item.
    pub at: Timestamp,
    /// Id of the last item.
    pub id: Uuid,
}

impl Session {
    /// A user's conversation. One that is deleted or somebody else's is not found, unless
    /// `with_deleted` asks for the former.
    pub async fn conversation(&mut self, user: UserId, id: ConversationId, with_deleted: bool) -> Result<Conversation> {
        let row = fetch!(
            fetch_optional,
            self,
            ConversationRow,
            select_conversations!(
                "FROM conversations c JOIN participants p ON p.conversation_id = c.id AND p.user_id = $2
                 WHERE c.id = $1 AND (c.deleted_at IS NULL OR $3)"
            ),
            id.uuid(),
            user.uuid(),
            with_deleted
        )?;
        row.ok_or(StoreError::NotFound("conversation"))?.try_into()
    }

    /// The conversation of a batch, also a deleted one.
    pub(crate) async fn ask_for_conversation_of(&mut self, batch: BatchId) -> Result<Answer<ConversationRow>> {
        ask!(
            self,
            ConversationRow,
            select_conversations!("FROM conversations c JOIN batches b ON b.conversation_id = c.id WHERE b.id = $1"),
            batch.uuid()
        )
    }

    /// A conversation as it is, for whoever works on it.
    pub(crate) async fn conversation_row(&mut self, id: ConversationId) -> Result<Conversation> {
        let row = fetch!(
            fetch_optional,
            self,
            ConversationRow,
            select_conversations!("FROM conversations c WHERE c.id = $1"),
            id.uuid()
        )?;
        row.ok_or(StoreError::NotFound("conversation"))?.try_into()
    }

    /// A page of a user's conversations, latest activity first, with the cursor of the next page.
    pub async fn conversations(
        &mut self,
        user: UserId,
        archived: bool,
        after: Option<Cursor>,
        limit: i64,
    ) -> Result<(Vec<Conversation>, Option<Cursor>)> {
        #[derive(sqlx::FromRow)]
        struct Row {
            sort_at: Timestamp,
            #[sqlx(flatten)]
            conversation: ConversationRow,
        }
        let after = after.unwrap_or(Cursor {
            at: self.now() + chrono::Duration::days(36_500),
            id: Uuid::max(),
        });
        let rows = fetch!(
            fetch_all,
            self,
            Row,
            "SELECT p.sort_at, c.id, c.title, c.title_source, c.context_mode, c.judging_policy, c.system_prompt,
                    c.service_ids, c.judge_ids, c.last_seq, c.message_count, c.created_at, c.updated_at,
                    c.last_message_at, c.archived_at, c.deleted_at
             FROM participants p JOIN conversations c ON c.id = p.conversation_id
             WHERE p.user_id = $1 AND (p.sort_at, p.conversation_id) < ($2, $3)
               AND c.deleted_at IS NULL AND (c.archived_at IS NOT NULL) = $4
             ORDER BY p.sort_at DESC, p.conversation_id DESC LIMIT $5",
            user.uuid(),
            after.at,
            after.id,
            archived,
            limit + 1
        )?;
        let mut page = Vec::with_capacity(rows.len());
        let mut next = None;
        let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
        for row in rows.into_iter().take(usize::try_from(limit).unwrap_or(0)) {
            next = more.then_some(Cursor {
                at: row.sort_at,
                id: row.conversation.id,
            });
            page.push(row.conversation.try_into()?);
        }
        Ok((page, next))
    }
}

impl Tx {
    /// Makes a conversation that belongs to `owner`.
    pub async fn create_conversation(&mut self, owner: UserId, new: &NewConversation) -> Result<Conversation> {
        let now = self.now();
        let id = ConversationId::new();
        let (title, source) = match &new.title {
            Some(title) => (title.as_str(), TitleSource::User),
            None => (DEFAULT_TITLE, TitleSource::Default),
        };
        execute_later!(
            self,
            "INSERT INTO conversations (id, title, title_source, context_mode, judging_policy, system_prompt,
                 service_ids, created_at, updated_at, judge_ids)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
            id.uuid(),
            title,
            source.as_str(),
            new.context_mode.as_str(),
            new.judging_policy.as_str(),
            &new.system_prompt,
            Json(&new.service_ids),
            now,
            Json(&new.judge_ids)
        )?;
        execute_later!(
            self,
            "INSERT INTO participants (conversation_id, user_id, role, sort_at) VALUES ($1, $2, 'owner', $3)",
            id.uuid(),
            owner.uuid(),
            now
        )?;
        self.changes.push((owner, id, ConversationChange::Created));
        self.conversation_row(id).await
    }

    /// Changes a conversation and tells its pages. The caller has checked that the user may.
    pub async fn patch_conversation(&mut self, id: ConversationId, patch: &ConversationPatch) -> Result<Conversation> {
        let now = self.now();
        let (title, source) = match &patch.title {
            Some((title, source)) => (Some(title.as_str()), Some(source.as_str())),
            None => (None, None),
        };
        let changed = execute!(
            self,
            "UPDATE conversations SET
                 title = COALESCE($2, title), title_source = COALESCE($3, title_source),
                 context_mode = COALESCE($4, context_mode), judging_policy = COALESCE($5, judging_policy),
                 system_prompt = COALESCE($6, system_prompt), service_ids = COALESCE($7, service_ids),
                 archived_at = CASE WHEN $8 THEN COALESCE(archived_at, $10) WHEN $9 THEN NULL ELSE archived_at END,
                 updated_at = $10, judge_ids = COALESCE($11, judge_ids)
             WHERE id = $1",
            id.uuid(),
            title,
            source,
            patch.context_mode.map(ContextMode::as_str),
            patch.judging_policy.map(JudgingPolicy::as_str),
            patch.system_prompt.as_deref(),
            patch.service_ids.as_ref().map(Json),
            patch.archived == Some(true),
            patch.archived == Some(false),
            now,
            patch.judge_ids.as_ref().map(Json)
        )?;
        if changed == 0 {
            return Err(StoreError::NotFound("conversation"));
        }
        if let Some(deleted) = patch.deleted {
            execute!(
                self,
                "UPDATE conversations SET deleted_at = $2 WHERE id = $1",
                id.uuid(),
                deleted.then_some(now)
            )?;
        }
        self.tell_conversation(id, patch.deleted == Some(true)).await
    }

    /// Gives an automatic title, unless the user gave one; says whether it did.
    pub async fn set_automatic_title(&mut self, id: ConversationId, title: &str) -> Result<bool> {
        let now = self.now();
        let changed = execute!(
            self,
            "UPDATE conversations SET title = $2, title_source = 'auto', updated_at = $3
             WHERE id = $1 AND title_source = 'default' AND deleted_at IS NULL",
            id.uuid(),
            title,
            now
        )?;
        if changed == 1 {
            self.tell_conversation(id, false).await?;
        }
        Ok(changed == 1)
    }

    async fn tell_conversation(&mut self, id: ConversationId, deleted: bool) -> Result<Conversation> {
        let before = self.conversation_row(id).await?;
        let body = if deleted {
            EventBody::ConversationDeleted {}
        } else {
            EventBody::ConversationUpdated {
                conversation: Box::new(before.clone()),
            }
        };
        self.append_event(id, body);
        let change = if deleted {
            ConversationChange::Deleted
        } else {
            ConversationChange::Updated
        };
        self.note_change(id, change).await?;
        Ok(Conversation {
            last_seq: before.last_seq + self.noted_events(id),
            ..before
        })
    }

    /// Tells the lists of everyone who takes part.
    pub(crate) async fn note_change(&mut self, id: ConversationId, change: ConversationChange) -> Result<()> {
        let users = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT user_id FROM participants WHERE conversation_id = $1",
            id.uuid()
        )?;
        self.changes
            .extend(users.into_iter().map(|(user,)| (UserId(user), id, change)));
        Ok(())
    }
}
