//! A response in the hands of workers: claims, leases, fences and outcomes.

use futures::future::join;
use quorum_domain::{
    BatchStatus, Beside, Failure, FailureKind, JobKind,
    ids::{BatchId, ResponseId},
    response::{ResponseStatus, Stage},
    usage::{CallOutcome, MicroUsd},
};
use quorum_store::{CallEnd, Outcome, SavedText, StoreError};

use super::harness::{CAPS, Fixture, LEASE, answered};
use crate::on_both_databases;

async fn stage(fixture: &Fixture, batch: BatchId, id: ResponseId) -> Stage {
    let responses = fixture
        .store
        .read()
        .await
        .unwrap()
        .responses_of_batch(batch, false)
        .await
        .unwrap();
    responses.into_iter().find(|response| response.id == id).unwrap().stage
}

async fn sweep(fixture: &Fixture) -> quorum_store::Swept {
    let (tx, swept) = fixture.store.sweep(chrono::Duration::zero()).await.unwrap();
    let _ = tx.commit().await.unwrap();
    swept
}

on_both_databases! {
    async fn two_workers_that_claim_at_once_never_get_the_same_response(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b", "c"]).await;
        let conversation = fixture.conversation(user.id).await;
        for number in 0..10 {
            fixture.ask(&conversation, user.id, &number.to_string(), &services).await;
        }
        let (one, two) = join(fixture.claim_some("one", 20), fixture.claim_some("two", 20)).await;
        let mut ids: Vec<_> = one.iter().chain(&two).map(|claimed| claimed.lease.response_id).collect();
        ids.extend(fixture.claim("three").await.iter().map(|claimed| claimed.lease.response_id));
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((count, ids.len()), (30, 30));
    }

    async fn the_last_answer_of_a_batch_enqueues_its_ranking_and_each_is_saved_as_it_comes(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b"]).await;
        let conversation = fixture.conversation(user.id).await;
        let message = fixture.ask(&conversation, user.id, "Why?", &services).await;
        let batch = message.batch.unwrap().state.id;
        let claimed = fixture.claim("worker").await;
        fixture.answer(&claimed[0], "first").await;
        let mut session = fixture.store.read().await.unwrap();
        let (state, ..) = session.batch_at_work(batch).await.unwrap();
        assert_eq!((state.status, state.finished_responses, state.answered_responses), (BatchStatus::Processing, 1, 1));
        assert_eq!(stage(&fixture, batch, claimed[0].lease.response_id).await, Stage::Answered);
        fixture.answer(&claimed[1], "second").await;
        let (state, ..) = session.batch_at_work(batch).await.unwrap();
        assert_eq!(state.status, BatchStatus::Ranking);
        let kinds: Vec<_> = fixture.claim_jobs("worker").await.iter().map(|job| job.job.kind()).collect();
        assert!(kinds.contains(&JobKind::RankBatch));
    }

    async fn a_batch_that_nobody_answered_fails_without_being_ranked(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b"]).await;
        let conversation = fixture.conversation(user.id).await;
        let batch = fixture.ask(&conversation, user.id, "Why?", &services).await.batch.unwrap().state.id;
        for claimed in fixture.claim("worker").await {
            let outcome = Outcome::Failed { failure: Failure::new(FailureKind::Auth, "no"), partial: None, beside: Beside::default() };
            let mut tx = fixture.store.begin().await.unwrap();
            tx.finish_response(&claimed, 0, &outcome, None).await.unwrap();
            let _ = tx.commit().await.unwrap();
        }
        let (state, ..) = fixture.store.read().await.unwrap().batch_at_work(batch).await.unwrap();
        assert_eq!((state.status, state.answered_responses), (BatchStatus::Failed, 0));
        assert!(state.completed_at.is_some());
    }

    async fn the_text_so_far_is_kept_and_the_first_piece_moves_the_stage(fixture: Fixture) {
        let (user, conversation, claimed) = fixture.claimed_answer().await;
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&claimed, MicroUsd(0)).await.unwrap();
        tx.save_text_so_far(&claimed.lease, started.attempt, "Grüße 𝕏\0", None, Some(fixture.store.work_now())).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let texts = session.running_texts(conversation.id).await.unwrap();
        assert_eq!(texts, [SavedText { response_id: claimed.lease.response_id, attempt: 1, text: "Grüße 𝕏\u{FFFD}".into(), thoughts: String::new() }]);
        let response = session.response(user.id, claimed.lease.response_id).await.unwrap();
        assert_eq!((response.stage, response.content_length, response.attempt), (Stage::Streaming, 9, 1));
        assert!(response.first_token_at.is_some());
    }

    async fn a_worker_that_lost_its_lease_saves_nothing(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a"]).await;
        let conversation = fixture.conversation(user.id).await;
        fixture.ask(&conversation, user.id, "Why?", &services).await;
        let frozen = fixture.claim("frozen").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&frozen, MicroUsd(0)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(LEASE + chrono::Duration::seconds(1));
        assert_eq!(sweep(&fixture).await.responses_taken_over, 1);
        let next = fixture.claim("next").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        let late = tx.finish_response(&frozen, started.attempt, &answered("late"), None).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)));
        drop(tx);
        fixture.answer(&next, "in time").await;
        let response = fixture.store.read().await.unwrap().response(user.id, next.lease.response_id).await.unwrap();
        assert_eq!(response.expanded_content.as_deref(), Some("in time"));
    }

    async fn a_renewed_lease_is_not_taken_over(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a"]).await;
        let conversation = fixture.conversation(user.id).await;
        fixture.ask(&conversation, user.id, "Why?", &services).await;
        let claimed = fixture.claim("steady").await.remove(0);
        for _ in 0..4 {
            fixture.clock.advance(LEASE / 2);
            let held = fixture.store.renew_leases("steady", LEASE).await.unwrap().responses;
            assert_eq!(held, [(claimed.lease.response_id, claimed.lease.fence)]);
            assert_eq!(sweep(&fixture).await.responses_taken_over, 0);
        }
    }

    async fn a_response_that_ends_three_workers_is_given_up_and_its_batch_goes_on(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a"]).await;
        let conversation = fixture.conversation(user.id).await;
        let batch = fixture.ask(&conversation, user.id, "Why?", &services).await.batch.unwrap().state.id;
        for death in 1..=3 {
            assert_eq!(fixture.claim("doomed").await.len(), 1, "death {death}");
            fixture.clock.advance(LEASE + chrono::Duration::seconds(1));
            sweep(&fixture).await;
        }
        assert!(fixture.claim("next").await.is_empty());
        let mut session = fixture.store.read().await.unwrap();
        let response = session.responses_of_batch(batch, false).await.unwrap().remove(0);
        assert_eq!(response.error.unwrap().kind, FailureKind::CrashLimit);
        assert_eq!(session.batch_at_work(batch).await.unwrap().0.status, BatchStatus::Failed);
    }

    async fn a_retry_is_due_later_and_says_when(fixture: Fixture) {
        let (user, _, claimed) = fixture.claimed_answer().await;
        let at = fixture.store.now() + chrono::Duration::seconds(7);
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&claimed, MicroUsd(0)).await.unwrap();
        let outcome = Outcome::Retry { failure: FailureKind::RateLimited.into(), at };
        tx.finish_response(&claimed, started.attempt, &outcome, None).await.unwrap();
        assert_eq!(tx.work_due_at(), Some(at));
        let _ = tx.commit().await.unwrap();
        let response = fixture.store.read().await.unwrap().response(user.id, claimed.lease.response_id).await.unwrap();
        assert_eq!((response.stage, response.retry_at), (Stage::Retrying, Some(at)));
        let too_early = fixture.claim_within("worker", 64, 0, CAPS).await;
        assert!(too_early.is_empty());
        assert_eq!(too_early.next_due_at.map(|due| due <= at), Some(true));
        fixture.clock.advance(chrono::Duration::seconds(8));
        assert_eq!(fixture.claim("worker").await[0].attempt, 1);
    }

    async fn work_handed_back_is_due_at_once_and_costs_no_attempt(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a"]).await;
        let conversation = fixture.conversation(user.id).await;
        fixture.ask(&conversation, user.id, "Why?", &services).await;
        let claimed = fixture.claim("stopping").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        tx.start_call(&claimed, MicroUsd(0)).await.unwrap();
        tx.hand_back_response(&claimed).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let again = fixture.claim("next").await.remove(0);
        assert_eq!(again.max_attempts - again.attempt, claimed.max_attempts - claimed.attempt);
    }

    async fn what_a_call_cost_is_booked_even_where_its_answer_is_refused(fixture: Fixture) {
        let (user, _, claimed) = fixture.claimed_answer().await;
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&claimed, MicroUsd(0)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, claimed.lease.response_id).await.unwrap();
        tx.cancel_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let end = CallEnd { call_id: started.call_id, key_id: None, outcome: CallOutcome::Cancelled, usage: None, cost: MicroUsd(42), provider_request_id: None, detail: None };
        let mut tx = fixture.store.begin().await.unwrap();
        tx.keep_cancelled_text(&claimed, started.attempt, "half an ans", &Beside::default(), Some(&end)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let response = session.response(user.id, claimed.lease.response_id).await.unwrap();
        assert_eq!((response.status, response.cost_micro_usd), (ResponseStatus::Cancelled, 42));
        assert_eq!(response.expanded_content.as_deref(), Some("half an ans"));
        assert_eq!(session.calls_of_response(claimed.lease.response_id).await.unwrap(), [("cancelled".to_owned(), 1)]);
    }

    async fn at_the_start_of_an_embedded_store_all_leases_run_out(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b"]).await;
        let conversation = fixture.conversation(user.id).await;
        fixture.ask(&conversation, user.id, "Why?", &services).await;
        fixture.claim("dead").await;
        assert_eq!(fixture.store.expire_all_leases().await.unwrap(), 2);
        assert_eq!(sweep(&fixture).await.responses_taken_over, 2);
        assert_eq!(fixture.claim("next").await.len(), 2);
    }
}
