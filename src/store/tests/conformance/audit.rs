//! The audit log: a chain without gaps, whoever writes at once, in which every change shows.

use futures::future::join_all;
use quorum_domain::audit::{Act, AuditAction};
use quorum_store::{AuditCheck, AuditFilter, Connection, Store};
use sqlx::Executor;

use crate::on_both_databases;

async fn enter(store: &Store, subject: &str) {
    let mut tx = store.begin().await.unwrap();
    let act = Act::by_name("ada", AuditAction::SettingChanged, subject).with(serde_json::json!({"to": "\u{0}ä"}));
    tx.enter(&act).await.unwrap();
    let _ = tx.commit().await.unwrap();
}

async fn check(store: &Store) -> AuditCheck {
    store.read().await.unwrap().check_audit().await.unwrap()
}

/// Runs a statement behind the product's back; gives whether the database let it.
async fn behind_the_back(store: &Store, sql: &'static str) -> bool {
    let mut tx = store.begin().await.unwrap();
    let done = match tx.connection().await.unwrap() {
        Connection::Sqlite(connection) => connection.execute(sql).await.is_ok(),
        Connection::Postgres(connection) => connection.execute(sql).await.is_ok(),
    };
    if done {
        let _ = tx.commit().await.unwrap();
    }
    done
}

async fn take_the_locks_off(store: &Store) {
    if store.postgres_pool().is_some() {
        assert!(behind_the_back(store, "DROP TRIGGER audit_log_keeps_rows ON audit_log").await);
    } else {
        assert!(behind_the_back(store, "DROP TRIGGER audit_log_keeps_rows").await);
        assert!(behind_the_back(store, "DROP TRIGGER audit_log_keeps_texts").await);
    }
}

on_both_databases! {
    async fn acts_entered_at_once_make_one_chain_without_gaps(fixture: Fixture) {
        assert_eq!(check(&fixture.store).await, AuditCheck::Whole { entries: 0, head: String::new() });
        let subjects: Vec<String> = (0..24).map(|number| format!("subject {number}")).collect();
        join_all(subjects.iter().map(|subject| enter(&fixture.store, subject))).await;
        assert!(matches!(check(&fixture.store).await, AuditCheck::Whole { entries: 24, head } if head.len() == 64));
        let mut session = fixture.store.read().await.unwrap();
        let page = session.audit_entries(&AuditFilter::default(), 10).await.unwrap();
        assert_eq!(page.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (15..=24).rev().collect::<Vec<_>>());
        let filter = AuditFilter { subject: Some("SUBJECT 7".into()), before: Some(25), ..AuditFilter::default() };
        let found = session.audit_entries(&filter, 10).await.unwrap();
        assert_eq!((found.len(), &found[0].detail["to"]), (1, &serde_json::json!("\u{0}ä")));
    }

    async fn an_act_of_a_change_that_was_undone_is_undone_with_it(fixture: Fixture) {
        enter(&fixture.store, "kept").await;
        let mut tx = fixture.store.begin().await.unwrap();
        tx.enter(&Act::by_name("ada", AuditAction::SettingChanged, "undone")).await.unwrap();
        drop(tx);
        enter(&fixture.store, "kept too").await;
        assert!(matches!(check(&fixture.store).await, AuditCheck::Whole { entries: 2, .. }));
    }

    async fn the_database_itself_refuses_to_change_or_remove_entries(fixture: Fixture) {
        enter(&fixture.store, "one").await;
        for sql in ["UPDATE audit_log SET subject = 'another'", "DELETE FROM audit_log"] {
            assert!(!behind_the_back(&fixture.store, sql).await, "{sql}");
        }
        assert!(matches!(check(&fixture.store).await, AuditCheck::Whole { entries: 1, .. }));
    }

    async fn whoever_takes_the_locks_off_and_changes_an_entry_is_seen(fixture: Fixture) {
        for subject in ["one", "two", "three", "four"] {
            enter(&fixture.store, subject).await;
        }
        take_the_locks_off(&fixture.store).await;
        assert!(behind_the_back(&fixture.store, "UPDATE audit_log SET actor = 'bob' WHERE seq = 3").await);
        assert_eq!(check(&fixture.store).await, AuditCheck::Broken { seq: 3 });
        assert!(behind_the_back(&fixture.store, "UPDATE audit_log SET actor = 'ada' WHERE seq = 3").await);
        assert!(matches!(check(&fixture.store).await, AuditCheck::Whole { entries: 4, .. }));
        assert!(behind_the_back(&fixture.store, "DELETE FROM audit_log WHERE seq = 2").await);
        assert_eq!(check(&fixture.store).await, AuditCheck::Broken { seq: 2 });
    }
}
