//! Budgets: how one's own stand, and, for admins, all of them.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use quorum_domain::{
    audit::AuditAction,
    budget::{Budget, BudgetPeriod, BudgetState, BudgetSubject, Caps, NotCaps, Spender},
    ids::{ApiTokenId, BudgetId, UserId},
    named_enum,
    usage::MicroUsd,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Items;
use crate::{
    ApiError, AppState, FaultCode, FieldError, Problem,
    access::{Admin, SignedIn},
    extract::{JsonBody, PathId},
};

named_enum! {
    /// Whose spending a budget bounds.
    pub enum BudgetScope {
        /// Everybody's together.
        Instance => "instance",
        /// One user's.
        User => "user",
        /// What is asked with one personal API token.
        Token => "token",
    }
}

/// A budget and how it stands in its present period.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BudgetStanding {
    /// Its id.
    id: BudgetId,
    /// Whose spending it bounds.
    scope: BudgetScope,
    /// The user or token; none for the instance.
    subject_id: Option<Uuid>,
    /// The name of that user or token; empty where there is none.
    subject_name: String,
    /// For how long.
    period: BudgetPeriod,
    /// Above this there is a warning.
    soft_micro_usd: Option<i64>,
    /// Above this nothing that costs anything is asked.
    hard_micro_usd: Option<i64>,
    /// Spent in the present period.
    spent_micro_usd: i64,
    /// Set aside for calls on their way.
    reserved_micro_usd: i64,
    /// How it stands.
    state: BudgetState,
    /// When the period ends and the next begins.
    resets_at: DateTime<Utc>,
}

impl From<Budget> for BudgetStanding {
    fn from(budget: Budget) -> Self {
        Self {
            id: budget.id,
            scope: match budget.subject {
                BudgetSubject::Instance => BudgetScope::Instance,
                BudgetSubject::User(_) => BudgetScope::User,
                BudgetSubject::Token(_) => BudgetScope::Token,
            },
            subject_id: budget.subject.id(),
            state: budget.state(),
            period: budget.period,
            soft_micro_usd: budget.caps.soft().map(|cap| cap.0),
            hard_micro_usd: budget.caps.hard().map(|cap| cap.0),
            spent_micro_usd: budget.spent.0,
            reserved_micro_usd: budget.reserved.0,
            resets_at: budget.resets_at,
            subject_name: budget.subject_name,
        }
    }
}

/// A budget to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetDraft {
    /// Whose spending it bounds.
    scope: BudgetScope,
    /// The user or token; none for the instance.
    subject_id: Option<Uuid>,
    /// For how long.
    period: BudgetPeriod,
    /// Above this there is a warning.
    soft_micro_usd: Option<i64>,
    /// Above this nothing that costs anything is asked.
    hard_micro_usd: Option<i64>,
}

/// The caps of a budget, both replaced.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetCaps {
    /// Above this there is a warning; none for no warning.
    soft_micro_usd: Option<i64>,
    /// Above this nothing that costs anything is asked; none for no bound.
    hard_micro_usd: Option<i64>,
}

/// How the audit log calls a budget.
fn name_of(budget: &Budget) -> String {
    let whose: &str = match budget.subject {
        BudgetSubject::Instance => "everybody",
        BudgetSubject::User(_) | BudgetSubject::Token(_) => &budget.subject_name,
    };
    format!("{whose}, {}", budget.period)
}

fn checked_caps(soft: Option<i64>, hard: Option<i64>) -> Result<Caps, ApiError> {
    Caps::new(soft.map(MicroUsd), hard.map(MicroUsd)).map_err(|problem| {
        let field = match problem {
            NotCaps::Negative if soft.is_none_or(|cap| cap >= 0) => "hard_micro_usd",
            NotCaps::Neither => "hard_micro_usd",
            NotCaps::SoftAboveHard | NotCaps::Negative => "soft_micro_usd",
        };
        FieldError::caps(field, problem).into()
    })
}

fn checked_subject(scope: BudgetScope, id: Option<Uuid>) -> Result<BudgetSubject, ApiError> {
    match (scope, id) {
        (BudgetScope::Instance, None) => Ok(BudgetSubject::Instance),
        (BudgetScope::User, Some(id)) => Ok(BudgetSubject::User(UserId(id))),
        (BudgetScope::Token, Some(id)) => Ok(BudgetSubject::Token(ApiTokenId(id))),
        (BudgetScope::Instance, Some(_)) => Err(ApiError::field(
            "subject_id",
            FaultCode::NotAllowed,
            "an instance budget has none",
        )),
        (BudgetScope::User | BudgetScope::Token, None) => Err(ApiError::field(
            "subject_id",
            FaultCode::Missing,
            "says whose budget it is",
        )),
    }
}

/// The budgets that bound what you spend
#[utoipa::path(get, path = "/budgets", operation_id = "list_own_budgets", tag = "usage",
    responses((status = 200, body = Items<BudgetStanding>), (status = 401, body = Problem)))]
pub async fn list_own(
    State(state): State<AppState>,
    signed_in: SignedIn,
) -> Result<Json<Items<BudgetStanding>>, ApiError> {
    let spender = Spender {
        user_id: signed_in.user.id,
        token_id: signed_in.token_id(),
    };
    let budgets = state.store.read().await?.budgets_of(spender).await?;
    let items = budgets.into_iter().map(Into::into).collect();
    Ok(Json(Items { items }))
}

/// All budgets
#[utoipa::path(get, path = "/admin/budgets", operation_id = "list_budgets", tag = "admin",
    responses((status = 200, body = Items<BudgetStanding>), (status = 403, body = Problem)))]
pub async fn list(State(state): State<AppState>, _: Admin) -> Result<Json<Items<BudgetStanding>>, ApiError> {
    let budgets = state.store.read().await?.budgets().await?;
    let items = budgets.into_iter().map(Into::into).collect();
    Ok(Json(Items { items }))
}

/// Make a budget; what was spent in the present period before counts
#[utoipa::path(post, path = "/admin/budgets", operation_id = "create_budget", tag = "admin", request_body = BudgetDraft,
    responses((status = 201, body = BudgetStanding), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    admin: Admin,
    body: JsonBody<BudgetDraft>,
) -> Result<(StatusCode, Json<BudgetStanding>), ApiError> {
    let draft = body.value;
    let caps = checked_caps(draft.soft_micro_usd, draft.hard_micro_usd)?;
    let subject = checked_subject(draft.scope, draft.subject_id)?;
    let mut tx = state.store.begin().await?;
    let id = tx.create_budget(subject, draft.period, caps).await?;
    let budget = tx.budget(id).await?;
    let detail = serde_json::json!({
        "id": id, "scope": draft.scope, "subject_id": draft.subject_id, "period": draft.period,
        "soft_micro_usd": draft.soft_micro_usd, "hard_micro_usd": draft.hard_micro_usd,
    });
    tx.enter(&admin.act(AuditAction::BudgetChanged, name_of(&budget)).with(detail))
        .await?;
    state.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(budget.into())))
}

/// Change the caps of a budget
#[utoipa::path(put, path = "/admin/budgets/{id}", operation_id = "update_budget", tag = "admin", params(("id" = BudgetId, Path)), request_body = BudgetCaps,
    responses((status = 200, body = BudgetStanding), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<BudgetId>,
    body: JsonBody<BudgetCaps>,
) -> Result<Json<BudgetStanding>, ApiError> {
    let caps = checked_caps(body.value.soft_micro_usd, body.value.hard_micro_usd)?;
    let mut tx = state.store.begin().await?;
    tx.change_budget(id, caps).await?;
    let budget = tx.budget(id).await?;
    let detail = serde_json::json!({
        "id": id, "soft_micro_usd": body.value.soft_micro_usd, "hard_micro_usd": body.value.hard_micro_usd,
    });
    tx.enter(&admin.act(AuditAction::BudgetChanged, name_of(&budget)).with(detail))
        .await?;
    state.commit(tx).await?;
    Ok(Json(budget.into()))
}

/// Remove a budget
#[utoipa::path(delete, path = "/admin/budgets/{id}", operation_id = "delete_budget", tag = "admin", params(("id" = BudgetId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<BudgetId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    let budget = tx.budget(id).await?;
    tx.delete_budget(id).await?;
    let act = admin.act(AuditAction::BudgetChanged, name_of(&budget));
    tx.enter(&act.with(serde_json::json!({"id": id, "removed": true})))
        .await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}
