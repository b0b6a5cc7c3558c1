//! Answers that begin in the transaction that accepts their question.

use quorum_domain::{
    BatchStatus, FailureKind, Job, Message, User,
    event::EventBody,
    response::Stage,
    usage::{CallOutcome, MicroUsd},
};
use quorum_store::{Beginning, CallEnd, ClaimedResponse, NewMessage, Outcome, StoreError};

use super::harness::{CAPS, Fixture, LEASE, answered};
use crate::on_both_databases;

/// A question to some services that a worker begins with at once.
async fn begun(fixture: &Fixture, names: &[&str]) -> (User, Message, Vec<ClaimedResponse>) {
    let user = fixture.user("ada").await;
    let services = fixture.services(names).await;
    let conversation = fixture.conversation(user.id).await;
    let beginning = Beginning {
        owner: "worker".into(),
        lease: LEASE,
    };
    let new = NewMessage {
        conversation_id: conversation.id,
        author: user.id,
        content: "Why?",
        attachments: &[],
        services: &services,
        token_id: None,
        output_limit: Some(99),
        beginning: Some(&beginning),
    };
    let mut tx = fixture.store.begin().await.unwrap();
    let message = tx.accept_message(&new).await.unwrap();
    let begun = tx.take_begun();
    assert_eq!(tx.work_due_at(), None, "nothing is left to be claimed");
    let committed = tx.commit().await.unwrap();
    let told = committed.events.iter().find_map(|event| match &event.body {
        EventBody::MessageCreated { message } => Some(message.clone()),
        _ => None,
    });
    assert_eq!(told.as_deref(), Some(&message), "pages hear of them as they are");
    (user, message, begun)
}

async fn calls(fixture: &Fixture, of: &ClaimedResponse) -> Vec<(String, i64)> {
    let mut session = fixture.store.read().await.unwrap();
    session.calls_of_response(of.lease.response_id).await.unwrap()
}

on_both_databases! {
    async fn what_begins_is_claimed_and_its_calls_are_in_the_ledger_when_it_is_accepted(fixture: Fixture) {
        let (user, message, begun) = begun(&fixture, &["a", "b"]).await;
        assert_eq!(fixture.claim("another").await.len(), 0, "nobody else finds them due");
        let batch = message.batch.unwrap();
        assert_eq!(batch.state.status, BatchStatus::Processing);
        let stored = fixture.store.read().await.unwrap().message(user.id, message.id).await.unwrap();
        let stored = stored.batch.unwrap();
        assert_eq!((&stored.state, &stored.responses), (&batch.state, &batch.responses));
        for (claimed, response) in begun.iter().zip(&batch.responses) {
            assert_eq!((response.stage, response.attempt, response.started_at), (Stage::Calling, 1, Some(claimed.started_at)));
            assert_eq!((claimed.lease.response_id, claimed.attempt, claimed.output_limit), (response.id, 0, Some(99)));
            assert_eq!(calls(&fixture, claimed).await, [(CallOutcome::Unknown.as_str().to_owned(), 1)]);
        }
    }

    async fn what_was_begun_is_answered_with_the_call_that_was_noted(fixture: Fixture) {
        let (user, message, begun) = begun(&fixture, &["a"]).await;
        let opened = begun[0].opened.unwrap();
        let end = CallEnd {
            call_id: opened.call_id,
            key_id: None,
            outcome: CallOutcome::Completed,
            usage: None,
            cost: MicroUsd(7),
            provider_request_id: None,
            detail: None,
        };
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_response(&begun[0], opened.attempt, &answered("Because."), Some(&end)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let stored = fixture.store.read().await.unwrap().message(user.id, message.id).await.unwrap();
        let batch = stored.batch.unwrap();
        assert_eq!((batch.state.status, batch.responses[0].stage), (BatchStatus::Ranking, Stage::Judging));
        assert_eq!((batch.responses[0].attempt, batch.responses[0].cost_micro_usd), (1, 7));
        assert_eq!(calls(&fixture, &begun[0]).await, [(CallOutcome::Completed.as_str().to_owned(), 1)]);
    }

    async fn a_call_that_does_not_go_out_is_withdrawn_and_counts_for_nothing(fixture: Fixture) {
        let (user, message, begun) = begun(&fixture, &["a", "b"]).await;
        let failed = Outcome::Failed {
            failure: FailureKind::KeyMissing.into(),
            partial: None,
            beside: quorum_domain::Beside::default(),
        };
        let mut tx = fixture.store.begin().await.unwrap();
        tx.withdraw_call(&begun[0], begun[0].opened.unwrap().call_id).await.unwrap();
        tx.finish_response(&begun[0], begun[0].attempt, &failed, None).await.unwrap();
        tx.withdraw_call(&begun[1], begun[1].opened.unwrap().call_id).await.unwrap();
        tx.hand_back_response(&begun[1]).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let stored = fixture.store.read().await.unwrap().message(user.id, message.id).await.unwrap();
        let responses = stored.batch.unwrap().responses;
        let standing: Vec<_> = responses.iter().map(|response| (response.stage, response.attempt)).collect();
        assert_eq!(standing, [(Stage::Failed, 0), (Stage::Queued, 0)]);
        assert!(calls(&fixture, &begun[0]).await.is_empty() && calls(&fixture, &begun[1]).await.is_empty());
        let again = fixture.claim("another").await.remove(0);
        fixture.answer(&again, "Because.").await;
        assert_eq!(calls(&fixture, &again).await.len(), 1);
    }

    async fn first_calls_begin_with_the_claim_and_pages_are_told_of_it(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b"]).await;
        let conversation = fixture.conversation(user.id).await;
        let batch = fixture.ask(&conversation, user.id, "Why?", &services).await.batch.unwrap().state.id;
        let claimed = fixture.claim_within("worker", 64, 0, CAPS).await;
        let told: Vec<_> = claimed.committed.events.iter().map(|event| match &event.body {
            EventBody::ResponseUpdate { response } => Some((response.stage, response.attempt)),
            _ => None,
        }).collect();
        assert_eq!(told, [Some((Stage::Calling, 1)), Some((Stage::Calling, 1)), None]);
        let EventBody::BatchUpdate { batch: told } = &claimed.committed.events[2].body else { unreachable!() };
        assert_eq!(told.status, BatchStatus::Processing);
        for response in &claimed.responses {
            assert_eq!((response.batch_id, response.attempt), (batch, 0));
            assert_eq!(response.opened.map(|call| call.attempt), Some(1));
            assert_eq!(calls(&fixture, response).await, [("unknown".to_owned(), 1)]);
        }
        // What is tried again begins when it is known what it may cost.
        let retry = Outcome::Retry { failure: FailureKind::Overloaded.into(), at: fixture.store.work_now() };
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_response(&claimed.responses[0], 1, &retry, None).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let again = fixture.claim_within("worker", 64, 0, CAPS).await;
        assert_eq!((again.responses[0].attempt, again.responses[0].opened), (1, None));
        assert!(again.committed.events.is_empty());
    }

    async fn a_job_begins_with_the_transaction_that_makes_it_due(fixture: Fixture) {
        let (_, _, begun) = begun(&fixture, &["a"]).await;
        let mut tx = fixture.store.begin().await.unwrap();
        tx.let_a_job_begin(Beginning { owner: "worker".into(), lease: LEASE });
        tx.finish_response(&begun[0], 1, &answered("Because."), None).await.unwrap();
        assert_eq!(tx.work_due_at(), None);
        let job = tx.commit().await.unwrap().begun_job.unwrap();
        assert_eq!((job.job, job.fence, job.attempt), (Job::RankBatch(begun[0].batch_id), 1, 1));
        assert_eq!(fixture.claim_jobs("another").await.len(), 0, "nobody else finds it due");
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_job(&job).await.unwrap();
        let _ = tx.commit().await.unwrap();

        let mut tx = fixture.store.begin().await.unwrap();
        tx.let_a_job_begin(Beginning { owner: "worker".into(), lease: LEASE });
        tx.enqueue(Job::RankBatch(begun[0].batch_id)).await.unwrap();
        tx.enqueue(Job::LearnFromChoice(begun[0].batch_id)).await.unwrap();
        let again = tx.commit().await.unwrap().begun_job.unwrap();
        assert_eq!((again.id, again.fence), (job.id, 2), "the same job is done again");
        let other: Vec<_> = fixture.claim_jobs("another").await.iter().map(|claimed| claimed.job).collect();
        assert_eq!(other, [Job::LearnFromChoice(begun[0].batch_id)], "one begins, the others are due");
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_job(&job).await.unwrap();
        assert!(matches!(tx.commit().await, Err(StoreError::LeaseLost)), "the first doing is over");
    }

    async fn a_worker_that_dies_with_what_it_began_leaves_it_to_the_next(fixture: Fixture) {
        let (_, _, begun) = begun(&fixture, &["a"]).await;
        fixture.clock.advance(LEASE + chrono::Duration::seconds(1));
        let (tx, swept) = fixture.store.sweep(chrono::Duration::zero()).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(swept.responses_taken_over, 1);
        let next = fixture.claim("another").await.remove(0);
        assert_eq!((next.attempt, next.opened), (1, None), "the call may have gone out");
        let mut tx = fixture.store.begin().await.unwrap();
        let late = tx.finish_response(&begun[0], 1, &answered("late"), None).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)));
        drop(tx);
        fixture.answer(&next, "Because.").await;
    }
}
