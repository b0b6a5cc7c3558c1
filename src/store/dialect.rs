//! The macros that run one SQL text on either database, and the few texts that must differ.

/// Runs a statement; gives the rows affected.
macro_rules! execute {
    ($session:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $session.line() {
            $crate::connection::Line::Sqlite(line) => line.statement($sql)$(.bind($bind))*.execute().await,
            $crate::connection::Line::Postgres(connection) => sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*
                .execute(connection).await.map(|done| done.rows_affected()),
        }.map_err($crate::StoreError::from)
    };
}

/// Runs a change that nothing in its transaction depends on but that it is made: an embedded
/// database gets it together with the next statement, where its errors are heard too.
macro_rules! execute_later {
    ($session:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $session.line() {
            $crate::connection::Line::Sqlite(line) => {
                line.statement($sql)$(.bind($bind))*.later();
                Ok(())
            }
            $crate::connection::Line::Postgres(connection) => sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*
                .execute(connection).await.map(|_| ()),
        }.map_err($crate::StoreError::from)
    };
}

/// Runs a query with one of sqlx's fetch methods; rows decode into `$row`.
macro_rules! fetch {
    ($method:ident, $session:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $session.line() {
            $crate::connection::Line::Sqlite(line) => line.statement($sql)$(.bind($bind))*.$method::<$row>().await,
            $crate::connection::Line::Postgres(connection) => sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*
                .$method(connection).await,
        }.map_err($crate::StoreError::from)
    };
}

/// Puts a query whose rows are needed only after others are put: an embedded database gets it
/// together with the next statement. Gives an [`crate::answer::Answer`].
macro_rules! ask {
    ($session:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $session.line() {
            $crate::connection::Line::Sqlite(line) => {
                Ok($crate::answer::Answer::<$row>::Coming(line.statement($sql)$(.bind($bind))*.asked()))
            }
            $crate::connection::Line::Postgres(connection) => sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*
                .fetch_all(connection).await.map($crate::answer::Answer::Here),
        }.map_err($crate::StoreError::from)
    };
}

/// Inserts several rows with one statement, as `execute_later` does; `$values` binds one row.
macro_rules! insert_rows {
    ($session:expr, $sql:expr, $rows:expr, |$row:ident, $item:ident| $values:block) => {
        match $session.line() {
            $crate::connection::Line::Sqlite(line) => {
                let mut statement = line.statement(concat!($sql, "VALUES "));
                for (place, $item) in $rows.into_iter().enumerate() {
                    let mut $row = statement.row(place == 0);
                    $values
                }
                statement.later();
                Ok(())
            }
            $crate::connection::Line::Postgres(connection) => sqlx::QueryBuilder::<sqlx::Postgres>::new($sql)
                .push_values($rows, |mut $row, $item| $values)
                .build()
                .execute(connection)
                .await
                .map(|_| ()),
        }
        .map_err($crate::StoreError::from)
    };
}

/// A statement that differs between the databases only in a suffix such as a locking clause.
macro_rules! by_dialect {
    ($session:expr, sqlite: $sqlite:expr, postgres: $postgres:expr) => {
        if $session.is_postgres() { $postgres } else { $sqlite }
    };
}
