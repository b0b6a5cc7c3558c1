//! Ballots in each provider's own JSON mode, and without it where a model does not know it.

use serde_json::json;

use crate::harness::{TestApp, TestUser, id, question};

/// Each wire format, and where it puts the form of a reply.
const PLACES: [(&str, &str); 5] = [
    ("anthropic", "output_config.format"),
    ("openai", "response_format"),
    ("openai_responses", "text.format"),
    ("gemini", "generationConfig.responseJsonSchema"),
    ("openai_compatible", "response_format"),
];

/// A turn judged by one service alone; gives how it was ranked, and where the schema stood in each call
/// to the judge with how that ended.
async fn judged_by(
    app: &TestApp,
    ada: &mut TestUser,
    service_type: &str,
    model: &str,
) -> (String, Vec<(String, String)>) {
    let more = json!({"judge": true, "contestant": false});
    let judge = ada.add_service(app, service_type, model, more).await;
    let services = ada.get("/services").await;
    let voices: Vec<String> = services["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|service| service["contestant"] == true)
        .map(id)
        .collect();
    let conversation = ada
        .conversation(json!({"judging_policy": "judge", "judge_ids": [judge]}))
        .await;
    let before = app.fleet.calls().count();
    let message = ada.ask(&conversation, &question(), &voices).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    let calls = app.fleet.calls().after(before).into_iter();
    let calls = calls
        .filter(|call| call.model == model)
        .map(|call| (call.structured.unwrap_or("none").to_owned(), call.outcome.to_owned()))
        .collect();
    (batch["ranking_method"].as_str().unwrap().to_owned(), calls)
}

#[tokio::test]
async fn every_provider_is_asked_for_the_ballots_form_in_its_own_words() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_three(&app).await;
    for (service_type, place) in PLACES {
        let (method, calls) = judged_by(&app, &mut ada, service_type, "demo-judge").await;
        assert_eq!(method, "judge", "{service_type}");
        assert_eq!(calls, [(place.to_owned(), "completed".to_owned())], "{service_type}");
    }
}

#[tokio::test]
async fn a_model_that_refuses_the_form_is_asked_without_it_and_never_with_it_again() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_three(&app).await;
    for (service_type, place) in PLACES {
        let call = |place: &str, outcome: &str| (place.to_owned(), outcome.to_owned());
        // Another name for each, as what a model refuses is remembered for its address.
        let model = format!("demo-judge-{service_type}+noschema");
        let (method, calls) = judged_by(&app, &mut ada, service_type, &model).await;
        assert_eq!(method, "judge", "{service_type}: {calls:?}");
        assert_eq!(
            calls,
            [call(place, "refused"), call("none", "completed")],
            "{service_type}"
        );
        let (method, calls) = judged_by(&app, &mut ada, service_type, &model).await;
        assert_eq!(
            (method.as_str(), calls),
            ("judge", vec![call("none", "completed")]),
            "{service_type}"
        );
    }
}
