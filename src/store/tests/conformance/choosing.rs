//! Keep, remove, bring back, stop, ask again.

use quorum_domain::{BatchStatus, event::EventBody, response::ResponseStatus};
use quorum_store::StoreError;

use super::harness::answered;
use crate::on_both_databases;

on_both_databases! {
    async fn selecting_moves_the_mark_and_pruning_removes_the_others(fixture: Fixture) {
        let (user, conversation, message) = fixture.answered_turn(&["a", "b", "c"]).await;
        let batch = message.batch.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        for number in [0, 1] {
            let at = tx.response_context(user.id, batch.responses[number].id).await.unwrap();
            assert!(tx.select_response(&at, true).await.unwrap().selected);
        }
        let selected: Vec<bool> = tx.responses_of_batch(batch.state.id, false).await.unwrap().iter().map(|response| response.selected).collect();
        assert_eq!(selected, [false, true, false]);
        let early = tx.prune_message(conversation.id, message.id).await;
        assert!(matches!(early, Err(StoreError::Conflict(_))), "still being ranked");
        let _ = tx.commit().await.unwrap();
        let job = fixture.claim_jobs("worker").await;
        assert!(!job.is_empty());
        let mut tx = fixture.store.begin().await.unwrap();
        let (ranking, _) = tx.begin_ranking(batch.state.id, &[]).await.unwrap();
        let result = quorum_store::RankingResult {
            method: quorum_domain::batch::RankingMethod::Local, remarks: vec![], agreement: None, judges_wanted: 0, judges_voted: 0,
            entries: vec![], record: serde_json::json!({}),
        };
        tx.save_ranking(batch.state.id, conversation.id, ranking, &result).await.unwrap();
        let pruned = tx.prune_message(conversation.id, message.id).await.unwrap();
        assert_eq!(pruned.response_ids.len(), 2);
        assert!(pruned.tokens >= 6);
        let restored = tx.restore_message(conversation.id, message.id).await.unwrap();
        assert_eq!(restored.len(), 2);
        let committed = tx.commit().await.unwrap();
        assert!(committed.events.iter().any(|event| matches!(event.body, EventBody::ResponsesPruned { .. })));
        assert!(committed.events.iter().any(|event| matches!(event.body, EventBody::ResponsesRestored { .. })));
        let responses = fixture.store.read().await.unwrap().responses_of_batch(batch.state.id, false).await.unwrap();
        assert!(responses.iter().all(|response| !response.deleted));
    }

    async fn pruning_needs_a_selection(fixture: Fixture) {
        let (_, conversation, message) = fixture.answered_turn(&["a", "b"]).await;
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(matches!(tx.prune_message(conversation.id, message.id).await, Err(StoreError::Conflict(_))));
    }

    async fn stopping_is_final_at_once_and_stopping_again_changes_nothing(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b"]).await;
        let conversation = fixture.conversation(user.id).await;
        let batch = fixture.ask(&conversation, user.id, "Why?", &services).await.batch.unwrap();
        for response in &batch.responses {
            for _ in 0..2 {
                let mut tx = fixture.store.begin().await.unwrap();
                let at = tx.response_context(user.id, response.id).await.unwrap();
                assert_eq!(tx.cancel_response(&at).await.unwrap().status, ResponseStatus::Cancelled);
                let _ = tx.commit().await.unwrap();
            }
        }
        assert!(fixture.claim("worker").await.is_empty());
        let (state, ..) = fixture.store.read().await.unwrap().batch_at_work(batch.state.id).await.unwrap();
        assert_eq!(state.status, BatchStatus::Cancelled);
    }

    async fn a_stopped_answer_can_be_asked_again_but_an_answered_one_cannot(fixture: Fixture) {
        let (user, _, message) = fixture.answered_turn(&["a"]).await;
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, message.batch.unwrap().responses[0].id).await.unwrap();
        assert!(matches!(tx.retry_response(&at).await, Err(StoreError::Conflict(_))));
        drop(tx);
        let services = fixture.services(&["b"]).await;
        let conversation = fixture.conversation(user.id).await;
        let batch = fixture.ask(&conversation, user.id, "Why?", &services).await.batch.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, batch.responses[0].id).await.unwrap();
        tx.cancel_response(&at).await.unwrap();
        let at = tx.response_context(user.id, batch.responses[0].id).await.unwrap();
        tx.retry_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(fixture.claim("worker").await.len(), 1);
        let (state, ..) = fixture.store.read().await.unwrap().batch_at_work(batch.state.id).await.unwrap();
        assert!(!state.status.is_final());
    }

    async fn a_deleted_answer_that_was_running_does_not_come_back(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a"]).await;
        let conversation = fixture.conversation(user.id).await;
        let batch = fixture.ask(&conversation, user.id, "Why?", &services).await.batch.unwrap();
        let claimed = fixture.claim("worker").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, batch.responses[0].id).await.unwrap();
        tx.delete_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        let saved = tx.finish_response(&claimed, 1, &answered("ghost"), None).await;
        assert!(matches!(saved, Err(StoreError::LeaseLost)));
        drop(tx);
        let mut tx = fixture.store.begin().await.unwrap();
        tx.keep_cancelled_text(&claimed, 1, "ghost", &quorum_domain::Beside::default(), None).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let response = fixture.store.read().await.unwrap().response(user.id, batch.responses[0].id).await.unwrap();
        assert!(response.deleted && response.expanded_content.is_none());
    }

    async fn a_late_joiner_opens_the_batch_again(fixture: Fixture) {
        let (user, conversation, message) = fixture.answered_turn(&["a"]).await;
        let late = fixture.services(&["late"]).await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        let message = tx.message(user.id, message.id).await.unwrap();
        let batch = message.batch.as_ref().unwrap().state.id;
        let response = tx.add_response(&message, batch, &late).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!((response.position, response.conversation_id), (1, conversation.id));
        let (state, ..) = fixture.store.read().await.unwrap().batch_at_work(batch).await.unwrap();
        assert_eq!((state.status, state.expected_responses), (BatchStatus::Processing, 2));
    }

    async fn nobody_reaches_the_answers_of_others(fixture: Fixture) {
        let (_, _, message) = fixture.answered_turn(&["a"]).await;
        let stranger = fixture.user("bob").await;
        let mut session = fixture.store.read().await.unwrap();
        let batch = message.batch.unwrap();
        assert!(matches!(session.response(stranger.id, batch.responses[0].id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(session.response_context(stranger.id, batch.responses[0].id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(session.batch_state(stranger.id, batch.state.id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(session.message(stranger.id, message.id).await, Err(StoreError::NotFound(_))));
    }
}
