//! Names of models: which services they ask, and which answer they give.

use quorum_domain::{
    Panel, RunAnswer, Service, Timestamp,
    ids::{ServiceId, UserId},
    panel::slug_of,
};

use crate::{ApiError, AppState};

/// The model that answers with the consensus of all services.
const COUNCIL: &str = "quorum";
/// What follows a colon and is no panel.
const BEST: &str = "best";
/// Names that a panel cannot have.
pub const RESERVED_PANELS: &[&str] = &[BEST];

/// Whom a model asks, and which answer it gives.
#[derive(Debug, Clone)]
pub struct Council {
    /// The model as it was asked for.
    pub model: String,
    /// Which answer it gives.
    pub wants: RunAnswer,
    /// The services, never none.
    pub services: Vec<Service>,
}

/// A model that can be asked.
#[derive(Debug, Clone)]
pub struct ListedModel {
    /// What to ask it by.
    pub id: String,
    /// What it is, in a few words.
    pub description: String,
    /// When there first was one.
    pub created_at: Timestamp,
}

/// The names that mean one service: its name, as written and as a slug, if no other has it, and its id.
fn names_of(service: &Service, all: &[Service]) -> Vec<String> {
    let slug = slug_of(&service.name);
    let alone = !slug.is_empty() && all.iter().filter(|other| slug_of(&other.name) == slug).count() == 1;
    let by_name = alone.then_some([slug, service.name.clone()]).into_iter().flatten();
    by_name.chain([service.id.to_string()]).collect()
}

fn contestants(services: Vec<Service>) -> Vec<Service> {
    let answers = |service: &Service| service.active && service.contestant;
    services.into_iter().filter(answers).collect()
}

fn members(panel: &Panel, all: &[Service]) -> Vec<Service> {
    let of = |id: &ServiceId| all.iter().find(|service| service.id == *id).cloned();
    panel.service_ids.iter().filter_map(of).collect()
}

/// What a name means to this user; [`ApiError::ModelNotFound`] where it means nothing.
pub async fn council_of(state: &AppState, user: UserId, model: &str) -> Result<Council, ApiError> {
    let mut session = state.store.read().await?;
    let all = contestants(session.services().await?);
    let unknown = || ApiError::ModelNotFound(model.chars().take(200).collect());
    let (wants, mut services) = if let Some(name) = model.strip_prefix("quorum/") {
        let named = |service: &&Service| names_of(service, &all).iter().any(|known| known == name);
        let service = all.iter().find(named).ok_or_else(unknown)?;
        (RunAnswer::Service, vec![service.clone()])
    } else {
        match model.split_once(':') {
            None if model == COUNCIL => (RunAnswer::Consensus, all),
            Some((COUNCIL, BEST)) => (RunAnswer::Best, all),
            Some((COUNCIL, name)) => {
                let panels = session.panels(user).await?;
                let slug = slug_of(name);
                let panel = panels.iter().find(|panel| panel.slug == slug).ok_or_else(unknown)?;
                (RunAnswer::Consensus, members(panel, &all))
            }
            _ => return Err(unknown()),
        }
    };
    services.truncate(state.limits().services_per_message);
    if services.is_empty() {
        return Err(ApiError::NoService);
    }
    Ok(Council {
        model: model.to_owned(),
        wants,
        services,
    })
}

/// The models that this user can ask.
pub async fn listed(state: &AppState, user: UserId) -> Result<Vec<ListedModel>, ApiError> {
    let mut session = state.store.read().await?;
    let all = contestants(session.services().await?);
    let Some(first) = all.iter().map(|service| service.created_at).min() else {
        return Ok(Vec::new());
    };
    let mut models = vec![
        ListedModel {
            id: COUNCIL.to_owned(),
            description: "The consensus of all services".to_owned(),
            created_at: first,
        },
        ListedModel {
            id: format!("{COUNCIL}:{BEST}"),
            description: "The answer of all services that is ranked first".to_owned(),
            created_at: first,
        },
    ];
    models.extend(session.panels(user).await?.into_iter().map(|panel| ListedModel {
        id: format!("{COUNCIL}:{}", panel.slug),
        description: format!("The consensus of the panel {}", panel.name),
        created_at: panel.created_at,
    }));
    let keys = session.usable_keys(user).await?;
    for service in all.iter().filter(|service| keys.allow(service)) {
        if let Some(name) = names_of(service, &all).into_iter().next() {
            models.push(ListedModel {
                id: format!("{COUNCIL}/{name}"),
                description: format!("The answer of {} ({})", service.name, service.model),
                created_at: service.created_at,
            });
        }
    }
    Ok(models)
}
