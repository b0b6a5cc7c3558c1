//! `TestApp` runs the binary; `TestUser` is a person with a browser.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use quorum_fleet::{Fleet, FleetOptions};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A running product with a fleet of its own.
pub struct TestApp {
    pub fleet: Fleet,
    pub folder: TempDir,
    pub origin: String,
    settings: Vec<(String, String)>,
    process: Child,
}

fn start(folder: &TempDir, settings: &[(String, String)]) -> (Child, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_quorum"))
        .args(["--data-dir", folder.path().to_str().unwrap(), "--port", "0"])
        .envs(settings.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = process.stderr.take().unwrap();
    // Read to the end, so that a full pipe never stops the product.
    let log = std::thread::spawn(move || BufReader::new(stderr).lines().map_while(Result::ok).collect::<Vec<_>>());
    let stdout = BufReader::new(process.stdout.take().unwrap());
    for line in stdout.lines().map_while(Result::ok) {
        if let Some((_, origin)) = line.split_once("open ") {
            return (process, origin.trim().to_owned());
        }
    }
    let _ended = process.wait();
    panic!("the product did not start: {:#?}", log.join());
}

impl TestApp {
    /// Starts a product on SQLite whose providers are the fleet's.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_playing("", settings).await
    }

    /// The same with a fleet that also plays the scenes of a playbook.
    pub async fn start_playing(playbook: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scenes = folder.path().join("scenes.jsonl");
        std::fs::write(&scenes, playbook).unwrap();
        let fleet = Fleet::start(FleetOptions {
            first_token: Duration::from_millis(5),
            tokens_per_second: 0,
            keep_bodies: true,
            playbooks: vec![scenes],
            ..FleetOptions::default()
        })
        .await
        .unwrap();
        let mut all: Vec<(String, String)> = vec![
            ("QUORUM__DEMO__ENABLED".into(), "false".into()),
            (
                "QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS".into(),
                format!("[\"{}\"]", fleet.address()),
            ),
        ];
        all.extend(
            settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let (process, origin) = start(&folder, &all);
        Self {
            fleet,
            folder,
            origin,
            settings: all,
            process,
        }
    }

    /// Runs a command on the same data; gives whether it went well, and what it said.
    pub fn console(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quorum"))
            .args(["--data-dir", self.folder.path().to_str().unwrap()])
            .args(arguments)
            .envs(
                self.settings
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        command.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let done = command.wait_with_output().unwrap();
        let said = [done.stdout, done.stderr].concat();
        (done.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Another value of a setting from the next start on.
    pub fn change_setting(&mut self, name: &str, value: &str) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Starts the product again on the same data.
    pub fn restart(&mut self) {
        (self.process, self.origin) = start(&self.folder, &self.settings);
    }

    /// The admin, with an account and a key for the fleet.
    pub async fn admin(&self) -> TestUser {
        let mut user = TestUser::new(&self.origin);
        let body = json!({"name": "Ada", "email": "ada@example.com", "password": "correct horse 7"});
        let (status, session) = user.send(Method::POST, "/auth/register", Some(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{session}");
        user.csrf = session["csrf_token"].as_str().unwrap().to_owned();
        user
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // A process that is killed leaves no record of the lines it ran.
        if std::env::var_os("QUORUM_TEST_STOP_GENTLY").is_some() {
            let _asked = Command::new("kill").arg(self.process.id().to_string()).status();
            let begun = Instant::now();
            while matches!(self.process.try_wait(), Ok(None)) && begun.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        let _already_dead = self.process.kill();
        let _reaped = self.process.wait();
    }
}

pub struct TestUser {
    pub client: reqwest::Client,
    pub origin: String,
    pub cookie: String,
    pub csrf: String,
    /// Sent as `Authorization: Bearer`, if there is one.
    pub bearer: Option<String>,
}

static KEYS: AtomicU64 = AtomicU64::new(0);

impl TestUser {
    pub fn new(origin: &str) -> Self {
        // Every test but the first finds it installed.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        Self {
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            origin: origin.into(),
            cookie: String::new(),
            csrf: String::new(),
            bearer: None,
        }
    }

    /// A program that holds a token and no cookie.
    pub fn with_bearer(origin: &str, token: &str) -> Self {
        Self {
            bearer: Some(token.into()),
            ..Self::new(origin)
        }
    }

    pub async fn sign_in(origin: &str) -> Self {
        Self::sign_in_as(origin, "ada@example.com", "correct horse 7").await
    }

    pub async fn sign_in_as(origin: &str, email: &str, password: &str) -> Self {
        let mut user = Self::new(origin);
        let credentials = json!({"email": email, "password": password});
        let (status, session) = user.send(Method::POST, "/auth/login", Some(credentials)).await;
        assert_eq!(status, StatusCode::OK, "{session}");
        user.csrf = session["csrf_token"].as_str().unwrap().to_owned();
        user
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}/api/v1{path}", self.origin));
        match &self.bearer {
            Some(token) => request.bearer_auth(token),
            None => request
                .header("cookie", &self.cookie)
                .header("x-csrf-token", &self.csrf),
        }
    }

    async fn read(&mut self, request: reqwest::RequestBuilder) -> (StatusCode, Value) {
        let response = request.send().await.unwrap();
        if let Some(cookie) = response.headers().get("set-cookie") {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let status = response.status();
        let kind = response
            .headers()
            .get("content-type")
            .map(|kind| kind.to_str().unwrap().to_owned())
            .unwrap_or_default();
        if status.is_client_error() || status.is_server_error() {
            assert_eq!(kind, "application/problem+json", "{status}");
        }
        let bytes = response.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.read(request).await
    }

    pub async fn send_raw(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> (StatusCode, Value) {
        let mut request = self.request(method, path).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.read(request).await
    }

    pub async fn get(&mut self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "GET {path}: {body}");
        body
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Value {
        let (status, reply) = self.send(Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "POST {path}: {status} {reply}");
        reply
    }

    /// Adds a service that the fleet plays, with a key; gives its id.
    pub async fn add_service(&mut self, app: &TestApp, service_type: &str, model: &str, more: Value) -> String {
        let mount = match service_type {
            "anthropic" => "/anthropic",
            "gemini" => "/gemini/v1beta",
            "openai_compatible" => "/compatible/v1",
            _ => "/openai/v1",
        };
        let mut draft = json!({
            "name": model, "service_type": service_type, "base_url": format!("{}{mount}", app.fleet.origin()), "model": model,
            "judge": false, "input_price_micro_usd": 1_000_000, "output_price_micro_usd": 2_000_000,
        });
        draft
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().cloned().unwrap_or_default());
        let service = self.post("/admin/services", draft).await;
        self.post(
            "/api-keys",
            json!({"service_id": service["id"], "key": "fleet-key-1234"}),
        )
        .await;
        service["id"].as_str().unwrap().to_owned()
    }

    /// Three services of three formats.
    pub async fn add_three(&mut self, app: &TestApp) -> Vec<String> {
        let mut ids = Vec::new();
        for (service_type, model) in [
            ("anthropic", "demo-aria"),
            ("openai", "demo-bolt"),
            ("gemini", "demo-cedar"),
        ] {
            ids.push(self.add_service(app, service_type, model, json!({})).await);
        }
        ids
    }

    /// A service that judges and answers nothing; gives its id.
    pub async fn add_judge(&mut self, app: &TestApp, service_type: &str, model: &str) -> String {
        self.add_service(app, service_type, model, json!({"judge": true, "contestant": false}))
            .await
    }

    pub async fn conversation(&mut self, settings: Value) -> String {
        self.post("/conversations", settings).await["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Sends a message; gives it as accepted.
    pub async fn ask(&mut self, conversation: &str, content: &str, services: &[String]) -> Value {
        let key = format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed));
        let body = json!({"content": content, "service_ids": services});
        let (status, reply) = self
            .send_raw(
                Method::POST,
                &format!("/conversations/{conversation}/messages"),
                &[("content-type", "application/json"), ("idempotency-key", &key)],
                body.to_string().into_bytes(),
            )
            .await;
        assert_eq!(status, StatusCode::ACCEPTED, "{reply}");
        reply["message"].clone()
    }

    /// Examines a judge, and gives what is then known of it.
    pub async fn examined(&mut self, judge: &str) -> Value {
        self.post(&format!("/admin/services/{judge}/exam"), json!({})).await;
        let begun = Instant::now();
        loop {
            let judges = self.get("/admin/judges").await["items"].clone();
            let report = judges.as_array().unwrap().iter().find(|one| one["service_id"] == judge);
            let report = report.unwrap().clone();
            if report["exam"]["status"] == "finished" {
                return report;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{report:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a batch is final.
    pub async fn finished(&mut self, batch: &str) -> Value {
        self.batch_when(batch, |batch| {
            matches!(batch["status"].as_str(), Some("COMPLETED" | "FAILED" | "CANCELLED"))
        })
        .await
    }

    pub async fn batch_when(&mut self, batch: &str, ready: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let state = self.get(&format!("/batches/{batch}")).await;
            if ready(&state) {
                return state;
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "still waiting: {state:#}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

pub fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

pub fn responses(batch: &Value) -> &Vec<Value> {
    batch["responses"].as_array().unwrap()
}

pub fn question() -> String {
    quorum_fleet::demo_questions()[0].clone()
}
