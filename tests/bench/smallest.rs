//! The smallest engine of this kind: axum, SQLite and a WebSocket; it keeps what it accepted and
//! what was answered, and promises nothing else (no accounts, no queue, no resume, no ranking). It
//! is the floor for everything that is kept on disk, and the only file outside the store with SQL.

use std::{
    collections::HashMap,
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::{Path, State, WebSocketUpgrade, ws::Message},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, json};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    sync::mpsc,
};

use crate::{
    engine::{Asker, Engine, MODELS, Turn},
    floor,
    socket::Socket,
};

struct Room {
    client: reqwest::Client,
    fleet: String,
    database: SqlitePool,
    pages: Mutex<HashMap<String, mpsc::UnboundedSender<String>>>,
}

impl Room {
    fn tell(&self, user: &str, event: &Value) {
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = pages.get(user) {
            let _gone = page.send(event.to_string());
        }
    }
}

/// Serves until it is killed.
pub async fn serve(fleet: String, database: PathBuf) -> anyhow::Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let database = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    sqlx::raw_sql(
        "CREATE TABLE messages (id INTEGER PRIMARY KEY, user TEXT NOT NULL, content TEXT NOT NULL);
         CREATE TABLE answers (message_id INTEGER NOT NULL, model TEXT NOT NULL, content TEXT, PRIMARY KEY (message_id, model));",
    )
    .execute(&database)
    .await?;
    let room = Arc::new(Room {
        client: reqwest::Client::builder().no_proxy().build()?,
        fleet,
        database,
        pages: Mutex::default(),
    });
    let router = Router::new()
        .route("/users/{user}/messages", post(ask))
        .route("/users/{user}/socket", get(listen))
        .with_state(room);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn listen(State(room): State<Arc<Room>>, Path(user): Path<String>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        let (sender, mut events) = mpsc::unbounded_channel();
        let _replaced = room
            .pages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(user, sender);
        if socket.send(Message::text(r#"{"type":"ready"}"#)).await.is_err() {
            return;
        }
        while let Some(event) = events.recv().await {
            if socket.send(Message::text(event)).await.is_err() {
                return;
            }
        }
    })
}

async fn ask(State(room): State<Arc<Room>>, Path(user): Path<String>, Json(body): Json<Value>) -> StatusCode {
    let content = body["content"].as_str().unwrap_or_default().to_owned();
    match accept(&room, &user, &content).await {
        Ok(message) => {
            for model in MODELS {
                tokio::spawn(answer(room.clone(), user.clone(), message, model, content.clone()));
            }
            StatusCode::ACCEPTED
        }
        Err(error) => {
            eprintln!("{error:#}");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

async fn accept(room: &Room, user: &str, content: &str) -> sqlx::Result<i64> {
    let mut transaction = room.database.begin().await?;
    let (message,): (i64,) = sqlx::query_as("INSERT INTO messages (user, content) VALUES ($1, $2) RETURNING id")
        .bind(user)
        .bind(content)
        .fetch_one(&mut *transaction)
        .await?;
    for model in MODELS {
        sqlx::query("INSERT INTO answers (message_id, model) VALUES ($1, $2)")
            .bind(message)
            .bind(model)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(message)
}

async fn answer(room: Arc<Room>, user: String, message: i64, model: &'static str, question: String) {
    let mut whole = String::new();
    let streamed = floor::stream(&room.client, &room.fleet, model, &question, Instant::now(), |text| {
        whole.push_str(text);
        room.tell(&user, &json!({"type": "delta", "model": model, "text": text}));
    })
    .await;
    let saved = sqlx::query("UPDATE answers SET content = $1 WHERE message_id = $2 AND model = $3")
        .bind(&whole)
        .bind(message)
        .bind(model)
        .execute(&room.database)
        .await;
    if let (Err(error), _) = (streamed, &saved) {
        eprintln!("{error:#}");
    }
    room.tell(
        &user,
        &json!({"type": "answered", "model": model, "saved": saved.is_ok()}),
    );
}

/// A running smallest engine.
pub struct Smallest {
    process: Child,
    origin: String,
    _folder: TempDir,
}

impl Smallest {
    /// Starts it as a process of its own.
    pub async fn start(fleet: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut process = Command::new(std::env::current_exe()?)
            .args(["smallest", "--fleet", fleet, "--database"])
            .arg(folder.path().join("smallest.db"))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let origin = lines.next_line().await?.context("the smallest engine did not start")?;
        Ok(Self {
            process,
            origin,
            _folder: folder,
        })
    }
}

impl Engine for Smallest {
    fn name(&self) -> &'static str {
        "smallest engine"
    }

    fn askers(&self, count: usize) -> BoxFuture<'_, anyhow::Result<Vec<Box<dyn Asker>>>> {
        async move {
            let client = reqwest::Client::builder().no_proxy().build()?;
            let mut askers = Vec::new();
            for number in 0..count {
                let mut socket = Socket::open(&self.origin, &format!("/users/{number}/socket"), None).await?;
                socket.ready().await?;
                askers.push(Box::new(SmallestAsker {
                    client: client.clone(),
                    url: format!("{}/users/{number}/messages", self.origin),
                    socket,
                }) as Box<dyn Asker>);
            }
            Ok(askers)
        }
        .boxed()
    }

    fn processes(&self) -> Vec<u32> {
        self.process.id().into_iter().collect()
    }
}

struct SmallestAsker {
    client: reqwest::Client,
    url: String,
    socket: Socket,
}

impl Asker for SmallestAsker {
    fn turn<'a>(&'a mut self, question: &'a str) -> BoxFuture<'a, anyhow::Result<Turn>> {
        async move {
            let begun = Instant::now();
            let post = async {
                let reply = self
                    .client
                    .post(&self.url)
                    .json(&json!({"content": question}))
                    .send()
                    .await?;
                reply.error_for_status()?;
                anyhow::Ok(())
            };
            let socket = &mut self.socket;
            let hear = async {
                let (mut turn, mut answered) = (Turn::default(), 0);
                while answered < MODELS.len() {
                    match socket.frame().await?["type"].as_str() {
                        Some("delta") if turn.first_token.is_zero() => turn.first_token = begun.elapsed(),
                        Some("answered") => answered += 1,
                        _ => {}
                    }
                }
                turn.last_answer = begun.elapsed();
                turn.whole = turn.last_answer;
                anyhow::Ok(turn)
            };
            let ((), turn) = tokio::try_join!(post, hear)?;
            Ok(turn)
        }
        .boxed()
    }
}
