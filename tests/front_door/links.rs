//! Ways into an account: invitations, links for a new password, and who may register at all.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id};

fn token_of(made: &Value, page: &str) -> String {
    let (path, token) = made["path"].as_str().unwrap().split_once('#').unwrap();
    assert_eq!(path, page);
    token.to_owned()
}

fn registration(email: &str, invite: Option<&str>) -> Value {
    json!({"name": "Bob", "email": email, "password": "battery staple 9", "invite": invite})
}

async fn register(app: &TestApp, body: Value) -> (StatusCode, Value) {
    TestUser::new(&app.origin)
        .send(Method::POST, "/auth/register", Some(body))
        .await
}

#[tokio::test]
async fn an_invitation_makes_one_account_with_the_role_and_name_it_was_made_for() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (status, problem) = register(&app, registration("bob@example.com", None)).await;
    assert_eq!(
        (status, &problem["type"]),
        (StatusCode::FORBIDDEN, &json!("/problems/registration_closed"))
    );
    let made = ada
        .post("/admin/invites", json!({"email": "Bob@Example.com", "role": "admin"}))
        .await;
    let invite = token_of(&made, "/invite");
    assert!(!ada.get("/admin/account-links").await.to_string().contains(&invite));
    let held = json!({"kind": "invite", "token": invite});
    assert_eq!(
        TestUser::new(&app.origin).post("/auth/links", held.clone()).await["email"],
        "bob@example.com"
    );
    let (_, problem) = register(&app, registration("eve@example.com", Some(&invite))).await;
    assert_eq!(problem["errors"][0]["field"], "email", "{problem}");
    let (status, session) = register(&app, registration("bob@example.com", Some(&invite))).await;
    assert_eq!(
        (status, &session["user"]["role"]),
        (StatusCode::CREATED, &json!("admin")),
        "{session}"
    );
    let (_, problem) = register(&app, registration("bob2@example.com", Some(&invite))).await;
    assert_eq!(problem["errors"][0]["field"], "invite", "{problem}");
    let (status, _) = TestUser::new(&app.origin)
        .send(Method::POST, "/auth/links", Some(held))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let again = Some(json!({"email": "bob@example.com"}));
    assert_eq!(
        ada.send(Method::POST, "/admin/invites", again).await.0,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn of_two_who_use_an_invitation_at_once_one_gets_in() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let invite = token_of(&ada.post("/admin/invites", json!({})).await, "/invite");
    let tries = (0..5).map(|number| register(&app, registration(&format!("bob{number}@example.com"), Some(&invite))));
    let answers = futures::future::join_all(tries).await;
    let made = answers
        .iter()
        .filter(|(status, _)| *status == StatusCode::CREATED)
        .count();
    assert_eq!(made, 1, "{answers:#?}");
}

#[tokio::test]
async fn a_withdrawn_or_made_up_invitation_is_worth_nothing_and_absent_equals_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let made = ada.post("/admin/invites", json!({})).await;
    let invite = token_of(&made, "/invite");
    let path = format!("/admin/account-links/{}", id(&made["link"]));
    assert_eq!(ada.send(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ada.send(Method::DELETE, &path, None).await.0, StatusCode::NOT_FOUND);
    for invite in [json!(invite), json!(""), json!("made-up")] {
        let body = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9", "invite": invite});
        let (status, problem) = register(&app, body).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("invite"))
        );
    }
    let body = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9", "role": "admin"});
    assert_eq!(register(&app, body).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_link_sets_a_new_password_once_and_ends_every_sign_in() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    let bob = ada.post("/admin/users", account).await;
    let mut signed_in = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    let path = format!("/admin/users/{}/reset", id(&bob));
    let older = token_of(&ada.post(&path, json!({})).await, "/reset");
    let reset = token_of(&ada.post(&path, json!({})).await, "/reset");
    let set = |token: &str, password: &str| Some(json!({"token": token, "password": password}));
    let mut anyone = TestUser::new(&app.origin);
    let (status, _) = anyone
        .send(Method::POST, "/auth/reset", set(&older, "a fresh passphrase 3"))
        .await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "a newer link takes the place of the older"
    );
    let (_, problem) = anyone.send(Method::POST, "/auth/reset", set(&reset, "short")).await;
    assert_eq!(problem["errors"][0]["field"], "password");
    let (status, session) = anyone
        .send(Method::POST, "/auth/reset", set(&reset, "a fresh passphrase 3"))
        .await;
    assert_eq!(
        (status, &session["user"]["email"]),
        (StatusCode::OK, &json!("bob@example.com"))
    );
    anyone.get("/auth/me").await;
    assert_eq!(
        signed_in.send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (status, _) = anyone
        .send(Method::POST, "/auth/reset", set(&reset, "another passphrase 4"))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    TestUser::sign_in_as(&app.origin, "bob@example.com", "a fresh passphrase 3").await;
    // An invitation is not a link for a password, nor the other way round.
    let invite = token_of(&ada.post("/admin/invites", json!({})).await, "/invite");
    let (status, _) = anyone
        .send(Method::POST, "/auth/reset", set(&invite, "another passphrase 4"))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_admins_hand_out_links() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    let bob = id(&ada.post("/admin/users", account).await);
    let mut user = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    for (method, path) in [
        (Method::POST, "/admin/invites".to_owned()),
        (Method::POST, format!("/admin/users/{bob}/reset")),
        (Method::GET, "/admin/account-links".into()),
        (Method::GET, "/admin/audit".into()),
    ] {
        let (status, _) = user.send(method, &path, Some(json!({}))).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    for hours in [0, -1, 721] {
        let (_, problem) = ada
            .send(Method::POST, "/admin/invites", Some(json!({"expires_in_hours": hours})))
            .await;
        assert_eq!(problem["errors"][0]["field"], "expires_in_hours");
    }
}

#[tokio::test]
async fn who_may_register_is_a_setting() {
    let open = TestApp::start_with(&[("QUORUM__SIGN_IN__REGISTRATION", "open")]).await;
    open.admin().await;
    let (status, session) = register(&open, registration("bob@example.com", None)).await;
    assert_eq!(
        (status, &session["user"]["role"]),
        (StatusCode::CREATED, &json!("user"))
    );
    assert_eq!(
        TestUser::new(&open.origin).get("/instance").await["registration"],
        "open"
    );
    let off = TestApp::start_with(&[("QUORUM__SIGN_IN__REGISTRATION", "off")]).await;
    let mut ada = off.admin().await;
    let invite = token_of(&ada.post("/admin/invites", json!({})).await, "/invite");
    for invite in [None, Some(invite.as_str())] {
        assert_eq!(
            register(&off, registration("bob@example.com", invite)).await.0,
            StatusCode::FORBIDDEN
        );
    }
}
