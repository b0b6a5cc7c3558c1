//! Budgets: set aside before, booked after, never overspent.

use quorum_domain::{
    Beside, Failure, FailureKind, FinishReason,
    budget::{BudgetPeriod, BudgetState, BudgetSubject, Caps as BudgetCaps, Spender},
    ids::{BudgetId, UserId},
    usage::{CallOutcome, CallPurpose, MicroUsd, TokenUsage},
};
use quorum_store::{CallEnd, NewCall, Outcome, Reservation, StoreError};
use uuid::Uuid;

use super::harness::{Fixture, LEASE};
use crate::on_both_databases;

const fn of(user_id: UserId) -> Spender {
    Spender {
        user_id,
        token_id: None,
    }
}

async fn budget(fixture: &Fixture, subject: BudgetSubject, period: BudgetPeriod, hard: i64) -> BudgetId {
    let caps = BudgetCaps::new(Some(MicroUsd(hard / 2)), Some(MicroUsd(hard))).unwrap();
    let mut tx = fixture.store.begin().await.unwrap();
    let id = tx.create_budget(subject, period, caps).await.unwrap();
    let _ = tx.commit().await.unwrap();
    id
}

/// Spent and set aside.
async fn standing(fixture: &Fixture, id: BudgetId) -> (i64, i64) {
    let budget = fixture.store.read().await.unwrap().budget(id).await.unwrap();
    (budget.spent.0, budget.reserved.0)
}

async fn reserve(fixture: &Fixture, spender: Spender, amount: i64) -> Result<Uuid, StoreError> {
    let subject_id = Uuid::now_v7();
    let mut tx = fixture.store.begin().await?;
    let wanted = Reservation {
        subject_id,
        at_most: MicroUsd(amount),
    };
    tx.reserve(spender, &[wanted]).await?;
    let _ = tx.commit().await?;
    Ok(subject_id)
}

fn end(call_id: quorum_domain::ids::CallId, cost: i64) -> CallEnd {
    CallEnd {
        call_id,
        key_id: None,
        outcome: CallOutcome::Completed,
        usage: Some(TokenUsage::default()),
        cost: MicroUsd(cost),
        provider_request_id: None,
        detail: None,
    }
}

on_both_databases! {
    async fn fifty_at_once_at_the_cap_set_aside_no_more_than_there_is(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let day = budget(&fixture, BudgetSubject::User(user.id), BudgetPeriod::Day, 1_000).await;
        let month = budget(&fixture, BudgetSubject::Instance, BudgetPeriod::Month, 700).await;
        let at_once = (0..50).map(|_| reserve(&fixture, of(user.id), 100));
        let results = futures::future::join_all(at_once).await;
        let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
        assert_eq!(refused.len(), 43);
        let full: Vec<_> = refused.iter().filter_map(|error| match error {
            StoreError::BudgetExceeded(refusal) => Some((refusal.budget.id, refusal.wanted)),
            _ => None,
        }).collect();
        assert_eq!(full, vec![(month, MicroUsd(100)); 43]);
        assert_eq!(standing(&fixture, day).await, (0, 700));
        assert_eq!(standing(&fixture, month).await, (0, 700));
        // What costs nothing always fits; somebody else's spending is another's budget but the instance's too.
        reserve(&fixture, of(user.id), 0).await.unwrap();
        let bob = fixture.user("bob").await;
        assert!(reserve(&fixture, of(bob.id), 1).await.is_err());
    }

    async fn an_answer_is_booked_at_what_it_cost_and_the_rest_is_released(fixture: Fixture) {
        let (user, services) = (fixture.user("ada").await, fixture.services(&["one", "two"]).await);
        let conversation = fixture.conversation(user.id).await;
        let id = budget(&fixture, BudgetSubject::User(user.id), BudgetPeriod::Day, 1_000).await;
        let message = fixture.ask(&conversation, user.id, "Why?", &services).await;
        let batch = message.batch.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        let wanted: Vec<Reservation> = batch.responses.iter()
            .map(|response| Reservation::of_response(response.id, MicroUsd(400))).collect();
        tx.reserve(of(user.id), &wanted).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(standing(&fixture, id).await, (0, 800));

        let mut claimed = fixture.claim("one").await;
        let (first, second) = (claimed.remove(0), claimed.remove(0));
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&first, MicroUsd(400)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(standing(&fixture, id).await, (0, 800));
        let outcome = Outcome::Answered { content: "So.".into(), beside: Beside::default(), finish: FinishReason::Stop, summary: None, usage: TokenUsage::default(), first_token_at: None, sentences: Vec::new() };
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_response(&first, started.attempt, &outcome, Some(&end(started.call_id, 90))).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(standing(&fixture, id).await, (90, 400));

        // A failed call that is tried again has used up what was set aside: the next one needs its own.
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&second, MicroUsd(400)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let at = fixture.store.work_now();
        let retry = Outcome::Retry { failure: FailureKind::Overloaded.into(), at };
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_response(&second, started.attempt, &retry, Some(&end(started.call_id, 30))).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(standing(&fixture, id).await, (120, 0));
        reserve(&fixture, of(user.id), 600).await.unwrap();
        fixture.clock.advance(chrono::Duration::seconds(1));
        let again = fixture.claim("one").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(matches!(tx.start_call(&again, MicroUsd(400)).await, Err(StoreError::BudgetExceeded(_))));
        drop(tx);
        let failed = Outcome::Failed { failure: Failure::new(FailureKind::BudgetExceeded, "full"), partial: None, beside: Beside::default() };
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_response(&again, again.attempt, &failed, None).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(standing(&fixture, id).await, (120, 600));
    }

    async fn a_stopped_question_gives_back_what_was_set_aside(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let (conversation, services) = (fixture.conversation(user.id).await, fixture.services(&["one"]).await);
        let id = budget(&fixture, BudgetSubject::User(user.id), BudgetPeriod::Day, 1_000).await;
        let batch = fixture.ask(&conversation, user.id, "Why?", &services).await.batch.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        tx.reserve(of(user.id), &[Reservation::of_response(batch.responses[0].id, MicroUsd(400))]).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        tx.stop_batch(batch.state.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(standing(&fixture, id).await, (0, 0));
    }

    async fn what_a_lost_call_set_aside_is_released_by_the_sweep(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let id = budget(&fixture, BudgetSubject::User(user.id), BudgetPeriod::Month, 1_000).await;
        reserve(&fixture, of(user.id), 400).await.unwrap();
        let sweep = async || {
            let (tx, _) = fixture.store.sweep(LEASE).await.unwrap();
            let _ = tx.commit().await.unwrap();
        };
        fixture.clock.advance(chrono::Duration::minutes(14));
        sweep().await;
        assert_eq!(standing(&fixture, id).await, (0, 400));
        fixture.clock.advance(chrono::Duration::minutes(2));
        sweep().await;
        assert_eq!(standing(&fixture, id).await, (0, 0));
    }

    async fn every_call_counts_once_also_what_was_spent_before_the_budget(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["judge"]).await;
        let call = NewCall {
            purpose: CallPurpose::Exam,
            user_id: user.id,
            service_id: services[0].id,
            conversation_id: None,
            response_id: None,
            ballot_id: None,
            attempt: 1,
            at_most: MicroUsd(300),
        };
        let spend = async |cost: i64| {
            let mut tx = fixture.store.begin().await.unwrap();
            let opened = tx.open_call(&call).await?;
            let _ = tx.commit().await.unwrap();
            for _ in 0..2 {
                let mut tx = fixture.store.begin().await.unwrap();
                tx.close_call(&end(opened, cost)).await.unwrap();
                let _ = tx.commit().await.unwrap();
            }
            Ok::<(), StoreError>(())
        };
        spend(250).await.unwrap();
        let id = budget(&fixture, BudgetSubject::Instance, BudgetPeriod::Day, 600).await;
        assert_eq!(standing(&fixture, id).await, (250, 0));
        spend(200).await.unwrap();
        assert_eq!(standing(&fixture, id).await, (450, 0));
        assert!(matches!(spend(1).await, Err(StoreError::BudgetExceeded(_))));
        let state = fixture.store.read().await.unwrap().budget(id).await.unwrap().state();
        assert_eq!(state, BudgetState::Warning);
        // The next day begins at nothing.
        fixture.clock.advance(chrono::Duration::days(1));
        spend(200).await.unwrap();
        assert_eq!(standing(&fixture, id).await, (200, 0));
    }

    async fn a_kind_of_budget_is_there_once_and_for_somebody_who_is(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let subject = BudgetSubject::User(user.id);
        let id = budget(&fixture, subject, BudgetPeriod::Day, 10).await;
        budget(&fixture, subject, BudgetPeriod::Month, 10).await;
        budget(&fixture, BudgetSubject::Instance, BudgetPeriod::Day, 10).await;
        let caps = BudgetCaps::new(None, Some(MicroUsd(5))).unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        let twice = tx.create_budget(subject, BudgetPeriod::Day, caps).await;
        assert!(matches!(twice, Err(StoreError::Conflict(_))));
        let nobody = tx.create_budget(BudgetSubject::User(UserId::new()), BudgetPeriod::Day, caps).await;
        assert!(matches!(nobody, Err(StoreError::NotFound("user"))));
        tx.change_budget(id, caps).await.unwrap();
        assert_eq!(tx.budget(id).await.unwrap().caps, caps);
        tx.delete_budget(id).await.unwrap();
        assert!(matches!(tx.budget(id).await, Err(StoreError::NotFound("budget"))));
        assert_eq!(tx.budgets().await.unwrap().len(), 2);
    }
}
