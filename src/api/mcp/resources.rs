//! Conversations as resources: listed newest first, read as Markdown.

use quorum_domain::ids::ConversationId;
use rmcp::model::{ListResourcesResult, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};

use crate::{
    ApiError, AppState,
    access::SignedIn,
    routes::conversations::{decode, encode},
};

/// What the address of a conversation begins with.
const CONVERSATIONS: &str = "quorum://conversations/";
const MARKDOWN: &str = "text/markdown";
const PAGE: i64 = 50;

/// How the address of any conversation is made.
pub fn templates() -> Vec<ResourceTemplate> {
    let template = ResourceTemplate::new(format!("{CONVERSATIONS}{{id}}"), "conversation")
        .with_title("A conversation")
        .with_description("Questions, answers and their ranks, as Markdown")
        .with_mime_type(MARKDOWN);
    vec![template]
}

/// A page of the user's conversations.
pub async fn list(
    state: &AppState,
    signed_in: &SignedIn,
    cursor: Option<&str>,
) -> Result<ListResourcesResult, ApiError> {
    let after = cursor.map(decode).transpose()?;
    let mut session = state.store.read().await?;
    let (conversations, next) = session.conversations(signed_in.user.id, false, after, PAGE).await?;
    let resources = conversations.into_iter().map(|conversation| {
        Resource::new(
            format!("{CONVERSATIONS}{}", conversation.id),
            conversation.title.clone(),
        )
        .with_title(conversation.title)
        .with_mime_type(MARKDOWN)
    });
    let mut page = ListResourcesResult::with_all_items(resources.collect());
    page.next_cursor = next.map(encode);
    Ok(page)
}

/// One conversation as Markdown, without what was removed from it.
pub async fn read(state: &AppState, signed_in: &SignedIn, uri: &str) -> Result<ReadResourceResult, ApiError> {
    let id: Option<ConversationId> = uri.strip_prefix(CONVERSATIONS).and_then(|id| id.parse().ok());
    let id = id.ok_or(ApiError::NotFound("conversation"))?;
    let mut session = state.store.read().await?;
    let conversation = session.conversation(signed_in.user.id, id, false).await?;
    let transcript = session.transcript(&conversation).await?;
    let contents = ResourceContents::text(transcript.to_markdown(), uri).with_mime_type(MARKDOWN);
    Ok(ReadResourceResult::new(vec![contents]))
}
