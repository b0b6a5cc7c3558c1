//! Accounts, sessions, settings, services and sealed keys.

use quorum_domain::{
    Failure, FailureKind, Role, ServiceType, Trouble,
    access::SignInKind,
    ids::{ApiKeyId, UserId},
    key::{KeyBinding, KeyStatus},
};
use quorum_store::{NewSession, NewUser, SealedApiKey, StoreError, UserPatch};

use super::harness::Fixture;
use crate::on_both_databases;

const ORIGIN: &str = "https://api.example.com";

async fn save(fixture: &Fixture, owner: Option<UserId>, sealed: &str) -> (ApiKeyId, Option<ApiKeyId>) {
    let binding = KeyBinding {
        id: ApiKeyId::new(),
        owner,
        service_type: ServiceType::OpenAi,
        origin: ORIGIN.into(),
    };
    let id = binding.id;
    let mut tx = fixture.store.begin().await.unwrap();
    let replaced = tx
        .save_api_key(&SealedApiKey {
            binding,
            sealed: sealed.into(),
            last4: "1234".into(),
        })
        .await
        .unwrap();
    let _ = tx.commit().await.unwrap();
    (id, replaced)
}

async fn used(fixture: &Fixture, user: UserId) -> Option<String> {
    fixture
        .store
        .read()
        .await
        .unwrap()
        .key_for(user, ServiceType::OpenAi, ORIGIN)
        .await
        .unwrap()
        .map(|key| key.sealed)
}

on_both_databases! {
    async fn an_address_has_one_account_and_a_session_ends_in_time(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let mut tx = fixture.store.begin().await.unwrap();
        let again = NewUser { name: "x".into(), email: "ada@example.com".into(), password_hash: None, role: Role::Admin };
        assert!(matches!(tx.create_user(&again).await, Err(StoreError::Conflict(_))));
        drop(tx);
        let mut tx = fixture.store.begin().await.unwrap();
        let expires_at = tx.now() + chrono::Duration::hours(1);
        let new = NewSession { kind: SignInKind::Browser, token_hash: "hash", user_agent: "browser", address: "::1", expires_at };
        let id = tx.create_session(user.id, &new).await.unwrap();
        tx.set_setting("name", "one").await.unwrap();
        tx.set_setting("name", "two").await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        assert_eq!(session.setting("name").await.unwrap().as_deref(), Some("two"));
        assert_eq!(session.session_by_token("hash").await.unwrap().unwrap().user, user);
        assert!(session.session_by_token("other").await.unwrap().is_none());
        let mut tx = fixture.store.begin().await.unwrap();
        tx.touch_session(id, "::2", expires_at + chrono::Duration::hours(1)).await.unwrap();
        let _ = tx.commit().await.unwrap();
        fixture.clock.advance(chrono::Duration::minutes(90));
        assert!(session.session_by_token("hash").await.unwrap().is_some());
        fixture.clock.advance(chrono::Duration::minutes(31));
        assert!(session.session_by_token("hash").await.unwrap().is_none());
    }

    async fn a_users_key_comes_before_the_instances_and_a_new_one_replaces_the_old(fixture: Fixture) {
        let (ada, bob) = (fixture.user("ada").await, fixture.user("bob").await);
        assert_eq!(used(&fixture, ada.id).await, None);
        let (instance, _) = save(&fixture, None, "of the instance").await;
        let (own, _) = save(&fixture, Some(ada.id), "of ada").await;
        assert_eq!(used(&fixture, ada.id).await.as_deref(), Some("of ada"));
        assert_eq!(used(&fixture, bob.id).await.as_deref(), Some("of the instance"));
        let (_, replaced) = save(&fixture, Some(ada.id), "newer").await;
        assert_eq!(replaced, Some(own));
        let (_, replaced) = save(&fixture, None, "newer instance").await;
        assert_eq!(replaced, Some(instance));
        assert_eq!(used(&fixture, ada.id).await.as_deref(), Some("newer"));
    }

    async fn a_revoked_key_is_gone_at_once_and_tests_are_noted(fixture: Fixture) {
        let ada = fixture.user("ada").await;
        let (id, _) = save(&fixture, Some(ada.id), "sealed").await;
        let trouble = Trouble::from(&Failure::new(FailureKind::Auth, "refused"));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.note_key_test(id, KeyStatus::Failed, Some(&trouble)).await.unwrap();
        tx.note_key_use(id).await.unwrap();
        let key = tx.api_key(id).await.unwrap();
        assert_eq!((key.status, key.trouble), (KeyStatus::Failed, Some(trouble)));
        assert!(key.tested_at.is_some() && key.last_used_at.is_some());
        tx.revoke_api_key(id).await.unwrap();
        assert!(matches!(tx.revoke_api_key(id).await, Err(StoreError::NotFound(_))));
        let _ = tx.commit().await.unwrap();
        assert_eq!(used(&fixture, ada.id).await, None);
        assert!(fixture.store.read().await.unwrap().api_keys_for(ada.id).await.unwrap().is_empty());
    }

    async fn a_service_is_stored_whole_and_a_deleted_one_is_still_named(fixture: Fixture) {
        let service = fixture.services(&["a"]).await.remove(0);
        let mut session = fixture.store.read().await.unwrap();
        assert_eq!(session.services().await.unwrap().first(), Some(&service));
        let mut tx = fixture.store.begin().await.unwrap();
        tx.delete_service(service.id).await.unwrap();
        let _ = tx.commit().await.unwrap();
        assert!(session.services().await.unwrap().is_empty());
        assert_eq!(session.service(service.id).await.unwrap().name, "a");
    }

    async fn the_last_active_admin_cannot_be_removed(fixture: Fixture) {
        let (first, second) = (fixture.user("first").await, fixture.user("second").await);
        let patch = |id, role, active| {
            let store = fixture.store.clone();
            async move {
                let mut tx = store.begin().await.unwrap();
                let patched = tx.patch_user(id, UserPatch { role, active }).await?;
                let _ = tx.commit().await.unwrap();
                Ok::<_, StoreError>(patched)
            }
        };
        patch(first.id, Some(Role::Admin), None).await.unwrap();
        assert!(matches!(patch(first.id, None, Some(false)).await, Err(StoreError::Conflict(_))));
        assert!(matches!(patch(first.id, Some(Role::User), None).await, Err(StoreError::Conflict(_))));
        patch(second.id, Some(Role::Admin), None).await.unwrap();
        assert!(!patch(first.id, None, Some(false)).await.unwrap().active);
        assert!(matches!(patch(second.id, None, Some(false)).await, Err(StoreError::Conflict(_))));
    }
}
