//! Sign-ins of browsers: listed, ended, begun anew by a new password; and tickets for sockets.

use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    harness::{TestApp, TestUser},
    sockets::{Socket, frame, open},
    tokens::token,
};

async fn closing_code(socket: &mut Socket) -> u16 {
    loop {
        if let Message::Close(frame) = socket.next().await.unwrap().unwrap() {
            return frame.unwrap().code.into();
        }
    }
}

fn current(sessions: &Value) -> Vec<bool> {
    let items = sessions["items"].as_array().unwrap();
    items.iter().map(|session| session["current"] == true).collect()
}

#[tokio::test]
async fn a_user_sees_where_they_are_signed_in_and_ends_it_from_elsewhere() {
    let app = TestApp::start().await;
    let mut here = app.admin().await;
    let mut there = TestUser::sign_in(&app.origin).await;
    let mut socket = open(&there, "/ws/user", None).await.unwrap();
    assert_eq!(frame(&mut socket).await["type"], "ready");
    let sessions = here.get("/auth/sessions").await;
    assert_eq!(current(&sessions).iter().filter(|current| **current).count(), 1);
    assert_eq!(sessions["items"][0]["address"], "127.0.0.1");
    let other = sessions["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|session| session["current"] == false);
    let path = format!("/auth/sessions/{}", other.unwrap()["id"].as_str().unwrap());
    assert_eq!(here.send(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(closing_code(&mut socket).await, 4401);
    assert_eq!(
        there.send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(here.send(Method::DELETE, &path, None).await.0, StatusCode::NOT_FOUND);
    let mut third = TestUser::sign_in(&app.origin).await;
    assert_eq!(
        here.send(Method::DELETE, "/auth/sessions", None).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        third.send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(current(&here.get("/auth/sessions").await), [true]);
}

#[tokio::test]
async fn a_session_is_nobody_elses_to_end() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    ada.post("/admin/users", account).await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    let adas = ada.get("/auth/sessions").await["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, _) = bob.send(Method::DELETE, &format!("/auth/sessions/{adas}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    ada.get("/auth/me").await;
}

#[tokio::test]
async fn signing_in_again_gives_a_new_session_and_ends_the_old_one() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let old = ada.cookie.clone();
    let credentials = json!({"email": "ada@example.com", "password": "correct horse 7"});
    ada.post("/auth/login", credentials).await;
    assert_ne!(ada.cookie, old);
    let mut thief = TestUser::new(&app.origin);
    thief.cookie = old;
    assert_eq!(
        thief.send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    // A cookie that somebody planted is not taken over.
    let mut fixed = TestUser::new(&app.origin);
    fixed.cookie = "quorum_session=planted".into();
    fixed
        .post(
            "/auth/login",
            json!({"email": "ada@example.com", "password": "correct horse 7"}),
        )
        .await;
    assert!(fixed.cookie.starts_with("quorum_session=") && !fixed.cookie.contains("planted"));
}

#[tokio::test]
async fn a_sign_in_that_is_not_used_ends_and_behind_tls_its_cookie_is_bound_to_the_host() {
    let app = TestApp::start_with(&[
        ("QUORUM__SIGN_IN__SESSION_IDLE_DAYS", "0"),
        ("QUORUM__SERVER__SECURE_COOKIES", "true"),
    ])
    .await;
    let ada = app.admin().await;
    assert!(ada.cookie.starts_with("__Host-quorum_session="), "{}", ada.cookie);
    let response = ada
        .client
        .get(format!("{}/api/v1/auth/me", app.origin))
        .header("cookie", &ada.cookie);
    assert_eq!(response.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let body = json!({"email": "ada@example.com", "password": "correct horse 7"});
    let reply = ada
        .client
        .post(format!("{}/api/v1/auth/login", app.origin))
        .json(&body)
        .send()
        .await
        .unwrap();
    let cookie = reply.headers()["set-cookie"].to_str().unwrap().to_owned();
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn a_new_password_asks_for_the_old_one_and_ends_every_other_sign_in() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let mut other = TestUser::sign_in(&app.origin).await;
    let change = |current: &str, new: &str| Some(json!({"current_password": current, "new_password": new}));
    for (current, new, field) in [
        ("not it at all", "a fresh passphrase 3", "current_password"),
        ("correct horse 7", "short", "new_password"),
        ("correct horse 7", "password123", "new_password"),
    ] {
        let (status, problem) = ada.send(Method::POST, "/auth/password", change(current, new)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    let changed = ada
        .send(
            Method::POST,
            "/auth/password",
            change("correct horse 7", "a fresh passphrase 3"),
        )
        .await;
    assert_eq!(changed.0, StatusCode::NO_CONTENT, "{}", changed.1);
    ada.get("/auth/me").await;
    assert_eq!(
        other.send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    TestUser::sign_in_as(&app.origin, "ada@example.com", "a fresh passphrase 3").await;
    let old = json!({"email": "ada@example.com", "password": "correct horse 7"});
    let (status, _) = TestUser::new(&app.origin)
        .send(Method::POST, "/auth/login", Some(old))
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn known_and_unknown_names_get_the_same_answer() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    let bob = ada.post("/admin/users", account).await;
    let path = format!("/admin/users/{}", bob["id"].as_str().unwrap());
    ada.send(Method::PATCH, &path, Some(json!({"active": false}))).await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("ada@example.com", "wrong"),
        ("nobody@example.com", "wrong"),
        ("bob@example.com", "battery staple 9"),
        ("no address", "wrong"),
        ("ada@example.com\u{0}", "wrong"),
    ] {
        for path in ["/auth/login", "/auth/token"] {
            let body = Some(json!({"email": email, "password": password}));
            answers.push(TestUser::new(&app.origin).send(Method::POST, path, body).await);
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_ticket_opens_one_socket_once() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (token_id, mut program) = token(&mut ada, json!(["read"])).await;
    let ticket = program.post("/ws-tickets", json!({})).await;
    assert_eq!(ticket["expires_in"], 30);
    let path = format!("/ws/user?ticket={}", ticket["ticket"].as_str().unwrap());
    // It needs neither cookie nor header, and comes from a page of another site as well.
    let nobody = TestUser::new(&app.origin);
    let mut socket = open(&nobody, &path, Some("https://elsewhere.example")).await.unwrap();
    assert_eq!(frame(&mut socket).await["type"], "ready");
    for used in [path.as_str(), "/ws/user?ticket=", "/ws/user?ticket=made-up"] {
        assert!(open(&nobody, used, None).await.is_err(), "{used}");
        assert!(
            open(&ada, used, Some(&app.origin)).await.is_err(),
            "a bad ticket is not made good by a cookie"
        );
    }
    let (status, _) = ada.send(Method::DELETE, &format!("/api-tokens/{token_id}"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(closing_code(&mut socket).await, 4401);
}

#[tokio::test]
async fn a_changed_role_takes_effect_at_once_for_every_kind_of_credential() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9", "role": "admin"});
    let bob = ada.post("/admin/users", account).await;
    let mut by_cookie = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    let (_, mut by_token) = token(&mut by_cookie, json!(["read", "admin"])).await;
    let body = json!({"email": "bob@example.com", "password": "battery staple 9"});
    let pair = TestUser::new(&app.origin).post("/auth/token", body).await;
    let mut by_jwt = TestUser::with_bearer(&app.origin, pair["access_token"].as_str().unwrap());
    let path = format!("/admin/users/{}", bob["id"].as_str().unwrap());
    for user in [&mut by_cookie, &mut by_token, &mut by_jwt] {
        user.get("/admin/users").await;
    }
    ada.send(Method::PATCH, &path, Some(json!({"role": "user"}))).await;
    for user in [&mut by_cookie, &mut by_token, &mut by_jwt] {
        assert_eq!(
            user.send(Method::GET, "/admin/users", None).await.0,
            StatusCode::FORBIDDEN
        );
    }
    ada.send(Method::PATCH, &path, Some(json!({"active": false}))).await;
    for user in [&mut by_cookie, &mut by_token, &mut by_jwt] {
        assert_eq!(
            user.send(Method::GET, "/conversations", None).await.0,
            StatusCode::UNAUTHORIZED
        );
    }
    let refresh = json!({"refresh_token": pair["refresh_token"]});
    let (status, _) = by_jwt.send(Method::POST, "/auth/refresh", Some(refresh)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}
