//! What comes of each way in which a provider can misbehave, in each wire format.

use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id, question, responses};

const QUICK: &[(&str, &str)] = &[
    ("QUORUM__DEADLINES__FIRST_TOKEN", "1"),
    ("QUORUM__DEADLINES__CONTENT_IDLE", "1"),
    ("QUORUM__DEADLINES__BATCH", "8"),
];

const FORMATS: [&str; 5] = ["anthropic", "openai", "openai_responses", "gemini", "openai_compatible"];

/// Asks one model in every format and gives the responses in the order of `FORMATS`.
async fn ask_in_every_format(app: &TestApp, ada: &mut TestUser, model: &str) -> Vec<Value> {
    let mut services = Vec::new();
    for service_type in FORMATS {
        services.push(ada.add_service(app, service_type, model, json!({})).await);
    }
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    responses(&batch).clone()
}

async fn every_format_answers(behaviour: &str) {
    let app = TestApp::start_with(QUICK).await;
    let mut ada = app.admin().await;
    for (format, response) in FORMATS
        .iter()
        .zip(ask_in_every_format(&app, &mut ada, &format!("demo-aria{behaviour}")).await)
    {
        assert_eq!(response["stage"], "answered", "{format}{behaviour}: {response:#}");
        let whole = ada.get(&format!("/responses/{}", id(&response))).await;
        assert!(
            whole["expanded_content"]
                .as_str()
                .unwrap()
                .ends_with("dropped in an instant."),
            "{format}{behaviour}"
        );
    }
}

async fn every_format_fails_with(behaviour: &str, kind: &str) {
    let app = TestApp::start_with(QUICK).await;
    let mut ada = app.admin().await;
    for (format, response) in FORMATS
        .iter()
        .zip(ask_in_every_format(&app, &mut ada, &format!("demo-aria{behaviour}")).await)
    {
        assert_eq!(response["error"]["kind"], kind, "{format}{behaviour}: {response:#}");
        let said = response["error"]["message"].as_str().unwrap();
        assert!(!said.contains("fleet-key") && !said.contains("127.0.0.1"), "{said}");
    }
}

#[tokio::test]
async fn plain_answers_arrive_whole() {
    every_format_answers("").await;
}

#[tokio::test]
async fn characters_cut_by_packets_stay_whole() {
    every_format_answers("+splitutf8").await;
}

#[tokio::test]
async fn lines_may_end_with_carriage_returns() {
    every_format_answers("+crlf").await;
}

#[tokio::test]
async fn reasoning_before_the_text_is_not_part_of_it() {
    every_format_answers("+thinking").await;
}

#[tokio::test]
async fn an_answer_without_usage_is_estimated() {
    every_format_answers("+nousage").await;
}

#[tokio::test]
async fn a_rate_limit_and_a_fault_that_pass_are_waited_for() {
    every_format_answers("+429x1").await;
}

#[tokio::test]
async fn an_error_of_the_server_that_passes_is_tried_again() {
    every_format_answers("+500x1").await;
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_no_answer() {
    every_format_fails_with("+cutclean", "bad_response").await;
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_answer() {
    every_format_fails_with("+cut", "connection").await;
}

#[tokio::test]
async fn a_page_of_html_is_no_answer() {
    every_format_fails_with("+html200", "bad_response").await;
}

#[tokio::test]
async fn a_gateways_page_of_html_is_an_overload() {
    every_format_fails_with("+html502", "overloaded").await;
}

#[tokio::test]
async fn events_that_are_not_json_are_no_answer() {
    every_format_fails_with("+badjson", "bad_response").await;
}

#[tokio::test]
async fn an_error_inside_a_stream_is_noticed() {
    every_format_fails_with("+errorinstream", "overloaded").await;
}

#[tokio::test]
async fn a_prompt_that_is_too_long_is_said_to_be() {
    every_format_fails_with("+contextlong", "context_too_long").await;
}

#[tokio::test]
async fn an_empty_account_is_not_asked_again() {
    every_format_fails_with("+quota", "quota").await;
}

#[tokio::test]
async fn silence_ends_at_the_first_token_deadline() {
    every_format_fails_with("+hang", "timeout_first_token").await;
}

#[tokio::test]
async fn comments_are_no_sign_of_life() {
    every_format_fails_with("+comments", "timeout_first_token").await;
}

#[tokio::test]
async fn a_model_that_stops_in_mid_sentence_ends_at_the_idle_deadline() {
    every_format_fails_with("+stall", "timeout_idle").await;
}

#[tokio::test]
async fn an_endless_answer_is_kept_up_to_the_limit_and_bought_once() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    for (format, response) in FORMATS
        .iter()
        .zip(ask_in_every_format(&app, &mut ada, "demo-aria+huge").await)
    {
        assert_eq!(
            (
                response["stage"].as_str(),
                response["finish_reason"].as_str(),
                response["attempt"].as_i64()
            ),
            (Some("answered"), Some("length"), Some(1)),
            "{format}: {response:#}"
        );
    }
}

#[tokio::test]
async fn a_refusal_is_a_state_and_not_an_error() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    for (format, response) in FORMATS
        .iter()
        .zip(ask_in_every_format(&app, &mut ada, "demo-aria+refusal").await)
    {
        assert_eq!(
            (response["stage"].as_str(), response["error"].is_null()),
            (Some("refused"), true),
            "{format}: {response:#}"
        );
    }
}

#[tokio::test]
async fn an_answer_cut_by_its_token_limit_says_so() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    for (format, response) in FORMATS
        .iter()
        .zip(ask_in_every_format(&app, &mut ada, "demo-aria+length").await)
    {
        assert_eq!(
            (response["stage"].as_str(), response["finish_reason"].as_str()),
            (Some("answered"), Some("length")),
            "{format}"
        );
    }
}

#[tokio::test]
async fn a_temperature_that_a_model_refuses_is_left_out() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada
        .add_service(&app, "openai", "demo-bolt+notemperature", json!({"temperature": 0.7}))
        .await;
    let conversation = ada.conversation(json!({})).await;
    for _ in 0..2 {
        let message = ada
            .ask(&conversation, &question(), std::slice::from_ref(&service))
            .await;
        let batch = ada.finished(&id(&message["batch"])).await;
        assert_eq!(responses(&batch)[0]["stage"], "ranked", "{batch:#}");
    }
    // Once with it, once without, and from then on without.
    assert_eq!(app.fleet.calls().count(), 3);
}

#[tokio::test]
async fn a_judge_that_writes_prose_gets_one_repair_and_else_its_ballot_is_void() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let judge = ada
        .add_service(
            &app,
            "openai",
            "demo-judge+junkonce",
            json!({"judge": true, "contestant": false}),
        )
        .await;
    let conversation = ada.conversation(json!({})).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(batch["ranking_method"], "judge");
    ada.send(
        reqwest::Method::PATCH,
        &format!("/admin/services/{judge}"),
        Some(json!({"model": "demo-judge+junkballot"})),
    )
    .await;
    ada.post(&format!("/batches/{}/rank", id(&batch)), json!({})).await;
    let again = ada.finished(&id(&batch)).await;
    assert_eq!(
        (again["ranking_method"].as_str(), again["judges_voted"].as_i64()),
        (Some("local"), Some(0))
    );
    let ballots = ada.get(&format!("/batches/{}/ballots", id(&batch))).await;
    let states: Vec<_> = ballots["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ballot| ballot["status"].clone())
        .collect();
    // The one judge there is votes twice, in both orders.
    assert_eq!(states, ["void", "void", "voted", "voted"]);
    let records = ballots["rankings"].as_array().unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!(records[1]["record"]["ballots"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_judge_that_writes_too_much_is_cut_to_the_limits() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    ada.add_service(
        &app,
        "gemini",
        "demo-judge+longsummary",
        json!({"judge": true, "contestant": false}),
    )
    .await;
    let conversation = ada.conversation(json!({})).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    for response in responses(&batch) {
        assert_eq!(response["summary"].as_str().unwrap().split_whitespace().count(), 50);
    }
}
