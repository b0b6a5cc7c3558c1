//! The user's own standing of services, from what the user kept.

use axum::{Json, extract::State};
use quorum_domain::ids::ServiceId;
use quorum_rank::{Selection, Topic, classify_topic, leaderboard, propose_panel};
use serde::Serialize;

use crate::{ApiError, AppState, access::SignedIn};

/// Where a service stands with this user.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ServiceStanding {
    /// The service.
    service_id: ServiceId,
    /// Its name.
    service_name: String,
    /// 0 to 10; 5 is no preference.
    score: f64,
    /// Lower end of the 80 % interval.
    low: f64,
    /// Upper end of the 80 % interval.
    high: f64,
    /// Times it was kept.
    kept: i64,
    /// Times it could have been.
    choices: i64,
}

/// The standings for one topic, or for all.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Board {
    /// The topic; none for all together.
    topic: Option<String>,
    /// Choices that it rests on.
    selections: i64,
    /// Best first.
    standings: Vec<ServiceStanding>,
    /// Services proposed for the next question on this topic.
    proposed_panel: Vec<ServiceId>,
}

/// The user's standings.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Leaderboard {
    /// All topics together first, then each topic that has a choice.
    boards: Vec<Board>,
}

/// Services proposed for a panel.
const PANEL: usize = 3;

/// Which services' answers you keep, by topic
#[utoipa::path(get, path = "/usage/leaderboard", operation_id = "get_leaderboard", tag = "usage",
    responses((status = 200, body = Leaderboard)))]
pub async fn get(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<Leaderboard>, ApiError> {
    let mut session = state.store.read().await?;
    let selections: Vec<Selection> = session
        .selections(signed_in.user.id)
        .await?
        .into_iter()
        .map(|row| Selection {
            topic: classify_topic(&row.question),
            kept: row.kept,
            others: row.others,
        })
        .collect();
    let services = session.services().await?;
    drop(session);
    let boards = leaderboard(&selections);
    let available: Vec<ServiceId> = services
        .iter()
        .filter(|service| service.active && service.contestant)
        .map(|service| service.id)
        .collect();
    let name_of = |id: ServiceId| {
        services
            .iter()
            .find(|service| service.id == id)
            .map(|service| service.name.clone())
    };
    let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
    let shown = boards
        .iter()
        .map(|board| Board {
            topic: board.topic.map(|topic| name_of_topic(topic).to_owned()),
            selections: count(board.selections),
            standings: board
                .standings
                .iter()
                .filter_map(|standing| {
                    Some(ServiceStanding {
                        service_id: standing.service_id,
                        service_name: name_of(standing.service_id)?,
                        score: standing.score,
                        low: standing.low,
                        high: standing.high,
                        kept: count(standing.kept),
                        choices: count(standing.choices),
                    })
                })
                .collect(),
            proposed_panel: propose_panel(&boards, board.topic.unwrap_or(Topic::Knowledge), &available, PANEL),
        })
        .collect();
    Ok(Json(Leaderboard { boards: shown }))
}

const fn name_of_topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Code => "code",
        Topic::Maths => "maths",
        Topic::Writing => "writing",
        Topic::Translation => "translation",
        Topic::Summary => "summary",
        Topic::Advice => "advice",
        Topic::Knowledge => "knowledge",
    }
}
