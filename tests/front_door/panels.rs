//! Panels: saved, named, changed, let go of, and each user's own.

use reqwest::Method;
use serde_json::json;

use crate::harness::{TestApp, TestUser, id};

#[tokio::test]
async fn a_panel_is_saved_renamed_changed_and_let_go_of() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let panel = ada
        .post("/panels", json!({"name": "Reviewers", "service_ids": services[..2]}))
        .await;
    let path = format!("/panels/{}", id(&panel));
    let (status, renamed) = ada
        .send(Method::PATCH, &path, Some(json!({"name": "Code reviewers"})))
        .await;
    assert!(status.is_success(), "{renamed}");
    assert_eq!(
        (
            renamed["slug"].as_str(),
            renamed["service_ids"].as_array().unwrap().len()
        ),
        (Some("code-reviewers"), 2)
    );
    let (_, changed) = ada
        .send(Method::PATCH, &path, Some(json!({"service_ids": services})))
        .await;
    assert_eq!(
        changed["service_ids"],
        json!(services),
        "in the order in which they were named"
    );
    assert_eq!(ada.get("/panels").await["items"][0], changed);
    let (status, _) = ada.send(Method::DELETE, &path, None).await;
    assert_eq!(status.as_u16(), 204);
    let (status, _) = ada.send(Method::DELETE, &path, None).await;
    assert_eq!(status.as_u16(), 404);
}

#[tokio::test]
async fn names_that_a_program_could_not_tell_apart_and_empty_panels_are_refused() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    ada.post("/panels", json!({"name": "Fast ones", "service_ids": services}))
        .await;
    for (draft, status, field) in [
        (json!({"name": "fast-ONES", "service_ids": services}), 409, None),
        (json!({"name": "best", "service_ids": services}), 422, Some("name")),
        (json!({"name": "…", "service_ids": services}), 422, Some("name")),
        (
            json!({"name": "x".repeat(61), "service_ids": services}),
            422,
            Some("name"),
        ),
        (json!({"name": "Empty", "service_ids": []}), 422, Some("service_ids")),
        (
            json!({"name": "Unknown", "service_ids": ["00000000-0000-7000-8000-000000000000"]}),
            422,
            Some("service_ids"),
        ),
    ] {
        let (got, problem) = ada.send(Method::POST, "/panels", Some(draft)).await;
        assert_eq!(
            (got.as_u16(), problem["errors"][0]["field"].as_str()),
            (status, field),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_panel_is_its_users_own() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let panel = ada
        .post("/panels", json!({"name": "Mine", "service_ids": services}))
        .await;
    let bob = json!({"name": "Bob", "email": "bob@example.com", "password": "correct horse 8"});
    ada.post("/admin/users", bob).await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "correct horse 8").await;
    assert_eq!(bob.get("/panels").await["items"], json!([]));
    for (method, body) in [(Method::PATCH, Some(json!({"name": "Bob's"}))), (Method::DELETE, None)] {
        let (status, _) = bob.send(method, &format!("/panels/{}", id(&panel)), body).await;
        assert_eq!(status.as_u16(), 404);
    }
    bob.post("/panels", json!({"name": "Mine", "service_ids": services}))
        .await;
}
