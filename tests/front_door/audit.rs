//! The audit log: who did what, in a chain that shows every change.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id};

fn actions(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn acts_of_admins_and_events_of_accounts_are_entered_and_found() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    let bob = id(&ada.post("/admin/users", account).await);
    let wrong = Some(json!({"email": "bob@example.com\r\nforged", "password": "wrong"}));
    TestUser::new(&app.origin)
        .send(Method::POST, "/auth/login", wrong)
        .await;
    TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    let path = format!("/admin/users/{bob}");
    ada.send(Method::PATCH, &path, Some(json!({"role": "admin"}))).await;
    ada.send(Method::PATCH, &path, Some(json!({"role": "user", "active": false})))
        .await;
    ada.add_service(&app, "anthropic", "demo-aria", json!({})).await;
    let whole = ada.get("/admin/audit").await;
    assert_eq!(
        actions(&whole),
        [
            "api_key_saved",
            "service_created",
            "user_disabled",
            "role_changed",
            "role_changed",
            "signed_in",
            "sign_in_failed",
            "user_created",
            "registered",
        ]
    );
    let seqs: Vec<i64> = whole["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=9).rev().collect::<Vec<_>>());
    assert_eq!(whole["items"][6]["actor"], "bob@example.com  forged");
    assert_eq!(whole["items"][0]["address"], "127.0.0.1");
    assert!(!whole.to_string().contains("fleet-key") && !whole.to_string().contains("battery staple"));
    let roles = ada.get("/admin/audit?action=role_changed&limit=1").await;
    assert_eq!(roles["items"][0]["detail"], json!({"from": "admin", "to": "user"}));
    let next = roles["next_cursor"].as_str().unwrap();
    let last = ada
        .get(&format!("/admin/audit?action=role_changed&limit=1&cursor={next}"))
        .await;
    assert_eq!(
        (&last["items"][0]["detail"]["to"], &last["next_cursor"]),
        (&json!("admin"), &Value::Null)
    );
    assert_eq!(
        actions(&ada.get("/admin/audit?actor=BOB@example.com").await),
        ["signed_in"]
    );
    assert_eq!(
        actions(&ada.get("/admin/audit?subject=DEMO-").await),
        ["service_created"]
    );
    assert!(actions(&ada.get("/admin/audit?until=2020-01-01T00:00:00Z").await).is_empty());
    assert_eq!(
        actions(&ada.get("/admin/audit?from=2020-01-01T00:00:00Z").await).len(),
        9
    );
    for bad in ["action=everything", "limit=0", "cursor=x", "from=yesterday", "who=ada"] {
        let (status, _) = ada.send(Method::GET, &format!("/admin/audit?{bad}"), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test]
async fn the_chain_is_followed_from_the_console_also_while_the_product_runs() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let acts = (0..12).map(|_| async {
        let wrong = json!({"email": "nobody@example.com", "password": "wrong"});
        TestUser::new(&app.origin)
            .send(Method::POST, "/auth/login", Some(wrong))
            .await
    });
    futures::future::join_all(acts).await;
    let (good, said) = app.console(&["admin", "verify-audit"], "");
    assert!(good && said.contains("is whole"), "{said}");
    let noted = said.lines().last().unwrap().to_owned();
    ada.send(Method::POST, "/auth/logout", None).await;
    let (good, said) = app.console(&["admin", "verify-audit", "--noted", &noted], "");
    assert!(good, "{said}");
    for other in ["999:abc", &noted.replace(':', ":0"), "nothing"] {
        let (good, said) = app.console(&["admin", "verify-audit", "--noted", other], "");
        assert!(!good, "{said}");
    }
}

#[tokio::test]
async fn an_account_made_at_the_console_signs_in() {
    let app = TestApp::start().await;
    let arguments = [
        "admin",
        "create-user",
        "--email",
        "Carl@example.com",
        "--name",
        "Carl",
        "--admin",
    ];
    let (good, said) = app.console(&arguments, "short\n");
    assert!(!good && said.contains("password"), "{said}");
    let (good, said) = app.console(&arguments, "a passphrase of carl\n");
    assert!(good, "{said}");
    let mut carl = TestUser::sign_in_as(&app.origin, "carl@example.com", "a passphrase of carl").await;
    assert_eq!(
        carl.get("/admin/audit?action=user_created").await["items"][0]["actor"],
        "command line"
    );
    assert!(!app.console(&arguments, "a passphrase of carl\n").0);
}
