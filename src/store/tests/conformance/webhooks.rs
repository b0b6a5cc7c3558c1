//! Webhooks: told in the transaction that ends a batch, tried again at their time, given up in the
//! end, and never in the way of other work.

use std::collections::HashSet;

use quorum_domain::{
    Job, User, Webhook, WebhookDelivery, WebhookEvent, WebhookEvents,
    clock::Timestamp,
    ids::{BatchId, DeliveryId, WebhookId},
    webhook::{ATTEMPTS_KEPT, DeliveryAttempt, DeliveryStatus, DisabledReason, MOST_GIVEN_UP, WebhookBinding},
};
use quorum_store::{
    AttemptEnd, ClaimedJob, ConversationPatch, NewWebhook, RankingResult, StoreError, UserPatch, WebhookPatch,
};

use crate::{
    harness::{CAPS, Fixture},
    on_both_databases,
};

impl Fixture {
    async fn webhook(&self, user: &User, events: WebhookEvents) -> Webhook {
        let new = NewWebhook {
            binding: WebhookBinding {
                id: WebhookId::new(),
                owner: user.id,
            },
            url: "https://example.com/hook".into(),
            description: "chat".into(),
            events,
            sealed: "v1:old:sealed".into(),
        };
        let mut tx = self.store.begin().await.unwrap();
        let webhook = tx.create_webhook(&new).await.unwrap();
        let _ = tx.commit().await.unwrap();
        webhook
    }

    async fn tested(&self, user: &User, webhook: &Webhook) -> DeliveryId {
        let mut tx = self.store.begin().await.unwrap();
        let delivery = tx.enqueue_test_delivery(user.id, webhook.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        delivery.id
    }

    /// Ranks what was answered, without judges.
    async fn ranked(&self, batch: BatchId) {
        let mut tx = self.store.begin().await.unwrap();
        let (_, _, conversation) = tx.batch_at_work(batch).await.unwrap();
        let (ranking, _) = tx.begin_ranking(batch, &[]).await.unwrap();
        let result = RankingResult {
            method: quorum_domain::batch::RankingMethod::Local,
            remarks: Vec::new(),
            agreement: None,
            judges_wanted: 0,
            judges_voted: 0,
            entries: Vec::new(),
            record: serde_json::Value::Null,
        };
        tx.save_ranking(batch, conversation, ranking, &result).await.unwrap();
        let _ = tx.commit().await.unwrap();
    }

    async fn deliveries(&self, webhook: &Webhook) -> Vec<WebhookDelivery> {
        let mut session = self.store.read().await.unwrap();
        session.deliveries_of_webhook(webhook.id, None, 100).await.unwrap()
    }

    /// Claims what is due to be delivered.
    async fn claim_deliveries(&self, owner: &str) -> Vec<ClaimedJob> {
        let claimed = self.claim_within(owner, 0, 64, CAPS).await.jobs;
        claimed
            .into_iter()
            .filter(|claimed| matches!(claimed.job, Job::DeliverWebhook(_)))
            .collect()
    }

    async fn attempted(&self, claimed: &ClaimedJob, end: AttemptEnd<'_>) -> Result<(), StoreError> {
        let Job::DeliverWebhook(id) = claimed.job else {
            unreachable!("only deliveries are attempted")
        };
        let mut tx = self.store.begin().await.unwrap();
        let delivery = tx.delivery_at_work(id).await.unwrap();
        tx.end_attempt(claimed, &delivery, Some(attempt(tx.now())), end).await?;
        tx.commit().await.map(|_| ())
    }
}

fn attempt(at: Timestamp) -> DeliveryAttempt {
    DeliveryAttempt {
        at,
        latency_ms: Some(12),
        response_status: Some(500),
        response_excerpt: Some("no\nthanks".into()),
        error: Some("The address replied 500.".into()),
    }
}

on_both_databases! {
    async fn the_end_of_a_batch_makes_one_message_for_each_webhook_that_is_told(fixture: Fixture) {
        let (ada, _, message) = fixture.answered_turn(&["one", "two"]).await;
        let bob = fixture.user("bob").await;
        let both = fixture.webhook(&ada, WebhookEvents::all()).await;
        let failed = fixture.webhook(&ada, "batch.failed".parse().unwrap()).await;
        let bobs = fixture.webhook(&bob, WebhookEvents::all()).await;
        let off = fixture.webhook(&ada, WebhookEvents::all()).await;
        let mut tx = fixture.store.begin().await.unwrap();
        tx.patch_webhook(ada.id, off.id, &WebhookPatch { active: Some(false), ..WebhookPatch::default() }).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let batch = message.batch.unwrap().state.id;
        fixture.ranked(batch).await;
        for silent in [&failed, &bobs, &off] {
            assert!(fixture.deliveries(silent).await.is_empty());
        }
        let [told] = &fixture.deliveries(&both).await[..] else { unreachable!("one message") };
        assert_eq!((told.event, told.batch_id, told.status), (WebhookEvent::BatchCompleted, Some(batch), DeliveryStatus::Pending));
        let due: Vec<Job> = fixture.claim_deliveries("worker").await.into_iter().map(|claimed| claimed.job).collect();
        assert_eq!(due, [Job::DeliverWebhook(told.id)]);
        let at_work = fixture.store.read().await.unwrap().delivery_at_work(told.id).await.unwrap();
        let payload: serde_json::Value = serde_json::from_str(&at_work.payload).unwrap();
        assert_eq!((payload["type"].as_str(), payload["data"]["status"].as_str()), (Some("batch.completed"), Some("COMPLETED")));
        assert_eq!(payload["data"]["responses"].as_array().unwrap().len(), 2);
        assert_eq!(payload["data"]["responses"][0]["summary"], "answer of one");
    }

    async fn a_batch_that_is_not_stored_tells_nobody(fixture: Fixture) {
        let (ada, _, message) = fixture.answered_turn(&["one"]).await;
        let webhook = fixture.webhook(&ada, WebhookEvents::all()).await;
        let batch = message.batch.unwrap().state.id;
        let mut tx = fixture.store.begin().await.unwrap();
        let (_, _, conversation) = tx.batch_at_work(batch).await.unwrap();
        let (ranking, _) = tx.begin_ranking(batch, &[]).await.unwrap();
        let result = RankingResult {
            method: quorum_domain::batch::RankingMethod::Single, remarks: Vec::new(), agreement: None, judges_wanted: 0,
            judges_voted: 0, entries: Vec::new(), record: serde_json::Value::Null,
        };
        tx.save_ranking(batch, conversation, ranking, &result).await.unwrap();
        drop(tx);
        assert!(fixture.deliveries(&webhook).await.is_empty());
        fixture.ranked(batch).await;
        assert_eq!(fixture.deliveries(&webhook).await.len(), 1);
    }

    async fn a_message_is_tried_again_at_its_time_and_not_before(fixture: Fixture) {
        let ada = fixture.user("ada").await;
        let webhook = fixture.webhook(&ada, WebhookEvents::all()).await;
        let id = fixture.tested(&ada, &webhook).await;
        let claimed = fixture.claim_deliveries("worker").await.remove(0);
        let again = fixture.store.work_now() + chrono::Duration::hours(2);
        fixture.attempted(&claimed, AttemptEnd::Retry(again)).await.unwrap();
        assert_eq!(fixture.deliveries(&webhook).await[0].next_attempt_at, Some(again));
        fixture.clock.advance(chrono::Duration::minutes(119));
        assert!(fixture.claim_deliveries("worker").await.is_empty());
        // A process that starts anew calls in what waits for longer than a clock may be off, and not this.
        fixture.store.expire_all_leases().await.unwrap();
        assert!(fixture.claim_deliveries("worker").await.is_empty());
        fixture.clock.advance(chrono::Duration::minutes(1));
        let claimed = fixture.claim_deliveries("worker").await.remove(0);
        fixture.attempted(&claimed, AttemptEnd::Delivered).await.unwrap();
        let delivery = fixture.store.read().await.unwrap().delivery(webhook.id, id).await.unwrap();
        assert_eq!((delivery.status, delivery.attempts.len(), delivery.next_attempt_at), (DeliveryStatus::Delivered, 2, None));
        let webhook = fixture.store.read().await.unwrap().webhook(ada.id, webhook.id).await.unwrap();
        assert_eq!(webhook.last_delivered_at, Some(fixture.store.now()));
        assert!(fixture.claim_deliveries("worker").await.is_empty());
    }

    async fn a_worker_that_lost_its_lease_saves_no_attempt_and_the_next_sends_the_same_bytes(fixture: Fixture) {
        let ada = fixture.user("ada").await;
        let webhook = fixture.webhook(&ada, WebhookEvents::all()).await;
        let id = fixture.tested(&ada, &webhook).await;
        let first = fixture.claim_deliveries("first").await.remove(0);
        let before = fixture.store.read().await.unwrap().delivery_at_work(id).await.unwrap();
        fixture.clock.advance(chrono::Duration::seconds(21));
        let (tx, swept) = fixture.store.sweep(chrono::Duration::seconds(0)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(swept.jobs_taken_over, 1);
        let second = fixture.claim_deliveries("second").await.remove(0);
        assert!(matches!(fixture.attempted(&first, AttemptEnd::Delivered).await, Err(StoreError::LeaseLost)));
        let after = fixture.store.read().await.unwrap().delivery_at_work(id).await.unwrap();
        assert_eq!((before.id, before.payload), (after.id, after.payload));
        fixture.attempted(&second, AttemptEnd::Delivered).await.unwrap();
        assert_eq!(fixture.deliveries(&webhook).await[0].attempts.len(), 1);
    }

    async fn an_address_that_is_gone_or_takes_nothing_any_more_is_switched_off(fixture: Fixture) {
        let (ada, _, message) = fixture.answered_turn(&["one"]).await;
        let (gone, failing) = (fixture.webhook(&ada, WebhookEvents::all()).await, fixture.webhook(&ada, WebhookEvents::all()).await);
        let batch = message.batch.unwrap().state.id;
        let standing = |id: WebhookId| { let (fixture, ada) = (&fixture, ada.id); async move {
            let webhook = fixture.store.read().await.unwrap().webhook(ada, id).await.unwrap();
            (webhook.active, webhook.disabled_reason)
        } };
        fixture.ranked(batch).await;
        let gone_id = fixture.deliveries(&gone).await[0].id;
        for claimed in fixture.claim_deliveries("worker").await {
            let end = if claimed.job == Job::DeliverWebhook(gone_id) { AttemptEnd::Gone } else { AttemptEnd::GivenUp("no") };
            fixture.attempted(&claimed, end).await.unwrap();
        }
        assert_eq!(standing(gone.id).await, (false, Some(DisabledReason::Gone)));
        for count in 1..MOST_GIVEN_UP {
            assert_eq!(standing(failing.id).await, (true, None), "after {count}");
            fixture.ranked(batch).await;
            for claimed in fixture.claim_deliveries("worker").await {
                fixture.attempted(&claimed, AttemptEnd::GivenUp("no")).await.unwrap();
            }
        }
        assert_eq!(standing(failing.id).await, (false, Some(DisabledReason::Failing)));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.patch_webhook(ada.id, failing.id, &WebhookPatch { active: Some(true), ..WebhookPatch::default() }).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(standing(failing.id).await, (true, None));
        // A try-out that fails is no reason to switch anything off.
        for _ in 0..=MOST_GIVEN_UP {
            fixture.tested(&ada, &failing).await;
            for claimed in fixture.claim_deliveries("worker").await {
                fixture.attempted(&claimed, AttemptEnd::GivenUp("no")).await.unwrap();
            }
        }
        assert_eq!(standing(failing.id).await, (true, None));
    }

    async fn a_message_is_delivered_again_on_request_but_not_twice_at_once(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let webhook = fixture.webhook(&ada, WebhookEvents::all()).await;
        let id = fixture.tested(&ada, &webhook).await;
        let redrive = |of: WebhookId| { let (fixture, ada) = (&fixture, ada.id); async move {
            let mut tx = fixture.store.begin().await.unwrap();
            let delivery = tx.redrive_delivery(ada, of, id).await?;
            let _nobody_listens = tx.commit().await?;
            Ok::<_, StoreError>(delivery)
        } };
        assert!(matches!(redrive(webhook.id).await, Err(StoreError::Conflict(_))));
        let bobs = fixture.webhook(&bob, WebhookEvents::all()).await;
        assert!(matches!(redrive(bobs.id).await, Err(StoreError::NotFound(_))));
        for round in 1..=ATTEMPTS_KEPT + 2 {
            let claimed = fixture.claim_deliveries("worker").await.remove(0);
            assert_eq!(claimed.job, Job::DeliverWebhook(id));
            fixture.attempted(&claimed, AttemptEnd::GivenUp("Given up.")).await.unwrap();
            let delivery = &fixture.deliveries(&webhook).await[0];
            assert_eq!((delivery.status, delivery.attempts.len()), (DeliveryStatus::Failed, round.min(ATTEMPTS_KEPT)));
            assert_eq!(redrive(webhook.id).await.unwrap().failure, None);
        }
    }

    async fn what_was_deleted_or_switched_off_meanwhile_is_not_sent(fixture: Fixture) {
        let (ada, conversation, message) = fixture.answered_turn(&["one"]).await;
        let bob = fixture.user("bob").await;
        let webhook = fixture.webhook(&ada, WebhookEvents::all()).await;
        fixture.ranked(message.batch.unwrap().state.id).await;
        let id = fixture.deliveries(&webhook).await[0].id;
        let hindrance = || async { fixture.store.read().await.unwrap().delivery_at_work(id).await.unwrap().hindrance };
        assert_eq!(hindrance().await, None);
        let mut tx = fixture.store.begin().await.unwrap();
        tx.patch_webhook(ada.id, webhook.id, &WebhookPatch { active: Some(false), ..WebhookPatch::default() }).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(hindrance().await, Some("The webhook is switched off."));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.patch_user(bob.id, UserPatch { role: Some(quorum_domain::Role::Admin), active: None }).await.unwrap();
        tx.patch_user(ada.id, UserPatch { role: None, active: Some(false) }).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(hindrance().await, Some("The account is disabled."));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.delete_webhook(ada.id, webhook.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(hindrance().await, Some("The webhook was removed."));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.patch_conversation(conversation.id, &ConversationPatch { deleted: Some(true), ..ConversationPatch::default() }).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(hindrance().await, Some("The conversation was deleted."));
    }

    async fn a_slow_address_takes_few_places_and_none_of_other_users_or_other_work(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let (slow, other) = (fixture.webhook(&ada, WebhookEvents::all()).await, fixture.webhook(&bob, WebhookEvents::all()).await);
        for _ in 0..20 {
            fixture.tested(&ada, &slow).await;
        }
        let late = fixture.tested(&bob, &other).await;
        let batch = BatchId::new();
        let mut tx = fixture.store.begin().await.unwrap();
        tx.enqueue(Job::LearnFromChoice(batch)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let claimed = fixture.claim_within("worker", 0, 64, CAPS).await;
        let jobs: HashSet<Job> = claimed.jobs.iter().map(|claimed| claimed.job).collect();
        assert_eq!(jobs.len(), 6, "four for one user, one for the other, and the other work");
        assert!(jobs.contains(&Job::DeliverWebhook(late)) && jobs.contains(&Job::LearnFromChoice(batch)));
        assert!(claimed.left_some, "the runner looks for room again");
        let more = fixture.claim_within("worker", 0, 64, CAPS).await;
        assert!(more.is_empty() && more.left_some);
    }

    async fn a_webhook_taken_away_can_be_brought_back_and_is_forgotten_in_the_end(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let webhook = fixture.webhook(&ada, WebhookEvents::all()).await;
        fixture.tested(&ada, &webhook).await;
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(matches!(tx.delete_webhook(bob.id, webhook.id).await, Err(StoreError::NotFound(_))));
        tx.delete_webhook(ada.id, webhook.id).await.unwrap();
        assert!(tx.webhooks_of(ada.id).await.unwrap().is_empty());
        assert!(matches!(tx.webhook(ada.id, webhook.id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(tx.restore_webhook(bob.id, webhook.id).await, Err(StoreError::NotFound(_))));
        assert_eq!(tx.restore_webhook(ada.id, webhook.id).await.unwrap(), webhook);
        tx.delete_webhook(ada.id, webhook.id).await.unwrap();
        tx.forget_webhooks_before(tx.now() + chrono::Duration::seconds(1)).await.unwrap();
        assert!(matches!(tx.restore_webhook(ada.id, webhook.id).await, Err(StoreError::NotFound(_))));
        let _ = tx.commit().await.unwrap();
        assert!(fixture.deliveries(&webhook).await.is_empty());
    }

    async fn nobody_has_more_than_ten_however_many_are_added_at_once(fixture: Fixture) {
        let ada = fixture.user("ada").await;
        let add = || async {
            let new = NewWebhook {
                binding: WebhookBinding { id: WebhookId::new(), owner: ada.id },
                url: "https://example.com".into(), description: String::new(), events: WebhookEvents::all(), sealed: "v1:x".into(),
            };
            let mut tx = fixture.store.begin().await?;
            tx.create_webhook(&new).await?;
            tx.commit().await.map(|_| ())
        };
        let added = futures::future::join_all((0..14).map(|_| add())).await;
        assert_eq!(added.iter().filter(|added| added.is_ok()).count(), 10);
        assert!(added.iter().all(|added| matches!(added, Ok(()) | Err(StoreError::Conflict(_)))));
    }

    async fn a_new_secret_stands_beside_the_former_one_for_a_day_and_both_are_sealed_anew(fixture: Fixture) {
        let ada = fixture.user("ada").await;
        let webhook = fixture.webhook(&ada, WebhookEvents::all()).await;
        let id = fixture.tested(&ada, &webhook).await;
        let binding = WebhookBinding { id: webhook.id, owner: ada.id };
        let mut tx = fixture.store.begin().await.unwrap();
        let rotated = tx.rotate_webhook_secret(binding, "v1:old:second").await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert_eq!(rotated.former_secret_until, Some(fixture.store.now() + chrono::Duration::hours(24)));
        let sealed = || async { fixture.store.read().await.unwrap().delivery_at_work(id).await.unwrap().sealed };
        assert_eq!(sealed().await, ["v1:old:second", "v1:old:sealed"]);
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(tx.webhooks_not_under("old", 9).await.unwrap().is_empty());
        let mut anew = tx.webhooks_not_under("new", 9).await.unwrap().remove(0);
        assert_eq!(anew.binding, binding);
        (anew.sealed, anew.former_sealed) = ("v1:new:second".into(), Some("v1:new:sealed".into()));
        tx.replace_sealed_webhook(&anew).await.unwrap();
        assert!(tx.webhooks_not_under("new", 9).await.unwrap().is_empty());
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(chrono::Duration::hours(24));
        assert_eq!(sealed().await, ["v1:new:second"]);
    }
}
