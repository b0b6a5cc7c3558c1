//! Panels and runs: what a program asks for, which answer it waits for, and where it goes on.

use quorum_domain::{
    BatchStatus, Message, Run, RunAnswer, User,
    ids::{PanelId, ServiceId},
    response::ResponseStatus,
    usage::{CallOutcome, MicroUsd},
};
use quorum_store::{CallEnd, ClaimedResponse, NewRun, Outcome, StoreError};

use super::harness::{Fixture, answered};
use crate::on_both_databases;

/// Notes a run on an accepted message.
async fn begin_run(fixture: &Fixture, user: &User, message: &Message, wants: RunAnswer, hash: &str) -> Run {
    let batch = message.batch.as_ref().unwrap().state.id;
    let mut tx = fixture.store.begin().await.unwrap();
    tx.begin_run(&NewRun {
        batch_id: batch,
        user_id: user.id,
        conversation_id: message.conversation_id,
        message_id: message.id,
        wants,
        model: "quorum",
        history_hash: hash,
        max_output_tokens: Some(77),
    })
    .await
    .unwrap();
    let run = tx.run(user.id, batch).await.unwrap();
    let _ = tx.commit().await.unwrap();
    run
}

async fn answer_one(fixture: &Fixture, text: &str) -> ClaimedResponse {
    let claimed = fixture.claim("worker").await.remove(0);
    let mut tx = fixture.store.begin().await.unwrap();
    let started = tx.start_call(&claimed, MicroUsd(0)).await.unwrap();
    let end = CallEnd {
        call_id: started.call_id,
        key_id: None,
        outcome: CallOutcome::Completed,
        usage: None,
        cost: MicroUsd(0),
        provider_request_id: None,
        detail: None,
    };
    let outcome: Outcome = answered(text);
    tx.finish_response(&claimed, started.attempt, &outcome, Some(&end))
        .await
        .unwrap();
    let _ = tx.commit().await.unwrap();
    claimed
}

on_both_databases! {
    async fn a_panel_keeps_its_order_and_its_name_is_there_once(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let (one, two) = (ServiceId::new(), ServiceId::new());
        let mut tx = fixture.store.begin().await.unwrap();
        let panel = tx.save_panel(ada.id, PanelId::new(), "Fast & cheap", &[two, one]).await.unwrap();
        assert_eq!((panel.slug.as_str(), panel.service_ids.as_slice()), ("fast-cheap", &[two, one][..]));
        let same = tx.save_panel(ada.id, PanelId::new(), "FAST cheap", &[one]).await;
        assert!(matches!(same, Err(StoreError::Conflict(_))));
        let _ = tx.commit().await.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        tx.save_panel(bob.id, PanelId::new(), "Fast & cheap", &[one]).await.unwrap();
        let renamed = tx.save_panel(ada.id, panel.id, "Slow", &[one]).await.unwrap();
        assert_eq!((renamed.id, renamed.slug.as_str(), renamed.created_at), (panel.id, "slow", panel.created_at));
        assert!(matches!(tx.save_panel(bob.id, panel.id, "Mine now", &[one]).await, Err(StoreError::NotFound(_))));
        assert!(matches!(tx.panel(bob.id, panel.id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(tx.delete_panel(bob.id, panel.id).await, Err(StoreError::NotFound(_))));
        tx.delete_panel(ada.id, panel.id).await.unwrap();
        assert_eq!((tx.panels(ada.id).await.unwrap().len(), tx.panels(bob.id).await.unwrap().len()), (0, 1));
    }

    async fn the_consensus_that_a_run_waits_for_is_there_as_soon_as_its_batch_is_complete(fixture: Fixture) {
        let (user, conversation, message) = fixture.answered_turn(&["a", "b"]).await;
        fixture.claim_jobs("worker").await;
        let run = begin_run(&fixture, &user, &message, RunAnswer::Consensus, "h").await;
        assert_eq!((run.wants, run.max_output_tokens, run.consensus_id), (RunAnswer::Consensus, Some(77), None));
        let mut writer = super::harness::service("writer");
        (writer.requires_key, writer.judge) = (false, true);
        let mut tx = fixture.store.begin().await.unwrap();
        tx.save_service(&writer).await.unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.rank_in_order(&message).await;
        let mut session = fixture.store.read().await.unwrap();
        let run = session.run(user.id, run.batch_id).await.unwrap();
        let (batch, _) = session.batch_state(user.id, run.batch_id).await.unwrap();
        assert_eq!(batch.status, BatchStatus::Completed);
        let consensus = run.consensus_id.expect("begun in the same transaction");
        drop(session);
        let claimed = answer_one(&fixture, "fused").await;
        assert_eq!((claimed.lease.response_id, claimed.output_limit), (consensus, Some(77)));
        let mut session = fixture.store.read().await.unwrap();
        let (batch, _) = session.batch_state(user.id, run.batch_id).await.unwrap();
        assert_eq!(batch.selected_response_id, Some(consensus), "what the program goes on with is kept");
        let made = session.response(user.id, consensus).await.unwrap();
        assert_eq!((made.status, made.selected), (ResponseStatus::Completed, true));
        drop(session);
        // Judged again, the run has what it waited for.
        let mut tx = fixture.store.begin().await.unwrap();
        tx.reopen_for_ranking(run.batch_id, conversation.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.rank_in_order(&message).await;
        let made = fixture.store.read().await.unwrap().consensuses_of_batch(run.batch_id).await.unwrap();
        assert_eq!(made.len(), 1);
    }

    async fn nothing_to_fuse_or_nobody_to_write_it_is_no_error(fixture: Fixture) {
        let (user, _, message) = fixture.answered_turn(&["a"]).await;
        fixture.claim_jobs("worker").await;
        let run = begin_run(&fixture, &user, &message, RunAnswer::Consensus, "h").await;
        fixture.rank_in_order(&message).await;
        let found = fixture.store.read().await.unwrap().run(user.id, run.batch_id).await.unwrap();
        assert_eq!(found.consensus_id, None);
    }

    async fn a_choice_of_the_users_is_not_taken_over(fixture: Fixture) {
        let (user, _, message) = fixture.answered_turn(&["a", "b"]).await;
        fixture.claim_jobs("worker").await;
        begin_run(&fixture, &user, &message, RunAnswer::Consensus, "h").await;
        let mut writer = super::harness::service("writer");
        writer.requires_key = false;
        let chosen = message.batch.as_ref().unwrap().responses[1].id;
        let mut tx = fixture.store.begin().await.unwrap();
        tx.save_service(&writer).await.unwrap();
        let at = tx.response_context(user.id, chosen).await.unwrap();
        tx.select_response(&at, true).await.unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.rank_in_order(&message).await;
        answer_one(&fixture, "fused").await;
        let batch = message.batch.as_ref().unwrap().state.id;
        let (state, _) = fixture.store.read().await.unwrap().batch_state(user.id, batch).await.unwrap();
        assert_eq!(state.selected_response_id, Some(chosen));
    }

    async fn a_run_is_found_by_its_history_while_nothing_came_after_it_and_by_its_user_only(fixture: Fixture) {
        let (user, conversation, message) = fixture.answered_turn(&["a"]).await;
        let run = begin_run(&fixture, &user, &message, RunAnswer::Best, "what was said").await;
        let other = fixture.user("other").await;
        let mut session = fixture.store.read().await.unwrap();
        assert_eq!(session.runs_with_history(user.id, "what was said").await.unwrap(), std::slice::from_ref(&run));
        assert!(session.runs_with_history(user.id, "something else").await.unwrap().is_empty());
        assert!(session.runs_with_history(other.id, "what was said").await.unwrap().is_empty());
        assert!(matches!(session.run(other.id, run.batch_id).await, Err(StoreError::NotFound(_))));
        drop(session);
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(tx.hold_conversation(conversation.id, 1).await.unwrap());
        assert!(!tx.hold_conversation(conversation.id, 2).await.unwrap());
        drop(tx);
        fixture.ask(&conversation, user.id, "more", &[]).await;
        let found = fixture.store.read().await.unwrap().runs_with_history(user.id, "what was said").await.unwrap();
        assert!(found.is_empty(), "the conversation has moved on");
    }
}
