//! Asking, reading, keeping, removing, searching.

use quorum_domain::{
    Batch, Consensus, Conversation, Panel, Response,
    ids::{BatchId, ConversationId, MessageId, ResponseId},
};
use reqwest::Url;

use crate::{
    Client, ClientError,
    types::{
        Accepted, ConsensusDraft, ConversationDraft, Events, ExportFormat, Items, Me, MessagePage, Page, Person,
        Pruned, Question, SearchHit, ServiceInfo,
    },
};

/// A path with a query, written as URLs want it.
fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let written = Url::parse_with_params("http://q.invalid/", pairs).ok();
    let query = written.as_ref().and_then(Url::query).unwrap_or_default();
    format!("{path}?{query}")
}

impl Client {
    /// Who the token speaks for.
    pub async fn me(&self) -> Result<Person, ClientError> {
        Ok(self.get::<Me>("/api/v1/auth/me").await?.user)
    }

    /// The services there are; not all of them can be asked.
    pub async fn services(&self) -> Result<Vec<ServiceInfo>, ClientError> {
        Ok(self.get::<Items<ServiceInfo>>("/api/v1/services").await?.items)
    }

    /// The panels that the user has saved, by name.
    pub async fn panels(&self) -> Result<Vec<Panel>, ClientError> {
        Ok(self.get::<Items<Panel>>("/api/v1/panels").await?.items)
    }

    /// Conversations, latest activity first: a page of at most 100.
    pub async fn conversations(&self, limit: u8, cursor: Option<&str>) -> Result<Page<Conversation>, ClientError> {
        let limit = limit.to_string();
        let mut pairs = vec![("limit", limit.as_str())];
        pairs.extend(cursor.map(|cursor| ("cursor", cursor)));
        self.get(&with_query("/api/v1/conversations", &pairs)).await
    }

    /// One conversation.
    pub async fn conversation(&self, id: ConversationId) -> Result<Conversation, ClientError> {
        self.get(&format!("/api/v1/conversations/{id}")).await
    }

    /// Makes a conversation.
    pub async fn create_conversation(&self, draft: &ConversationDraft) -> Result<Conversation, ClientError> {
        self.create("/api/v1/conversations", draft).await
    }

    /// Makes a conversation under a key of the caller's: the same key makes one.
    pub async fn create_conversation_as(
        &self,
        key: &str,
        draft: &ConversationDraft,
    ) -> Result<Conversation, ClientError> {
        self.create_as(key, "/api/v1/conversations", draft).await
    }

    /// Puts a question. When this returns it is on disk and will be answered.
    pub async fn ask(&self, conversation: ConversationId, question: &Question) -> Result<Accepted, ClientError> {
        self.create(&format!("/api/v1/conversations/{conversation}/messages"), question)
            .await
    }

    /// Puts a question under a key of the caller's: the same key never asks twice, not even from
    /// another process.
    pub async fn ask_as(
        &self,
        key: &str,
        conversation: ConversationId,
        question: &Question,
    ) -> Result<Accepted, ClientError> {
        self.create_as(key, &format!("/api/v1/conversations/{conversation}/messages"), question)
            .await
    }

    /// Messages with the summaries of their answers: the newest ones, or those before a cursor.
    pub async fn messages(
        &self,
        conversation: ConversationId,
        limit: u8,
        cursor: Option<&str>,
    ) -> Result<MessagePage, ClientError> {
        let limit = limit.to_string();
        let mut pairs = vec![("limit", limit.as_str())];
        pairs.extend(cursor.map(|cursor| ("cursor", cursor)));
        self.get(&with_query(
            &format!("/api/v1/conversations/{conversation}/messages"),
            &pairs,
        ))
        .await
    }

    /// Stored events after a number.
    pub async fn events(&self, conversation: ConversationId, after: i64) -> Result<Events, ClientError> {
        self.get(&format!("/api/v1/conversations/{conversation}/events?after={after}"))
            .await
    }

    /// A batch with its responses, without their whole texts.
    pub async fn batch(&self, id: BatchId) -> Result<Batch, ClientError> {
        self.get(&format!("/api/v1/batches/{id}")).await
    }

    /// Stops what still runs of a batch.
    pub async fn cancel_batch(&self, id: BatchId) -> Result<Batch, ClientError> {
        self.command(&format!("/api/v1/batches/{id}/cancel")).await
    }

    /// Has the answers of a batch fused into one.
    pub async fn make_consensus(&self, batch: BatchId, draft: &ConsensusDraft) -> Result<Consensus, ClientError> {
        self.create(&format!("/api/v1/batches/{batch}/consensus"), draft).await
    }

    /// A response with its whole text.
    pub async fn response(&self, id: ResponseId) -> Result<Response, ClientError> {
        self.get(&format!("/api/v1/responses/{id}")).await
    }

    /// Keeps a response as the answer.
    pub async fn select(&self, id: ResponseId) -> Result<Response, ClientError> {
        self.command(&format!("/api/v1/responses/{id}/select")).await
    }

    /// Removes all responses of a message but the kept one.
    pub async fn prune(&self, message: MessageId) -> Result<Pruned, ClientError> {
        self.command(&format!("/api/v1/messages/{message}/prune")).await
    }

    /// Looks for words in titles, questions and answers.
    pub async fn search(&self, words: &str, limit: u8) -> Result<Vec<SearchHit>, ClientError> {
        let path = with_query("/api/v1/search", &[("q", words), ("limit", &limit.to_string())]);
        Ok(self.get::<Items<SearchHit>>(&path).await?.items)
    }

    /// A whole conversation, written out.
    pub async fn export(&self, conversation: ConversationId, format: ExportFormat) -> Result<String, ClientError> {
        let format = format.as_str();
        self.get_text(&format!("/api/v1/conversations/{conversation}/export?format={format}"))
            .await
    }
}
