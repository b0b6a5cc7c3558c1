//! A panel: services that are asked together, saved under a name.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{PanelId, ServiceId};

/// Longest name in characters.
pub const PANEL_NAME_CHARS: usize = 60;
/// Most panels of a user.
pub const PANELS: usize = 100;

/// Services that are asked together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Panel {
    /// Its id.
    pub id: PanelId,
    /// What its user calls it.
    pub name: String,
    /// The name as a program writes it, in `quorum:<slug>`; each of a user's is there once.
    pub slug: String,
    /// The services, in the order asked.
    pub service_ids: Vec<ServiceId>,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

/// A name as a program writes it: letters and digits in lower case, with one `-` or `.` for what
/// stands between them. Empty for a name that has neither letters nor digits.
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    let mut gap = None;
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            slug.extend(gap.take().filter(|_| !slug.is_empty()));
            slug.push(letter);
        } else {
            // A version such as 4.1 keeps its point.
            gap = Some(if letter == '.' && gap.is_none() { '.' } else { '-' });
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_name_becomes_what_fits_into_a_models_name() {
        assert_eq!(slug_of("Fast & cheap"), "fast-cheap");
        assert_eq!(slug_of("  GPT 4.1 mini!"), "gpt-4.1-mini");
        assert_eq!(slug_of("Über alles / Zürich"), "über-alles-zürich");
        assert_eq!(slug_of("…"), "");
    }

    #[test]
    fn a_slug_stays_as_it_is() {
        for slug in ["fast-cheap", "gpt-4.1-mini"] {
            assert_eq!(slug_of(slug), slug);
        }
    }
}
