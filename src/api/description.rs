//! What the description of the API says of every operation alike: how to sign in, and each way in
//! which a request can be refused, as problem+json.

use std::collections::BTreeMap;

use utoipa::{
    Modify,
    openapi::{
        Content, OpenApi, Ref, RefOr, Response, ResponseBuilder,
        path::{Operation, PathItem},
        schema::Schema,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use crate::{examples, problem_types};

/// Refusals that any operation may answer with.
const ANY: &[(&str, &str)] = &[
    ("429", "Too often; Retry-After says when to try again"),
    (
        "503",
        "Something that Quorum needs is down; Retry-After says when to try again",
    ),
];
const NOT_WELL_FORMED: (&str, &str) = ("400", "The request is not well formed");
const SIGNED_IN: &[(&str, &str)] = &[
    ("401", "Nobody is signed in"),
    (
        "403",
        "Not allowed, not within the token's scopes, or not sent by Quorum's own page",
    ),
];
const CHANGE: &[(&str, &str)] = &[
    ("403", "Not allowed, or not sent by Quorum's own page"),
    ("409", "The state does not allow it"),
    ("507", "The disk is full; nothing was stored"),
];
const WITH_BODY: &[(&str, &str)] = &[
    ("400", "The body is not JSON"),
    ("408", "The body did not arrive in time"),
    ("413", "The body is larger than allowed"),
    ("415", "The body is not application/json"),
    ("422", "Fields that are not valid"),
];
const WITH_PATH: (&str, &str) = ("404", "Not there, or not yours");
const WITH_PARAMETERS: (&str, &str) = ("422", "Parameters that are not valid");

/// Completes the description after the routes are in.
pub struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, description: &mut OpenApi) {
        add_security(description);
        add_problem_types(description);
        for (path, item) in &mut description.paths.paths {
            let has_id = path.contains('{');
            for (changes, operation) in operations(item) {
                complete(operation, has_id, changes, error_shape(path));
            }
        }
    }
}

/// How an operation says that it refuses: media type and schema. Those in the wire formats of
/// others do so in their words.
fn error_shape(path: &str) -> (&'static str, &'static str) {
    if path.starts_with("/v1/messages") {
        ("application/json", "AnthropicError")
    } else if path.starts_with("/v1/") {
        ("application/json", "OpenAiError")
    } else {
        ("application/problem+json", "Problem")
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let changing = [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    let reading = [&mut item.get, &mut item.head];
    changing
        .into_iter()
        .flatten()
        .map(|operation| (true, operation))
        .chain(reading.into_iter().flatten().map(|operation| (false, operation)))
}

fn add_security(description: &mut OpenApi) {
    let components = description.components.get_or_insert_default();
    let session = ApiKeyValue::with_description("quorum_session", "Given by the sign-in, HttpOnly");
    let csrf = ApiKeyValue::with_description("X-CSRF-Token", "With every change; given by the sign-in");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    let mut token = Http::new(HttpAuthScheme::Bearer);
    token.description = Some(
        "A personal API token (`qk_…`, made under Settings or by POST /api/v1/api-tokens, with scopes), or the access \
         token (a JWT of a quarter of an hour) of a sign-in of an API client."
            .to_owned(),
    );
    components.add_security_scheme("token", SecurityScheme::Http(token));
    components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(csrf)));
}

/// Says of `type` what there is.
fn add_problem_types(description: &mut OpenApi) {
    let components = description.components.get_or_insert_default();
    let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("Problem") else {
        return;
    };
    if let Some(RefOr::T(Schema::Object(kind))) = problem.properties.get_mut("type") {
        kind.description = Some(problem_types::as_markdown());
        kind.examples = vec![problem_types::ProblemType::Validation.uri().into()];
    }
}

fn complete(operation: &mut Operation, has_id: bool, changes: bool, shape: (&str, &str)) {
    let public = operation.security.is_some();
    if !public {
        let mut needed = SecurityRequirement::new("session", Vec::<String>::new());
        if changes {
            needed = needed.add("csrf", Vec::<String>::new());
        }
        let token = SecurityRequirement::new("token", Vec::<String>::new());
        operation.security = Some(vec![needed, token]);
    }
    let mut refusals: Vec<(&str, &str)> = ANY.to_vec();
    refusals.extend((!public).then_some(SIGNED_IN).into_iter().flatten());
    refusals.extend(has_id.then_some(WITH_PATH));
    refusals.extend(changes.then_some(CHANGE).into_iter().flatten());
    if operation.request_body.is_some() {
        refusals.extend(WITH_BODY);
    } else if operation.parameters.is_some() {
        refusals.push(WITH_PARAMETERS);
    }
    refusals.push(NOT_WELL_FORMED);
    let responses = &mut operation.responses.responses;
    add_refusals(responses, &refusals, shape);
    examples::add_to(operation);
}

fn add_refusals(
    responses: &mut BTreeMap<String, RefOr<Response>>,
    refusals: &[(&str, &str)],
    (media_type, schema): (&str, &str),
) {
    for (status, meaning) in refusals {
        responses
            .entry((*status).to_owned())
            .or_insert_with(|| RefOr::T(ResponseBuilder::new().description(*meaning).build()));
    }
    for (status, response) in responses.iter_mut() {
        if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response) {
            let problem = Content::new(Some(Ref::from_schema_name(schema)));
            response.content.clear();
            response.content.insert(media_type.to_owned(), RefOr::T(problem));
        }
    }
}
