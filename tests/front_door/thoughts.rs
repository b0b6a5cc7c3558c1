//! What services send beside the text: thoughts and sources reach the person, and nobody else.

use serde_json::{Value, json};

use crate::{
    harness::{TestApp, TestUser, id, question, responses},
    sockets::{frame, open},
};

const FORMATS: [&str; 5] = ["anthropic", "openai", "openai_responses", "gemini", "openai_compatible"];
const THOUGHT: &str = "Let me look at what is asked before I answer.";

/// Asks these services one question; gives the responses with their texts.
async fn whole_answers(ada: &mut TestUser, conversation: &str, services: &[String]) -> Vec<Value> {
    let message = ada.ask(conversation, &question(), services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    let mut whole = Vec::new();
    for response in responses(&batch) {
        assert!(response.get("thoughts").is_none() && response.get("citations").is_none());
        whole.push(ada.get(&format!("/responses/{}", id(response))).await);
    }
    whole
}

#[tokio::test]
async fn thoughts_and_sources_reach_the_person_in_every_format_and_no_prompt() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let mut services = Vec::new();
    for format in FORMATS {
        services.push(
            ada.add_service(&app, format, "demo-aria+thinking+cites", json!({}))
                .await,
        );
    }
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let answers = whole_answers(&mut ada, &conversation, &services).await;
    for (format, answer) in FORMATS.iter().zip(&answers) {
        assert_eq!(answer["thoughts"].as_str().unwrap().trim(), THOUGHT, "{format}");
        assert!(
            !answer["expanded_content"].as_str().unwrap().contains(THOUGHT),
            "{format}"
        );
        let sources = answer["citations"].as_array().unwrap();
        assert_eq!(
            (sources.len(), &answer["citation_count"]),
            (3, &json!(3)),
            "{format}: {sources:?}"
        );
        assert_eq!(
            sources[0]["url"], "https://www.postgresql.org/docs/current/brin.html",
            "{format}"
        );
        assert_eq!(sources[1]["title"], "Logs, kept by time", "{format}");
        let no_address = &sources[2];
        assert_eq!(
            no_address["url"],
            Value::Null,
            "{format}: an address that no page may lead to"
        );
        assert_eq!(no_address["title"], "A page that <b>must not</b> be opened", "{format}");
    }
    ada.post(&format!("/responses/{}/select", id(&answers[0])), json!({}))
        .await;
    let before = app.fleet.calls().count();
    let message = ada.ask(&conversation, "And then?", &services[..1]).await;
    ada.finished(&id(&message["batch"])).await;
    let prompts = ada.get(&format!("/conversations/{conversation}/context")).await;
    assert!(!prompts.to_string().contains(THOUGHT));
    for call in app.fleet.calls().after(before) {
        assert!(
            call.messages.iter().all(|(_, text)| !text.contains(THOUGHT)),
            "{:?}",
            call.messages
        );
    }
}

/// Asks one model that thinks for a while; gives the conversation, the batch and the response.
async fn thinking(app: &TestApp, ada: &mut TestUser, format: &str, model: &str) -> (String, String, String) {
    let service = ada.add_service(app, format, model, json!({})).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let message = ada.ask(&conversation, &question(), &[service]).await;
    let response = id(&responses(&message["batch"])[0]);
    (conversation, id(&message["batch"]), response)
}

/// Waits until some of the thoughts of a response are saved.
async fn until_it_thinks(ada: &mut TestUser, path: &str) {
    while ada.get(path).await.get("thoughts").is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Applies a delta as the page does; a gap is an error.
fn apply(text: &mut String, piece: &Value) {
    let offset = usize::try_from(piece["offset"].as_i64().unwrap()).unwrap();
    assert!(offset <= text.len(), "a gap at {offset}, have {}", text.len());
    let known = text.len() - offset;
    text.push_str(piece["text"].as_str().unwrap().get(known..).unwrap_or_default());
}

#[tokio::test]
async fn thoughts_stream_as_the_text_does_and_a_page_that_was_cut_off_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (conversation, _, response) = thinking(&app, &mut ada, "openai_responses", "demo-aria+thinks1500").await;
    let (mut last, mut thoughts, mut cuts, mut done) = (0, String::new(), 0, false);
    let mut thought_alone = false;
    while !done {
        let path = format!("/ws/conversation/{conversation}?after={last}");
        let mut socket = open(&ada, &path, None).await.unwrap();
        for _ in 0..8 {
            let next = frame(&mut socket).await;
            match next["type"].as_str().unwrap() {
                "thoughts_delta" => apply(&mut thoughts, &next),
                "response_delta" => thought_alone |= next["text"] == "" && !thoughts.is_empty(),
                "ready" => {}
                kind => {
                    last = next["seq"].as_i64().unwrap();
                    done |= kind == "batch_complete";
                }
            }
            if done {
                break;
            }
        }
        cuts += 1;
    }
    assert!(cuts > 3, "the socket was cut {cuts} times");
    assert!(thought_alone, "thoughts were told before there was any text");
    let whole = ada.get(&format!("/responses/{response}")).await;
    let stored = whole["thoughts"].as_str().unwrap();
    assert!(stored.starts_with(&thoughts) && thoughts.len() * 2 > stored.len());
    assert!(stored.matches(THOUGHT).count() > 3, "{stored}");
}

#[tokio::test]
async fn a_model_that_is_stopped_while_it_thinks_keeps_what_it_thought() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (_, batch, response) = thinking(&app, &mut ada, "anthropic", "demo-aria+thinks60000").await;
    let path = format!("/responses/{response}");
    until_it_thinks(&mut ada, &path).await;
    let thinking = ada.get(&path).await;
    assert_eq!(
        (&thinking["stage"], &thinking["first_token_at"]),
        (&json!("calling"), &Value::Null)
    );
    ada.post(&format!("{path}/cancel"), json!({})).await;
    ada.finished(&batch).await;
    let stopped = ada.get(&path).await;
    assert_eq!(
        (&stopped["stage"], &stopped["content_length"]),
        (&json!("cancelled"), &json!(0))
    );
    assert!(stopped["thoughts"].as_str().unwrap().starts_with("Let me look"));
}

#[tokio::test]
async fn a_process_that_is_killed_while_a_model_thinks_tells_its_thoughts_once() {
    let mut app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (_, batch, response) = thinking(&app, &mut ada, "gemini", "demo-aria+thinks1200").await;
    let path = format!("/responses/{response}");
    until_it_thinks(&mut ada, &path).await;
    app.kill();
    app.restart();
    let mut ada = TestUser::sign_in(&app.origin).await;
    ada.finished(&batch).await;
    let whole = ada.get(&path).await;
    let thoughts = whole["thoughts"].as_str().unwrap();
    assert_eq!(whole["stage"], "answered");
    // Those of one call from its beginning, not those of both.
    assert!(format!("{THOUGHT}\n\n").repeat(99).starts_with(thoughts), "{thoughts}");
    assert!(thoughts.matches(THOUGHT).count() < 10, "{thoughts}");
}

/// Calls to a model as they ended, and whether each asked to be told what is thought.
async fn asked(app: &TestApp, ada: &mut TestUser, format: &str, model: &str, more: Value) -> Vec<(bool, String)> {
    let service = ada.add_service(app, format, model, more).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let before = app.fleet.calls().count();
    let answer = whole_answers(ada, &conversation, &[service]).await.remove(0);
    assert_eq!(answer["stage"], "answered", "{format}: {answer:#}");
    let calls = app.fleet.calls().after(before).into_iter();
    calls.map(|call| (call.thoughts, call.outcome.to_owned())).collect()
}

#[tokio::test]
async fn thoughts_are_asked_for_where_somebody_set_how_hard_to_think_and_not_where_they_are_refused() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let call = |thoughts: bool, outcome: &str| (thoughts, outcome.to_owned());
    let effort = || json!({"reasoning_effort": "low"});
    for format in ["anthropic", "openai_responses", "gemini"] {
        let plain = asked(&app, &mut ada, format, "demo-aria", json!({})).await;
        assert_eq!(plain, [call(false, "completed")], "{format}");
        let wished = asked(&app, &mut ada, format, "demo-aria", effort()).await;
        assert_eq!(wished, [call(true, "completed")], "{format}");
        // Another name for each, as what a model refuses is remembered for its address.
        let model = format!("demo-aria-{format}+nothoughts");
        let refused = asked(&app, &mut ada, format, &model, effort()).await;
        assert_eq!(refused, [call(true, "refused"), call(false, "completed")], "{format}");
        let again = asked(&app, &mut ada, format, &model, effort()).await;
        assert_eq!(again, [call(false, "completed")], "{format}");
    }
}

#[tokio::test]
async fn what_is_taken_away_has_thoughts_and_sources_and_brings_them_in_again() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada
        .add_service(&app, "anthropic", "demo-aria+thinking+cites", json!({}))
        .await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    whole_answers(&mut ada, &conversation, &[service]).await;
    let export = format!("/conversations/{conversation}/export");
    let document = ada.get(&format!("{export}?format=json")).await;
    let answer = &document["turns"][0]["answers"][0];
    assert_eq!(answer["thoughts"].as_str().unwrap().trim(), THOUGHT);
    assert_eq!(answer["citations"].as_array().unwrap().len(), 3);
    let address = format!("{}/api/v1{export}", app.origin);
    let text = ada
        .client
        .get(address)
        .header("cookie", &ada.cookie)
        .send()
        .await
        .unwrap();
    let text = text.text().await.unwrap();
    assert!(
        text.contains("Sources:\n\n1. BRIN Indexes “As it is said there.” <https://www.postgresql.org/"),
        "{text}"
    );
    assert!(!text.contains(THOUGHT) && !text.contains("javascript:"));

    let mut hostile = document.clone();
    hostile["turns"][0]["answers"][0]["citations"][0]["url"] = json!("javascript:alert(1)");
    let brought_in = id(&ada.post("/conversations/import", hostile).await);
    let again = ada
        .get(&format!("/conversations/{brought_in}/export?format=json"))
        .await;
    let answer = &again["turns"][0]["answers"][0];
    assert_eq!(answer["thoughts"], document["turns"][0]["answers"][0]["thoughts"]);
    assert_eq!(
        (
            &answer["citations"][0]["url"],
            answer["citations"].as_array().unwrap().len()
        ),
        (&Value::Null, 3)
    );

    let shared = ada
        .post(&format!("/conversations/{conversation}/shares"), json!({}))
        .await;
    let shown = ada.get(&format!("/shared/{}", shared["token"].as_str().unwrap())).await;
    let answer = &shown["transcript"]["turns"][0]["answers"][0];
    assert_eq!(answer["citations"].as_array().unwrap().len(), 3);
    assert!(answer["thoughts"].is_string());
}

#[tokio::test]
async fn programs_that_speak_the_formats_of_others_are_told_no_thoughts() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let name = json!({"name": "Thinker"});
    ada.add_service(&app, "openai", "demo-aria+thinking", name).await;
    let bearer = format!("Bearer {}", ada.token().await);
    let model = "quorum/Thinker";
    let message = json!([{"role": "user", "content": question()}]);
    for (path, body) in [
        ("/v1/chat/completions", json!({"model": model, "messages": message})),
        ("/v1/responses", json!({"model": model, "input": question()})),
        (
            "/v1/messages",
            json!({"model": model, "messages": message, "max_tokens": 4096}),
        ),
    ] {
        for stream in [false, true] {
            let mut body = body.clone();
            body["stream"] = json!(stream);
            let address = format!("{}{path}", app.origin);
            let request = ada.client.post(address).header("authorization", &bearer).json(&body);
            let reply = request.send().await.unwrap();
            assert!(reply.status().is_success(), "{path}");
            let reply = reply.text().await.unwrap();
            assert!(reply.contains("rehearsal") || reply.contains("BRIN"), "{path}: {reply}");
            assert!(!reply.contains("Let me look at"), "{path}: {reply}");
        }
    }
}
