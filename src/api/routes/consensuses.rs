//! Asking for a consensus. What is done with one afterwards is done with a response.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use quorum_domain::{
    Claim, Consensus, Message, Service,
    ids::{BatchId, ServiceId},
};
use quorum_store::{NewConsensus, Session};
use serde::Deserialize;

use super::{keep_reply, repeated};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    extract::{IdempotencyKey, JsonBody, PathId},
};

/// Most points that can be wanted at once.
const POINTS: usize = 40;

/// A consensus to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct ConsensusDraft {
    /// Who writes it; without it, and if this one fails, whoever judges best.
    service_id: Option<ServiceId>,
    /// The points that must be in it, by the text of the batch's claims; at most 40.
    #[serde(default)]
    keep: Vec<String>,
}

/// Fuse the answers of a batch into one; 202 means that it is on disk and will be written
#[utoipa::path(post, path = "/batches/{id}/consensus", operation_id = "make_consensus", tag = "batches", params(("id" = BatchId, Path)), request_body = ConsensusDraft,
    responses((status = 202, body = Consensus), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn make(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<BatchId>,
    IdempotencyKey(key): IdempotencyKey,
    body: JsonBody<ConsensusDraft>,
) -> Result<Response, ApiError> {
    state.admit_asking(signed_in.user.id).await?;
    let mut tx = state.store.begin().await?;
    if let Some(reply) = repeated(&mut tx, signed_in.user.id, key.as_deref(), &body.hash).await? {
        return Ok(reply);
    }
    let (batch, _) = tx.batch_state(signed_in.user.id, id).await?;
    let message = tx.message(signed_in.user.id, batch.message_id).await?;
    let candidates = candidates(&mut tx, &message, body.value.service_id).await?;
    let claims = batch.agreement.map(|agreement| agreement.claims).unwrap_or_default();
    let new = NewConsensus {
        message: &message,
        candidates: &candidates,
        keep: &wanted(&claims, &body.value.keep)?,
    };
    let consensus = tx.begin_consensus(&new).await?;
    keep_reply(
        &mut tx,
        signed_in.user.id,
        key.as_deref(),
        StatusCode::ACCEPTED,
        &consensus,
    )
    .await?;
    state.commit(tx).await?;
    Ok((StatusCode::ACCEPTED, Json(consensus)).into_response())
}

/// The claims that are wanted, each once.
fn wanted(claims: &[Claim], keep: &[String]) -> Result<Vec<Claim>, ApiError> {
    if keep.len() > POINTS {
        return Err(ApiError::limit(
            "keep",
            FaultCode::TooMany,
            format!("names {} points; at most {POINTS} are allowed", keep.len()),
            POINTS,
        ));
    }
    let mut found: Vec<Claim> = Vec::new();
    for text in keep {
        let claim = claims.iter().find(|claim| claim.text == *text).ok_or_else(|| {
            ApiError::field(
                "keep",
                FaultCode::Unknown,
                "names a point that the answers of this batch do not make",
            )
        })?;
        if !found.contains(claim) {
            found.push(claim.clone());
        }
    }
    Ok(found)
}

/// Who may write it, in the order asked: the one that is wished for, then judges by what is known
/// of them, then the others; very small models last. Only those that the user has a key for.
pub(super) async fn candidates(
    session: &mut Session,
    message: &Message,
    wished: Option<ServiceId>,
) -> Result<Vec<Service>, ApiError> {
    let mut writers = session.consensus_writers(message.author_id).await?;
    if let Some(id) = wished {
        let Some(at) = writers.iter().position(|service| service.id == id) else {
            let known = session.services().await?;
            let active = known.iter().find(|service| service.id == id && service.active);
            let why = match active {
                Some(service) => format!("there is no key for {}", service.name),
                None => format!("{id} is not an active service"),
            };
            return Err(ApiError::field("service_id", FaultCode::CannotWrite, why));
        };
        writers[..=at].rotate_right(1);
    }
    if writers.is_empty() {
        Err(ApiError::NoService)
    } else {
        Ok(writers)
    }
}
