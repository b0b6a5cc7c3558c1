//! Quorum as its users meet it: processes with a page's API and WebSocket.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{
    engine::{Asker, Engine, MODELS, Turn},
    socket::Socket,
};

/// Where Quorum keeps its data and how many processes it has.
#[derive(Debug, Clone)]
pub enum Placement {
    /// One process on SQLite.
    Embedded,
    /// One API process and two workers on PostgreSQL and Redis.
    Scale {
        /// A server on which a database is made.
        postgres: String,
        /// A Redis of its own.
        redis: String,
    },
}

/// A running Quorum with an admin, three services and no demo.
pub struct Product {
    name: &'static str,
    processes: Vec<Child>,
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    binary: PathBuf,
    /// Where it answers.
    pub origin: String,
    /// The account that everything is set up with.
    pub admin: Person,
    /// The services, in the order of [`MODELS`].
    pub services: Vec<String>,
    people: AtomicUsize,
}

impl Product {
    /// Starts it and adds the models as services.
    pub async fn start(placement: &Placement, binary: &Path, fleet: &str) -> anyhow::Result<Self> {
        Self::with_models(placement, binary, fleet, &MODELS).await
    }

    /// The same with models of one's own.
    pub async fn with_models(
        placement: &Placement,
        binary: &Path,
        fleet: &str,
        models: &[&str],
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut settings = vec![
            ("QUORUM__DEMO__ENABLED", "false".to_owned()),
            (
                "QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS",
                format!("[\"{}\"]", fleet.trim_start_matches("http://")),
            ),
            ("QUORUM__LOG__FILTER", "warn".to_owned()),
        ];
        // Everybody comes from one address here, and faster than people ask.
        for rate in [
            "QUORUM__RATES__ADDRESS",
            "QUORUM__RATES__USER",
            "QUORUM__RATES__ASKING",
            "QUORUM__RATES__SIGN_IN_ADDRESS",
        ] {
            settings.push((rate, "{per_minute=0,burst=0}".to_owned()));
        }
        let (name, roles): (_, &[&str]) = match placement {
            Placement::Embedded => ("Quorum embedded", &["all"]),
            Placement::Scale { postgres, redis } => {
                settings.push(("QUORUM__STORE__URL", new_database(postgres).await?));
                settings.push(("QUORUM__BUS__URL", redis.clone()));
                ("Quorum scale-out", &["serve", "work", "work"])
            }
        };
        let (mut processes, mut origin) = (Vec::new(), String::new());
        for role in roles {
            let (process, address) = spawn(binary, folder.path(), &settings, role).await?;
            processes.push(process);
            if *role != "work" {
                origin = address;
            }
        }
        let mut admin = Person::new(&origin)?;
        admin.register("Ada", "ada@example.com").await?;
        let mut services = Vec::new();
        for model in models {
            let draft = json!({"name": model, "service_type": "openai_compatible", "base_url": format!("{fleet}/compatible/v1"),
                               "model": model, "requires_key": false, "judge": false});
            let service = admin.post("/admin/services", &draft).await?;
            services.push(service["id"].as_str().context("no id")?.to_owned());
        }
        Ok(Self {
            name,
            processes,
            folder,
            settings,
            binary: binary.to_owned(),
            origin,
            admin,
            services,
            people: AtomicUsize::new(0),
        })
    }

    /// Somebody new, signed in.
    pub async fn person(&self) -> anyhow::Result<Person> {
        let email = format!("user{}@example.com", self.people.fetch_add(1, Ordering::Relaxed));
        let account = json!({"name": "Somebody", "email": email, "password": PASSWORD});
        self.admin.post("/admin/users", &account).await?;
        let mut person = Person::new(&self.origin)?;
        person
            .sign_in("/auth/login", &json!({"email": email, "password": PASSWORD}))
            .await?;
        Ok(person)
    }

    /// Stops the first process and starts it again on the same data; gives the time until it
    /// served a request.
    pub async fn restart(&mut self) -> anyhow::Result<Duration> {
        self.processes[0].kill().await?;
        let begun = Instant::now();
        let (process, origin) = spawn(&self.binary, self.folder.path(), &self.settings, "all").await?;
        self.processes[0] = process;
        reqwest::get(format!("{origin}/health/ready"))
            .await?
            .error_for_status()?;
        let took = begun.elapsed();
        self.admin.origin.clone_from(&origin);
        self.origin = origin;
        Ok(took)
    }
}

const PASSWORD: &str = "correct horse 7 battery";

async fn new_database(server: &str) -> anyhow::Result<String> {
    let name = format!("bench_{}", rand::random::<u32>());
    let pool = sqlx::PgPool::connect(server).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&pool)
        .await?;
    let (origin, _) = server
        .rsplit_once('/')
        .context("the server's address names no database")?;
    Ok(format!("{origin}/{name}"))
}

async fn spawn(
    binary: &Path,
    folder: &Path,
    settings: &[(&'static str, String)],
    role: &str,
) -> anyhow::Result<(Child, String)> {
    let mut process = Command::new(binary)
        .arg("--data-dir")
        .arg(folder)
        .args(["--port", "0", role])
        .envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
    if role == "work" {
        return Ok((process, String::new()));
    }
    while let Some(line) = lines.next_line().await? {
        if let Some((_, origin)) = line.split_once("open ") {
            return Ok((process, origin.trim().to_owned()));
        }
    }
    anyhow::bail!("Quorum did not start")
}

impl Engine for Product {
    fn name(&self) -> &'static str {
        self.name
    }

    fn askers(&self, count: usize) -> BoxFuture<'_, anyhow::Result<Vec<Box<dyn Asker>>>> {
        async move {
            let mut askers: Vec<Box<dyn Asker>> = Vec::new();
            for _ in 0..count {
                let person = self.person().await?;
                askers.push(Box::new(PageAsker::open(person, self.services.clone()).await?));
            }
            Ok(askers)
        }
        .boxed()
    }

    fn processes(&self) -> Vec<u32> {
        self.processes.iter().filter_map(Child::id).collect()
    }
}

/// A signed-in person.
pub struct Person {
    client: reqwest::Client,
    origin: String,
    cookie: String,
    csrf: String,
}

impl Person {
    fn new(origin: &str) -> anyhow::Result<Self> {
        Ok(Self {
            client: reqwest::Client::builder().no_proxy().build()?,
            origin: origin.into(),
            cookie: String::new(),
            csrf: String::new(),
        })
    }

    async fn register(&mut self, name: &str, email: &str) -> anyhow::Result<()> {
        self.sign_in(
            "/auth/register",
            &json!({"name": name, "email": email, "password": PASSWORD}),
        )
        .await
    }

    async fn sign_in(&mut self, path: &str, body: &Value) -> anyhow::Result<()> {
        let reply = self.request(reqwest::Method::POST, path).json(body).send().await?;
        let status = reply.status();
        let cookie = reply
            .headers()
            .get("set-cookie")
            .and_then(|cookie| cookie.to_str().ok())
            .unwrap_or_default();
        self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let session: Value = reply.json().await?;
        self.csrf = session["csrf_token"]
            .as_str()
            .with_context(|| format!("{path}: {status} {session}"))?
            .to_owned();
        Ok(())
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}/api/v1{path}", self.origin))
            .header("cookie", &self.cookie)
            .header("x-csrf-token", &self.csrf)
    }

    async fn read(request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let reply = request.send().await?;
        let (status, url) = (reply.status(), reply.url().path().to_owned());
        let body = reply.bytes().await?;
        ensure!(
            status.is_success(),
            "{url}: {status} {}",
            String::from_utf8_lossy(&body)
        );
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }

    /// POSTs JSON; what is not 2xx is an error.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        Self::read(self.request(reqwest::Method::POST, path).json(body)).await
    }

    /// GETs JSON; what is not 2xx is an error.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        Self::read(self.request(reqwest::Method::GET, path)).await
    }

    /// A new conversation that is not judged, and its id.
    pub async fn conversation(&self) -> anyhow::Result<String> {
        let conversation = self.post("/conversations", &json!({"judging_policy": "off"})).await?;
        Ok(conversation["id"].as_str().context("no id")?.to_owned())
    }

    /// Opens a conversation's socket and reads until it is live.
    pub async fn socket(&self, conversation: &str) -> anyhow::Result<Socket> {
        let mut socket = Socket::open(
            &self.origin,
            &format!("/ws/conversation/{conversation}?after=0"),
            Some(&self.cookie),
        )
        .await?;
        socket.ready().await?;
        Ok(socket)
    }
}

/// Turns in one conversation; then a new one, as a growing prompt would be no fair comparison.
const TURNS_OF_A_CONVERSATION: u32 = 4;

/// A person with an open page.
pub struct PageAsker {
    /// Who asks.
    pub person: Person,
    services: Vec<String>,
    conversation: String,
    socket: Socket,
    turns: u32,
}

impl PageAsker {
    /// Opens the page.
    pub async fn open(person: Person, services: Vec<String>) -> anyhow::Result<Self> {
        let conversation = person.conversation().await?;
        let socket = person.socket(&conversation).await?;
        Ok(Self {
            person,
            services,
            conversation,
            socket,
            turns: 0,
        })
    }

    /// One turn; `hear` gets every frame.
    pub async fn ask(&mut self, question: &str, mut hear: impl FnMut(&Value)) -> anyhow::Result<Turn> {
        if self.turns == TURNS_OF_A_CONVERSATION {
            self.conversation = self.person.conversation().await?;
            self.socket = self.person.socket(&self.conversation).await?;
            self.turns = 0;
        }
        self.turns += 1;
        let path = format!("/conversations/{}/messages", self.conversation);
        let body = json!({"content": question, "service_ids": self.services});
        let (socket, services) = (&mut self.socket, self.services.len());
        let begun = Instant::now();
        let listen = async {
            let (mut turn, mut final_answers) = (Turn::default(), 0);
            loop {
                let frame = socket.frame().await?;
                hear(&frame);
                match frame["type"].as_str() {
                    Some("response_delta") if turn.first_token.is_zero() => turn.first_token = begun.elapsed(),
                    Some("response_update") if frame["response"]["status"] == "failed" => {
                        anyhow::bail!("an answer failed: {frame}")
                    }
                    Some("response_update") if frame["response"]["stage"] == "answered" && final_answers < services => {
                        final_answers += 1;
                        turn.last_answer = begun.elapsed();
                    }
                    Some("batch_complete") => {
                        turn.whole = begun.elapsed();
                        return Ok(turn);
                    }
                    _ => {}
                }
            }
        };
        let (_, turn) = tokio::try_join!(self.person.post(&path, &body), listen)?;
        Ok(turn)
    }
}

impl Asker for PageAsker {
    fn turn<'a>(&'a mut self, question: &'a str) -> BoxFuture<'a, anyhow::Result<Turn>> {
        self.ask(question, |_| {}).boxed()
    }
}
