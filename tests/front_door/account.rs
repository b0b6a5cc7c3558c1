//! One's own account: its name, and everything in it as one archive.

use std::io::{Cursor, Read};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::{
    admin::second_user,
    harness::{TestApp, TestUser, id, question, responses},
    tokens::token,
};

/// The archive that somebody takes out; none where the server refuses.
pub async fn archive(user: &TestUser) -> Result<ZipArchive<Cursor<Vec<u8>>>, StatusCode> {
    let request = user.client.get(format!("{}/api/v1/account/export", user.origin));
    let request = match &user.bearer {
        Some(token) => request.bearer_auth(token),
        None => request.header("cookie", &user.cookie),
    };
    let reply = request.send().await.unwrap();
    if reply.status() != StatusCode::OK {
        return Err(reply.status());
    }
    assert_eq!(reply.headers()["content-type"], "application/zip");
    let name = reply.headers()["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"quorum-data-20"), "{name}");
    Ok(ZipArchive::new(Cursor::new(reply.bytes().await.unwrap().to_vec())).unwrap())
}

fn bytes(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Vec<u8> {
    let mut all = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut all).unwrap();
    all
}

fn json_of(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> Value {
    serde_json::from_slice(&bytes(archive, name)).unwrap()
}

#[tokio::test]
async fn a_name_is_changed_within_its_limits_and_everybody_sees_the_new_one() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (bob_id, mut bob) = second_user(&app, &mut ada).await;
    let change = |name: &str| Some(json!({"name": name}));
    let (status, changed) = bob.send(Method::PATCH, "/account", change("  Robert Ω  ")).await;
    assert_eq!((status, changed["name"].as_str()), (StatusCode::OK, Some("Robert Ω")));
    assert_eq!(bob.get("/auth/me").await["user"]["name"], "Robert Ω");
    let listed = ada.get("/admin/users").await;
    let seen = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["id"] == bob_id.as_str());
    assert_eq!(seen.unwrap()["name"], "Robert Ω");
    for (name, code, limit) in [
        ("", "empty", Some(100)),
        ("   ", "empty", Some(100)),
        (&*"n".repeat(101), "too_long", Some(100)),
        ("two\nlines", "bad_characters", None),
    ] {
        let (status, problem) = bob.send(Method::PATCH, "/account", change(name)).await;
        let fault = &problem["errors"][0];
        assert_eq!(
            (status.as_u16(), fault["field"].as_str()),
            (422, Some("name")),
            "{problem}"
        );
        assert_eq!(
            (fault["code"].as_str(), fault["limit"].as_u64()),
            (Some(code), limit),
            "{problem}"
        );
    }
    let (_, mut writer) = token(&mut bob, json!(["read", "write"])).await;
    let (status, _) = writer.send(Method::PATCH, "/account", change("X")).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "a token needs the scope for the account");
    let audit = ada.get("/admin/audit?action=account_renamed").await;
    assert_eq!(audit["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn everything_of_a_user_is_taken_out_without_secrets_and_comes_in_again() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let settings = json!({"judging_policy": "local", "system_prompt": "Be brief."});
    let conversation = ada.conversation(settings).await;
    let image = include_bytes!("../../docs/images/ranked-light.png").to_vec();
    let headers = [("content-type", "application/octet-stream")];
    let (_, attachment) = ada
        .send_raw(Method::POST, "/attachments?name=ranked.png", &headers, image.clone())
        .await;
    let body = json!({"content": question(), "service_ids": services, "attachments": [attachment["id"]]});
    let sent = ada.post(&format!("/conversations/{conversation}/messages"), body).await;
    let batch = ada.finished(&id(&sent["ai_request_batch"])).await;
    let (kept, removed) = (id(&responses(&batch)[1]), id(&responses(&batch)[2]));
    ada.post(&format!("/responses/{kept}/select"), json!({})).await;
    ada.post(&format!("/responses/{removed}/delete"), json!({})).await;
    let gone = ada.conversation(json!({"title": "In the bin"})).await;
    ada.send(Method::DELETE, &format!("/conversations/{gone}"), None).await;
    ada.post("/prompts", json!({"name": "brief", "content": "In one sentence:"}))
        .await;
    let panel = json!({"name": "Pair", "service_ids": [services[0], services[1]]});
    ada.post("/panels", panel).await;
    let hook = ada
        .post(
            "/webhooks",
            json!({"url": "https://hooks.example.com/a", "events": ["batch.completed"]}),
        )
        .await;
    let (_, program) = token(&mut ada, json!(["read", "account"])).await;

    let mut taken = archive(&ada).await.unwrap();
    let profile = json_of(&mut taken, "profile.json");
    assert_eq!(
        (&profile["format"], &profile["user"]["email"]),
        (&json!("quorum.account"), &json!("ada@example.com"))
    );
    let conversations = json_of(&mut taken, "conversations.json");
    let document = &conversations[0];
    assert_eq!(
        (conversations.as_array().unwrap().len(), &document["id"]),
        (1, &json!(conversation))
    );
    let answers = document["turns"][0]["answers"].as_array().unwrap();
    let marked: Vec<bool> = answers.iter().map(|answer| answer["removed"] == true).collect();
    assert_eq!(marked.iter().filter(|removed| **removed).count(), 1, "{marked:?}");
    assert!(
        answers
            .iter()
            .all(|answer| answer["summary"].is_string() && answer["rank"].is_i64())
    );
    let file = document["turns"][0]["images"][0]["file"].as_str().unwrap();
    assert_eq!(bytes(&mut taken, file), image, "the image lies beside the text");
    assert_eq!(json_of(&mut taken, "images.json")[0]["name"], "ranked.png");
    assert_eq!(
        json_of(&mut taken, "deleted-conversations.json")[0]["title"],
        "In the bin"
    );
    assert_eq!(json_of(&mut taken, "prompts.json")[0]["name"], "brief");
    assert_eq!(json_of(&mut taken, "panels.json")[0]["name"], "Pair");
    assert_eq!(json_of(&mut taken, "services.json").as_array().unwrap().len(), 3);
    assert_eq!(json_of(&mut taken, "keys.json")[0]["last4"], "234");
    assert_eq!(
        json_of(&mut taken, "webhooks.json")[0]["url"],
        "https://hooks.example.com/a"
    );
    assert_eq!(json_of(&mut taken, "tokens.json")[0]["name"], "script");
    assert_eq!(json_of(&mut taken, "sessions.json").as_array().unwrap().len(), 1);
    assert_eq!(json_of(&mut taken, "calls.json").as_array().unwrap().len(), 3);
    let audit = json_of(&mut taken, "audit.json");
    assert!(
        audit
            .as_array()
            .unwrap()
            .iter()
            .any(|entry| entry["action"] == "registered"),
        "{audit}"
    );

    // No file has a secret in it.
    let secrets = [
        "fleet-key-1234",
        program.bearer.as_deref().unwrap(),
        hook["secret"].as_str().unwrap(),
        ada.cookie.split('=').nth(1).unwrap(),
        "correct horse",
        "argon2",
    ];
    let names: Vec<String> = taken.file_names().map(|name| name.unwrap().into_owned()).collect();
    for name in names.iter().filter(|name| !name.starts_with("images/")) {
        let text = String::from_utf8(bytes(&mut taken, name)).unwrap();
        for secret in secrets {
            assert!(!text.contains(secret), "{name} has {secret}");
        }
    }

    let brought = ada.post("/conversations/import", document.clone()).await;
    let again = ada
        .get(&format!("/conversations/{}/export?format=json", id(&brought)))
        .await;
    assert_eq!(
        again["turns"][0]["answers"].as_array().unwrap().len(),
        2,
        "what was removed stays out"
    );
    assert_eq!(again["system_prompt"], "Be brief.");

    assert!(
        archive(&program).await.is_ok(),
        "a token with the scope takes it out as well"
    );
    let (_, reader) = token(&mut ada, json!(["read", "write"])).await;
    assert_eq!(archive(&reader).await.unwrap_err(), StatusCode::FORBIDDEN);
    assert_eq!(
        archive(&TestUser::new(&app.origin)).await.unwrap_err(),
        StatusCode::UNAUTHORIZED
    );
    let entered = ada.get("/admin/audit?action=data_taken_out").await;
    assert_eq!(entered["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_of_others_is_in_what_a_user_takes_out() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.conversation(json!({"title": "Of the admin"})).await;
    let (_, mut bob) = second_user(&app, &mut ada).await;
    bob.conversation(json!({"title": "Of somebody else"})).await;
    let mut taken = archive(&bob).await.unwrap();
    let names: Vec<String> = taken.file_names().map(|name| name.unwrap().into_owned()).collect();
    for name in names {
        let text = String::from_utf8(bytes(&mut taken, &name)).unwrap();
        assert!(!text.contains("Of the admin"), "{name}");
    }
    assert_eq!(
        json_of(&mut taken, "conversations.json")[0]["title"],
        "Of somebody else"
    );
}
