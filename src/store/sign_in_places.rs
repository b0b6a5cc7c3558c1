//! Places that an account was signed in from: browsers and addresses, as hashes.

use chrono::Duration;
use quorum_domain::{Timestamp, ids::UserId};

use crate::{Result, Session, Tx};

/// Days after its last sign-in at which a place is a stranger again.
const KNOWN_DAYS: i64 = 90;
/// Places remembered per account; the longest unused goes first.
const PLACES: i64 = 50;

impl Session {
    /// The first of these marks that the account was signed in from of late.
    pub async fn known_place(&mut self, user: UserId, marks: &[String]) -> Result<Option<String>> {
        let since: Timestamp = self.now() - Duration::days(KNOWN_DAYS);
        for mark in marks {
            let known = fetch!(
                fetch_optional,
                self,
                (String,),
                "SELECT mark FROM sign_in_places WHERE user_id = $1 AND mark = $2 AND last_used_at > $3",
                user.uuid(),
                mark.as_str(),
                since
            )?;
            if let Some((mark,)) = known {
                return Ok(Some(mark));
            }
        }
        Ok(None)
    }
}

impl Tx {
    /// Remembers where an account was signed in from.
    pub async fn remember_places(&mut self, user: UserId, marks: &[String]) -> Result<()> {
        let now = self.now();
        for mark in marks {
            execute!(
                self,
                "INSERT INTO sign_in_places (user_id, mark, last_used_at) VALUES ($1, $2, $3)
                 ON CONFLICT (user_id, mark) DO UPDATE SET last_used_at = excluded.last_used_at",
                user.uuid(),
                mark.as_str(),
                now
            )?;
        }
        execute!(
            self,
            "DELETE FROM sign_in_places WHERE user_id = $1 AND mark NOT IN (
                 SELECT mark FROM sign_in_places WHERE user_id = $1 ORDER BY last_used_at DESC, mark LIMIT $2)",
            user.uuid(),
            PLACES
        )?;
        Ok(())
    }
}
