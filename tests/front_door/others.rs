//! What is somebody else's is as if it were not there; what another site sends is refused.

use reqwest::Method;
use serde_json::json;

use crate::harness::{TestApp, TestUser, id, question, responses};

#[tokio::test]
async fn without_a_session_nothing_is_served() {
    let app = TestApp::start().await;
    app.admin().await;
    let mut nobody = TestUser::new(&app.origin);
    for path in [
        "/auth/me",
        "/services",
        "/conversations",
        "/api-keys",
        "/search?q=x",
        "/usage",
        "/admin/service-presets",
    ] {
        assert_eq!(nobody.send(Method::GET, path, None).await.0, 401, "{path}");
    }
}

#[tokio::test]
async fn a_change_without_the_csrf_token_or_from_another_site_is_refused() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let token = std::mem::take(&mut ada.csrf);
    let (status, problem) = ada.send(Method::POST, "/conversations", Some(json!({}))).await;
    assert_eq!(
        (status.as_u16(), problem["type"].as_str()),
        (403, Some("/problems/csrf"))
    );
    ada.csrf = token;
    for foreign in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let (status, _) = ada
            .send_raw(
                Method::POST,
                "/conversations",
                &[("content-type", "application/json"), foreign],
                b"{}".to_vec(),
            )
            .await;
        assert_eq!(status, 403, "{foreign:?}");
    }
    assert!(ada.get("/conversations").await["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let cookie = ada.cookie.clone();
    assert_eq!(ada.send(Method::POST, "/auth/logout", None).await.0, 204);
    ada.cookie = cookie;
    assert_eq!(ada.send(Method::GET, "/auth/me", None).await.0, 401);
    let mut again = TestUser::sign_in(&app.origin).await;
    assert_eq!(again.get("/auth/me").await["user"]["email"], "ada@example.com");
}

#[tokio::test]
async fn replies_carry_the_headers_that_keep_the_page_safe_and_the_docs_are_served() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    for path in ["/", "/api/v1/instance", "/api/docs/", "/api/redoc", "/health/live"] {
        let reply = ada.client.get(format!("{}{path}", app.origin)).send().await.unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        let header = |name: &str| reply.headers()[name].to_str().unwrap().to_owned();
        assert!(
            header("content-security-policy").contains("script-src 'self';"),
            "{path}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
    let description: serde_json::Value = ada
        .client
        .get(format!("{}/openapi.json", app.origin))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(description["paths"].as_object().unwrap().len() > 25);
    let committed: serde_json::Value = serde_json::from_str(include_str!("../../web/openapi.json")).unwrap();
    assert_eq!(
        description, committed,
        "web/openapi.json is stale: run `cargo run -- openapi > web/openapi.json` and `npm run generate` in web"
    );
}

#[tokio::test]
async fn a_message_of_one_conversation_is_not_found_under_another() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let (one, two) = (ada.conversation(json!({})).await, ada.conversation(json!({})).await);
    let message = ada.ask(&one, &question(), &[service]).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(responses(&batch).len(), 1);
    let (status, _) = ada
        .send(
            Method::GET,
            &format!("/conversations/{two}/messages/{}/responses", id(&message)),
            None,
        )
        .await;
    assert_eq!(status, 404);
    let listed = ada
        .get(&format!(
            "/conversations/{one}/messages/{}/responses?expand=content",
            id(&message)
        ))
        .await;
    assert!(
        listed["items"][0]["expanded_content"]
            .as_str()
            .unwrap()
            .contains("BRIN")
    );
}
