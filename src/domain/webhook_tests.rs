//! What a webhook is told, and when it is told again.

use super::*;
use proptest::prelude::*;

#[test]
fn a_webhook_is_told_of_something_and_of_nothing_that_it_gets_anyway() {
    let events: WebhookEvents = "batch.failed batch.completed".parse().unwrap();
    assert_eq!(events, WebhookEvents::all());
    assert_eq!(events.to_string().parse::<WebhookEvents>().unwrap(), events);
    let only_failed: WebhookEvents = serde_json::from_str(r#"["batch.failed"]"#).unwrap();
    assert!(only_failed.include(WebhookEvent::Test) && !only_failed.include(WebhookEvent::BatchCompleted));
    for refused in ["[]", r#"["webhook.test"]"#, r#"["batch.begun"]"#] {
        assert!(serde_json::from_str::<WebhookEvents>(refused).is_err(), "{refused}");
    }
}

#[test]
fn a_batch_that_goes_on_or_was_stopped_by_its_user_tells_nobody() {
    let told: Vec<BatchStatus> = BatchStatus::ALL
        .iter()
        .copied()
        .filter(|status| WebhookEvent::of_batch(*status).is_some())
        .collect();
    assert_eq!(told, [BatchStatus::Completed, BatchStatus::Failed]);
}

#[test]
fn the_last_attempt_is_followed_by_none() {
    let schedule = [Duration::from_secs(5), Duration::from_secs(300)];
    assert_eq!(wait_after(&schedule, 1, 1.0, None), Some(Duration::from_secs(5)));
    assert_eq!(wait_after(&schedule, 2, 0.5, None), Some(Duration::from_secs(150)));
    assert_eq!(wait_after(&schedule, 3, 1.0, None), None);
    let asked_for = Some(Duration::from_secs(60));
    assert_eq!(wait_after(&schedule, 1, 1.0, asked_for), asked_for);
}

proptest! {
    #[test]
    fn no_wait_is_longer_than_a_day_or_beyond_the_schedule(
        seconds in prop::collection::vec(0_u64..1_000_000, 0..12), attempts in 0_usize..20, chance in -1.0_f64..2.0,
        asked_for in prop::option::of(0_u64..1_000_000)
    ) {
        let schedule: Vec<Duration> = seconds.iter().copied().map(Duration::from_secs).collect();
        let wait = wait_after(&schedule, attempts, chance, asked_for.map(Duration::from_secs));
        prop_assert_eq!(wait.is_some(), attempts >= 1 && attempts <= schedule.len());
        prop_assert!(wait.is_none_or(|wait| wait <= LONGEST_WAIT));
    }
}
