//! Closing one's account, keeping it after all, and what is left when its day has come.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    account::archive,
    admin::second_user,
    harness::{TestApp, TestUser, id, question},
    issuer::{Browser, Issuer, START, app_with},
    tokens::token,
};

const PASSWORD: &str = "battery staple 9";

async fn close(user: &mut TestUser, body: Value) -> (StatusCode, Value) {
    user.send(Method::POST, "/account/closing", Some(body)).await
}

async fn kind_of_refusal(user: &mut TestUser, method: Method, path: &str) -> String {
    let (status, problem) = user.send(method, path, None).await;
    assert!(status.is_client_error(), "{path}: {status}");
    problem["type"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_closed_account_stops_at_once_and_can_be_taken_out_and_kept() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let slow = ada.add_service(&app, "anthropic", "demo-aria+tps20", json!({})).await;
    let key = json!({"service_id": slow, "key": "fleet-key-1234", "scope": "instance"});
    ada.post("/api-keys", key).await;
    let (_, mut bob) = second_user(&app, &mut ada).await;
    let (_, mut program) = token(&mut bob, json!(["read", "write"])).await;
    let mut elsewhere = TestUser::sign_in_as(&app.origin, "bob@example.com", PASSWORD).await;
    let conversation = bob.conversation(json!({"judging_policy": "local"})).await;
    let answered = json!({"content": "Why?", "answers": [{"service_name": "Elsewhere", "content": "Because."}]});
    let document = json!({"format": "quorum.conversation", "version": 1, "title": "Shown", "turns": [answered]});
    let shown = id(&bob.post("/conversations/import", document).await);
    let share = bob.post(&format!("/conversations/{shown}/shares"), json!({})).await;
    let link = format!("/shared/{}", share["token"].as_str().unwrap());
    let message = bob.ask(&conversation, &question(), &[slow]).await;
    bob.batch_when(&id(&message["batch"]), |batch| {
        batch["responses"][0]["stage"] == "streaming"
    })
    .await;

    let (status, problem) = close(&mut bob, json!({})).await;
    assert_eq!(
        (status.as_u16(), problem["errors"][0]["code"].as_str()),
        (422, Some("missing"))
    );
    let (status, problem) = close(&mut bob, json!({"password": "not the one"})).await;
    assert_eq!(
        (status.as_u16(), problem["errors"][0]["code"].as_str()),
        (422, Some("wrong"))
    );
    assert_eq!(bob.get("/account").await["closed_account_days"], 7);
    let (status, closed) = close(&mut bob, json!({"password": PASSWORD})).await;
    assert_eq!(status, StatusCode::OK, "{closed}");
    let day = closed["leaving_at"].as_str().unwrap().to_owned();

    let begun = Instant::now();
    while app.fleet.calls().after(0)[0].outcome != "client_disconnected" {
        assert!(begun.elapsed() < Duration::from_secs(5), "the provider is still asked");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(bob.get("/auth/me").await["user"]["leaving_at"], day);
    for path in ["/conversations", "/prompts", "/api-tokens", "/usage"] {
        assert_eq!(
            kind_of_refusal(&mut bob, Method::GET, path).await,
            "/problems/account_closed"
        );
    }
    for gone in [&mut program, &mut elsewhere] {
        assert_eq!(
            kind_of_refusal(gone, Method::GET, "/conversations").await,
            "/problems/unauthenticated"
        );
    }
    let mut stranger = TestUser::new(&app.origin);
    assert_eq!(
        kind_of_refusal(&mut stranger, Method::GET, &link).await,
        "/problems/not_found"
    );

    let mut again = TestUser::sign_in_as(&app.origin, "bob@example.com", PASSWORD).await;
    assert!(archive(&again).await.is_ok());
    assert_eq!(
        kind_of_refusal(&mut again, Method::GET, "/conversations").await,
        "/problems/account_closed"
    );
    let (status, kept) = again.send(Method::DELETE, "/account/closing", None).await;
    assert_eq!((status, &kept["leaving_at"]), (StatusCode::OK, &Value::Null));
    assert_eq!(
        again.get("/conversations").await["items"][0]["id"],
        conversation.as_str()
    );
    program.get("/conversations").await;
    stranger.get(&link).await;
    for action in ["account_closed", "account_kept"] {
        let audit = ada.get(&format!("/admin/audit?action={action}")).await;
        assert_eq!(audit["items"].as_array().unwrap().len(), 1, "{action}");
    }
}

#[tokio::test]
async fn an_account_whose_day_has_come_is_erased_while_everything_else_goes_on() {
    let app = TestApp::start_with(&[("QUORUM__SIGN_IN__CLOSED_ACCOUNT_DAYS", "0")]).await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let key = json!({"service_id": services[0], "key": "fleet-key-1234", "scope": "instance"});
    ada.post("/api-keys", key).await;
    let (bob_id, mut bob) = second_user(&app, &mut ada).await;
    let conversation = bob.conversation(json!({"judging_policy": "local"})).await;
    let message = bob.ask(&conversation, &question(), &services[..1]).await;
    bob.finished(&id(&message["batch"])).await;
    let before = ada.get("/admin/usage?group_by=user").await;
    let (status, _) = close(&mut bob, json!({"password": PASSWORD})).await;
    assert_eq!(status, StatusCode::OK);
    let begun = Instant::now();
    loop {
        let users = ada.get("/admin/users").await;
        if !users.to_string().contains(&bob_id) {
            assert_eq!(users["items"].as_array().unwrap().len(), 1);
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "it is still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let credentials = json!({"email": "bob@example.com", "password": PASSWORD});
    let (status, _) = TestUser::new(&app.origin)
        .send(Method::POST, "/auth/login", Some(credentials))
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let after = ada.get("/admin/usage?group_by=user").await;
    let spent = |usage: &Value| -> i64 {
        let lines = usage["items"].as_array().unwrap();
        lines.iter().map(|line| line["calls"].as_i64().unwrap()).sum()
    };
    assert_eq!(spent(&after), spent(&before), "the sums of the instance stay");
    assert!(!after.to_string().contains(&bob_id));
    let entered = ada.get("/admin/audit?action=account_erased").await;
    assert_eq!(entered["items"][0]["subject"], bob_id.as_str());
    let (whole, said) = app.console(&["admin", "verify-audit"], "");
    assert!(whole, "{said}");
    // The address is free again.
    second_user(&app, &mut ada).await;
}

#[tokio::test]
async fn the_last_admin_cannot_leave() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    assert_eq!(ada.get("/account").await["is_last_admin"], true);
    let (status, problem) = close(&mut ada, json!({"password": "correct horse 7"})).await;
    assert_eq!(
        (status.as_u16(), problem["type"].as_str()),
        (409, Some("/problems/last_admin"))
    );
    let (bob_id, _) = second_user(&app, &mut ada).await;
    let admin = Some(json!({"role": "admin"}));
    ada.send(Method::PATCH, &format!("/admin/users/{bob_id}"), admin).await;
    let (status, _) = close(&mut ada, json!({"password": "correct horse 7"})).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn an_account_without_a_password_is_closed_by_a_sign_in_of_just_now() {
    let issuer = Issuer::start().await;
    issuer.now_says(json!({"email": "new@example.com", "name": "New"}));
    let app = app_with(&issuer, &[("QUORUM__OIDC__CREATE_ACCOUNTS", "true")]).await;
    app.admin().await;
    let mut browser = Browser::new(&app);
    let asked = browser.open(&format!("{START}?again=true&next=/settings/data")).await;
    assert!(
        asked.contains("prompt=login"),
        "who is signed in there is asked all the same: {asked}"
    );
    assert_eq!(browser.sign_in(&issuer).await, "/");
    let mut user = browser.user();
    user.csrf = user.get("/auth/me").await["csrf_token"].as_str().unwrap().to_owned();
    let account = user.get("/account").await;
    assert_eq!(
        (&account["has_password"], &account["signed_in_just_now"]),
        (&json!(false), &json!(true))
    );
    let (status, closed) = user.send(Method::POST, "/account/closing", Some(json!({}))).await;
    assert_eq!(status, StatusCode::OK, "{closed}");
    // Signing in again leads to keeping it, and to nothing else.
    let mut again = Browser::new(&app);
    assert_eq!(again.sign_in(&issuer).await, "/");
    assert_eq!(
        again.user().get("/auth/me").await["user"]["leaving_at"],
        closed["leaving_at"]
    );
}
