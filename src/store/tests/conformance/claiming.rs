//! Claiming: fair between users, within the caps, and careful with what workers died with.

use quorum_domain::{BatchStatus, FailureKind};
use quorum_store::{Caps, NewBallot};

use super::harness::LEASE;
use crate::on_both_databases;

on_both_databases! {
    async fn a_backlog_of_one_user_does_not_hide_the_question_of_another(fixture: Fixture) {
        let services = fixture.services(&["a"]).await;
        let (heavy, light) = (fixture.user("heavy").await, fixture.user("light").await);
        let backlog = fixture.conversation(heavy.id).await;
        for number in 0..60 {
            fixture.ask(&backlog, heavy.id, &number.to_string(), &services).await;
        }
        fixture.clock.advance(chrono::Duration::seconds(1));
        let other = fixture.conversation(light.id).await;
        fixture.ask(&other, light.id, "one question", &services).await;
        let claimed = fixture.claim_some("worker", 4).await;
        assert_eq!(claimed[1].user_id, light.id);
    }

    async fn two_workers_together_stay_within_the_caps(fixture: Fixture) {
        let services = fixture.services(&["a"]).await;
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        for number in 0..20 {
            fixture.ask(&conversation, user.id, &number.to_string(), &services).await;
        }
        let caps = Caps { per_service: 100, per_user: 5 };
        let one = fixture.claim_within("one", 3, 0, caps).await;
        let two = fixture.claim_within("two", 10, 0, caps).await;
        assert_eq!((one.responses.len(), two.responses.len(), two.left_some), (3, 2, true));
        fixture.answer(&one.responses[0], "done").await;
        assert_eq!(fixture.claim_within("two", 10, 0, caps).await.responses.len(), 1);
    }

    async fn a_service_that_keeps_failing_is_left_alone_and_then_tried_by_one(fixture: Fixture) {
        let service = fixture.services(&["a"]).await.remove(0).id;
        let store = &fixture.store;
        let fail_as = |probes| async move {
            let mut tx = store.begin().await.unwrap();
            tx.note_service_failed(service, None, FailureKind::Overloaded, probes).await.unwrap();
            let _ = tx.commit().await.unwrap();
        };
        let pause = || async { fixture.store.read().await.unwrap().pauses_of(service).await.unwrap().with(None).unwrap() };
        for _ in 0..4 {
            fail_as(false).await;
            fail_as(false).await;
            fixture.clock.advance(chrono::Duration::milliseconds(600));
        }
        let counting = pause().await.unwrap();
        assert_eq!((counting.until, counting.failures), (None, 4));
        fail_as(false).await;
        let open = pause().await.unwrap();
        assert!(open.is_open() && open.until.unwrap() > fixture.store.work_now());
        assert_eq!(fixture.store.read().await.unwrap().open_breakers().await.unwrap(), 1);
        fixture.clock.advance(chrono::Duration::seconds(1));
        fail_as(false).await;
        assert_eq!(pause().await.unwrap(), open);
        fixture.clock.advance(chrono::Duration::seconds(5));
        let probe = || async {
            let mut tx = fixture.store.begin().await.unwrap();
            let probes = tx.take_probe(service, None).await.unwrap();
            let _ = tx.commit().await.unwrap();
            probes
        };
        assert!(probe().await);
        assert!(!probe().await);
        fail_as(true).await;
        assert_eq!(pause().await.unwrap().until.unwrap() - fixture.store.work_now(), chrono::Duration::seconds(10));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.note_service_works(service, None).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(pause().await, None);
    }

    async fn what_a_worker_died_with_twice_is_taken_one_by_one(fixture: Fixture) {
        let services = fixture.services(&["a"]).await;
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        for number in 0..30 {
            fixture.ask(&conversation, user.id, &number.to_string(), &services).await;
        }
        let mut taken = Vec::new();
        for death in 0..3 {
            taken.push(fixture.claim(&format!("worker {death}")).await.len());
            fixture.clock.advance(LEASE + chrono::Duration::seconds(1));
            let (tx, _) = fixture.store.sweep(chrono::Duration::zero()).await.unwrap();
            let _ = tx.commit().await.unwrap();
        }
        // The second worker had 24 of the 30 in hand; the third one of those 24 and the other six.
        assert_eq!(taken, [30, 24, 7]);
    }

    async fn stopping_a_user_stops_answers_and_judges_and_keeps_what_was_answered(fixture: Fixture) {
        let services = fixture.services(&["a", "b"]).await;
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        let judged = fixture.ask(&conversation, user.id, "judged", &services).await.batch.unwrap();
        for claimed in fixture.claim("worker").await {
            fixture.answer(&claimed, "An answer.").await;
        }
        let mut tx = fixture.store.begin().await.unwrap();
        let ballot = NewBallot {
            judge: services[0].id,
            judge_name: "a".into(),
            sheet: serde_json::Value::Null,
            prompt_version: "test".into(),
            weight: 1.0,
        };
        let (_, ballots) = tx.begin_ranking(judged.state.id, &[ballot]).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let running = fixture.ask(&conversation, user.id, "running", &services).await.batch.unwrap();

        let mut tx = fixture.store.begin().await.unwrap();
        let stopped = tx.stop_user(user.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(stopped.ballots, ballots);
        assert_eq!(stopped.responses.len(), 2);
        let mut session = fixture.store.read().await.unwrap();
        let (judged, ..) = session.batch_at_work(judged.state.id).await.unwrap();
        assert_eq!((judged.status, judged.answered_responses), (BatchStatus::Completed, 2));
        let (running, ..) = session.batch_at_work(running.state.id).await.unwrap();
        assert_eq!(running.status, BatchStatus::Cancelled);
        drop(session);
        let jobs = fixture.claim_jobs("worker").await;
        assert!(fixture.claim("worker").await.is_empty());
        assert!(jobs.is_empty(), "{jobs:?}");
    }

    async fn a_claim_whose_reply_got_lost_is_given_back_and_costs_no_attempt(fixture: Fixture) {
        let services = fixture.services(&["a"]).await;
        let user = fixture.user("ada").await;
        let conversation = fixture.conversation(user.id).await;
        fixture.ask(&conversation, user.id, "one", &services).await;
        let lost = fixture.claim("worker").await.remove(0).lease;
        assert!(fixture.claim("worker").await.is_empty());
        fixture.store.give_back_response("worker", lost.response_id, lost.fence).await.unwrap();
        let again = fixture.claim("worker").await.remove(0);
        assert_eq!((again.lease.response_id, again.attempt), (lost.response_id, 0));
        let calls = fixture.store.read().await.unwrap().calls_of_response(lost.response_id).await.unwrap();
        assert!(calls.is_empty(), "nobody was called: {calls:?}");
        // What was claimed again in the meantime is not touched.
        fixture.store.give_back_response("worker", lost.response_id, lost.fence).await.unwrap();
        assert!(fixture.claim("worker").await.is_empty());
    }
}
