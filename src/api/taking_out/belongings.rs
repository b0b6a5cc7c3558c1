//! Everything of a user besides conversations. Secrets stay: keys, tokens and webhooks are told of by
//! what their owner sees of them in the settings.

use chrono::{DateTime, Utc};
use quorum_domain::{
    ServiceType, User,
    budget::{BudgetSubject, Spender},
    ids::{CallId, ServiceId},
};
use quorum_store::{OwnIdentity, SessionRow};
use serde::Serialize;
use serde_json::json;

use super::{
    Done, Taker,
    archive::{Archive, List},
};
use crate::routes::{budgets::BudgetStanding, prompts::Prompt};

/// Calls and entries of the audit log read at a time.
const PAGE: i64 = 500;

/// Who the user is.
pub async fn profile(taker: &Taker, archive: &mut Archive) -> Done {
    #[derive(Serialize)]
    struct Profile<'a> {
        format: &'static str,
        version: u32,
        made_at: DateTime<Utc>,
        user: &'a User,
        identities: Vec<OwnIdentity>,
    }
    let mut session = taker.page().await?;
    let identities = session.identities_of(taker.user.id).await?;
    drop(session);
    let profile = Profile {
        format: "quorum.account",
        version: 1,
        made_at: taker.state.store.now(),
        user: &taker.user,
        identities,
    };
    archive.json("profile.json", &profile).await
}

/// What the user set up to ask with.
pub async fn settings(taker: &Taker, archive: &mut Archive) -> Done {
    /// A service as everybody here may see it.
    #[derive(Serialize)]
    struct Asked {
        id: ServiceId,
        name: String,
        service_type: ServiceType,
        model: String,
        active: bool,
    }
    let user = taker.user.id;
    let prompts = taker.page().await?.prompts(user).await?;
    let prompts: Vec<Prompt> = prompts.into_iter().map(Into::into).collect();
    archive.json("prompts.json", &prompts).await?;
    let panels = taker.page().await?.panels(user).await?;
    archive.json("panels.json", &panels).await?;
    let shares = taker.page().await?.shares_of(user).await?;
    archive.json("shared-links.json", &shares).await?;
    let services = taker.page().await?.services().await?;
    let asked = services.into_iter().map(|service| Asked {
        id: service.id,
        name: service.name,
        service_type: service.service_type,
        model: service.model,
        active: service.active,
    });
    archive.json("services.json", &asked.collect::<Vec<_>>()).await?;
    let webhooks = taker.page().await?.webhooks_of(user).await?;
    archive.json("webhooks.json", &webhooks).await
}

/// By what the user, and programs of the user, come in and pay.
pub async fn access(taker: &Taker, archive: &mut Archive) -> Done {
    let user = taker.user.id;
    let keys = taker.page().await?.api_keys_for(user).await?;
    let own = keys.iter().filter(|key| key.binding.owner == Some(user));
    let keys: Vec<_> = own
        .map(|key| {
            json!({"service_type": key.binding.service_type, "origin": key.binding.origin, "last4": key.last4,
                "created_at": key.created_at, "last_used_at": key.last_used_at})
        })
        .collect();
    archive.json("keys.json", &keys).await?;
    let tokens = taker.page().await?.api_tokens_of(user).await?;
    archive.json("tokens.json", &tokens).await?;
    let sessions = taker.page().await?.sessions_of(user).await?;
    let sessions: Vec<_> = sessions.iter().map(told).collect();
    archive.json("sessions.json", &sessions).await?;
    let spender = Spender {
        user_id: user,
        token_id: None,
    };
    let budgets = taker.page().await?.budgets_of(spender).await?;
    // What everybody spends together is not this user's to take away.
    let own = budgets
        .into_iter()
        .filter(|budget| budget.subject == BudgetSubject::User(user));
    let budgets: Vec<BudgetStanding> = own.map(Into::into).collect();
    archive.json("budgets.json", &budgets).await
}

fn told(row: &SessionRow) -> serde_json::Value {
    json!({"kind": row.kind, "user_agent": row.user_agent, "address": row.address, "created_at": row.created_at,
        "last_used_at": row.last_used_at, "expires_at": row.expires_at})
}

/// Every call that was made for the user.
pub async fn calls(taker: &Taker, archive: &mut Archive) -> Done {
    let mut list = List::begin(archive, "calls.json").await?;
    let mut after = None;
    loop {
        let page = taker.page().await?.own_calls(taker.user.id, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.started_at, CallId(last.id)));
        for call in &page {
            list.push(call).await?;
        }
    }
    list.end().await
}

/// What the audit log has of the user.
pub async fn audit(taker: &Taker, archive: &mut Archive) -> Done {
    let mut list = List::begin(archive, "audit.json").await?;
    let mut after = 0;
    loop {
        let mut session = taker.page().await?;
        let page = session
            .audit_about(taker.user.id, &taker.user.email, after, PAGE)
            .await?;
        drop(session);
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in &page {
            list.push(entry).await?;
        }
    }
    list.end().await
}
