//! What admins see and change of the instance: services, keys, the queue, settings, its health.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id, question, responses};

async fn bob(app: &TestApp, ada: &mut TestUser) -> (String, TestUser) {
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    let bob = ada.post("/admin/users", account).await;
    let user = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    (id(&bob), user)
}

fn of<'a>(report: &'a Value, service: &str) -> &'a Value {
    let items = report["items"].as_array().unwrap();
    items.iter().find(|item| item["service_id"] == service).unwrap()
}

#[tokio::test]
async fn a_service_is_tested_and_its_calls_make_its_history() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let good = ada.add_service(&app, "anthropic", "demo-aria", json!({})).await;
    let broken = ada.add_service(&app, "openai", "echo+500", json!({})).await;
    let test = ada.post(&format!("/admin/services/{good}/test"), json!({})).await;
    assert_eq!(test["status"], "ok", "{test}");
    assert!(test["took_ms"].is_i64());
    let test = ada.post(&format!("/admin/services/{broken}/test"), json!({})).await;
    assert_eq!(test["status"], "failed");
    assert!(!test["detail"].as_str().unwrap().is_empty());
    let health = ada.get("/admin/services/health?hours=24").await;
    assert_eq!(
        (
            of(&health, &good)["completed"].as_i64(),
            of(&health, &good)["failed"].as_i64()
        ),
        (Some(1), Some(0))
    );
    assert_eq!(of(&health, &good)["stretches"].as_array().unwrap().len(), 48);
    assert_eq!(of(&health, &broken)["failed"], 1);
    assert_eq!(of(&health, &broken)["test"]["status"], "failed");
    assert_eq!(of(&health, &broken)["failures"].as_array().unwrap().len(), 1);
    let (status, problem) = ada.send(Method::GET, "/admin/services/health?hours=0", None).await;
    assert_eq!(
        (status.as_u16(), problem["errors"][0]["field"].as_str()),
        (422, Some("hours"))
    );
}

#[tokio::test]
async fn models_are_found_at_an_address_in_every_format() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    for (service_type, mount) in [
        ("openai_compatible", "/compatible/v1"),
        ("openai", "/openai/v1"),
        ("anthropic", "/anthropic"),
        ("gemini", "/gemini/v1beta"),
    ] {
        // With a key for the address the list comes; it is the one that is stored there.
        ada.add_service(&app, service_type, "demo-aria", json!({})).await;
        let address = json!({"service_type": service_type, "base_url": format!("{}{mount}", app.fleet.origin())});
        let found = ada.post("/admin/models", address).await;
        let names: Vec<&str> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|model| model["model"].as_str().unwrap())
            .collect();
        assert!(names.contains(&"demo-aria"), "{service_type}: {names:?}");
    }
    for wrong in [
        format!("{}/nothing/here", app.fleet.origin()),
        "http://169.254.169.254/v1".into(),
    ] {
        let address = json!({"service_type": "openai_compatible", "base_url": wrong});
        let (status, problem) = ada.send(Method::POST, "/admin/models", Some(address)).await;
        assert_eq!(
            (status.as_u16(), problem["errors"][0]["field"].as_str()),
            (422, Some("base_url")),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn an_admin_sets_and_revokes_keys_of_the_instance_and_of_a_user_and_reads_none() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria", json!({})).await;
    let (bob_id, mut bob) = bob(&app, &mut ada).await;
    let conversation = bob.conversation(json!({"judging_policy": "local"})).await;
    let services = [service.clone()];
    let kind_of_answer = async |bob: &mut TestUser| {
        let message = bob.ask(&conversation, &question(), &services).await;
        let batch = bob.finished(&id(&message["batch"])).await;
        responses(&batch)[0]["error"]["kind"].clone()
    };
    assert_eq!(kind_of_answer(&mut bob).await, "key_missing");
    let own = json!({"service_id": service, "key": "fleet-key-bob-7777", "user_id": bob_id});
    let own = ada.post("/admin/api-keys", own).await;
    assert_eq!(own["last4"], "7777");
    assert_eq!(kind_of_answer(&mut bob).await, Value::Null);
    let tested = ada.post(&format!("/admin/api-keys/{}/test", id(&own)), json!({})).await;
    assert_eq!(tested["status"], "ok");
    let all = ada.get("/admin/api-keys").await;
    assert!(!all.to_string().contains("fleet-key"));
    let bobs = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["key"]["id"] == own["id"]);
    assert_eq!(bobs.unwrap()["owner"]["email"], "bob@example.com");
    let (status, _) = ada
        .send(Method::DELETE, &format!("/admin/api-keys/{}", id(&own)), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(kind_of_answer(&mut bob).await, "key_missing");
    ada.post(
        "/admin/api-keys",
        json!({"service_id": service, "key": "fleet-key-all-8888"}),
    )
    .await;
    assert_eq!(kind_of_answer(&mut bob).await, Value::Null);
    let nobody = json!({"service_id": service, "key": "k", "user_id": service});
    let (status, problem) = ada.send(Method::POST, "/admin/api-keys", Some(nobody)).await;
    assert_eq!(
        (status.as_u16(), problem["errors"][0]["field"].as_str()),
        (422, Some("user_id"))
    );
}

#[tokio::test]
async fn the_queue_shows_what_failed_and_an_admin_starts_it_again_or_removes_it() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let failing = ada.add_service(&app, "anthropic", "demo-aria+refusal", json!({})).await;
    let fails = ada.add_service(&app, "openai", "echo+contextlong", json!({})).await;
    let conversation = ada.conversation(json!({"judging_policy": "local"})).await;
    let message = ada
        .ask(&conversation, "Secret words of a question", &[failing, fails])
        .await;
    ada.finished(&id(&message["batch"])).await;
    let set_aside = ada.get("/admin/queue/items?standing=set_aside").await;
    let items = set_aside["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 1, "{set_aside}");
    assert_eq!(
        (
            items[0]["kind"].as_str(),
            items[0]["reason"].as_str(),
            items[0]["user_name"].as_str()
        ),
        (Some("answer"), Some("context_too_long"), Some("Ada"))
    );
    assert!(!set_aside.to_string().contains("Secret words"));
    let answer = id(&items[0]);
    let before = app.fleet.calls().count();
    let (status, _) = ada
        .send(Method::POST, &format!("/admin/queue/answers/{answer}/retry"), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    ada.finished(&id(&message["batch"])).await;
    assert_eq!(app.fleet.calls().count(), before + 1);
    let (status, _) = ada
        .send(Method::POST, &format!("/admin/queue/answers/{answer}/discard"), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let left = ada.get("/admin/queue/items?standing=set_aside").await;
    assert_eq!(left["items"].as_array().unwrap().len(), 0);
    let figures = ada.get("/admin/queue").await;
    assert!(figures["oldest_due_seconds"].is_f64() && figures["counts"].is_array());
    for part in ["waiting", "running"] {
        ada.get(&format!("/admin/queue/items?standing={part}&limit=5")).await;
    }
    let (status, _) = ada
        .send(Method::GET, "/admin/queue/items?standing=elsewhere", None)
        .await;
    assert_eq!(status.as_u16(), 422);
    let (status, _) = ada
        .send(Method::POST, &format!("/admin/queue/jobs/{answer}/retry"), None)
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn settings_change_while_it_runs_and_stay_after_a_restart() {
    let mut app = TestApp::start_with(&[("QUORUM__LIMITS__TITLE_CHARS", "150")]).await;
    let mut ada = app.admin().await;
    let report = ada.get("/admin/settings").await;
    assert_eq!(
        (
            report["settings"]["message_chars"].as_i64(),
            report["settings"]["title_chars"].as_i64()
        ),
        (Some(8000), Some(150))
    );
    let fixed = report["fixed"].as_array().unwrap();
    let source = |name: &str| fixed.iter().find(|setting| setting["name"] == name).unwrap()["source"].clone();
    assert_eq!(
        (source("server.port"), source("demo.enabled"), source("log.json")),
        (json!("command_line"), json!("environment"), json!("default"))
    );
    let change = json!({"set": {"message_chars": 100, "judging_policy": "local", "first_token_seconds": 1}});
    let (status, changed) = ada.send(Method::PATCH, "/admin/settings", Some(change)).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(
        changed["changed"],
        json!(["judging_policy", "message_chars", "first_token_seconds"])
    );
    app.kill();
    app.restart();
    ada.origin.clone_from(&app.origin);
    let begun = Instant::now();
    while ada.get("/instance").await["limits"]["message_chars"] != 100 {
        assert!(begun.elapsed() < Duration::from_secs(10), "the change does not hold");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let slow = ada
        .add_service(&app, "anthropic", "demo-aria+slow20000", json!({}))
        .await;
    let conversation = ada.post("/conversations", json!({})).await;
    assert_eq!(conversation["judging_policy"], "local");
    let path = format!("/conversations/{}/messages", id(&conversation));
    let long = json!({"content": "a".repeat(101), "service_ids": [slow]});
    let (status, problem) = ada.send(Method::POST, &path, Some(long)).await;
    assert_eq!(
        (status.as_u16(), problem["errors"][0]["limit"].as_i64()),
        (422, Some(100))
    );
    let message = ada.ask(&id(&conversation), "Short", &[slow]).await;
    let batch = ada
        .batch_when(&id(&message["batch"]), |batch| {
            !batch["responses"][0]["error"].is_null()
        })
        .await;
    assert_eq!(responses(&batch)[0]["error"]["kind"], "timeout_first_token");
    let (_, back) = ada
        .send(
            Method::PATCH,
            "/admin/settings",
            Some(json!({"reset": ["message_chars"]})),
        )
        .await;
    assert_eq!(back["settings"]["message_chars"], 8000);
    for (wrong, field) in [
        (json!({"set": {"services_per_message": 0}}), "services_per_message"),
        (
            json!({"set": {"total_seconds": 5, "content_idle_seconds": 30}}),
            "total_seconds",
        ),
        (json!({"reset": ["colour"]}), "reset"),
        (json!({"set": {"colour": "red"}}), "colour"),
    ] {
        let (status, problem) = ada.send(Method::PATCH, "/admin/settings", Some(wrong)).await;
        assert_eq!(
            (status.as_u16(), problem["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn who_may_register_is_a_setting() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let account = json!({"name": "Eve", "email": "eve@example.com", "password": "battery staple 9"});
    let (status, _) = TestUser::new(&app.origin)
        .send(Method::POST, "/auth/register", Some(account.clone()))
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    ada.send(
        Method::PATCH,
        "/admin/settings",
        Some(json!({"set": {"registration": "open"}})),
    )
    .await;
    assert_eq!(ada.get("/instance").await["registration"], "open");
    let (status, session) = TestUser::new(&app.origin)
        .send(Method::POST, "/auth/register", Some(account))
        .await;
    assert_eq!(
        (status, session["user"]["role"].as_str()),
        (StatusCode::CREATED, Some("user")),
        "{session}"
    );
}

#[tokio::test]
async fn the_instance_says_what_is_wrong_with_it_and_only_to_admins() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let health = ada.get("/admin/health").await;
    let findings = health["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| finding["level"] != "fault"), "{health}");
    assert!(
        findings
            .iter()
            .any(|finding| finding["words"] == "the master key fits the database")
    );
    let (_, mut bob) = bob(&app, &mut ada).await;
    for path in [
        "/admin/health",
        "/admin/settings",
        "/admin/queue",
        "/admin/queue/items?standing=waiting",
        "/admin/api-keys",
        "/admin/services/health",
    ] {
        let (status, _) = bob.send(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
}
