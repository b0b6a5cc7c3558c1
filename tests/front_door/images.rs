//! Images: brought, checked, sent to those who see, kept from everybody else.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id, question, responses};

/// A whole PNG of one grey pixel.
const DOT: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0aIDATx\xdach\x00\x00\x00\x82\x00\x81\xdaE\x08;\x00\x00\x00\x00IEND\xaeB`\x82";
/// Its SHA-256.
const DOT_HASH: &str = "e124007e0371a272f11e7fbc2414aff5a1095f3a46ad29771ea1bf3f8a5b07ca";

/// The head of a PNG that says it has this many pixels.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = DOT.to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    bytes
}

async fn upload(user: &mut TestUser, bytes: &[u8]) -> (StatusCode, Value) {
    let headers = [("content-type", "text/html")];
    user.send_raw(
        Method::POST,
        "/attachments?name=..%2Fmy%20dot.html",
        &headers,
        bytes.to_vec(),
    )
    .await
}

async fn uploaded(user: &mut TestUser, bytes: &[u8]) -> Value {
    let (status, image) = upload(user, bytes).await;
    assert_eq!(status, StatusCode::CREATED, "{image}");
    image
}

async fn send(user: &mut TestUser, conversation: &str, services: &[String], images: &[&Value]) -> (StatusCode, Value) {
    let ids: Vec<&Value> = images.iter().map(|image| &image["id"]).collect();
    let body = json!({"content": question(), "service_ids": services, "attachments": ids});
    let path = format!("/conversations/{conversation}/messages");
    user.send(Method::POST, &path, Some(body)).await
}

#[tokio::test]
async fn an_image_reaches_those_who_see_in_every_format_and_the_others_get_the_text() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let mut services = Vec::new();
    for format in ["anthropic", "openai", "openai_responses", "gemini", "openai_compatible"] {
        services.push(
            ada.add_service(&app, format, "echo", json!({"name": format, "vision": true}))
                .await,
        );
    }
    services.push(ada.add_service(&app, "openai", "echo", json!({"name": "blind"})).await);
    let conversation = ada
        .conversation(json!({"judging_policy": "off", "service_ids": services}))
        .await;
    let image = uploaded(&mut ada, DOT).await;
    assert_eq!(
        (&image["media_type"], &image["width"], &image["name"]),
        (&json!("image/png"), &json!(1), &json!("my dot.html"))
    );
    let (status, sent) = send(&mut ada, &conversation, &services, &[&image]).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{sent}");
    assert_eq!(sent["message"]["attachments"][0], image);
    let batch = ada.finished(&id(&sent["ai_request_batch"])).await;
    for response in responses(&batch) {
        assert_eq!(response["stage"], "answered", "{response:#}");
    }
    let mut calls = app.fleet.calls().after(0);
    calls.sort_by_key(|call| call.images.len());
    let counts: Vec<usize> = calls.iter().map(|call| call.images.len()).collect();
    assert_eq!(counts, [0, 1, 1, 1, 1, 1]);
    assert!(
        calls
            .iter()
            .flat_map(|call| &call.images)
            .all(|image| image.hash == DOT_HASH)
    );
    assert!(
        calls.iter().all(|call| call.last_message == question()),
        "the text is the same for all"
    );

    let page = ada.get(&format!("/conversations/{conversation}/messages")).await;
    assert_eq!(page["items"][0]["attachments"][0], image);
    let context = ada.get(&format!("/conversations/{conversation}/context")).await;
    for service in context["services"].as_array().unwrap() {
        let shown = service["messages"][0]["attachments"].as_array().unwrap().len();
        let blind = service["service_name"] == "blind";
        let left_out = service["images_left_out"].as_u64().unwrap();
        assert_eq!((shown, left_out), if blind { (0, 1) } else { (1, 0) });
        assert_eq!(service["vision"], !blind);
    }
}

/// Has one judge look at the answers to a question with an image, and gives whether it was shown the
/// image and whether it was told that there is one.
async fn judged_by(service_type: &str, more: Value) -> (bool, bool) {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let mut judge = json!({"judge": true, "contestant": false});
    judge
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap());
    ada.add_service(&app, service_type, "demo-judge", judge).await;
    let conversation = ada.conversation(json!({})).await;
    let image = uploaded(&mut ada, DOT).await;
    let (_, sent) = send(&mut ada, &conversation, &services, &[&image]).await;
    let batch = ada.finished(&id(&sent["ai_request_batch"])).await;
    assert!(batch["judges_voted"].as_i64().unwrap() > 0, "{batch:#}");
    let calls = app.fleet.calls().after(0);
    let ballot = calls.iter().find(|call| call.model == "demo-judge").unwrap();
    let told = ballot
        .messages
        .iter()
        .any(|(_, text)| text.contains("An image came with this question"));
    (ballot.images.len() == 1, told)
}

#[tokio::test]
async fn a_judge_that_sees_is_shown_the_image_and_another_is_told_of_it() {
    assert_eq!(
        judged_by("openai_responses", json!({"vision": true})).await,
        (true, false)
    );
    assert_eq!(judged_by("anthropic", json!({})).await, (false, true));
}

#[tokio::test]
async fn what_is_no_image_too_large_or_too_much_is_refused_with_its_limit() {
    let app = TestApp::start_with(&[
        ("QUORUM__LIMITS__IMAGE_KILOBYTES", "16"),
        ("QUORUM__LIMITS__IMAGES_PER_MESSAGE", "2"),
        ("QUORUM__LIMITS__IMAGE_MEGABYTES_PER_USER", "1"),
    ])
    .await;
    let mut ada = app.admin().await;
    for no_image in [&b""[..], b"<svg onload=alert(1)>", b"%PDF-1.7", &DOT[..10]] {
        let (status, problem) = upload(&mut ada, no_image).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["field"], "image");
    }
    let (status, problem) = upload(&mut ada, &png_of(9_000, 1)).await;
    assert_eq!(
        (status, &problem["errors"][0]["limit"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!(8_000))
    );
    let (status, problem) = upload(&mut ada, &png_of(7_900, 7_900)).await;
    assert_eq!(
        (status, &problem["errors"][0]["limit"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!(40_000_000))
    );
    let mut padded = DOT.to_vec();
    padded.resize(16 * 1024 + 1, 0);
    assert_eq!(upload(&mut ada, &padded).await.0, StatusCode::PAYLOAD_TOO_LARGE);

    padded.truncate(16 * 1024);
    let mut kept = Vec::new();
    for _ in 0..64 {
        kept.push(uploaded(&mut ada, &padded).await);
    }
    let (status, problem) = upload(&mut ada, DOT).await;
    assert_eq!(
        (status, &problem["errors"][0]["limit"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!(1)),
        "{problem}"
    );

    let service = ada
        .add_service(&app, "anthropic", "echo", json!({"vision": true}))
        .await;
    let conversation = ada.conversation(json!({})).await;
    let services = [service];
    for (images, says) in [
        (vec![&kept[0], &kept[1], &kept[2]], "at most 2"),
        (vec![&kept[0], &kept[0]], "twice"),
        (
            vec![&json!({"id": "01900000-0000-7000-8000-000000000000"})],
            "not there",
        ),
    ] {
        let (status, problem) = send(&mut ada, &conversation, &services, &images).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        let said = problem["errors"][0]["message"].as_str().unwrap();
        assert!(said.contains(says), "{said}");
    }
}

#[tokio::test]
async fn an_image_is_served_to_its_owner_alone_and_as_nothing_but_an_image() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let new = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    ada.post("/admin/users", new).await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    let image = uploaded(&mut ada, DOT).await;
    let path = format!("/attachments/{}", id(&image));
    let fetch = |user: &TestUser| {
        let request = user.client.get(format!("{}/api/v1{path}", app.origin));
        request.header("cookie", &user.cookie)
    };
    let reply = fetch(&ada).send().await.unwrap();
    let header = |name: &str| reply.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(header("cache-control"), "private, no-cache");
    assert!(header("content-disposition").starts_with("attachment; filename=\"image-"));
    let mark = header("etag");
    assert_eq!(reply.bytes().await.unwrap(), DOT);
    let again = fetch(&ada).header("if-none-match", &mark).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(bob.send(method, &path, None).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(
        fetch(&bob)
            .header("if-none-match", &mark)
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::NOT_FOUND
    );
    let theirs = bob.conversation(json!({})).await;
    let (status, _) = send(&mut bob, &theirs, &[], &[&image]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let conversation = ada.conversation(json!({})).await;
    let body = json!({"content": "Look", "trigger_ai_responses": false, "attachments": [image["id"]]});
    ada.post(&format!("/conversations/{conversation}/messages"), body).await;
    assert_eq!(ada.send(Method::DELETE, &path, None).await.0, StatusCode::CONFLICT);
    let export = ada
        .get(&format!("/conversations/{conversation}/export?format=json"))
        .await;
    assert_eq!(
        export["turns"][0]["images"],
        json!([{"name": "my dot.html", "width": 1, "height": 1}])
    );
    let imported = id(&ada.post("/conversations/import", export).await);
    let page = ada.get(&format!("/conversations/{imported}/messages")).await;
    assert_eq!(page["items"][0]["content"], "Look\n\n[Image: my dot.html]");
    ada.send(Method::DELETE, &format!("/conversations/{conversation}"), None)
        .await;
    assert_eq!(fetch(&ada).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}
