//! What admins do to accounts.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{TestApp, TestUser, id, question};

pub async fn second_user(app: &TestApp, ada: &mut TestUser) -> (String, TestUser) {
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    let bob = ada.post("/admin/users", account).await;
    let user = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    (id(&bob), user)
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_what_runs_for_them_stops() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let slow = ada.add_service(&app, "anthropic", "demo-aria+tps20", json!({})).await;
    ada.post(
        "/api-keys",
        json!({"service_id": slow, "key": "fleet-key-1234", "scope": "instance"}),
    )
    .await;
    let (bob_id, mut bob) = second_user(&app, &mut ada).await;
    let conversation = bob.conversation(json!({"judging_policy": "local"})).await;
    let message = bob.ask(&conversation, &question(), &[slow]).await;
    bob.batch_when(&id(&message["batch"]), |batch| {
        batch["responses"][0]["stage"] == "streaming"
    })
    .await;
    let (status, account) = ada
        .send(
            Method::PATCH,
            &format!("/admin/users/{bob_id}"),
            Some(json!({"active": false})),
        )
        .await;
    assert_eq!((status, account["active"].as_bool()), (StatusCode::OK, Some(false)));
    let (status, _) = bob.send(Method::GET, "/conversations", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let begun = Instant::now();
    while app.fleet.calls().after(0)[0].outcome != "client_disconnected" {
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "the provider's socket is still open"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn only_admins_manage_accounts_and_the_last_one_stays() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (bob_id, mut bob) = second_user(&app, &mut ada).await;
    let (status, _) = bob.send(Method::GET, "/admin/users", None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let make_admin = Some(json!({"role": "admin"}));
    let (status, _) = bob
        .send(Method::PATCH, &format!("/admin/users/{bob_id}"), make_admin)
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let users = ada.get("/admin/users").await;
    let ada_id = id(&users["items"][0]);
    let (status, problem) = ada
        .send(
            Method::PATCH,
            &format!("/admin/users/{ada_id}"),
            Some(json!({"role": "user"})),
        )
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let again = json!({"name": "Bob", "email": "BOB@example.com", "password": "battery staple 9"});
    let (status, _) = ada.send(Method::POST, "/admin/users", Some(again)).await;
    assert_eq!(status, StatusCode::CONFLICT);
}
