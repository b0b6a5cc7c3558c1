//! Migrations: twins, and refusal of a database from the future.

use std::{collections::BTreeSet, time::Duration};

use quorum_store::{Store, StoreError, StoreOptions, Timekeeping};

use super::harness;

fn names(folder: &str) -> BTreeSet<String> {
    let path = format!("{}/../../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn every_migration_has_its_twin() {
    assert_eq!(names("sqlite"), names("postgres"));
}

async fn refuses_the_future(url: String) {
    let options = StoreOptions {
        url,
        connections: 2,
        acquire_timeout: Duration::from_secs(10),
    };
    let store = Store::open(&options, Timekeeping::OfTheDatabase).await.unwrap();
    let future = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (999, 'future', true, $1, 0)";
    match (store.sqlite_pool(), store.postgres_pool()) {
        (Some(pool), _) => sqlx::query(future)
            .bind(vec![0_u8])
            .execute(pool)
            .await
            .map(|_| ())
            .unwrap(),
        (None, Some(pool)) => sqlx::query(future)
            .bind(vec![0_u8])
            .execute(pool)
            .await
            .map(|_| ())
            .unwrap(),
        (None, None) => unreachable!("a store is on one of the two"),
    }
    store.close().await;
    assert!(matches!(
        Store::open(&options, Timekeeping::OfTheDatabase).await,
        Err(StoreError::NewerSchema)
    ));
}

#[tokio::test]
async fn a_newer_sqlite_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    refuses_the_future(format!("sqlite:{}", folder.path().join("q.db").display())).await;
}

#[tokio::test]
async fn a_newer_postgres_database_is_refused() {
    refuses_the_future(harness::new_postgres_database().await).await;
}
