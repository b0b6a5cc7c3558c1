//! Images that go along with messages: bringing one, looking at it, letting go of it.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use quorum_domain::{
    Attachment,
    ids::{AttachmentId, UserId},
};
use quorum_store::Session;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{keep_reply, repeated};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    body::{LARGE_BODY_WITHIN, read_body_within},
    extract::{IdempotencyKey, PathId, QueryString},
    images::{self, NewImage, examine},
};

/// An image of a page is never a page: nothing in it may run or load, whatever it holds.
const NOTHING_RUNS: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");
/// Asked for anew each time, so that nobody sees it who may not any more; sent only once.
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("private, no-cache");

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// What the image is called.
    name: Option<String>,
}

/// Bring an image, to send it with a message; what it is, its bytes say
#[utoipa::path(post, path = "/attachments", operation_id = "upload_attachment", tag = "attachments", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "A PNG, JPEG, WebP or GIF image."),
    responses((status = 201, body = Attachment), (status = 408, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn upload(
    State(state): State<AppState>,
    signed_in: SignedIn,
    QueryString(query): QueryString<UploadQuery>,
    IdempotencyKey(key): IdempotencyKey,
    body: Body,
) -> Result<Response, ApiError> {
    let limits = state.limits();
    if limits.images_per_message == 0 {
        return Err(ApiError::limit(
            "image",
            FaultCode::SwitchedOff,
            "images are switched off here",
            0,
        ));
    }
    let bytes = read_body_within(body, limits.image_kilobytes * 1024, LARGE_BODY_WITHIN).await?;
    let facts = examine("image", &bytes)?;
    let user = signed_in.user.id;
    let hash = request_hash(&query, &bytes);
    let mut tx = state.store.begin().await?;
    if let Some(reply) = repeated(&mut tx, user, key.as_deref(), &hash).await? {
        return Ok(reply);
    }
    let new = NewImage {
        name: query.name.as_deref(),
        bytes: &bytes,
        facts,
    };
    let attachment = images::keep(&mut tx, &limits, user, "image", new).await?;
    keep_reply(&mut tx, user, key.as_deref(), StatusCode::CREATED, &attachment).await?;
    state.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(attachment)).into_response())
}

fn request_hash(query: &UploadQuery, bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(Method::POST.as_str());
    hash.update("/attachments");
    hash.update(query.name.as_deref().unwrap_or_default());
    hash.update([0]);
    hash.update(bytes);
    hex::encode(hash.finalize())
}

/// Look at an image of a message that you may read, or at one that you have not sent yet
#[utoipa::path(get, path = "/attachments/{id}", operation_id = "get_attachment", tag = "attachments", params(("id" = AttachmentId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/*"), (status = 304), (status = 404, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<AttachmentId>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let mut session = state.store.read().await?;
    let attachment = session.attachment(signed_in.user.id, id).await?;
    let mark = HeaderValue::from_str(&format!("\"{id}\"")).map_err(|_| ApiError::Internal)?;
    let guards = [
        (header::CONTENT_SECURITY_POLICY, NOTHING_RUNS),
        (header::CACHE_CONTROL, ASK_EACH_TIME),
        (header::ETAG, mark.clone()),
    ];
    if asked.get(header::IF_NONE_MATCH) == Some(&mark) {
        return Ok((StatusCode::NOT_MODIFIED, guards).into_response());
    }
    let content = session.attachment_content(id).await?;
    // Opened by itself it is saved under a name of ours; in the page it is shown all the same.
    let saved_as = format!("attachment; filename=\"image-{id}.{}\"", attachment.media_type.ending());
    let saved_as = HeaderValue::from_str(&saved_as).map_err(|_| ApiError::Internal)?;
    let facts = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(attachment.media_type.as_str()),
        ),
        (header::CONTENT_DISPOSITION, saved_as),
    ];
    Ok((guards, facts, content).into_response())
}

/// Let go of an image that was not sent
#[utoipa::path(delete, path = "/attachments/{id}", operation_id = "delete_attachment", tag = "attachments", params(("id" = AttachmentId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<AttachmentId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.delete_attachment(signed_in.user.id, id).await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The images that a message names: each one there, none twice, not too many.
pub(super) async fn named(
    session: &mut Session,
    user: UserId,
    ids: &[AttachmentId],
    most: usize,
) -> Result<Vec<Attachment>, ApiError> {
    const FIELD: &str = "attachments";
    if ids.len() > most {
        return Err(ApiError::limit(
            FIELD,
            FaultCode::TooMany,
            format!("has {}; at most {most} are allowed", ids.len()),
            most,
        ));
    }
    let mut found: Vec<Attachment> = Vec::with_capacity(ids.len());
    for id in ids {
        if found.iter().any(|one| one.id == *id) {
            return Err(ApiError::field(FIELD, FaultCode::Twice, "names an image twice"));
        }
        let attachment = session.attachment(user, *id).await.map_err(|error| match error {
            quorum_store::StoreError::NotFound(_) => ApiError::field(
                FIELD,
                FaultCode::ImageGone,
                "names an image that is not there; bring it again",
            ),
            other => other.into(),
        })?;
        found.push(attachment);
    }
    Ok(found)
}
