//! The images of a question on their way to those who are asked about it.

use std::collections::hash_map::Entry;

use quorum_domain::{
    Attachment, Service,
    context::{PromptMessage, PromptRole},
};
use quorum_providers::ImageContents;
use quorum_store::{AskedQuestion, StoreError};

use crate::shop::Shop;

/// Reads the bytes of the images that a prompt names.
pub async fn contents_of(shop: &Shop, messages: &[PromptMessage]) -> Result<ImageContents, StoreError> {
    let mut contents = ImageContents::new();
    let images: Vec<&Attachment> = messages.iter().flat_map(|message| &message.attachments).collect();
    if images.is_empty() {
        return Ok(contents);
    }
    let mut session = shop.store.read().await?;
    for image in images {
        if let Entry::Vacant(entry) = contents.entry(image.id) {
            entry.insert(session.attachment_content(image.id).await?.into());
        }
    }
    Ok(contents)
}

/// A question as it is put to a service that reads its answers: with the images where it sees, else
/// with a remark, so that it does not hold an answer to be invented.
pub fn question_for(service: &Service, question: AskedQuestion) -> (String, Vec<Attachment>) {
    let AskedQuestion { content, attachments } = question;
    if service.vision || attachments.is_empty() {
        return (content, attachments);
    }
    let many = match attachments.len() {
        1 => "An image".to_owned(),
        many => format!("{many} images"),
    };
    let remark = format!("{content}\n\n[{many} came with this question. You are not shown what the answers refer to.]");
    (remark, Vec::new())
}

/// Puts images on the message that asks.
pub fn show(messages: &mut [PromptMessage], images: Vec<Attachment>) {
    let asking = messages.iter_mut().rfind(|message| message.role == PromptRole::User);
    if let Some(message) = asking {
        message.attachments = images;
    }
}
