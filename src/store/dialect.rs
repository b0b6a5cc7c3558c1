//! The macros that run one SQL text on either database, and the few texts that must differ.

/// Runs a statement; gives the rows affected.
macro_rules! execute {
    ($session:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $session.connection() {
            $crate::Connection::Sqlite(connection) => sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*
                .execute(connection).await.map(|done| done.rows_affected()),
            $crate::Connection::Postgres(connection) => sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*
                .execute(connection).await.map(|done| done.rows_affected()),
        }.map_err($crate::StoreError::from)
    };
}

/// Runs a query with one of sqlx's fetch methods; rows decode into `$row`.
macro_rules! fetch {
    ($method:ident, $session:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $session.connection() {
            $crate::Connection::Sqlite(connection) => sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*
                .$method(connection).await,
            $crate::Connection::Postgres(connection) => sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*
                .$method(connection).await,
        }.map_err($crate::StoreError::from)
    };
}

/// Inserts several rows with one statement; `$values` binds one row.
macro_rules! insert_rows {
    ($session:expr, $sql:expr, $rows:expr, |$row:ident, $item:ident| $values:block) => {
        match $session.connection() {
            $crate::Connection::Sqlite(connection) => sqlx::QueryBuilder::<sqlx::Sqlite>::new($sql)
                .push_values($rows, |mut $row, $item| $values)
                .build()
                .execute(connection)
                .await
                .map(|_| ()),
            $crate::Connection::Postgres(connection) => sqlx::QueryBuilder::<sqlx::Postgres>::new($sql)
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
