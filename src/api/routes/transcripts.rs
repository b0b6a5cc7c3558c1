//! Taking a conversation away as a document, and bringing one in.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quorum_domain::{
    Conversation,
    ids::ConversationId,
    transcript::{
        TRANSCRIPT_ANSWERS, TRANSCRIPT_FORMAT, TRANSCRIPT_IMAGES, TRANSCRIPT_TURNS, TRANSCRIPT_VERSION, Transcript,
        TranscriptAnswer,
    },
};
use quorum_store::NewConversation;
use serde::Deserialize;

use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    extract::{JsonDocument, PathId, QueryString, check_length},
};

/// Longest text of a question or an answer that is brought in.
const TEXT_CHARS: usize = 400_000;
/// Longest name of a service or model that is brought in.
const NAME_CHARS: usize = 200;

/// In which form.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// To read.
    #[default]
    Md,
    /// To bring in again.
    Json,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `md` to read, `json` to bring in again.
    #[serde(default)]
    #[param(inline)]
    format: ExportFormat,
}

/// Take a conversation away, without what was removed from it
#[utoipa::path(get, path = "/conversations/{id}/export", operation_id = "export_conversation", tag = "conversations", params(("id" = ConversationId, Path), ExportQuery),
    responses((status = 200, content((Transcript = "application/json"), (String = "text/markdown"))), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn export(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
    QueryString(query): QueryString<ExportQuery>,
) -> Result<Response, ApiError> {
    let mut session = state.store.read().await?;
    let conversation = session.conversation(signed_in.user.id, id, false).await?;
    let transcript = session.transcript(&conversation).await?;
    let (kind, ending, body) = match query.format {
        ExportFormat::Md => ("text/markdown; charset=utf-8", "md", transcript.to_markdown()),
        ExportFormat::Json => (
            "application/json",
            "json",
            serde_json::to_string_pretty(&transcript).map_err(|_| ApiError::Internal)?,
        ),
    };
    let name = format!("attachment; filename=\"conversation-{id}.{ending}\"");
    let name = HeaderValue::from_str(&name).map_err(|_| ApiError::Internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, body).into_response())
}

/// Bring a conversation in; its answers stand as they are, nobody is asked
#[utoipa::path(post, path = "/conversations/import", operation_id = "import_conversation", tag = "conversations", request_body = Transcript,
    responses((status = 201, body = Conversation), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn import(
    State(state): State<AppState>,
    signed_in: SignedIn,
    body: JsonDocument<Transcript>,
) -> Result<(StatusCode, Json<Conversation>), ApiError> {
    let mut transcript = body.0.value;
    check(&state, &transcript)?;
    for turn in &mut transcript.turns {
        // What was removed, or never finished, is taken out with the rest but is no answer here.
        turn.answers.retain(|answer| !answer.removed && !answer.unfinished);
    }
    for answer in transcript.turns.iter_mut().flat_map(|turn| &mut turn.answers) {
        if answer.consensus {
            // It was made elsewhere; here it is an answer beside the others, under a name of its own.
            answer.service_name = format!("Consensus ({})", answer.service_name);
            answer.consensus = false;
        }
        if answer.summary.is_none() {
            answer.summary = Some(quorum_rank::extractive_summary(&answer.content).as_str().to_owned());
        }
    }
    for turn in &mut transcript.turns {
        for image in std::mem::take(&mut turn.images) {
            // It stayed where it was; that there was one belongs to the question.
            turn.content.push_str(&format!("\n\n[Image: {}]", image.name));
        }
    }
    let settings = state.settings.now();
    let title: String = transcript
        .title
        .trim()
        .chars()
        .take(state.limits().title_chars)
        .collect();
    let new = NewConversation {
        title: (!title.is_empty()).then_some(title),
        service_ids: Vec::new(),
        context_mode: settings.context_mode,
        judging_policy: settings.judging_policy,
        judge_ids: Vec::new(),
        system_prompt: transcript.system_prompt,
    };
    let mut tx = state.store.begin().await?;
    let conversation = tx.bring_in(signed_in.user.id, &new, &transcript.turns).await?;
    state.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(conversation)))
}

fn check(state: &AppState, transcript: &Transcript) -> Result<(), ApiError> {
    if transcript.format != TRANSCRIPT_FORMAT || transcript.version != TRANSCRIPT_VERSION {
        return Err(ApiError::field(
            "format",
            FaultCode::WrongForm,
            format!("must be {TRANSCRIPT_FORMAT}, version {TRANSCRIPT_VERSION}"),
        ));
    }
    check_length(
        "system_prompt",
        &transcript.system_prompt,
        state.limits().system_prompt_chars,
    )?;
    if transcript.turns.is_empty() || transcript.turns.len() > TRANSCRIPT_TURNS {
        return Err(ApiError::limit(
            "turns",
            FaultCode::TooMany,
            format!("must be 1 to {TRANSCRIPT_TURNS}"),
            TRANSCRIPT_TURNS,
        ));
    }
    for turn in &transcript.turns {
        check_length("turns.content", &turn.content, TEXT_CHARS)?;
        if turn.answers.len() > TRANSCRIPT_ANSWERS {
            return Err(ApiError::limit(
                "turns.answers",
                FaultCode::TooMany,
                format!("must be at most {TRANSCRIPT_ANSWERS}"),
                TRANSCRIPT_ANSWERS,
            ));
        }
        if turn.images.len() > TRANSCRIPT_IMAGES {
            return Err(ApiError::limit(
                "turns.images",
                FaultCode::TooMany,
                format!("must be at most {TRANSCRIPT_IMAGES}"),
                TRANSCRIPT_IMAGES,
            ));
        }
        for image in &turn.images {
            check_length("turns.images.name", &image.name, NAME_CHARS)?;
        }
        for answer in &turn.answers {
            check_length("turns.answers.content", &answer.content, TEXT_CHARS)?;
            check_length("turns.answers.service_name", &answer.service_name, NAME_CHARS)?;
            check_length("turns.answers.model", &answer.model, NAME_CHARS)?;
            check_standing(answer)?;
        }
    }
    Ok(())
}

/// Score and rank are what a ranking could have given.
fn check_standing(answer: &TranscriptAnswer) -> Result<(), ApiError> {
    if answer.score.is_some_and(|score| !(0.0..=10.0).contains(&score)) {
        return Err(ApiError::range("turns.answers.score", 0, 10));
    }
    // Answers that were removed had ranks as well, so a rank may be beyond the answers that are left.
    if answer.rank.is_some_and(|rank| !(1..=1_000).contains(&rank)) {
        return Err(ApiError::range("turns.answers.rank", 1, 1000));
    }
    Ok(())
}
