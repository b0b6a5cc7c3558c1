//! Conversations, messages, events, search and turns.

use futures::future::join_all;
use quorum_domain::{TitleSource, event::EventBody};
use quorum_store::{ConversationPatch, NewMessage, RequestState, StoreError};

use crate::on_both_databases;

on_both_databases! {
    async fn a_message_is_accepted_with_its_batch_responses_event_and_title(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b", "c"]).await;
        let conversation = fixture.conversation(user.id).await;
        let message = fixture.ask(&conversation, user.id, "Why?", &services).await;
        let mut session = fixture.store.read().await.unwrap();
        let page = session.messages(conversation.id, None, 10).await.unwrap();
        assert_eq!(page.messages.first(), Some(&message));
        assert_eq!(message.batch.unwrap().responses.len(), 3);
        let events = session.events_after(conversation.id, 0, 10).await.unwrap();
        assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
        assert!(matches!(events[0].body, EventBody::MessageCreated { .. }));
        assert!(matches!(&events[1].body, EventBody::ConversationUpdated { conversation } if conversation.title == "Why?"));
        drop(session);
        assert!(fixture.claim_jobs("worker").await.is_empty());
        fixture.ask(&conversation, user.id, "And then?", &services).await;
        let mut session = fixture.store.read().await.unwrap();
        assert_eq!(session.conversation(user.id, conversation.id, false).await.unwrap().title, "Why?");
    }

    async fn a_transaction_that_is_dropped_leaves_nothing(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a"]).await;
        let conversation = fixture.conversation(user.id).await;
        let mut tx = fixture.store.begin().await.unwrap();
        let new = NewMessage { conversation_id: conversation.id, author: user.id, content: "Lost", attachments: &[], services: &services, token_id: None, output_limit: None, beginning: None };
        tx.accept_message(&new).await.unwrap();
        drop(tx);
        assert!(fixture.claim("worker").await.is_empty());
        let mut session = fixture.store.read().await.unwrap();
        assert!(session.messages(conversation.id, None, 10).await.unwrap().messages.is_empty());
        assert_eq!(session.event_range(conversation.id).await.unwrap(), (0, 0));
    }

    async fn the_same_request_twice_at_once_is_carried_out_once(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let once = || async {
            let mut tx = fixture.store.begin().await.unwrap();
            let state = tx.begin_request(user.id, "key-1", "hash").await.unwrap();
            if state == RequestState::New {
                tokio::time::sleep(std::time::Duration::from_millis(30)).await;
                tx.finish_request(user.id, "key-1", 202, &serde_json::json!({"id": 7})).await.unwrap();
            }
            let _ = tx.commit().await.unwrap();
            state
        };
        let states = join_all((0..5).map(|_| once())).await;
        assert_eq!(states.iter().filter(|state| **state == RequestState::New).count(), 1);
        let kept = RequestState::Repeated { request_hash: "hash".into(), status: 202, reply: serde_json::json!({"id": 7}) };
        assert_eq!(states.iter().filter(|state| **state == kept).count(), 4);
    }

    async fn events_are_numbered_without_gaps_however_many_write_at_once(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        join_all((0..20).map(|number| {
            let (fixture, conversation) = (&fixture, &conversation);
            async move { fixture.ask(conversation, user.id, &format!("message {number}"), &[]).await }
        }))
        .await;
        let events = fixture.store.read().await.unwrap().events_after(conversation.id, 0, 100).await.unwrap();
        assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), (1..=21).collect::<Vec<_>>(), "one for each message, and one for the title");
    }

    async fn lists_are_paged_by_activity_and_nobody_sees_those_of_others(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(fixture.conversation(ada.id).await.id);
        }
        fixture.conversation(bob.id).await;
        fixture.clock.advance(chrono::Duration::seconds(5));
        let revived = fixture.store.read().await.unwrap().conversation(ada.id, made[1], false).await.unwrap();
        fixture.ask(&revived, ada.id, "again", &[]).await;
        let mut session = fixture.store.read().await.unwrap();
        let (first, next) = session.conversations(ada.id, false, None, 2).await.unwrap();
        let (second, next) = session.conversations(ada.id, false, next, 2).await.unwrap();
        let (third, last) = session.conversations(ada.id, false, next, 2).await.unwrap();
        let listed: Vec<_> = first.iter().chain(&second).chain(&third).map(|conversation| conversation.id).collect();
        assert_eq!(listed, [made[1], made[4], made[3], made[2], made[0]]);
        assert!(last.is_none());
        let foreign = session.conversation(bob.id, made[0], false).await;
        assert!(matches!(foreign, Err(StoreError::NotFound("conversation"))));
    }

    async fn archive_delete_and_restore_move_between_lists(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        let change = |patch: ConversationPatch| {
            let (fixture, id) = (&fixture, conversation.id);
            async move {
                let mut tx = fixture.store.begin().await.unwrap();
                let changed = tx.patch_conversation(id, &patch).await.unwrap();
                let _ = tx.commit().await.unwrap();
                changed
            }
        };
        let listed = |archived| {
            let (fixture, user) = (&fixture, user.id);
            async move { fixture.store.read().await.unwrap().conversations(user, archived, None, 10).await.unwrap().0.len() }
        };
        let archived = change(ConversationPatch { archived: Some(true), title: Some(("Mine".into(), TitleSource::User)), ..Default::default() }).await;
        assert!(archived.archived && archived.title == "Mine");
        assert_eq!((listed(false).await, listed(true).await), (0, 1));
        change(ConversationPatch { archived: Some(false), ..Default::default() }).await;
        change(ConversationPatch { deleted: Some(true), ..Default::default() }).await;
        assert_eq!((listed(false).await, listed(true).await), (0, 0));
        change(ConversationPatch { deleted: Some(false), ..Default::default() }).await;
        assert_eq!(listed(false).await, 1);
    }

    async fn who_judges_is_kept_with_the_conversation_until_others_are_named(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        assert_eq!(conversation.judge_ids, []);
        let named: Vec<_> = fixture.services(&["a", "b"]).await.into_iter().map(|service| service.id).collect();
        let mut tx = fixture.store.begin().await.unwrap();
        let patch = ConversationPatch { judge_ids: Some(named.clone()), ..Default::default() };
        assert_eq!(tx.patch_conversation(conversation.id, &patch).await.unwrap().judge_ids, named);
        tx.patch_conversation(conversation.id, &ConversationPatch::default()).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        assert_eq!(session.conversation(user.id, conversation.id, false).await.unwrap().judge_ids, named);
        assert_eq!(session.conversations(user.id, false, None, 10).await.unwrap().0[0].judge_ids, named);
    }

    async fn an_automatic_title_never_replaces_a_users_own(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(tx.set_automatic_title(conversation.id, "From the question").await.unwrap());
        tx.patch_conversation(conversation.id, &ConversationPatch { title: Some(("Mine".into(), TitleSource::User)), ..Default::default() }).await.unwrap();
        assert!(!tx.set_automatic_title(conversation.id, "Again").await.unwrap());
        let _ = tx.commit().await.unwrap();
    }

    async fn messages_are_paged_from_the_newest(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        for number in 1..=5 {
            fixture.ask(&conversation, user.id, &number.to_string(), &[]).await;
        }
        let mut session = fixture.store.read().await.unwrap();
        let newest = session.messages(conversation.id, None, 2).await.unwrap();
        let older = session.messages(conversation.id, newest.older_than, 2).await.unwrap();
        let oldest = session.messages(conversation.id, older.older_than, 2).await.unwrap();
        let texts = |page: &quorum_store::MessagePage| page.messages.iter().map(|message| message.content.clone()).collect::<Vec<_>>();
        assert_eq!((texts(&newest), texts(&older), texts(&oldest)), (vec!["4".into(), "5".into()], vec!["2".into(), "3".into()], vec!["1".into()]));
        assert!(oldest.older_than.is_none());
    }

    async fn search_finds_titles_questions_and_answers_but_nothing_deleted(fixture: Fixture) {
        let (user, conversation, message) = fixture.answered_turn(&["maple", "birch"]).await;
        let stranger = fixture.user("bob").await;
        let mut tx = fixture.store.begin().await.unwrap();
        let title = Some(("Größe of trees".into(), TitleSource::User));
        tx.patch_conversation(conversation.id, &ConversationPatch { title, ..Default::default() }).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let found = |text: &'static str| {
            let (fixture, user) = (&fixture, user.id);
            async move { fixture.store.read().await.unwrap().search(user, text, 10).await.unwrap().len() }
        };
        assert_eq!(found("mapl").await, 1);
        assert_eq!(found("What IS").await, 1);
        assert_eq!(found("größe").await, 1);
        for harmless in ["'", "\"", "%", "*", "a OR b", "NEAR(", "(:|&!", "\\"] {
            found(harmless).await;
        }
        assert!(fixture.store.read().await.unwrap().search(stranger.id, "maple", 10).await.unwrap().is_empty());
        let batch = message.batch.unwrap();
        let maple = batch.responses.iter().find(|response| response.service_name == "maple").unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, maple.id).await.unwrap();
        tx.delete_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(found("maple").await, 0);
    }

    async fn turns_leave_out_what_was_deleted_and_stop_before_the_message(fixture: Fixture) {
        let (user, conversation, message) = fixture.answered_turn(&["a", "b"]).await;
        let second = fixture.ask(&conversation, user.id, "And then?", &[]).await;
        let deleted = message.batch.unwrap().responses[0].id;
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, deleted).await.unwrap();
        tx.delete_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let before = session.turns_before(conversation.id, Some(second.id), 10_000).await.unwrap();
        assert_eq!(before.len(), 1);
        assert!(before[0].answers.iter().all(|answer| answer.response_id != deleted) && before[0].answers.len() == 1);
        assert_eq!(session.turns_before(conversation.id, None, 10_000).await.unwrap().len(), 2);
    }

    async fn turns_reach_back_over_pages_until_the_prompt_is_full(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        for number in 0..90 {
            fixture.ask(&conversation, user.id, &format!("message {number} {}", "word ".repeat(20)), &[]).await;
        }
        let mut session = fixture.store.read().await.unwrap();
        let all = session.turns_before(conversation.id, None, 1_000_000).await.unwrap();
        assert_eq!(all.len(), 90);
        assert!(all[0].content.starts_with("message 0 ") && all[89].content.starts_with("message 89 "));
        assert_eq!(session.turns_before(conversation.id, None, 100).await.unwrap().len(), 40);
    }
}
