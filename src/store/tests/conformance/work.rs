//! Jobs, rankings, ballots and the ledger.

use quorum_domain::{
    AgreementReason, Job, RankingRemark, Reasoning, Summary,
    batch::{Agreement, AgreementSource, BallotStatus, RankingMethod},
    ids::BatchId,
    response::Stage,
    usage::{MicroUsd, UsageGroup},
};
use quorum_store::{NewBallot, RankedResponse, RankingResult, StoreError, UsageReport};

use super::harness::{CAPS, LEASE};
use crate::on_both_databases;

on_both_databases! {
    async fn a_job_enqueued_again_while_it_runs_is_done_again(fixture: Fixture) {
        let job = Job::LearnFromChoice(BatchId::new());
        let enqueue = || async {
            let mut tx = fixture.store.begin().await.unwrap();
            tx.enqueue(job).await.unwrap();
            let _ = tx.commit().await.unwrap();
        };
        enqueue().await;
        let first = fixture.claim_jobs("one").await.remove(0);
        assert_eq!(first.job, job);
        enqueue().await;
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_job(&first).await.unwrap();
        assert!(matches!(tx.commit().await, Err(StoreError::LeaseLost)));
        let second = fixture.claim_jobs("two").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        tx.finish_job(&second).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert!(fixture.claim_jobs("three").await.is_empty());
    }

    async fn a_job_of_a_dead_worker_is_handed_on_and_set_aside_after_three_deaths(fixture: Fixture) {
        let job = Job::LearnFromChoice(BatchId::new());
        let mut tx = fixture.store.begin().await.unwrap();
        tx.enqueue(job).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut set_aside = Vec::new();
        for _ in 0..3 {
            assert_eq!(fixture.claim_jobs("doomed").await.len(), 1);
            fixture.clock.advance(LEASE + chrono::Duration::seconds(1));
            let (tx, swept) = fixture.store.sweep(chrono::Duration::zero()).await.unwrap();
            let _ = tx.commit().await.unwrap();
            set_aside.extend(swept.jobs_set_aside);
        }
        assert_eq!(set_aside, [job]);
        assert!(fixture.claim_jobs("next").await.is_empty());
    }

    async fn a_job_put_back_waits_for_its_time(fixture: Fixture) {
        let mut tx = fixture.store.begin().await.unwrap();
        tx.enqueue(Job::LearnFromChoice(BatchId::new())).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let claimed = fixture.claim_jobs("one").await.remove(0);
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.now() + chrono::Duration::seconds(30);
        tx.retry_job(&claimed, at, "busy").await.unwrap();
        let _ = tx.commit().await.unwrap();
        let too_early = fixture.claim_within("two", 64, 64, CAPS).await;
        assert!(too_early.is_empty());
        assert_eq!(too_early.next_due_at, Some(at));
        fixture.clock.advance(chrono::Duration::seconds(31));
        assert_eq!(fixture.claim_jobs("two").await[0].attempt, 2);
    }

    async fn a_ranking_is_stored_with_its_ballots_and_judging_again_keeps_the_old_one(fixture: Fixture) {
        let (_, conversation, message) = fixture.answered_turn(&["a", "b"]).await;
        let judge = fixture.services(&["judge"]).await.remove(0);
        let batch = message.batch.unwrap();
        let new = NewBallot { judge: judge.id, judge_name: judge.name, sheet: serde_json::json!({"shown": []}), prompt_version: "p1".into(), weight: 1.0 };
        let mut tx = fixture.store.begin().await.unwrap();
        let (ranking, ballots) = tx.begin_ranking(batch.state.id, std::slice::from_ref(&new)).await.unwrap();
        assert_eq!(tx.open_ranking(batch.state.id).await.unwrap(), Some(ranking));
        tx.save_ballot(ballots[0], BallotStatus::Voted, Some("raw\0"), Some(&serde_json::json!({"tiers": []})), None, MicroUsd(7)).await.unwrap();
        let result = RankingResult {
            method: RankingMethod::Judge,
            remarks: vec![RankingRemark::TooCloseAtTheTop, RankingRemark::ByAgreement],
            agreement: Some(Agreement { agree: vec!["x".into()], disagree: vec![], claims: vec![], source: AgreementSource::Judge }),
            judges_wanted: 1,
            judges_voted: 1,
            entries: vec![RankedResponse {
                response_id: batch.responses[0].id, rank: Some(1), score: Some((7.5, 5.0, 9.0)), tied: false,
                summary: Some(Summary::cut("better words")), reasoning: Some(Reasoning::cut("because")),
                agreement_reason: Some(AgreementReason::SharesWording { percent: 12 }),
            }],
            record: serde_json::json!({"any": "thing"}),
        };
        tx.save_ranking(batch.state.id, conversation.id, ranking, &result).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let ranked = session.responses_of_batch(batch.state.id, false).await.unwrap().remove(0);
        assert_eq!((ranked.stage, ranked.rank, ranked.ranking_score), (Stage::Ranked, Some(1), Some(7.5)));
        assert_eq!(ranked.summary.unwrap().as_str(), "better words");
        assert_eq!(ranked.agreement_reason, Some(AgreementReason::SharesWording { percent: 12 }));
        let (state, ..) = session.batch_at_work(batch.state.id).await.unwrap();
        assert_eq!(state.ranking_remarks, result.remarks);
        assert_eq!(state.ranking_note.as_deref(), Some("too close to call at the top; ordered by agreement, not judged"));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.reopen_for_ranking(batch.state.id, conversation.id).await.unwrap();
        tx.begin_ranking(batch.state.id, &[new]).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let all = session.ballots_of_batch(batch.state.id).await.unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[1].status, all[1].raw_reply.as_deref(), all[1].cost), (BallotStatus::Voted, Some("raw\u{FFFD}"), MicroUsd(7)));
    }

    async fn usage_adds_up_by_day_service_conversation_and_kept_answer(fixture: Fixture) {
        let (user, conversation, message) = fixture.answered_turn(&["a", "b"]).await;
        let kept = message.batch.unwrap().responses[0].id;
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, kept).await.unwrap();
        tx.select_response(&at, true).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let mut report = UsageReport { user: Some(user.id), by: UsageGroup::Day, from: None, until: None };
        let days = session.usage(report).await.unwrap();
        assert_eq!((days.len(), days[0].calls), (1, 2));
        let answers = days[0].answers.unwrap();
        assert_eq!((answers.answered, answers.kept, answers.ranked, answers.wins), (2, 1, 0, 0));
        assert!(answers.total_ms.is_some());
        report.by = UsageGroup::Service;
        let services = session.usage(report).await.unwrap();
        assert_eq!(services.iter().map(|line| line.calls).collect::<Vec<_>>(), [1, 1]);
        assert!(services.iter().all(|line| line.answers.is_some_and(|answers| answers.answered == 1)));
        report.by = UsageGroup::Conversation;
        assert_eq!(session.usage(report).await.unwrap()[0].key, conversation.id.to_string());
        report.by = UsageGroup::ServiceDay;
        let service_days = session.usage(report).await.unwrap();
        assert_eq!(service_days.len(), 2);
        assert!(service_days.iter().all(|line| line.key.len() == 10 + 1 + 36 && line.answers.is_some()), "{service_days:?}");
        // The whole turn was paid for the one answer that was kept.
        report.by = UsageGroup::KeptAnswer;
        let kept_answers = session.usage(report).await.unwrap();
        assert_eq!((kept_answers.len(), kept_answers[0].calls, &kept_answers[0].key), (1, 2, &kept.to_string()));
        report.by = UsageGroup::User;
        report.user = None;
        assert_eq!(session.usage(report).await.unwrap()[0].key, user.id.to_string());
        report.until = Some(days[0].key.parse::<chrono::NaiveDate>().unwrap().and_time(chrono::NaiveTime::MIN).and_utc());
        assert!(session.usage(report).await.unwrap().is_empty());
    }
}
