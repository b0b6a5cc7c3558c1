//! Examples of the main operations in the description of the API: requests that were sent to a running
//! server, and its replies. `examples.json` has them by the name of the operation; a test holds them
//! against the schemas.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, path::Operation};

use crate::problem_types::ProblemType;

/// One operation as it was carried out.
#[derive(Deserialize)]
struct Example {
    request: Option<Value>,
    /// HTTP status of the reply.
    status: String,
    response: Option<Value>,
}

static EXAMPLES: LazyLock<BTreeMap<String, Example>> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// Adds what there is to an operation: its own example, and one of each refusal.
pub fn add_to(operation: &mut Operation) {
    if let Some(example) = operation.operation_id.as_ref().and_then(|id| EXAMPLES.get(id)) {
        if let (Some(RefOr::T(body)), Some(request)) = (&mut operation.request_body, &example.request) {
            set(body.content.get_mut("application/json"), request);
        }
        let reply = operation.responses.responses.get_mut(&example.status);
        if let (Some(RefOr::T(reply)), Some(response)) = (reply, &example.response) {
            set(reply.content.get_mut("application/json"), response);
        }
    }
    for (status, response) in &mut operation.responses.responses {
        if let (RefOr::T(response), Some(problem)) = (response, problem_of(status)) {
            set(response.content.get_mut("application/problem+json"), &problem);
        }
    }
}

fn set(content: Option<&mut RefOr<utoipa::openapi::Content>>, example: &Value) {
    if let Some(RefOr::T(content)) = content {
        content.example = Some(example.clone());
    }
}

/// The refusal that most often comes with a status.
fn problem_of(status: &str) -> Option<Value> {
    let kind = match status {
        "401" => ProblemType::Unauthenticated,
        "402" => ProblemType::BudgetExceeded,
        "403" => ProblemType::ScopeMissing,
        "404" => ProblemType::NotFound,
        "409" => ProblemType::Conflict,
        "422" => ProblemType::Validation,
        "429" => ProblemType::RateLimited,
        "503" => ProblemType::Unavailable,
        _ => return None,
    };
    let meaning = kind.meaning();
    let mut problem =
        json!({"type": kind.uri(), "title": meaning.title, "status": meaning.status.as_u16(), "detail": meaning.words});
    match kind {
        ProblemType::Validation => {
            problem["errors"] = json!([{
                "field": "content", "code": "too_long", "limit": 8000, "params": {"length": "8001"},
                "message": "has 8001 characters; at most 8000 are allowed"
            }]);
        }
        ProblemType::RateLimited | ProblemType::Unavailable => problem["retry_after"] = json!(2),
        _ => {}
    }
    Some(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every example of a document with the place where its schema stands.
    fn examples(document: &Value) -> Vec<(String, Value, Value)> {
        let mut found = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let mut bodies = vec![("request".to_owned(), &operation["requestBody"]["content"])];
                let replies = operation["responses"].as_object().unwrap();
                bodies.extend(
                    replies
                        .iter()
                        .map(|(status, reply)| (status.clone(), &reply["content"])),
                );
                for (what, content) in bodies {
                    for media in content.as_object().into_iter().flat_map(serde_json::Map::values) {
                        if let Some(example) = media.get("example") {
                            let name = format!("{method} {path} {what}");
                            found.push((name, media["schema"].clone(), example.clone()));
                        }
                    }
                }
            }
        }
        found
    }

    #[test]
    fn every_example_is_what_its_schema_says() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let all = examples(&document);
        assert!(all.len() > 300, "only {}", all.len());
        let mut wrong = Vec::new();
        for (name, schema, example) in all {
            let schema = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"], "allOf": [schema]});
            let validator = jsonschema::validator_for(&schema).unwrap();
            wrong.extend(
                validator
                    .iter_errors(&example)
                    .map(|error| format!("{name}: {} at {}", error, error.instance_path())),
            );
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn every_example_belongs_to_an_operation() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let operations = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item.as_object().unwrap().values());
        let names: Vec<&str> = operations
            .filter_map(|operation| operation["operationId"].as_str())
            .collect();
        for name in EXAMPLES.keys() {
            assert!(names.contains(&name.as_str()), "{name}");
        }
        assert!(EXAMPLES.len() > 20);
    }
}
