//! What admins see and change: probes, histories of services, the backlog, settings, erasing.

use quorum_domain::{
    Beside, Failure, FailureKind, Job, ServiceType, Trouble,
    ids::{BatchId, JobId, ResponseId},
    probe::{ListedModel, ProbeStatus},
    settings::InstanceSettingsPatch,
    usage::{CallOutcome, CallPurpose, MicroUsd, UsageGroup},
};
use quorum_store::{
    CallEnd, ConversationPatch, NewCall, Outcome, ProbeOf, Standing, StoreError, UsageReport, WorkId, WorkItem,
};

use super::harness::Fixture;
use crate::on_both_databases;

async fn call(fixture: &Fixture, service: &quorum_domain::Service, outcome: CallOutcome, took: chrono::Duration) {
    let user = fixture.user(&format!("user{}", uuid::Uuid::now_v7().simple())).await;
    let mut tx = fixture.store.begin().await.unwrap();
    let call_id = tx
        .open_call(&NewCall {
            purpose: CallPurpose::Answer,
            user_id: user.id,
            service_id: service.id,
            conversation_id: None,
            response_id: None,
            ballot_id: None,
            attempt: 1,
            at_most: MicroUsd(0),
        })
        .await
        .unwrap();
    let _ = tx.commit().await.unwrap();
    fixture.clock.advance(took);
    let mut tx = fixture.store.begin().await.unwrap();
    tx.close_call(&CallEnd {
        call_id,
        key_id: None,
        outcome,
        usage: None,
        cost: MicroUsd(0),
        provider_request_id: None,
        detail: (outcome == CallOutcome::Failed).then(|| "overloaded: busy".into()),
    })
    .await
    .unwrap();
    let _ = tx.commit().await.unwrap();
}

fn deleted() -> ConversationPatch {
    ConversationPatch {
        deleted: Some(true),
        ..ConversationPatch::default()
    }
}

fn job_of(item: &WorkItem) -> Option<JobId> {
    match item.id {
        WorkId::Job(id, _) => Some(id),
        WorkId::Response(_) => None,
    }
}

fn response_of(item: &WorkItem) -> Option<ResponseId> {
    match item.id {
        WorkId::Response(id) => Some(id),
        WorkId::Job(..) => None,
    }
}

async fn fail_everything(fixture: &Fixture) {
    for claimed in fixture.claim("worker").await {
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&claimed, MicroUsd(1)).await.unwrap();
        let outcome = Outcome::Failed {
            failure: FailureKind::Overloaded.into(),
            partial: None,
            beside: Beside::default(),
        };
        tx.finish_response(&claimed, started.attempt, &outcome, None)
            .await
            .unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(chrono::Duration::seconds(1));
    }
}

on_both_databases! {
    async fn a_service_has_a_history_of_calls_in_stretches_of_time(fixture: Fixture) {
        let services = fixture.services(&["a", "b"]).await;
        let since = fixture.store.now();
        call(&fixture, &services[0], CallOutcome::Completed, chrono::Duration::seconds(2)).await;
        call(&fixture, &services[0], CallOutcome::Completed, chrono::Duration::seconds(4)).await;
        call(&fixture, &services[0], CallOutcome::Failed, chrono::Duration::seconds(1)).await;
        call(&fixture, &services[0], CallOutcome::Cancelled, chrono::Duration::seconds(1)).await;
        fixture.clock.advance(chrono::Duration::hours(2));
        call(&fixture, &services[0], CallOutcome::Failed, chrono::Duration::seconds(1)).await;
        let mut session = fixture.store.read().await.unwrap();
        let stretches = session.stretches(since, 3600).await.unwrap();
        assert_eq!(stretches.len(), 2, "{stretches:?}");
        let (service, first) = stretches[0];
        assert_eq!((service, first.completed, first.failed), (services[0].id, 2, 1));
        assert!((2_990..=3_010).contains(&first.mean_ms.unwrap()), "{first:?}");
        assert_eq!(stretches[1].1.number, first.number + 2);
        assert_eq!((stretches[1].1.completed, stretches[1].1.mean_ms), (0, None));
        let failures = session.failed_calls(since).await.unwrap();
        assert_eq!(failures.len(), 2);
        assert!(failures[0].at > failures[1].at);
        assert_eq!(failures[0].detail, "overloaded: busy");
    }

    async fn the_newest_finished_probe_of_a_service_is_shown_and_a_list_is_kept(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let service = fixture.services(&["a"]).await.remove(0);
        let models = [ListedModel { model: "m".into(), context_window: Some(8_000), max_output_tokens: None }];
        let address = ProbeOf::Address { service_type: ServiceType::OpenAiCompatible, base_url: "http://h/v1".into() };
        for (of, status) in [
            (ProbeOf::Service(service.id), ProbeStatus::Works),
            (ProbeOf::Service(service.id), ProbeStatus::Failed),
            (address.clone(), ProbeStatus::Works),
        ] {
            fixture.clock.advance(chrono::Duration::seconds(1));
            let mut tx = fixture.store.begin().await.unwrap();
            let id = tx.begin_probe(user.id, &of).await.unwrap();
            let trouble = Trouble::from(&Failure::new(FailureKind::Overloaded, "busy"));
            tx.finish_probe(id, status, Some(&models), Some(&trouble), Some(12)).await.unwrap();
            let _ = tx.commit().await.unwrap();
            let probe = fixture.store.read().await.unwrap().probe(id).await.unwrap();
            assert_eq!((probe.of, probe.status, probe.took_ms), (of, status, Some(12)));
            assert_eq!((probe.models, probe.trouble), (models.to_vec(), Some(trouble)));
        }
        let mut tx = fixture.store.begin().await.unwrap();
        tx.begin_probe(user.id, &ProbeOf::Service(service.id)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let latest = fixture.store.read().await.unwrap().latest_probes().await.unwrap();
        assert_eq!(latest.len(), 1);
        assert_eq!((latest[0].0, latest[0].1.status), (service.id, ProbeStatus::Failed));
    }

    async fn the_backlog_is_paged_and_what_was_set_aside_starts_again_or_is_let_go(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b", "c"]).await;
        let conversation = fixture.conversation(user.id).await;
        fixture.ask(&conversation, user.id, "What?", &services).await;
        let read = |standing, after, limit| {
            let store = fixture.store.clone();
            async move { store.read().await.unwrap().backlog(standing, after, limit).await.unwrap() }
        };
        let (waiting, _) = read(Standing::Waiting, None, 10).await;
        assert_eq!(waiting.iter().filter(|item| matches!(item.id, WorkId::Response(_))).count(), 3);
        assert_eq!(waiting[0].user_name.as_deref(), Some("ada"));
        fail_everything(&fixture).await;
        let job = Job::LearnFromChoice(BatchId::new());
        let mut tx = fixture.store.begin().await.unwrap();
        tx.enqueue(job).await.unwrap();
        let _ = tx.commit().await.unwrap();
        for claimed in fixture.claim_jobs("worker").await {
            let mut tx = fixture.store.begin().await.unwrap();
            if claimed.job == job {
                tx.set_job_aside(&claimed, "no such conversation").await.unwrap();
            } else {
                tx.finish_job(&claimed).await.unwrap();
            }
            let _ = tx.commit().await.unwrap();
        }
        let (first, next) = read(Standing::SetAside, None, 3).await;
        let (second, end) = read(Standing::SetAside, next, 3).await;
        assert_eq!((first.len(), second.len(), end), (3, 1, None));
        assert!(first.windows(2).all(|pair| pair[0].due_at >= pair[1].due_at));
        let id = job_of(&first[0]).unwrap();
        assert_eq!(first[0].reason.as_deref(), Some("no such conversation"));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.restart_job(id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let claimed = fixture.claim_jobs("worker").await;
        let claimed = claimed.iter().find(|claimed| claimed.job == job).unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(matches!(tx.restart_job(id).await, Err(StoreError::Conflict(_))));
        assert!(matches!(tx.discard_job(id).await, Err(StoreError::Conflict(_))));
        tx.set_job_aside(claimed, "again").await.unwrap();
        tx.discard_job(id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let (left, _) = read(Standing::SetAside, None, 10).await;
        assert_eq!(left.len(), 3);
        let response = response_of(&left[0]).unwrap();
        assert_eq!(fixture.store.read().await.unwrap().owner_of_response(response).await.unwrap(), user.id);
    }

    async fn changed_settings_are_kept(fixture: Fixture) {
        assert_eq!(fixture.store.read().await.unwrap().instance_settings().await.unwrap(), InstanceSettingsPatch::default());
        let changes = InstanceSettingsPatch { message_chars: Some(500), ..Default::default() };
        let mut tx = fixture.store.begin().await.unwrap();
        assert_eq!(tx.hold_instance_settings().await.unwrap(), InstanceSettingsPatch::default());
        tx.save_instance_settings(&changes).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(fixture.store.read().await.unwrap().instance_settings().await.unwrap(), changes);
    }

    async fn what_was_deleted_long_ago_is_erased_and_the_ledger_stays(fixture: Fixture) {
        let (user, old, message) = fixture.answered_turn(&["a"]).await;
        let kept = fixture.conversation(user.id).await;
        let mut tx = fixture.store.begin().await.unwrap();
        tx.patch_conversation(old.id, &deleted()).await.unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(chrono::Duration::days(31));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.patch_conversation(kept.id, &deleted()).await.unwrap();
        let moment = tx.now() - chrono::Duration::days(30);
        assert_eq!(tx.erase_deleted_before(moment).await.unwrap(), 1);
        assert_eq!(tx.erase_deleted_before(moment).await.unwrap(), 0);
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        assert!(matches!(session.conversation(user.id, old.id, true).await, Err(StoreError::NotFound(_))));
        assert!(session.conversation(user.id, kept.id, true).await.is_ok());
        assert!(matches!(session.message(user.id, message.id).await, Err(StoreError::NotFound(_))));
        let report = UsageReport { user: Some(user.id), by: UsageGroup::Day, from: None, until: None };
        assert!(!session.usage(report).await.unwrap().is_empty());
    }
}
