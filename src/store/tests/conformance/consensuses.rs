//! A consensus in the hands of workers: begun once, passed on along its chain, counted with nothing.

use quorum_domain::{
    AttributedSentence, BatchStatus, Beside, ComparisonVerdict, ConsensusComparison, Failure, FailureKind,
    FinishReason, Job, Message, Passage, ResponseRole, Service,
    batch::RankingMethod,
    context::{Reader, build_prompt},
    event::EventBody,
    ids::ServiceId,
    response::{ResponseStatus, Stage},
    usage::{CallOutcome, MicroUsd, TokenUsage, UsageGroup},
};
use quorum_store::{CallEnd, ClaimedResponse, NewBallot, NewConsensus, Outcome, StoreError, UsageReport};

use super::harness::{Fixture, LEASE, answered};
use crate::on_both_databases;

/// A turn that every service has answered, ranked in the order asked.
async fn ranked_turn(fixture: &Fixture, names: &[&str]) -> (quorum_domain::User, quorum_domain::Conversation, Message) {
    let (user, conversation, message) = fixture.answered_turn(names).await;
    fixture.claim_jobs("worker").await;
    fixture.rank_in_order(&message).await;
    let message = fixture
        .store
        .read()
        .await
        .unwrap()
        .message(user.id, message.id)
        .await
        .unwrap();
    (user, conversation, message)
}

async fn begin(
    fixture: &Fixture,
    message: &Message,
    candidates: &[Service],
) -> Result<quorum_domain::Consensus, StoreError> {
    let mut tx = fixture.store.begin().await?;
    let begun = tx
        .begin_consensus(&NewConsensus {
            message,
            candidates,
            keep: &[],
        })
        .await?;
    let _ = tx.commit().await?;
    Ok(begun)
}

async fn end(fixture: &Fixture, claimed: &ClaimedResponse, outcome: &Outcome) -> Result<(), StoreError> {
    let mut tx = fixture.store.begin().await?;
    let started = tx.start_call(claimed, MicroUsd(0)).await?;
    let call = CallEnd {
        call_id: started.call_id,
        key_id: None,
        outcome: CallOutcome::Completed,
        usage: None,
        cost: MicroUsd(7),
        provider_request_id: None,
        detail: None,
    };
    tx.finish_response(claimed, started.attempt, outcome, Some(&call))
        .await?;
    let _ = tx.commit().await?;
    Ok(())
}

fn failed(kind: FailureKind) -> Outcome {
    Outcome::Failed {
        failure: Failure::new(kind, "It broke."),
        partial: None,
        beside: Beside::default(),
    }
}

on_both_databases! {
    async fn a_comparison_is_a_ranking_of_its_own_and_disturbs_none_of_the_batch(fixture: Fixture) {
        let (user, conversation, message) = ranked_turn(&fixture, &["a", "b"]).await;
        let writers = fixture.services(&["judge"]).await;
        let begun = begin(&fixture, &message, &writers).await.unwrap();
        let claimed = fixture.claim("worker").await.remove(0);
        end(&fixture, &claimed, &answered("fused")).await.unwrap();
        let (id, batch) = (begun.response.id, message.batch.as_ref().unwrap().state.id);
        let jobs = fixture.claim_jobs("worker").await;
        assert!(jobs.iter().any(|job| job.job == Job::CompareConsensus(id)), "{jobs:?}");
        let single = message.batch.as_ref().unwrap().responses[0].id;
        let said = |verdict, ballots| ConsensusComparison { response_id: single, verdict, probability: None, ballots };
        let ballot = NewBallot {
            judge: writers[0].id, judge_name: "judge".into(), sheet: serde_json::json!({}), prompt_version: "p".into(), weight: 1.0,
        };
        let mut tx = fixture.store.begin().await.unwrap();
        let (ranking, ballots) = tx.begin_comparison(batch, id, std::slice::from_ref(&ballot)).await.unwrap();
        tx.note_comparison(id, Some(&said(ComparisonVerdict::Pending, 0))).await.unwrap();
        assert_eq!((tx.open_comparison(id).await.unwrap(), tx.open_ranking(batch).await.unwrap()), (Some(ranking), None));
        assert_eq!(tx.ballot(ballots[0]).await.unwrap().consensus_id, Some(id));
        // Judging the answers again meanwhile leaves it open.
        tx.reopen_for_ranking(batch, conversation.id).await.unwrap();
        tx.begin_ranking(batch, &[ballot]).await.unwrap();
        let stopped = tx.stop_batch(batch).await.unwrap();
        assert!(stopped.ballots.len() == 1 && !stopped.ballots.contains(&ballots[0]));
        assert_eq!(tx.open_comparison(id).await.unwrap(), Some(ranking));
        let record = serde_json::json!({"any": "thing"});
        tx.save_comparison(id, ranking, (RankingMethod::Judge, &record), &said(ComparisonVerdict::Better, 2)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        assert_eq!(session.open_comparison(id).await.unwrap(), None);
        let of_consensus = session.rankings_of_batch(batch).await.unwrap().into_iter().filter(|row| row.consensus_id == Some(id));
        assert_eq!(of_consensus.map(|row| row.record).collect::<Vec<_>>(), [Some(record)]);
        let consensus = session.consensus_at_work(id).await.unwrap();
        assert_eq!((consensus.comparison, consensus.response.expanded_content.as_deref()), (Some(said(ComparisonVerdict::Better, 2)), Some("fused")));
        let events = session.events_after(conversation.id, 0, 500).await.unwrap();
        let told = |verdict| events.iter().any(|event| matches!(&event.body, EventBody::ConsensusUpdate { consensus } if consensus.comparison.as_ref().is_some_and(|found| found.verdict == verdict)));
        assert!(told(ComparisonVerdict::Pending) && told(ComparisonVerdict::Better));
        assert!(session.conversation(user.id, conversation.id, false).await.is_ok());
    }

    async fn a_consensus_is_claimed_like_an_answer_and_counts_as_none(fixture: Fixture) {
        let (user, conversation, message) = ranked_turn(&fixture, &["a", "b"]).await;
        let writers = fixture.services(&["judge"]).await;
        let begun = begin(&fixture, &message, &writers).await.unwrap();
        assert_eq!((begun.response.role, begun.response.stage), (ResponseRole::Consensus, Stage::Queued));
        assert!(matches!(begin(&fixture, &message, &writers).await, Err(StoreError::Conflict(_))), "one at a time");
        let claimed = fixture.claim("worker").await.remove(0);
        assert_eq!((claimed.role, claimed.service_id), (ResponseRole::Consensus, writers[0].id));
        let sentence = AttributedSentence {
            passage: Passage { start: 0, end: 5 }, sources: vec![], contradicted_by: vec![], likeness: 0.0,
        };
        let Outcome::Answered { content, beside, finish, summary, usage, .. } = answered("fused") else { unreachable!() };
        end(&fixture, &claimed, &Outcome::Answered { content, beside, finish, summary, usage, first_token_at: None, sentences: vec![sentence] }).await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let batch = session.message(user.id, message.id).await.unwrap().batch.unwrap();
        assert_eq!((batch.state.status, batch.state.expected_responses, batch.responses.len()), (BatchStatus::Completed, 2, 2));
        assert_eq!(batch.state.ranked_response_ids.len(), 2);
        let consensus = &batch.consensuses[0];
        assert_eq!((consensus.response.status, consensus.sentences.len(), consensus.response.cost_micro_usd), (ResponseStatus::Completed, 1, 7));
        assert_eq!(session.consensuses_of_batch(batch.state.id).await.unwrap(), batch.consensuses);
        let whole = session.response(user.id, consensus.response.id).await.unwrap();
        assert_eq!(whole.expanded_content.as_deref(), Some("fused"));
        let found = session.search(user.id, "fused", 10).await.unwrap();
        assert_eq!(found[0].message_id, Some(message.id));
        let events = session.events_after(conversation.id, 0, 500).await.unwrap();
        assert!(events.iter().any(|event| matches!(&event.body, EventBody::ConsensusUpdate { consensus } if consensus.response.stage == Stage::Answered)));
        let report = UsageReport { user: Some(user.id), by: UsageGroup::Day, from: None, until: None };
        assert_eq!(session.usage(report).await.unwrap()[0].cost_micro_usd, 7);
    }

    async fn whoever_gives_none_is_passed_over_and_the_last_ones_reason_stays(fixture: Fixture) {
        let (_, _, message) = ranked_turn(&fixture, &["a", "b"]).await;
        let writers = fixture.services(&["one", "two", "three"]).await;
        let id = begin(&fixture, &message, &writers).await.unwrap().response.id;
        let refused = Outcome::Answered {
            content: "No.".into(), beside: Beside::default(), finish: FinishReason::Refusal, summary: None, usage: TokenUsage::default(), first_token_at: None, sentences: vec![],
        };
        let retry = Outcome::Retry { failure: Failure::new(FailureKind::RateLimited, "Later."), at: fixture.store.work_now() };
        for (writer, outcome) in writers.iter().zip([retry, refused, failed(FailureKind::Auth)]) {
            let claimed = fixture.claim("worker").await.remove(0);
            assert_eq!((claimed.service_id, claimed.lease.response_id), (writer.id, id));
            end(&fixture, &claimed, &outcome).await.unwrap();
        }
        assert!(fixture.claim("worker").await.is_empty());
        let batch = message.batch.as_ref().unwrap().state.id;
        let consensus = fixture.store.read().await.unwrap().consensuses_of_batch(batch).await.unwrap().remove(0);
        let over: Vec<(ServiceId, FailureKind)> = consensus.passed_over.iter().map(|past| (past.service_id, past.kind)).collect();
        assert_eq!(over, [(writers[0].id, FailureKind::RateLimited), (writers[1].id, FailureKind::ContentFiltered)]);
        assert_eq!((consensus.response.stage, consensus.response.error.unwrap().kind), (Stage::Failed, FailureKind::Auth));
        assert_eq!(consensus.response.cost_micro_usd, 21, "what the others cost is not forgotten");
    }

    async fn asked_again_the_chain_begins_anew(fixture: Fixture) {
        let (user, _, message) = ranked_turn(&fixture, &["a", "b"]).await;
        let writers = fixture.services(&["one", "two"]).await;
        let id = begin(&fixture, &message, &writers).await.unwrap().response.id;
        for _ in 0..2 {
            let claimed = fixture.claim("worker").await.remove(0);
            end(&fixture, &claimed, &failed(FailureKind::Quota)).await.unwrap();
        }
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, id).await.unwrap();
        assert_eq!(tx.retry_response(&at).await.unwrap().service_id, writers[0].id);
        let _ = tx.commit().await.unwrap();
        let claimed = fixture.claim("worker").await.remove(0);
        assert_eq!(claimed.service_id, writers[0].id);
        end(&fixture, &claimed, &answered("fused")).await.unwrap();
        let (state, ..) = fixture.store.read().await.unwrap().batch_at_work(message.batch.unwrap().state.id).await.unwrap();
        assert_eq!(state.status, BatchStatus::Completed);
    }

    async fn a_frozen_worker_neither_saves_nor_passes_on(fixture: Fixture) {
        let (_, _, message) = ranked_turn(&fixture, &["a", "b"]).await;
        let writers = fixture.services(&["one", "two"]).await;
        begin(&fixture, &message, &writers).await.unwrap();
        let frozen = fixture.claim("frozen").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&frozen, MicroUsd(0)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(LEASE + chrono::Duration::seconds(1));
        let (tx, swept) = fixture.store.sweep(chrono::Duration::zero()).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(swept.responses_taken_over, 1);
        let taken = fixture.claim("other").await.remove(0);
        for late in [answered("late"), failed(FailureKind::Connection)] {
            let mut tx = fixture.store.begin().await.unwrap();
            assert!(matches!(tx.finish_response(&frozen, started.attempt, &late, None).await, Err(StoreError::LeaseLost)));
        }
        end(&fixture, &taken, &answered("fused")).await.unwrap();
        let batch = message.batch.unwrap().state.id;
        let consensus = fixture.store.read().await.unwrap().consensuses_of_batch(batch).await.unwrap().remove(0);
        assert!(consensus.passed_over.is_empty() && consensus.response.service_id == writers[0].id);
    }

    async fn a_selected_consensus_is_the_kept_answer_and_pruning_removes_its_sources(fixture: Fixture) {
        let (user, conversation, message) = ranked_turn(&fixture, &["a", "b"]).await;
        let writers = fixture.services(&["judge"]).await;
        let id = begin(&fixture, &message, &writers).await.unwrap().response.id;
        let claimed = fixture.claim("worker").await.remove(0);
        end(&fixture, &claimed, &answered("fused")).await.unwrap();
        let reader = Reader {
            service_id: writers[0].id, context_window: 8_000, max_output_tokens: 100, mode: quorum_domain::ContextMode::Shared, system_prompt: "", vision: false,
        };
        let mut session = fixture.store.read().await.unwrap();
        let turns = session.turns_before(conversation.id, None, 8_000).await.unwrap();
        assert_eq!(build_prompt(reader, &turns, None).messages[1].content, "answer of a", "not chosen, not in the prompt");
        drop(session);
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, id).await.unwrap();
        tx.select_response(&at, true).await.unwrap();
        assert_eq!(tx.prune_message(conversation.id, message.id).await.unwrap().response_ids.len(), 2);
        let turns = tx.turns_before(conversation.id, None, 8_000).await.unwrap();
        let prompt = build_prompt(reader, &turns, None);
        assert_eq!((prompt.messages[1].content.as_str(), prompt.messages[1].kept), ("fused", Some(quorum_domain::context::Kept::Consensus)));
        assert!(tx.selections(user.id).await.unwrap().is_empty(), "no service won the comparison");
    }

    async fn pruning_and_stopping_end_one_that_is_being_written(fixture: Fixture) {
        let (user, conversation, message) = ranked_turn(&fixture, &["a", "b"]).await;
        let writers = fixture.services(&["judge"]).await;
        begin(&fixture, &message, &writers).await.unwrap();
        let running = fixture.claim("worker").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        let batch = message.batch.as_ref().unwrap();
        let at = tx.response_context(user.id, batch.responses[0].id).await.unwrap();
        tx.select_response(&at, true).await.unwrap();
        tx.prune_message(conversation.id, message.id).await.unwrap();
        assert!(matches!(tx.start_call(&running, MicroUsd(0)).await, Err(StoreError::LeaseLost)));
        tx.restore_message(conversation.id, message.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let id = begin(&fixture, &message, &writers).await.unwrap().response.id;
        let mut tx = fixture.store.begin().await.unwrap();
        assert_eq!(tx.stop_conversation(conversation.id).await.unwrap().responses, [id]);
        let _ = tx.commit().await.unwrap();
        assert!(fixture.claim("worker").await.is_empty());
    }

    async fn it_needs_two_answers_and_a_batch_that_is_done(fixture: Fixture) {
        let (user, _, message) = ranked_turn(&fixture, &["a", "b"]).await;
        let writers = fixture.services(&["judge"]).await;
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, message.batch.as_ref().unwrap().responses[0].id).await.unwrap();
        tx.delete_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert!(matches!(begin(&fixture, &message, &writers).await, Err(StoreError::Conflict(_))));
    }
}
