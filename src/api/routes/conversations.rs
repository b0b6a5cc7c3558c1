//! Conversations and their events.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use quorum_domain::{
    ContextMode, Conversation, JudgingPolicy, Service, StoredEvent, TitleSource,
    ids::{ConversationId, ServiceId, UserId},
};
use quorum_store::{ConversationPatch, Cursor, NewConversation};
use serde::{Deserialize, Serialize};

use super::{Page, callable_judges::CallableJudges, keep_reply, repeated};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    extract::{IdempotencyKey, JsonBody, PathId, QueryString, check_length, check_page_size, check_text},
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Archived ones instead of the others.
    #[serde(default)]
    archived: bool,
    /// 1 to 100.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// A conversation to make.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ConversationDraft {
    title: Option<String>,
    service_ids: Vec<ServiceId>,
    context_mode: Option<ContextMode>,
    judging_policy: Option<JudgingPolicy>,
    /// Who judges under the policy `judge`: one service or more that may judge and that you have a key
    /// for. Nobody else is asked then. Where nobody was ever named the best judge is asked.
    judge_ids: Option<Vec<ServiceId>>,
    system_prompt: Option<String>,
}

/// Changes to a conversation.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ConversationChanges {
    title: Option<String>,
    archived: Option<bool>,
    service_ids: Option<Vec<ServiceId>>,
    context_mode: Option<ContextMode>,
    judging_policy: Option<JudgingPolicy>,
    /// Who judges under the policy `judge`: one service or more that may judge and that you have a key
    /// for. Nobody else is asked then. Where nobody was ever named the best judge is asked.
    judge_ids: Option<Vec<ServiceId>>,
    system_prompt: Option<String>,
}

/// A cursor as clients carry it.
pub fn encode(cursor: Cursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{} {}", cursor.at.to_rfc3339(), cursor.id))
}

/// A cursor that a client brought back.
pub fn decode(text: &str) -> Result<Cursor, ApiError> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (at, id) = text.split_once(' ')?;
        let at: DateTime<Utc> = DateTime::parse_from_rfc3339(at).ok()?.with_timezone(&Utc);
        Some(Cursor {
            at,
            id: id.parse().ok()?,
        })
    };
    read().ok_or_else(|| ApiError::field("cursor", FaultCode::WrongForm, "is not a cursor of this list"))
}

/// Services that are named must be such as may be asked.
pub async fn check_services(state: &AppState, ids: &[ServiceId]) -> Result<(), ApiError> {
    let services = state.store.read().await?.services().await?;
    check_services_of(state, &services, ids)
}

/// The same among all services there are, for who has read them: each once, unknown ones are refused
/// by name of the field.
pub fn check_services_of(state: &AppState, services: &[Service], ids: &[ServiceId]) -> Result<(), ApiError> {
    let limit = state.limits().services_per_message;
    if ids.len() > limit {
        return Err(ApiError::limit(
            "service_ids",
            FaultCode::TooMany,
            format!("has {} services; at most {limit} are allowed", ids.len()),
            limit,
        ));
    }
    for (at, id) in ids.iter().enumerate() {
        if ids[..at].contains(id) {
            return Err(ApiError::field(
                "service_ids",
                FaultCode::Twice,
                "names a service twice",
            ));
        }
        let service = services.iter().find(|service| service.id == *id);
        match service {
            None => {
                return Err(ApiError::field(
                    "service_ids",
                    FaultCode::Unknown,
                    format!("{id} is not a service"),
                ));
            }
            Some(service) if !service.active || !service.contestant => {
                return Err(ApiError::field(
                    "service_ids",
                    FaultCode::NotActive,
                    format!("{} is not active", service.name),
                ));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Judges that are named must be such as can judge for the user.
async fn check_judges(state: &AppState, user: UserId, named: Option<&[ServiceId]>) -> Result<(), ApiError> {
    let Some(named) = named else { return Ok(()) };
    let judges = CallableJudges::of(&mut state.store.read().await?, user).await?;
    judges.check(named, state.limits().services_per_message)
}

/// The user's conversations, latest activity first
#[utoipa::path(get, path = "/conversations", operation_id = "list_conversations", tag = "conversations", params(ListQuery),
    responses((status = 200, body = Page<Conversation>), (status = 422, body = Problem)))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    QueryString(query): QueryString<ListQuery>,
) -> Result<Json<Page<Conversation>>, ApiError> {
    let limit = check_page_size(query.limit, 30)?;
    let after = query.cursor.as_deref().map(decode).transpose()?;
    let (items, next) = state
        .store
        .read()
        .await?
        .conversations(signed_in.user.id, query.archived, after, limit)
        .await?;
    Ok(Json(Page {
        items,
        next_cursor: next.map(encode),
    }))
}

/// Make a conversation
#[utoipa::path(post, path = "/conversations", operation_id = "create_conversation", tag = "conversations", request_body = ConversationDraft,
    responses((status = 201, body = Conversation), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    IdempotencyKey(key): IdempotencyKey,
    body: JsonBody<ConversationDraft>,
) -> Result<Response, ApiError> {
    let draft = body.value;
    let title = draft.title.filter(|title| !title.trim().is_empty());
    if let Some(title) = &title {
        check_text("title", title, state.limits().title_chars)?;
    }
    let system_prompt = draft.system_prompt.unwrap_or_default();
    check_length("system_prompt", &system_prompt, state.limits().system_prompt_chars)?;
    check_services(&state, &draft.service_ids).await?;
    check_judges(&state, signed_in.user.id, draft.judge_ids.as_deref()).await?;
    let mut tx = state.store.begin().await?;
    if let Some(reply) = repeated(&mut tx, signed_in.user.id, key.as_deref(), &body.hash).await? {
        return Ok(reply);
    }
    let new = NewConversation {
        title,
        service_ids: draft.service_ids,
        context_mode: draft.context_mode.unwrap_or(state.settings.now().context_mode),
        judging_policy: draft.judging_policy.unwrap_or(state.settings.now().judging_policy),
        judge_ids: draft.judge_ids.unwrap_or_default(),
        system_prompt,
    };
    let conversation = tx.create_conversation(signed_in.user.id, &new).await?;
    keep_reply(
        &mut tx,
        signed_in.user.id,
        key.as_deref(),
        StatusCode::CREATED,
        &conversation,
    )
    .await?;
    state.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(conversation)).into_response())
}

/// One conversation
#[utoipa::path(get, path = "/conversations/{id}", operation_id = "get_conversation", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation), (status = 404, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
) -> Result<Json<Conversation>, ApiError> {
    Ok(Json(
        state
            .store
            .read()
            .await?
            .conversation(signed_in.user.id, id, false)
            .await?,
    ))
}

/// Rename, archive, or change settings
#[utoipa::path(patch, path = "/conversations/{id}", operation_id = "update_conversation", tag = "conversations", params(("id" = ConversationId, Path)), request_body = ConversationChanges,
    responses((status = 200, body = Conversation), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
    body: JsonBody<ConversationChanges>,
) -> Result<Json<Conversation>, ApiError> {
    let changes = body.value;
    if let Some(title) = &changes.title {
        check_text("title", title, state.limits().title_chars)?;
    }
    if let Some(prompt) = &changes.system_prompt {
        check_length("system_prompt", prompt, state.limits().system_prompt_chars)?;
    }
    if let Some(services) = &changes.service_ids {
        check_services(&state, services).await?;
    }
    check_judges(&state, signed_in.user.id, changes.judge_ids.as_deref()).await?;
    let mut tx = state.store.begin().await?;
    tx.conversation(signed_in.user.id, id, false).await?;
    let patch = ConversationPatch {
        title: changes.title.map(|title| (title.trim().to_owned(), TitleSource::User)),
        archived: changes.archived,
        deleted: None,
        service_ids: changes.service_ids,
        context_mode: changes.context_mode,
        judging_policy: changes.judging_policy,
        judge_ids: changes.judge_ids,
        system_prompt: changes.system_prompt,
    };
    let conversation = tx.patch_conversation(id, &patch).await?;
    state.commit(tx).await?;
    Ok(Json(conversation))
}

/// Delete; what still runs is stopped. Can be undone
#[utoipa::path(delete, path = "/conversations/{id}", operation_id = "delete_conversation", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.conversation(signed_in.user.id, id, false).await?;
    let stopped = tx.stop_conversation(id).await?;
    tx.patch_conversation(
        id,
        &ConversationPatch {
            deleted: Some(true),
            ..ConversationPatch::default()
        },
    )
    .await?;
    state.commit(tx).await?;
    state.tell_stopped(stopped);
    Ok(StatusCode::NO_CONTENT)
}

/// Undo a deletion
#[utoipa::path(post, path = "/conversations/{id}/restore", operation_id = "restore_conversation", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Conversation), (status = 404, body = Problem)))]
pub async fn restore(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
) -> Result<Json<Conversation>, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.conversation(signed_in.user.id, id, true).await?;
    let conversation = tx
        .patch_conversation(
            id,
            &ConversationPatch {
                deleted: Some(false),
                ..ConversationPatch::default()
            },
        )
        .await?;
    state.commit(tx).await?;
    Ok(Json(conversation))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Events after this number.
    #[serde(default)]
    after: i64,
    /// 1 to 500.
    limit: Option<i64>,
}

/// Events of a conversation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Events {
    /// In order, without gaps.
    items: Vec<StoredEvent>,
    /// Number of the last event there is.
    last_seq: i64,
}

/// Events after a number
#[utoipa::path(get, path = "/conversations/{id}/events", operation_id = "list_events", tag = "conversations", params(("id" = ConversationId, Path), EventsQuery),
    responses((status = 200, body = Events), (status = 404, body = Problem)))]
pub async fn events(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
    QueryString(query): QueryString<EventsQuery>,
) -> Result<Json<Events>, ApiError> {
    let limit = query.limit.unwrap_or(500);
    if !(1..=500).contains(&limit) {
        return Err(ApiError::range("limit", 1, 500));
    }
    let mut session = state.store.read().await?;
    session.conversation(signed_in.user.id, id, false).await?;
    let (_, last_seq) = session.event_range(id).await?;
    Ok(Json(Events {
        items: session.events_after(id, query.after, limit).await?,
        last_seq,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_to_the_page_and_back() {
        let cursor = Cursor {
            at: DateTime::parse_from_rfc3339("2026-11-21T10:00:00.123456Z")
                .unwrap()
                .with_timezone(&Utc),
            id: uuid::Uuid::now_v7(),
        };
        assert_eq!(decode(&encode(cursor)).unwrap(), cursor);
        assert!(decode("nonsense").is_err());
    }
}
