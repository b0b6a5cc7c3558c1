//! API clients that sign in by name and password: access tokens, and refresh tokens that work once.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, TestUser},
    sockets::{frame, open},
};

async fn signed_in(app: &TestApp) -> Value {
    let body = json!({"email": "ada@example.com", "password": "correct horse 7"});
    TestUser::new(&app.origin).post("/auth/token", body).await
}

fn holder(app: &TestApp, pair: &Value) -> TestUser {
    TestUser::with_bearer(&app.origin, pair["access_token"].as_str().unwrap())
}

async fn refresh(app: &TestApp, pair: &Value) -> (StatusCode, Value) {
    let body = json!({"refresh_token": pair["refresh_token"]});
    TestUser::new(&app.origin)
        .send(Method::POST, "/auth/refresh", Some(body))
        .await
}

#[tokio::test]
async fn a_client_works_by_access_token_and_refreshes_it() {
    let app = TestApp::start().await;
    app.admin().await;
    let first = signed_in(&app).await;
    assert_eq!(
        (&first["token_type"], &first["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    let mut client = holder(&app, &first);
    client.conversation(json!({})).await;
    client.get("/admin/users").await;
    let mut socket = open(&client, "/ws/user", None).await.unwrap();
    assert_eq!(frame(&mut socket).await["type"], "ready");
    let (status, second) = refresh(&app, &first).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    holder(&app, &second).get("/conversations").await;
    let sessions = client.get("/auth/sessions").await;
    let own = sessions["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|session| session["current"] == true);
    assert_eq!(own.unwrap()["kind"], "client");
    assert_eq!(
        client.send(Method::POST, "/auth/logout", None).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        holder(&app, &second).send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(refresh(&app, &second).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_after_its_use_ends_the_whole_sign_in() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (first, other) = (signed_in(&app).await, signed_in(&app).await);
    let (_, second) = refresh(&app, &first).await;
    let (status, problem) = refresh(&app, &first).await;
    assert_eq!(
        (status, &problem["type"]),
        (StatusCode::UNAUTHORIZED, &json!("/problems/unauthenticated"))
    );
    for pair in [&first, &second] {
        assert_eq!(
            holder(&app, pair).send(Method::GET, "/auth/me", None).await.0,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(refresh(&app, pair).await.0, StatusCode::UNAUTHORIZED);
    }
    holder(&app, &other).get("/auth/me").await;
    let audit = ada.get("/admin/audit?action=refresh_reused").await;
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
    assert_eq!(audit["items"][0]["actor"], "ada@example.com");
}

#[tokio::test]
async fn of_two_refreshes_at_once_one_at_most_succeeds() {
    let app = TestApp::start().await;
    app.admin().await;
    let pair = signed_in(&app).await;
    let answers = futures::future::join_all((0..6).map(|_| refresh(&app, &pair))).await;
    let good = answers.iter().filter(|(status, _)| *status == StatusCode::OK).count();
    assert_eq!(good, 1, "{answers:#?}");
    assert_eq!(
        holder(&app, &pair).send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn one_kind_of_token_is_not_taken_for_another() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let pair = signed_in(&app).await;
    let (access, refresh_token) = (
        pair["access_token"].as_str().unwrap(),
        pair["refresh_token"].as_str().unwrap(),
    );
    let cookie = ada.cookie.split_once('=').unwrap().1;
    for wrong in [refresh_token, cookie, "", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let (status, _) = TestUser::with_bearer(&app.origin, wrong)
            .send(Method::GET, "/auth/me", None)
            .await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    for wrong in [access, cookie, "", &"x".repeat(100_000)] {
        let (status, _) = refresh(&app, &json!({"refresh_token": wrong})).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let mut as_cookie = TestUser::new(&app.origin);
    as_cookie.cookie = format!("quorum_session={access}");
    assert_eq!(
        as_cookie.send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_access_token_is_refused_after_its_time() {
    let app = TestApp::start_with(&[("QUORUM__SIGN_IN__ACCESS_TOKEN_MINUTES", "0")]).await;
    app.admin().await;
    let pair = signed_in(&app).await;
    assert_eq!(
        holder(&app, &pair).send(Method::GET, "/auth/me", None).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(refresh(&app, &pair).await.0, StatusCode::OK);
}
