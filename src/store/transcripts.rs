//! Conversations as documents: taken out, and brought in.

use quorum_domain::{
    BatchStatus, Beside, Citation, Conversation, ConversationChange, ResponseRole, ResponseState, ServiceType,
    Timestamp,
    ids::{BatchId, ConversationId, MessageId, ResponseId, ServiceId, UserId},
    limits::{Reasoning, Summary},
    transcript::{
        TRANSCRIPT_FORMAT, TRANSCRIPT_VERSION, Transcript, TranscriptAnswer, TranscriptImage, TranscriptTurn,
    },
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{NewConversation, Result, Session, Tx, rows::as_i64, texts::storable};

#[derive(sqlx::FromRow)]
struct AnswerRow {
    message_id: Uuid,
    service_name: String,
    model: String,
    content: String,
    summary: Option<String>,
    reasoning: Option<String>,
    score: Option<f64>,
    rank: Option<i64>,
    selected: bool,
    role: String,
    thoughts: Option<String>,
    citations: Option<Json<Vec<Citation>>>,
}

impl Session {
    /// A conversation as a document, without what was removed. The caller has checked that the
    /// user may read it.
    pub async fn transcript(&mut self, conversation: &Conversation) -> Result<Transcript> {
        let messages = fetch!(
            fetch_all,
            self,
            (Uuid, String, Timestamp),
            "SELECT id, content, created_at FROM messages WHERE conversation_id = $1 ORDER BY position",
            conversation.id.uuid()
        )?;
        let answers = fetch!(
            fetch_all,
            self,
            AnswerRow,
            "SELECT r.message_id, r.service_name, r.model, t.content, r.summary, r.reasoning, r.score, r.rank, r.selected, r.role,
                    t.thoughts, t.citations
             FROM responses r JOIN response_texts t ON t.response_id = r.id
             WHERE r.conversation_id = $1 AND r.deleted_at IS NULL AND r.state = 'answered'
             ORDER BY COALESCE(r.rank, 1000), r.position, r.id",
            conversation.id.uuid()
        )?;
        let mut images = self.attachments_between(conversation.id, 0, i64::MAX).await?;
        let mut turns: Vec<(Uuid, TranscriptTurn)> = messages
            .into_iter()
            .map(|(id, content, at)| {
                let images = images.remove(&id).unwrap_or_default();
                let turn = TranscriptTurn {
                    content,
                    images: images.into_iter().map(named).collect(),
                    created_at: Some(at),
                    answers: Vec::new(),
                };
                (id, turn)
            })
            .collect();
        let places: std::collections::HashMap<Uuid, usize> =
            turns.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        for row in answers {
            if let Some((_, turn)) = places.get(&row.message_id).and_then(|at| turns.get_mut(*at)) {
                turn.answers.push(TranscriptAnswer {
                    service_name: row.service_name,
                    model: row.model,
                    content: row.content,
                    summary: row.summary,
                    reasoning: row.reasoning,
                    score: row.score,
                    rank: row.rank,
                    selected: row.selected,
                    consensus: row.role == ResponseRole::Consensus.as_str(),
                    thoughts: row.thoughts,
                    citations: row.citations.map(|citations| citations.0).unwrap_or_default(),
                });
            }
        }
        Ok(Transcript {
            format: TRANSCRIPT_FORMAT.into(),
            version: TRANSCRIPT_VERSION,
            title: conversation.title.clone(),
            system_prompt: conversation.system_prompt.clone(),
            turns: turns.into_iter().map(|(_, turn)| turn).collect(),
        })
    }
}

fn named(image: quorum_domain::Attachment) -> TranscriptImage {
    TranscriptImage {
        name: image.name,
        width: image.width,
        height: image.height,
    }
}

/// A service that answers are brought in of: it was never asked here, and cannot be.
async fn brought_in_service(tx: &mut Tx, name: &str, model: &str) -> Result<Uuid> {
    let known = fetch!(
        fetch_optional,
        tx,
        (Uuid,),
        "SELECT id FROM services WHERE name = $1 AND model = $2 AND deleted_at IS NOT NULL AND base_url = ''",
        name,
        model
    )?;
    if let Some((id,)) = known {
        return Ok(id);
    }
    let id = ServiceId::new().uuid();
    let now = tx.now();
    execute!(
        tx,
        "INSERT INTO services (id, name, service_type, base_url, model, max_output_tokens, context_window, vision,
             prices, active, contestant, judge, demo, tiny, requires_key, created_at, deleted_at)
         VALUES ($1, $2, $3, '', $4, 1, 2, $5, $6, $5, $5, $5, $5, $5, $5, $7, $7)",
        id,
        name,
        ServiceType::OpenAiCompatible.as_str(),
        model,
        false,
        Json(quorum_domain::Prices::default()),
        now
    )?;
    Ok(id)
}

/// An answer that is put into a conversation as it is, with whose it is.
pub(crate) struct AnswerOf {
    pub service: Uuid,
    pub demo: bool,
    pub tiny: bool,
    pub answer: TranscriptAnswer,
}

impl Tx {
    /// Makes a conversation of a document; nobody is asked, nothing is judged.
    pub async fn bring_in(
        &mut self,
        owner: UserId,
        new: &NewConversation,
        turns: &[TranscriptTurn],
    ) -> Result<Conversation> {
        let conversation = self.create_conversation(owner, new).await?;
        for (position, turn) in (1_i64..).zip(turns) {
            let mut answers = Vec::with_capacity(turn.answers.len());
            for answer in &turn.answers {
                answers.push(AnswerOf {
                    service: brought_in_service(self, &answer.service_name, &answer.model).await?,
                    demo: false,
                    tiny: false,
                    answer: answer.clone(),
                });
            }
            self.bring_in_turn(owner, conversation.id, position, turn, answers)
                .await?;
        }
        let many = i64::try_from(turns.len()).unwrap_or(i64::MAX);
        self.count_turns_brought_in(owner, conversation.id, many).await
    }

    /// Says how many turns a new conversation was given, and gives it with them.
    pub(crate) async fn count_turns_brought_in(
        &mut self,
        owner: UserId,
        conversation: ConversationId,
        turns: i64,
    ) -> Result<Conversation> {
        let now = self.now();
        execute!(
            self,
            "UPDATE conversations SET message_count = $2, last_message_at = $3, updated_at = $3 WHERE id = $1",
            conversation.uuid(),
            turns,
            now
        )?;
        self.note_change(conversation, ConversationChange::Updated).await?;
        self.conversation(owner, conversation, false).await
    }

    /// Puts a question with these answers into a conversation.
    pub(crate) async fn bring_in_turn(
        &mut self,
        owner: UserId,
        conversation: ConversationId,
        position: i64,
        turn: &TranscriptTurn,
        answers: Vec<AnswerOf>,
    ) -> Result<MessageId> {
        let message = MessageId::new();
        let at = turn.created_at.unwrap_or_else(|| self.now());
        execute!(
            self,
            "INSERT INTO messages (id, conversation_id, author_id, position, content, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            message.uuid(),
            conversation.uuid(),
            owner.uuid(),
            position,
            &*storable(&turn.content),
            at
        )?;
        self.index_for_search(conversation, Some(message), None, &turn.content)
            .await?;
        if !answers.is_empty() {
            self.bring_in_answers(owner, conversation, message, &answers, at)
                .await?;
        }
        Ok(message)
    }

    async fn bring_in_answers(
        &mut self,
        owner: UserId,
        conversation: ConversationId,
        message: MessageId,
        answers: &[AnswerOf],
        at: Timestamp,
    ) -> Result<()> {
        let batch = BatchId::new();
        let many = i64::try_from(answers.len()).unwrap_or(i64::MAX);
        let ids: Vec<ResponseId> = answers.iter().map(|_| ResponseId::new()).collect();
        let selected = answers.iter().position(|one| one.answer.selected);
        execute!(
            self,
            "INSERT INTO batches (id, message_id, conversation_id, user_id, status, expected, finished, answered,
                 selected_response_id, created_at, completed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, $8)",
            batch.uuid(),
            message.uuid(),
            conversation.uuid(),
            owner.uuid(),
            BatchStatus::Completed.as_str(),
            many,
            selected.map(|place| ids[place].uuid()),
            at
        )?;
        for (place, one) in answers.iter().enumerate() {
            let answer = &one.answer;
            let content = storable(&answer.content).into_owned();
            let beside = Beside::limited(answer.thoughts.as_deref(), &answer.citations);
            execute!(
                self,
                "INSERT INTO responses (id, batch_id, message_id, conversation_id, user_id, service_id, service_name, model,
                     demo, tiny, position, state, attempt, max_attempts, next_attempt_at, content_length, finish_reason,
                     summary, summary_source, reasoning, score, score_low, score_high, rank, selected, created_at, finished_at, citation_count)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $20, $10, $11, 1, 1, $12, $13, 'stop', $14, $15, $16, $17, $17, $17,
                     $18, $19, $12, $12, $21)",
                ids[place].uuid(),
                batch.uuid(),
                message.uuid(),
                conversation.uuid(),
                owner.uuid(),
                one.service,
                &answer.service_name,
                &answer.model,
                one.demo,
                i64::try_from(place).unwrap_or(i64::MAX),
                ResponseState::Answered.as_str(),
                at,
                i64::try_from(content.encode_utf16().count()).unwrap_or(i64::MAX),
                answer.summary.as_deref().map(|text| Summary::cut(text).as_str().to_owned()),
                answer.summary.as_ref().map(|_| "extractive"),
                answer.reasoning.as_deref().map(|text| Reasoning::cut(text).as_str().to_owned()),
                answer.score.map(|score| score.clamp(0.0, 10.0)),
                answer.rank,
                Some(place) == selected,
                one.tiny,
                as_i64(beside.citations.len() as u64)
            )?;
            self.put_text(ids[place], 1, &content, &beside).await?;
            self.index_for_search(conversation, Some(message), Some(ids[place]), &content)
                .await?;
        }
        Ok(())
    }
}
