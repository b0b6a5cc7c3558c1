//! Conversations as documents: taken out, and brought in.

use std::collections::HashMap;

use quorum_domain::{
    Attachment, BatchStatus, Beside, Citation, Conversation, ConversationChange, ResponseRole, ResponseState,
    ServiceType, Timestamp,
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
pub(crate) struct AnswerRow {
    pub(crate) message_id: Uuid,
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
    removed: bool,
    unfinished: bool,
}

/// A turn of a conversation with its place in it.
#[derive(Debug, Clone)]
pub struct TurnAt {
    /// From 1.
    pub position: i64,
    /// The turn.
    pub turn: TranscriptTurn,
}

impl From<AnswerRow> for TranscriptAnswer {
    fn from(row: AnswerRow) -> Self {
        Self {
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
            removed: row.removed,
            unfinished: row.unfinished,
        }
    }
}

impl Session {
    /// A conversation as a document, without what was removed. The caller has checked that the
    /// user may read it.
    pub async fn transcript(&mut self, conversation: &Conversation) -> Result<Transcript> {
        let turns = self.turns_with_answers(conversation.id, 0, i64::MAX, false).await?;
        Ok(Transcript {
            format: TRANSCRIPT_FORMAT.into(),
            version: TRANSCRIPT_VERSION,
            title: conversation.title.clone(),
            system_prompt: conversation.system_prompt.clone(),
            turns: turns.into_iter().map(|at| named_only(at.turn)).collect(),
        })
    }

    /// The turns after a position, oldest first, as many as asked for. `whole` takes in answers that
    /// were removed or broke off, each marked as such; without it they are left out. Images say where
    /// they lie in what a user takes out.
    pub async fn turns_with_answers(
        &mut self,
        conversation: ConversationId,
        after: i64,
        limit: i64,
        whole: bool,
    ) -> Result<Vec<TurnAt>> {
        let messages = fetch!(
            fetch_all,
            self,
            (Uuid, i64, String, Timestamp),
            "SELECT id, position, content, created_at FROM messages
             WHERE conversation_id = $1 AND position > $2 ORDER BY position LIMIT $3",
            conversation.uuid(),
            after,
            limit
        )?;
        let Some(last) = messages.last().map(|(_, position, ..)| *position) else {
            return Ok(Vec::new());
        };
        let mut answers = self.answers_after(conversation, after, last, whole).await?;
        let mut images = self.attachments_between(conversation, after + 1, last).await?;
        let turns = messages.into_iter().map(|(id, position, content, at)| TurnAt {
            position,
            turn: TranscriptTurn {
                content,
                images: images.remove(&id).unwrap_or_default().into_iter().map(named).collect(),
                created_at: Some(at),
                answers: answers.remove(&id).unwrap_or_default(),
            },
        });
        Ok(turns.collect())
    }

    async fn answers_after(
        &mut self,
        conversation: ConversationId,
        after: i64,
        last: i64,
        whole: bool,
    ) -> Result<HashMap<Uuid, Vec<TranscriptAnswer>>> {
        let rows = fetch!(
            fetch_all,
            self,
            AnswerRow,
            "SELECT r.message_id, r.service_name, r.model, t.content, r.summary, r.reasoning, r.score, r.rank, r.selected, r.role,
                    t.thoughts, t.citations, r.deleted_at IS NOT NULL AS removed, r.state <> 'answered' AS unfinished
             FROM messages m JOIN responses r ON r.message_id = m.id JOIN response_texts t ON t.response_id = r.id
             WHERE m.conversation_id = $1 AND m.position > $2 AND m.position <= $3
               AND (($4 AND r.content_length > 0) OR (r.deleted_at IS NULL AND r.state = 'answered'))
             ORDER BY COALESCE(r.rank, 1000), r.position, r.id",
            conversation.uuid(),
            after,
            last,
            whole
        )?;
        let mut by_message: HashMap<Uuid, Vec<TranscriptAnswer>> = HashMap::new();
        for row in rows {
            by_message.entry(row.message_id).or_default().push(row.into());
        }
        Ok(by_message)
    }
}

fn named(image: Attachment) -> TranscriptImage {
    TranscriptImage {
        file: Some(image.file_name()),
        name: image.name,
        width: image.width,
        height: image.height,
    }
}

/// For others, who get no images.
fn named_only(mut turn: TranscriptTurn) -> TranscriptTurn {
    for image in &mut turn.images {
        image.file = None;
    }
    turn
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
        self.bring_in_with_images(owner, new, turns, &[]).await
    }

    /// The same with images that are kept: for each turn those that came with its question.
    pub async fn bring_in_with_images(
        &mut self,
        owner: UserId,
        new: &NewConversation,
        turns: &[TranscriptTurn],
        images: &[Vec<Attachment>],
    ) -> Result<Conversation> {
        let mut images = images.iter();
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
            let message = self
                .bring_in_turn(owner, conversation.id, position, turn, answers)
                .await?;
            if let Some(images) = images.next().filter(|images| !images.is_empty()) {
                self.attach(message, images).await?;
                execute!(
                    self,
                    "UPDATE messages SET attachment_count = $2 WHERE id = $1",
                    message.uuid(),
                    as_i64(images.len() as u64)
                )?;
            }
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
