//! Brings a message to a webhook, signed as Standard Webhooks 1.0 has it. A worker that dies between
//! sending and saving leaves the message to the next one, which sends it again under the same id:
//! at least once, and the receiver can tell.

use quorum_domain::{
    WebhookEvent,
    ids::DeliveryId,
    webhook::{DeliveryAttempt, EXCERPT_CHARS, wait_after},
};
use quorum_providers::{NoReceipt, Parcel, Receipt};
use quorum_queue::{QueueError, Stop, StopReason};
use quorum_store::{AttemptEnd, ClaimedJob, DeliveryAtWork};
use quorum_vault::{SecretString, VaultError, sign_webhook};
use rand::Rng;

use crate::{saving::save_until_done, shop::Shop};

/// What an attempt came to, before it is known whether another follows.
enum Verdict {
    Taken,
    Gone,
    /// Trying again may help.
    Failed,
    /// It will not.
    Hopeless(String),
}

pub async fn run(shop: &Shop, claimed: &ClaimedJob, id: DeliveryId, stop: &Stop) -> Result<(), QueueError> {
    let delivery = shop.store.read().await?.delivery_at_work(id).await?;
    if delivery.is_done {
        let mut tx = shop.store.begin().await?;
        tx.finish_job(claimed).await?;
        return shop.commit(tx).await;
    }
    if let Some(hindrance) = delivery.hindrance {
        return save(shop, claimed, &delivery, None, AttemptEnd::GivenUp(hindrance)).await;
    }
    let at = shop.store.now();
    let sent = tokio::select! {
        sent = send(shop, &delivery, at.timestamp()) => sent,
        () = stop.token().cancelled() => return hand_back(shop, claimed, stop).await,
    };
    let Ok(sent) = sent else {
        tracing::error!(webhook_id = %delivery.binding.id, "the secret of a webhook does not open");
        let why = "The stored secret cannot be opened; give the webhook a new one.";
        return save(shop, claimed, &delivery, None, AttemptEnd::GivenUp(why)).await;
    };
    let (attempt, verdict, asked_for) = judged(at, sent);
    let tries = delivery.tries + 1;
    // Whoever tries a webhook out looks at what comes of it, and does not wait for days.
    let schedule = match delivery.event {
        WebhookEvent::Test => &[][..],
        WebhookEvent::BatchCompleted | WebhookEvent::BatchFailed => &shop.options.webhook_retries,
    };
    let chance = rand::rng().random_range(0.0..=1.0);
    let wait = wait_after(schedule, tries, chance, asked_for);
    let given_up = match tries {
        1 => "Given up after one attempt.".to_owned(),
        more => format!("Given up after {more} attempts."),
    };
    let end = match (&verdict, wait) {
        (Verdict::Taken, _) => AttemptEnd::Delivered,
        (Verdict::Gone, _) => AttemptEnd::Gone,
        (Verdict::Hopeless(why), _) => AttemptEnd::GivenUp(why),
        (Verdict::Failed, Some(wait)) => {
            let wait = chrono::Duration::from_std(wait).unwrap_or_else(|_| chrono::Duration::days(1));
            AttemptEnd::Retry(shop.store.work_now() + wait)
        }
        (Verdict::Failed, None) => AttemptEnd::GivenUp(&given_up),
    };
    count(end);
    save(shop, claimed, &delivery, Some(attempt), end).await
}

async fn send(
    shop: &Shop,
    delivery: &DeliveryAtWork,
    timestamp: i64,
) -> Result<Result<Receipt, NoReceipt>, VaultError> {
    let secrets: Vec<SecretString> = delivery
        .sealed
        .iter()
        .map(|sealed| shop.vault.open_webhook(delivery.binding, &sealed.clone().into()))
        .collect::<Result<_, _>>()?;
    let id = delivery.id.to_string();
    let signature = sign_webhook(&secrets, &id, timestamp, &delivery.payload)?;
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signature),
    ];
    Ok(shop
        .voices
        .deliver(&Parcel {
            url: &delivery.url,
            headers: &headers,
            body: &delivery.payload,
        })
        .await)
}

fn judged(
    at: quorum_domain::Timestamp,
    sent: Result<Receipt, NoReceipt>,
) -> (DeliveryAttempt, Verdict, Option<std::time::Duration>) {
    let (verdict, error) = match &sent {
        Ok(receipt) => match receipt.status {
            200..300 => (Verdict::Taken, None),
            410 => (Verdict::Gone, Some("The address is gone.".to_owned())),
            300..400 => (
                Verdict::Failed,
                Some("The address redirects elsewhere, which is not followed.".to_owned()),
            ),
            status => (Verdict::Failed, Some(format!("The address replied {status}."))),
        },
        Err(NoReceipt::Refused(refused)) => {
            let why = sentence(&refused.to_string());
            (Verdict::Hopeless(why.clone()), Some(why))
        }
        Err(error) => (Verdict::Failed, Some(sentence(&error.to_string()))),
    };
    let receipt = sent.ok();
    let attempt = DeliveryAttempt {
        at,
        latency_ms: receipt
            .as_ref()
            .map(|receipt| i64::try_from(receipt.latency.as_millis()).unwrap_or(i64::MAX)),
        response_status: receipt.as_ref().map(|receipt| receipt.status),
        response_excerpt: receipt
            .as_ref()
            .map(|receipt| receipt.excerpt.chars().take(EXCERPT_CHARS).collect()),
        error,
    };
    (attempt, verdict, receipt.and_then(|receipt| receipt.retry_after))
}

fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", rest.as_str().trim_end_matches('.'))
}

fn count(end: AttemptEnd<'_>) {
    let outcome = match end {
        AttemptEnd::Delivered => "delivered",
        AttemptEnd::Retry(_) => "retry",
        AttemptEnd::GivenUp(_) | AttemptEnd::Gone => "given_up",
    };
    metrics::counter!("quorum_webhook_attempts_total", "outcome" => outcome).increment(1);
}

/// What was sent is noted however long the database is away: it would be sent once more otherwise.
async fn save(
    shop: &Shop,
    claimed: &ClaimedJob,
    delivery: &DeliveryAtWork,
    attempt: Option<DeliveryAttempt>,
    end: AttemptEnd<'_>,
) -> Result<(), QueueError> {
    save_until_done("an attempt at a webhook", || async {
        let mut tx = shop.store.begin().await?;
        tx.end_attempt(claimed, delivery, attempt.clone(), end).await?;
        shop.commit(tx).await
    })
    .await
}

async fn hand_back(shop: &Shop, claimed: &ClaimedJob, stop: &Stop) -> Result<(), QueueError> {
    if stop.reason() != Some(StopReason::Shutdown) {
        return Ok(());
    }
    let mut tx = shop.store.begin().await?;
    tx.hand_back_job(claimed).await?;
    shop.commit(tx).await
}
