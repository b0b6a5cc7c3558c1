//! What a user kept, for the user's own standing of services.

use quorum_domain::ids::{ServiceId, UserId};
use uuid::Uuid;

use crate::{Result, Session};

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectionRow {
    /// The question.
    pub question: String,
    /// Whose answer was kept.
    pub kept: ServiceId,
    /// Whose complete answers were there and were not.
    pub others: Vec<ServiceId>,
}

/// Choices looked at; older ones say little of today's services.
const NEWEST: i64 = 1_000;

impl Session {
    /// The user's newest choices, newest first.
    pub async fn selections(&mut self, user: UserId) -> Result<Vec<SelectionRow>> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid, String, Uuid, Uuid, Uuid),
            "SELECT b.id, m.content, r.id, b.selected_response_id, r.service_id
             FROM (SELECT id, message_id, selected_response_id FROM batches
                   WHERE user_id = $1 AND selected_response_id IS NOT NULL ORDER BY created_at DESC LIMIT $2) AS b
             JOIN messages m ON m.id = b.message_id
             JOIN responses r ON r.batch_id = b.id AND r.state = 'answered' AND r.role = 'answer'
             ORDER BY b.id DESC",
            user.uuid(),
            NEWEST
        )?;
        let mut selections: Vec<(Uuid, SelectionRow)> = Vec::new();
        for (batch, question, response, kept, service) in rows {
            if selections.last().is_none_or(|(last, _)| *last != batch) {
                let row = SelectionRow {
                    question,
                    kept: ServiceId(Uuid::nil()),
                    others: Vec::new(),
                };
                selections.push((batch, row));
            }
            let Some((_, selection)) = selections.last_mut() else {
                continue;
            };
            if response == kept {
                selection.kept = ServiceId(service);
            } else {
                selection.others.push(ServiceId(service));
            }
        }
        let complete = |selection: &SelectionRow| selection.kept.uuid() != Uuid::nil() && !selection.others.is_empty();
        Ok(selections
            .into_iter()
            .map(|(_, selection)| selection)
            .filter(complete)
            .collect())
    }
}
