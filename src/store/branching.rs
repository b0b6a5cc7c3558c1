//! Another way from an earlier point: a conversation with the turns before a message, to go on
//! from there differently. Nobody is asked again and nothing is booked again.

use quorum_domain::{
    Conversation, Timestamp,
    ids::{ConversationId, MessageId, UserId},
    transcript::{TRANSCRIPT_TURNS, TranscriptAnswer, TranscriptTurn},
};
use uuid::Uuid;

use crate::{
    NewConversation, Result, StoreError, Tx,
    rows::as_i64,
    transcripts::{AnswerOf, AnswerRow},
};

#[derive(sqlx::FromRow)]
struct TurnRow {
    id: Uuid,
    content: String,
    excluded: bool,
    created_at: Timestamp,
    attachment_count: i64,
}

#[derive(sqlx::FromRow)]
struct AnswerOfRow {
    service_id: Uuid,
    demo: bool,
    tiny: bool,
    #[sqlx(flatten)]
    answer: AnswerRow,
}

impl From<AnswerOfRow> for AnswerOf {
    fn from(row: AnswerOfRow) -> Self {
        let mut answer = TranscriptAnswer::from(row.answer);
        // Here it is an answer beside the others, under a name of its own.
        if std::mem::take(&mut answer.consensus) {
            answer.service_name = format!("Consensus ({})", answer.service_name);
        }
        Self {
            service: row.service_id,
            demo: row.demo,
            tiny: row.tiny,
            answer,
        }
    }
}

impl Tx {
    /// Makes a conversation of the turns before a message of `from`, with its settings; answers
    /// that were removed stay behind. The caller has checked that `owner` may read `from`.
    pub async fn branch(
        &mut self,
        owner: UserId,
        from: &Conversation,
        before: MessageId,
        title: Option<String>,
    ) -> Result<Conversation> {
        let found = fetch!(
            fetch_optional,
            self,
            (i64,),
            "SELECT position FROM messages WHERE id = $1 AND conversation_id = $2",
            before.uuid(),
            from.id.uuid()
        )?;
        let (position,) = found.ok_or(StoreError::NotFound("message"))?;
        if position > as_i64(TRANSCRIPT_TURNS as u64) {
            return Err(StoreError::Conflict(
                "this conversation is too long to branch off so late",
            ));
        }
        let new = NewConversation {
            title,
            service_ids: from.service_ids.clone(),
            context_mode: from.context_mode,
            judging_policy: from.judging_policy,
            judge_ids: from.judge_ids.clone(),
            system_prompt: from.system_prompt.clone(),
        };
        let made = self.create_conversation(owner, &new).await?;
        let turns = self.copy_turns(owner, from.id, made.id, position).await?;
        self.count_turns_brought_in(owner, made.id, turns).await
    }

    /// Copies the turns before a position; gives how many.
    async fn copy_turns(
        &mut self,
        owner: UserId,
        from: ConversationId,
        to: ConversationId,
        before: i64,
    ) -> Result<i64> {
        let turns = fetch!(
            fetch_all,
            self,
            TurnRow,
            "SELECT id, content, excluded, created_at, attachment_count FROM messages
             WHERE conversation_id = $1 AND position < $2 ORDER BY position",
            from.uuid(),
            before
        )?;
        let answers = fetch!(
            fetch_all,
            self,
            AnswerOfRow,
            "SELECT r.message_id, r.service_id, r.service_name, r.model, r.demo, r.tiny, t.content, r.summary, r.reasoning,
                    r.score, r.rank, r.selected, r.role, t.thoughts, t.citations, FALSE AS removed, FALSE AS unfinished
             FROM messages m JOIN responses r ON r.message_id = m.id
             JOIN response_texts t ON t.response_id = r.id
             WHERE m.conversation_id = $1 AND m.position < $2 AND r.deleted_at IS NULL AND r.state = 'answered'
               AND (r.role = 'answer' OR r.selected)
             ORDER BY m.position, r.position, r.id",
            from.uuid(),
            before
        )?;
        let mut of_message: std::collections::HashMap<Uuid, Vec<AnswerOf>> = std::collections::HashMap::new();
        for row in answers {
            of_message.entry(row.answer.message_id).or_default().push(row.into());
        }
        let many = as_i64(turns.len() as u64);
        for (position, row) in (1_i64..).zip(turns) {
            let turn = TranscriptTurn {
                content: row.content,
                images: Vec::new(),
                created_at: Some(row.created_at),
                answers: Vec::new(),
            };
            let message = self
                .bring_in_turn(
                    owner,
                    to,
                    position,
                    &turn,
                    of_message.remove(&row.id).unwrap_or_default(),
                )
                .await?;
            if row.attachment_count > 0 {
                let attachments = self.attachments_of(row.id.into()).await?;
                self.attach(message, &attachments).await?;
            }
            execute!(
                self,
                "UPDATE messages SET excluded = $2, attachment_count = $3 WHERE id = $1",
                message.uuid(),
                row.excluded,
                row.attachment_count
            )?;
        }
        Ok(many)
    }
}
