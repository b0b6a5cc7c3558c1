//! Images: who sees them, how long they stay, and where they appear.

use quorum_domain::{
    Attachment, Conversation, ImageType, Message,
    ids::{AttachmentId, UserId},
};
use quorum_store::{ConversationPatch, NewMessage, StoreError};

use crate::{harness::Fixture, on_both_databases};

async fn image(fixture: &Fixture, owner: UserId, bytes: &[u8]) -> Attachment {
    let mut tx = fixture.store.begin().await.unwrap();
    let attachment = Attachment {
        id: AttachmentId::new(),
        name: "map.png".into(),
        media_type: ImageType::Png,
        width: 640,
        height: 480,
        bytes: i64::try_from(bytes.len()).unwrap(),
        created_at: tx.now(),
    };
    tx.keep_attachment(owner, &attachment, bytes).await.unwrap();
    let _ = tx.commit().await.unwrap();
    attachment
}

async fn send(fixture: &Fixture, conversation: &Conversation, author: UserId, attachments: &[Attachment]) -> Message {
    let mut tx = fixture.store.begin().await.unwrap();
    let new = NewMessage {
        conversation_id: conversation.id,
        author,
        content: "What is this?",
        attachments,
        services: &[],
        token_id: None,
        output_limit: None,
        beginning: None,
    };
    let message = tx.accept_message(&new).await.unwrap();
    let _ = tx.commit().await.unwrap();
    message
}

async fn delete(fixture: &Fixture, conversation: &Conversation) {
    let mut tx = fixture.store.begin().await.unwrap();
    let patch = ConversationPatch {
        deleted: Some(true),
        ..ConversationPatch::default()
    };
    tx.patch_conversation(conversation.id, &patch).await.unwrap();
    let _ = tx.commit().await.unwrap();
}

async fn is_seen(fixture: &Fixture, user: UserId, image: &Attachment) -> bool {
    let found = fixture.store.read().await.unwrap().attachment(user, image.id).await;
    if let Err(error) = &found {
        assert!(matches!(error, StoreError::NotFound(_)), "{error}");
        return false;
    }
    assert_eq!(&found.unwrap(), image);
    true
}

/// Lets go of what nobody has, as the sweep does.
async fn sweep(fixture: &Fixture) -> u64 {
    let mut tx = fixture.store.begin().await.unwrap();
    let long_ago = tx.now() - chrono::Duration::days(30);
    tx.erase_deleted_before(long_ago).await.unwrap();
    let unsent = tx.now() - chrono::Duration::days(2);
    let gone = tx.erase_unsent_before(unsent).await.unwrap();
    let _ = tx.commit().await.unwrap();
    gone
}

on_both_databases! {
    async fn an_image_comes_with_its_message_its_turn_and_its_transcript(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        let images = [image(&fixture, user.id, b"first").await, image(&fixture, user.id, b"second").await];
        let message = send(&fixture, &conversation, user.id, &images).await;
        let plain = send(&fixture, &conversation, user.id, &[]).await;
        let mut session = fixture.store.read().await.unwrap();
        let page = session.messages(conversation.id, None, 10).await.unwrap();
        assert_eq!(page.messages, [message.clone(), plain]);
        assert_eq!(session.message(user.id, message.id).await.unwrap().attachments, images);
        assert_eq!(session.question_of(message.id).await.unwrap().attachments, images);
        let turns = session.turns_before(conversation.id, None, 1_000).await.unwrap();
        assert_eq!((turns[0].attachments.as_slice(), turns[1].attachments.len()), (&images[..], 0));
        assert_eq!(session.transcript(&conversation).await.unwrap().turns[0].images[1].name, "map.png");
        assert_eq!(session.attachment_content(images[1].id).await.unwrap(), b"second");
        assert_eq!(session.attachment_bytes_of(user.id).await.unwrap(), 11);
    }

    async fn an_image_is_seen_by_those_who_may_read_a_message_that_has_it(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let conversation = fixture.conversation(ada.id).await;
        let image = image(&fixture, ada.id, b"x").await;
        assert!(is_seen(&fixture, ada.id, &image).await && !is_seen(&fixture, bob.id, &image).await);
        send(&fixture, &conversation, ada.id, std::slice::from_ref(&image)).await;
        assert!(is_seen(&fixture, ada.id, &image).await && !is_seen(&fixture, bob.id, &image).await);
        delete(&fixture, &conversation).await;
        assert!(!is_seen(&fixture, ada.id, &image).await, "deleted with its conversation");
    }

    async fn an_image_that_was_not_sent_is_taken_back_or_let_go(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let conversation = fixture.conversation(ada.id).await;
        let (taken_back, sent, left) =
            (image(&fixture, ada.id, b"a").await, image(&fixture, ada.id, b"b").await, image(&fixture, ada.id, b"c").await);
        send(&fixture, &conversation, ada.id, std::slice::from_ref(&sent)).await;
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(matches!(tx.delete_attachment(bob.id, taken_back.id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(tx.delete_attachment(ada.id, sent.id).await, Err(StoreError::Conflict(_))));
        tx.delete_attachment(ada.id, taken_back.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(sweep(&fixture).await, 0, "it may still be sent");
        fixture.clock.advance(chrono::Duration::days(3));
        assert_eq!(sweep(&fixture).await, 1);
        assert!(!is_seen(&fixture, ada.id, &left).await && is_seen(&fixture, ada.id, &sent).await);
    }

    async fn an_image_goes_with_the_last_conversation_that_has_it(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let (first, second) = (fixture.conversation(user.id).await, fixture.conversation(user.id).await);
        let image = image(&fixture, user.id, b"x").await;
        for conversation in [&first, &second] {
            send(&fixture, conversation, user.id, std::slice::from_ref(&image)).await;
        }
        delete(&fixture, &first).await;
        fixture.clock.advance(chrono::Duration::days(31));
        assert_eq!(sweep(&fixture).await, 0);
        assert!(is_seen(&fixture, user.id, &image).await);
        delete(&fixture, &second).await;
        fixture.clock.advance(chrono::Duration::days(31));
        assert_eq!(sweep(&fixture).await, 1);
        assert_eq!(fixture.store.read().await.unwrap().attachment_bytes_of(user.id).await.unwrap(), 0);
    }
}
