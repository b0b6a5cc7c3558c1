//! Conversations in the form in which they are brought in again, with what else is known of them.

use chrono::{DateTime, Utc};
use quorum_domain::{
    Attachment, ContextMode, JudgingPolicy,
    ids::{ConversationId, ServiceId},
    transcript::{TRANSCRIPT_FORMAT, TRANSCRIPT_VERSION},
};
use quorum_store::OwnConversation;
use serde::Serialize;

use super::{
    Done, Taker,
    archive::{Archive, List},
};

/// Conversations, turns and images read at a time. A turn has up to sixteen answers.
const CONVERSATIONS: i64 = 50;
const TURNS: i64 = 10;
const IMAGES: i64 = 100;

/// A conversation without its turns, which follow.
#[derive(Serialize)]
struct Header<'a> {
    format: &'a str,
    version: u32,
    id: ConversationId,
    title: &'a str,
    system_prompt: &'a str,
    context_mode: ContextMode,
    judging_policy: JudgingPolicy,
    service_ids: &'a [ServiceId],
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<DateTime<Utc>>,
}

impl<'a> From<&'a OwnConversation> for Header<'a> {
    fn from(own: &'a OwnConversation) -> Self {
        let conversation = &own.conversation;
        Self {
            format: TRANSCRIPT_FORMAT,
            version: TRANSCRIPT_VERSION,
            id: conversation.id,
            title: &conversation.title,
            system_prompt: &conversation.system_prompt,
            context_mode: conversation.context_mode,
            judging_policy: conversation.judging_policy,
            service_ids: &conversation.service_ids,
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
            archived_at: own.archived_at,
            deleted_at: own.deleted_at,
        }
    }
}

/// All conversations that are deleted, or all that are not.
pub async fn all(taker: &Taker, archive: &mut Archive, name: &str, deleted: bool) -> Done {
    let mut list = List::begin(archive, name).await?;
    let mut after = None;
    loop {
        let page = taker
            .page()
            .await?
            .own_conversations(taker.user.id, deleted, after, CONVERSATIONS)
            .await?;
        let Some(last) = page.last() else { break };
        after = Some(last.conversation.id);
        for own in &page {
            one(taker, list.next().await?, own).await?;
        }
    }
    list.end().await
}

/// One conversation, a few turns at a time: it may be longer than what fits into memory. All of it
/// stands on one line, so that it is read again without reading the others.
async fn one(taker: &Taker, archive: &mut Archive, own: &OwnConversation) -> Done {
    let header = serde_json::to_string(&Header::from(own))?;
    archive.write(header.trim_end_matches('}').as_bytes()).await?;
    archive.write(b",\"turns\":[").await?;
    let mut after = 0;
    loop {
        let turns = taker
            .page()
            .await?
            .turns_with_answers(own.conversation.id, after, TURNS, true)
            .await?;
        let Some(last) = turns.last() else { break };
        let first_of_all = after == 0;
        after = last.position;
        for (place, at) in turns.iter().enumerate() {
            if !(first_of_all && place == 0) {
                archive.write(b",").await?;
            }
            archive.write(&serde_json::to_vec(&at.turn)?).await?;
        }
    }
    archive.write(b"]}").await
}

/// Every image, and a list of what they are called.
pub async fn images(taker: &Taker, archive: &mut Archive) -> Done {
    /// An image and the file that it lies in.
    #[derive(Serialize)]
    struct Filed {
        file: String,
        #[serde(flatten)]
        image: Attachment,
    }
    let mut filed = Vec::new();
    let mut after = None;
    loop {
        let page = taker.page().await?.own_images(taker.user.id, after, IMAGES).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.uuid());
        for image in page {
            let content = taker.page().await?.attachment_content(image.id).await;
            match content {
                Ok(content) => archive.image(&image.file_name(), &content).await?,
                // Let go of since the page was read.
                Err(quorum_store::StoreError::NotFound(_)) => continue,
                Err(error) => return Err(error.into()),
            }
            filed.push(Filed {
                file: image.file_name(),
                image,
            });
        }
    }
    archive.json("images.json", &filed).await
}
