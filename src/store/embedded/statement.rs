//! Statements to an embedded database, those that nobody waits for, and those whose rows are
//! needed only later.
//!
//! A statement is a message to the thread of its line and one back, and waking that thread costs
//! more than most statements. So what need not be heard about at once (the `BEGIN` of a
//! transaction, most changes, a query before another that does not depend on it) goes with the
//! next statement that is waited for, in one message. What goes wrong with one of them is heard
//! there, and as they are all of one transaction, all are undone.
//!
//! sqlx carries out several statements of one text in order, gives each its own bindings of one
//! list of values by the numbers of `$1`, `$2`, ..., and says where the rows of each end
//! (sqlx-sqlite 0.9, `connection/execute.rs`).

use std::{
    fmt::Write as _,
    sync::{Arc, OnceLock},
};

use futures::TryStreamExt;
use sqlx::{
    Arguments, AssertSqlSafe, Either, Encode, Executor, FromRow, SqlSafeStr, SqlStr, Sqlite, SqliteConnection, Type,
    error::BoxDynError,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::writing::Standing;

/// Statements that go with the next one.
#[derive(Default)]
pub struct Ahead {
    text: String,
    values: SqliteArguments,
    unfit: Option<BoxDynError>,
    /// How many there are.
    statements: usize,
    /// Where the rows of some of them go, by their places in the text.
    awaited: Vec<(usize, Rows)>,
    /// There is nothing in it but what begins a transaction.
    only_beginning: bool,
}

/// The rows of a statement, once they are there.
pub type Rows = Arc<OnceLock<Vec<SqliteRow>>>;

impl Ahead {
    /// What begins a transaction.
    pub fn beginning_with(statement: &'static str) -> Self {
        Self {
            text: statement.to_owned(),
            statements: 1,
            only_beginning: true,
            ..Self::default()
        }
    }

    /// Whether the transaction has done nothing yet.
    pub const fn is_only_beginning(&self) -> bool {
        self.only_beginning
    }

    /// Adds a text whose values are bound already, those before `others` not its own.
    fn add(&mut self, text: &str, others: usize) {
        // Numbers may get a digit longer.
        self.text.reserve(text.len() + text.len() / 16 + 2);
        if !self.text.is_empty() {
            self.text.push_str("; ");
        }
        push_renumbered(&mut self.text, text, others);
        self.statements += text.matches(';').count() + 1;
        self.only_beginning = false;
    }

    fn into_message(self) -> Result<Message, sqlx::Error> {
        let text = AssertSqlSafe(self.text).into_sql_str();
        Message::new(text, self.values, self.unfit, self.awaited)
    }
}

/// A line to put statements to.
pub struct Line<'a> {
    connection: &'a mut SqliteConnection,
    ahead: &'a mut Ahead,
    /// How a line to write on is left if what is sent does not come to its end.
    standing: Option<&'a mut Standing>,
}

impl<'a> Line<'a> {
    /// A line that is read on.
    pub const fn reading(connection: &'a mut SqliteConnection, ahead: &'a mut Ahead) -> Self {
        Self {
            connection,
            ahead,
            standing: None,
        }
    }

    /// A line in a transaction.
    pub const fn writing(
        connection: &'a mut SqliteConnection,
        ahead: &'a mut Ahead,
        standing: &'a mut Standing,
    ) -> Self {
        Self {
            connection,
            ahead,
            standing: Some(standing),
        }
    }

    /// A statement with bindings by number.
    pub fn statement(self, text: &'static str) -> Statement<'a> {
        Statement {
            others: self.ahead.values.len(),
            line: self,
            text: Text::Fixed(text),
        }
    }

    /// The line itself, after what was to go ahead.
    pub async fn raw(mut self) -> Result<&'a mut SqliteConnection, sqlx::Error> {
        let ahead = std::mem::take(self.ahead);
        if !ahead.text.is_empty() {
            self.will_be_sent();
            ahead.into_message()?.run(self.connection, usize::MAX).await?;
        }
        Ok(self.connection)
    }

    fn will_be_sent(&mut self) {
        if let Some(standing) = &mut self.standing {
            **standing = Standing::Unfinished;
        }
    }
}

enum Text {
    Fixed(&'static str),
    Made(String),
}

/// A statement whose values are being bound.
pub struct Statement<'a> {
    line: Line<'a>,
    text: Text,
    /// Values that belong to what goes ahead.
    others: usize,
}

impl<'a> Statement<'a> {
    /// Binds the next value.
    pub fn bind<'q, T: Encode<'q, Sqlite> + Type<Sqlite>>(mut self, value: T) -> Self {
        self.add_value(value);
        self
    }

    fn add_value<'q, T: Encode<'q, Sqlite> + Type<Sqlite>>(&mut self, value: T) {
        let ahead = &mut *self.line.ahead;
        if let Err(error) = ahead.values.add(value) {
            ahead.unfit.get_or_insert(error);
        }
    }

    /// Goes on with its text.
    pub fn push(&mut self, more: &str) {
        match &mut self.text {
            Text::Fixed(text) => self.text = Text::Made([*text, more].concat()),
            Text::Made(text) => text.push_str(more),
        }
    }

    /// Goes on with a row of values in brackets, after a comma where it is not the first.
    pub fn row(&mut self, first: bool) -> ValuesRow<'_, 'a> {
        ValuesRow {
            statement: self,
            opened: if first { "(" } else { ", (" },
        }
    }

    /// Lets it go with the next one.
    pub fn later(self) {
        let text = match &self.text {
            Text::Fixed(text) => text,
            Text::Made(text) => text.as_str(),
        };
        self.line.ahead.add(text, self.others);
    }

    /// The same for one whose rows are needed later; it must be a single statement.
    pub fn asked(self) -> Rows {
        let rows = Rows::default();
        let place = self.line.ahead.statements;
        self.line.ahead.awaited.push((place, Arc::clone(&rows)));
        self.later();
        rows
    }

    /// Carries it out; gives the rows that it (not what went ahead) changed.
    pub async fn execute(self) -> Result<u64, sqlx::Error> {
        let (connection, message, place) = self.sent()?;
        Ok(message.run(connection, place).await?.changed)
    }

    /// All its rows.
    pub async fn fetch_all<R: for<'r> FromRow<'r, SqliteRow>>(self) -> Result<Vec<R>, sqlx::Error> {
        let (connection, message, place) = self.sent()?;
        let heard = message.run(connection, place).await?;
        heard.rows.iter().map(R::from_row).collect()
    }

    /// Its first row, if there is one.
    pub async fn fetch_optional<R: for<'r> FromRow<'r, SqliteRow>>(self) -> Result<Option<R>, sqlx::Error> {
        let (connection, message, place) = self.sent()?;
        if message.awaited.is_empty() {
            let row = connection.fetch_optional(message.query).await?;
            return row.map(|row| R::from_row(&row)).transpose();
        }
        let heard = message.run(connection, place).await?;
        heard.rows.first().map(R::from_row).transpose()
    }

    /// Its first row.
    pub async fn fetch_one<R: for<'r> FromRow<'r, SqliteRow>>(self) -> Result<R, sqlx::Error> {
        self.fetch_optional().await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// The message to send, and the place of this statement in it.
    fn sent(mut self) -> Result<(&'a mut SqliteConnection, Message, usize), sqlx::Error> {
        self.line.will_be_sent();
        let mut ahead = std::mem::take(self.line.ahead);
        let place = ahead.statements;
        let message = match self.text {
            Text::Fixed(text) if ahead.text.is_empty() => {
                Message::new(text.into_sql_str(), ahead.values, ahead.unfit, Vec::new())?
            }
            Text::Fixed(text) => {
                ahead.add(text, self.others);
                ahead.into_message()?
            }
            Text::Made(text) => {
                ahead.add(&text, self.others);
                ahead.into_message()?
            }
        };
        Ok((self.line.connection, message, place))
    }
}

/// A row of values being bound.
pub struct ValuesRow<'s, 'a> {
    statement: &'s mut Statement<'a>,
    opened: &'static str,
}

impl ValuesRow<'_, '_> {
    /// The next value.
    pub fn push_bind<'q, T: Encode<'q, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> &mut Self {
        let statement = &mut *self.statement;
        statement.add_value(value);
        let number = statement.line.ahead.values.len() - statement.others;
        statement.push(&format!("{}${number}", self.opened));
        self.opened = ", ";
        self
    }
}

impl Drop for ValuesRow<'_, '_> {
    fn drop(&mut self) {
        self.statement.push(")");
    }
}

/// Statements on their way.
struct Message {
    query: Query<'static, Sqlite, SqliteArguments>,
    awaited: Vec<(usize, Rows)>,
}

/// What the last statements of a message came to.
struct Heard {
    /// Rows that the very last one changed.
    changed: u64,
    /// Rows that nobody else awaited.
    rows: Vec<SqliteRow>,
}

impl Message {
    fn new(
        text: SqlStr,
        values: SqliteArguments,
        unfit: Option<BoxDynError>,
        awaited: Vec<(usize, Rows)>,
    ) -> Result<Self, sqlx::Error> {
        match unfit {
            Some(error) => Err(sqlx::Error::Encode(error)),
            None => Ok(Self {
                query: sqlx::query_with(text, values),
                awaited,
            }),
        }
    }

    /// Carries all out; gives what came of the statements from a place on.
    async fn run(self, connection: &mut SqliteConnection, place: usize) -> Result<Heard, sqlx::Error> {
        let mut steps = connection.fetch_many(self.query);
        let mut awaited = self.awaited.into_iter().peekable();
        let (mut at, mut rows) = (0, Vec::new());
        let mut heard = Heard {
            changed: 0,
            rows: Vec::new(),
        };
        while let Some(step) = steps.try_next().await? {
            match step {
                Either::Right(row) => rows.push(row),
                Either::Left(done) => {
                    heard.changed = done.rows_affected();
                    if let Some((_, to)) = awaited.next_if(|(awaited, _)| *awaited == at) {
                        // Each is awaited once, and told once.
                        let _ = to.set(std::mem::take(&mut rows));
                    } else if at >= place {
                        heard.rows.append(&mut rows);
                    }
                    rows.clear();
                    at += 1;
                }
            }
        }
        Ok(heard)
    }
}

/// Adds a text whose `$1` is to be the value after the first `others`.
fn push_renumbered(to: &mut String, text: &str, others: usize) {
    if others == 0 {
        to.push_str(text);
        return;
    }
    let mut parts = text.split('$');
    to.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        to.push('$');
        match number.parse::<usize>() {
            Ok(number) => {
                // Writing into a string does not fail.
                let _ = write!(to, "{}", number + others);
            }
            Err(_) => to.push_str(number),
        }
        to.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::push_renumbered;

    #[test]
    fn values_get_the_numbers_after_those_of_what_goes_ahead() {
        let mut text = String::from("UPDATE a SET b = $1; ");
        push_renumbered(&mut text, "INSERT INTO c VALUES ($1, $12, '$.d', $2)", 1);
        assert_eq!(text, "UPDATE a SET b = $1; INSERT INTO c VALUES ($2, $13, '$.d', $3)");
    }
}
