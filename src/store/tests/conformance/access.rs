//! Tokens and sign-ins: by their hashes, for active users, until they end.

use chrono::Duration;
use quorum_domain::{
    Credential, Role, Scopes,
    access::{LinkKind, SignInKind},
    ids::{SessionId, UserId},
};
use quorum_store::{NewAccountLink, NewApiToken, NewSession, OidcFlow, Refreshed, StoreError, Tx, UserPatch};

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

async fn sign_in(tx: &mut Tx, user: UserId, hash: &str) -> SessionId {
    let new = NewSession {
        kind: SignInKind::Client,
        token_hash: hash,
        user_agent: "program",
        address: "::1",
        expires_at: tx.now() + Duration::hours(1),
    };
    tx.create_session(user, &new).await.unwrap()
}

on_both_databases! {
    async fn a_refresh_token_works_once_and_its_return_ends_the_sign_in(fixture: Fixture) {
        let ada = fixture.user("ada").await;
        let mut tx = fixture.store.begin().await.unwrap();
        let session = sign_in(&mut tx, ada.id, "one").await;
        let other = sign_in(&mut tx, ada.id, "two").await;
        tx.add_refresh_token(session, "first").await.unwrap();
        assert!(matches!(tx.use_refresh_token("unknown").await.unwrap(), Refreshed::Unknown));
        assert!(matches!(tx.use_refresh_token("first").await.unwrap(), Refreshed::Good(row) if row.id == session));
        tx.add_refresh_token(session, "second").await.unwrap();
        assert!(matches!(tx.use_refresh_token("first").await.unwrap(), Refreshed::Reused(user) if user == ada));
        assert!(matches!(tx.use_refresh_token("second").await.unwrap(), Refreshed::Unknown));
        let _ = tx.commit().await.unwrap();
        let mut read = fixture.store.read().await.unwrap();
        assert!(read.session(session).await.unwrap().is_none());
        assert_eq!(read.sessions_of(ada.id).await.unwrap().iter().map(|row| row.id).collect::<Vec<_>>(), [other]);
        let mut tx = fixture.store.begin().await.unwrap();
        tx.add_refresh_token(other, "late").await.unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(Duration::hours(1));
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(matches!(tx.use_refresh_token("late").await.unwrap(), Refreshed::Unknown));
    }

    async fn a_ticket_is_taken_once_and_in_time(fixture: Fixture) {
        let ada = fixture.user("ada").await;
        let mut tx = fixture.store.begin().await.unwrap();
        let session = Credential::Session(sign_in(&mut tx, ada.id, "one").await);
        let token = tx.create_api_token(ada.id, &new_token("token")).await.unwrap();
        let end = tx.now() + Duration::seconds(30);
        tx.create_ws_ticket(session, "a", end).await.unwrap();
        tx.create_ws_ticket(Credential::ApiToken(token.id), "b", end).await.unwrap();
        tx.create_ws_ticket(session, "c", end).await.unwrap();
        assert_eq!(tx.take_ws_ticket("a").await.unwrap(), Some(session));
        assert_eq!(tx.take_ws_ticket("a").await.unwrap(), None);
        assert_eq!(tx.take_ws_ticket("b").await.unwrap(), Some(Credential::ApiToken(token.id)));
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(Duration::seconds(30));
        let mut tx = fixture.store.begin().await.unwrap();
        assert_eq!(tx.take_ws_ticket("c").await.unwrap(), None);
    }

    async fn a_link_works_once_in_time_and_for_what_it_was_made(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        let mut tx = fixture.store.begin().await.unwrap();
        let new = |kind, token_hash, user_id, expires_at| NewAccountLink {
            kind, token_hash, user_id, email: None, role: Role::User, created_by: ada.id, expires_at,
        };
        let end = tx.now() + Duration::hours(1);
        tx.create_account_link(&new(LinkKind::Reset, "older", Some(bob.id), end)).await.unwrap();
        tx.create_account_link(&new(LinkKind::Reset, "newer", Some(bob.id), end)).await.unwrap();
        tx.create_account_link(&new(LinkKind::Invite, "invite", None, end)).await.unwrap();
        let other = tx.create_account_link(&new(LinkKind::Invite, "other", None, end)).await.unwrap();
        assert!(tx.use_account_link(LinkKind::Reset, "older").await.unwrap().is_none());
        assert!(tx.use_account_link(LinkKind::Reset, "invite").await.unwrap().is_none());
        let used = tx.use_account_link(LinkKind::Reset, "newer").await.unwrap().unwrap();
        assert_eq!((used.user_id, used.email.as_deref()), (Some(bob.id), Some("bob@example.com")));
        assert!(tx.use_account_link(LinkKind::Reset, "newer").await.unwrap().is_none());
        assert_eq!(tx.account_links().await.unwrap().len(), 2);
        tx.delete_account_link(other.id).await.unwrap();
        assert!(matches!(tx.delete_account_link(other.id).await, Err(StoreError::NotFound(_))));
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(Duration::hours(1));
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(tx.use_account_link(LinkKind::Invite, "invite").await.unwrap().is_none());
        assert!(tx.account_links().await.unwrap().is_empty());
    }

    async fn a_sign_in_elsewhere_comes_back_once_and_names_its_user(fixture: Fixture) {
        let ada = fixture.user("ada").await;
        let mut tx = fixture.store.begin().await.unwrap();
        let flow = OidcFlow {
            nonce: "nonce".into(), verifier: "verifier".into(), next_path: "/".into(),
            expires_at: tx.now() + Duration::minutes(10),
        };
        tx.begin_oidc_flow("state", &flow).await.unwrap();
        tx.begin_oidc_flow("late", &flow).await.unwrap();
        assert_eq!(tx.take_oidc_flow("state").await.unwrap(), Some(flow));
        assert_eq!(tx.take_oidc_flow("state").await.unwrap(), None);
        tx.link_identity(ada.id, "https://issuer.example", "subject").await.unwrap();
        assert_eq!(tx.user_by_identity("https://issuer.example", "subject").await.unwrap(), Some(ada));
        assert_eq!(tx.user_by_identity("https://other.example", "subject").await.unwrap(), None);
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(Duration::minutes(10));
        let mut tx = fixture.store.begin().await.unwrap();
        assert_eq!(tx.take_oidc_flow("late").await.unwrap(), None);
    }

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
