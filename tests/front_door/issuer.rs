//! A small issuer of accounts and a browser that is led there, for the tests of signing in by an account
//! elsewhere.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::HeaderMap,
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{StatusCode, redirect::Policy};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::harness::{TestApp, TestUser};

/// What the issuer does at the next sign-in.
#[derive(Clone)]
pub struct Plan {
    pub claims: Value,
    header: Value,
    /// Signs with a key that is not published.
    other_key: bool,
}

pub struct Issuer {
    origin: String,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    pub plan: Mutex<Plan>,
    /// By code: the nonce and the challenge that the browser brought.
    asked: Mutex<HashMap<String, (String, String)>>,
    /// What was sent to the token endpoint.
    pub exchanges: Mutex<Vec<(String, HashMap<String, String>)>>,
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

impl Issuer {
    pub async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Arc::new(Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            key: key(),
            other: key(),
            plan: Mutex::new(Plan {
                claims: json!({"sub": "subject-1", "email": "ada@example.com", "email_verified": true, "name": "Ada"}),
                header: json!({"alg": "ES256", "kid": "one", "typ": "JWT"}),
                other_key: false,
            }),
            asked: Mutex::default(),
            exchanges: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&issuer));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        issuer
    }

    pub fn now_says(&self, claims: Value) {
        let mut plan = self.plan.lock().unwrap();
        plan.claims
            .as_object_mut()
            .unwrap()
            .extend(claims.as_object().unwrap().clone());
    }

    pub fn signs(&self, header: Value, other_key: bool) {
        let mut plan = self.plan.lock().unwrap();
        plan.header = header;
        plan.other_key = other_key;
    }

    fn id_token(&self, nonce: &str) -> String {
        let plan = self.plan.lock().unwrap().clone();
        let now = chrono::Utc::now().timestamp();
        let mut claims = json!({"iss": self.origin, "aud": "quorum", "iat": now, "exp": now + 300, "nonce": nonce});
        claims
            .as_object_mut()
            .unwrap()
            .extend(plan.claims.as_object().unwrap().clone());
        let message = format!("{}.{}", part(&plan.header), part(&claims));
        let key = if plan.other_key { &self.other } else { &self.key };
        let signature = key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

async fn document(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", issuer.origin);
    Json(json!({
        "issuer": issuer.origin, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
    }))
}

async fn keys(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    let point = issuer.key.public_key().as_ref();
    let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Json(
        json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256",
        "x": coordinate(&point[1..33]), "y": coordinate(&point[33..])}]}),
    )
}

async fn token(
    State(issuer): State<Arc<Issuer>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let authorization = headers
        .get("authorization")
        .map(|value| value.to_str().unwrap().to_owned());
    issuer
        .exchanges
        .lock()
        .unwrap()
        .push((authorization.unwrap_or_default(), form.clone()));
    let asked = issuer.asked.lock().unwrap().remove(&form["code"]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    match asked {
        Some((nonce, expected)) if expected == challenge => (
            StatusCode::OK,
            Json(json!({"id_token": issuer.id_token(&nonce), "access_token": "x", "token_type": "Bearer"})),
        ),
        _ => (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))),
    }
}

pub async fn app_with(issuer: &Issuer, more: &[(&str, &str)]) -> TestApp {
    let host = issuer.origin.trim_start_matches("http://");
    let allowed = format!("[\"{host}\"]");
    let mut settings = vec![
        ("QUORUM__OIDC__ISSUER", issuer.origin.as_str()),
        ("QUORUM__OIDC__NAME", "Example"),
        ("QUORUM__OIDC__CLIENT_ID", "quorum"),
        ("QUORUM__OIDC__CLIENT_SECRET", "canary-client-secret"),
        ("QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS", allowed.as_str()),
    ];
    settings.extend(more);
    TestApp::start_with(&settings).await
}

/// A browser that follows nothing by itself.
pub struct Browser {
    client: reqwest::Client,
    origin: String,
    pub cookies: HashMap<String, String>,
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        Self {
            client: reqwest::Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .build()
                .unwrap(),
            origin: app.origin.clone(),
            cookies: HashMap::new(),
        }
    }

    /// Opens an address; gives where it leads.
    pub async fn open(&mut self, path: &str) -> String {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = self.client.get(format!("{}{path}", self.origin));
        let reply = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        for cookie in reply.headers().get_all("set-cookie") {
            let (name, value) = cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap();
            self.cookies.insert(name.into(), value.into());
        }
        assert_eq!(reply.status(), StatusCode::SEE_OTHER);
        reply.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Begins, and agrees at the issuer; gives the way back.
    pub async fn there(&mut self, issuer: &Issuer, start: &str) -> String {
        let place = reqwest::Url::parse(&self.open(start).await).unwrap();
        assert!(place.as_str().starts_with(&format!("{}/authorize?", issuer.origin)));
        let query: HashMap<String, String> = place.query_pairs().into_owned().collect();
        assert_eq!((&*query["response_type"], &*query["client_id"]), ("code", "quorum"));
        assert_eq!(
            query["redirect_uri"],
            format!("{}/api/v1/auth/oidc/callback", self.origin)
        );
        assert_eq!(
            (&*query["scope"], &*query["code_challenge_method"]),
            ("openid email profile", "S256")
        );
        let code = format!("code-{}", issuer.asked.lock().unwrap().len());
        let asked = (query["nonce"].clone(), query["code_challenge"].clone());
        issuer.asked.lock().unwrap().insert(code.clone(), asked);
        format!("/api/v1/auth/oidc/callback?state={}&code={code}", query["state"])
    }

    pub async fn sign_in(&mut self, issuer: &Issuer) -> String {
        let back = self.there(issuer, "/api/v1/auth/oidc/start").await;
        self.open(&back).await
    }

    pub fn user(&self) -> TestUser {
        let mut user = TestUser::new(&self.origin);
        user.cookie = format!("quorum_session={}", self.cookies["quorum_session"]);
        user
    }
}

pub const START: &str = "/api/v1/auth/oidc/start";
