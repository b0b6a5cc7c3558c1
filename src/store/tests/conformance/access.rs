//! Tokens and sign-ins: by their hashes, for active users, until they end.

use quorum_domain::Scopes;
use quorum_store::{NewApiToken, StoreError, UserPatch};

use crate::on_both_databases;

fn new_token(hash: &str) -> NewApiToken {
    NewApiToken {
        name: "script".into(),
        scopes: "read write".parse::<Scopes>().unwrap(),
        token_hash: hash.into(),
        last4: "wxyz".into(),
        expires_at: None,
    }
}

on_both_databases! {
    async fn a_token_works_until_it_ends_is_revoked_or_its_user_disabled(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let mut tx = fixture.store.begin().await.unwrap();
        let ends = NewApiToken { expires_at: Some(tx.now() + chrono::Duration::hours(1)), ..new_token("ends") };
        let ends = tx.create_api_token(ada.id, &ends).await.unwrap();
        let stays = tx.create_api_token(ada.id, &new_token("stays")).await.unwrap();
        tx.touch_api_token(stays.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let (user, found) = session.api_token_by_hash("stays").await.unwrap().unwrap();
        assert_eq!((user, found.scopes, found.last_used_at.is_some()), (ada.clone(), stays.scopes, true));
        assert!(session.api_token(ends.id).await.unwrap().is_some());
        assert!(session.api_token_by_hash("unknown").await.unwrap().is_none());
        fixture.clock.advance(chrono::Duration::hours(1));
        assert!(session.api_token(ends.id).await.unwrap().is_none());
        assert_eq!(session.api_tokens_of(ada.id).await.unwrap().len(), 2);
        assert!(session.api_tokens_of(bob.id).await.unwrap().is_empty());
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(matches!(tx.delete_api_token(bob.id, stays.id).await, Err(StoreError::NotFound(_))));
        assert_eq!(tx.delete_api_token(ada.id, ends.id).await.unwrap(), "script");
        let _ = tx.commit().await.unwrap();
        let mut tx = fixture.store.begin().await.unwrap();
        tx.patch_user(bob.id, UserPatch { role: Some(quorum_domain::Role::Admin), active: None }).await.unwrap();
        tx.patch_user(ada.id, UserPatch { role: None, active: Some(false) }).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert!(session.api_token_by_hash("stays").await.unwrap().is_none());
    }
}
