//! Rows that were asked for and are needed later.

use sqlx::{FromRow, sqlite::SqliteRow};

use crate::{Result, Session, StoreError, connection::Line, embedded::Rows};

/// The rows of a query put with `ask`.
pub enum Answer<R> {
    /// PostgreSQL has given them.
    Here(Vec<R>),
    /// An embedded database gives them with those of the next statement.
    Coming(Rows),
}

impl<R: for<'r> FromRow<'r, SqliteRow>> Answer<R> {
    /// All rows. It costs nothing after another statement of the session was waited for.
    pub async fn all(self, session: &mut Session) -> Result<Vec<R>> {
        if let Self::Coming(rows) = &self
            && rows.get().is_none()
            && let Line::Sqlite(line) = session.line()
        {
            let _sent = line.raw().await?;
        }
        self.heard()
    }

    /// All rows, after another statement of the session was waited for, or all was committed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where neither was: then nothing is known.
    pub fn heard(self) -> Result<Vec<R>> {
        let rows = match self {
            Self::Here(rows) => return Ok(rows),
            Self::Coming(rows) => rows,
        };
        let rows = rows.get().ok_or(StoreError::Unavailable(sqlx::Error::WorkerCrashed))?;
        Ok(rows.iter().map(R::from_row).collect::<Result<_, _>>()?)
    }

    /// The first row, if there is one.
    pub async fn optional(self, session: &mut Session) -> Result<Option<R>> {
        Ok(self.all(session).await?.into_iter().next())
    }
}
