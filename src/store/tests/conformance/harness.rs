//! A store of its own for each test, and the steps that tests share.

use std::{sync::Arc, time::Duration};

use quorum_domain::{
    ContextMode, Conversation, JudgingPolicy, Message, Prices, Role, Service, ServiceType, User,
    batch::RankingMethod,
    clock::ManualClock,
    ids::{ServiceId, UserId},
    usage::{MicroUsd, TokenUsage},
};
use quorum_store::{
    Caps, Claim, Claimed, ClaimedJob, ClaimedResponse, NewConversation, NewMessage, NewUser, Outcome, RankedResponse,
    RankingResult, Store, StoreOptions, Timekeeping,
};
use sqlx::{Connection, Executor};

/// How long a lease lasts in these tests.
pub const LEASE: chrono::Duration = chrono::Duration::seconds(20);

/// No cap in the way.
pub const CAPS: Caps = Caps {
    per_service: 1_000,
    per_user: 1_000,
};

/// A store and its clock.
pub struct Fixture {
    pub store: Store,
    pub clock: ManualClock,
    /// Keeps the SQLite file.
    _folder: Option<tempfile::TempDir>,
}

fn clock() -> ManualClock {
    ManualClock::starting_at(chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap())
}

async fn open(url: String, folder: Option<tempfile::TempDir>) -> Fixture {
    let clock = clock();
    let options = StoreOptions {
        url,
        connections: 4,
        acquire_timeout: Duration::from_secs(20),
    };
    let store = Store::open(&options, Timekeeping::Given(Arc::new(clock.clone())))
        .await
        .unwrap();
    Fixture {
        store,
        clock,
        _folder: folder,
    }
}

pub async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("quorum.db").display());
    open(url, Some(folder)).await
}

/// The URL of a new, empty database on the test cluster.
pub async fn new_postgres_database() -> String {
    let cluster = std::env::var("QUORUM_TEST_POSTGRES_URL")
        .expect("QUORUM_TEST_POSTGRES_URL is not set: run `make test`, or `tests/with-postgres.sh cargo test`");
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    let mut connection = sqlx::PgConnection::connect(&cluster).await.unwrap();
    connection
        .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    cluster
        .rsplit_once('/')
        .map(|(server, _)| format!("{server}/{name}"))
        .unwrap()
}

pub async fn postgres() -> Fixture {
    open(new_postgres_database().await, None).await
}

/// Declares tests that run on both databases.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($fixture:ident: Fixture) $body:block)+) => {
        $(async fn $name($fixture: $crate::harness::Fixture) $body)+
        mod sqlite { $(#[tokio::test] $(#[$meta])* async fn $name() { super::$name($crate::harness::sqlite().await).await; })+ }
        mod postgres { $(#[tokio::test] $(#[$meta])* async fn $name() { super::$name($crate::harness::postgres().await).await; })+ }
    };
}

pub fn service(name: &str) -> Service {
    Service {
        id: ServiceId::new(),
        name: name.into(),
        service_type: ServiceType::OpenAi,
        base_url: "https://api.example.com/v1".into(),
        model: format!("{name}-model"),
        max_output_tokens: 1_000,
        context_window: 8_000,
        vision: false,
        temperature: Some(0.5),
        reasoning_effort: None,
        prices: Prices {
            input: 1_000_000,
            cached_input: 100_000,
            output: 2_000_000,
            ..Prices::default()
        },
        active: true,
        contestant: true,
        judge: false,
        demo: false,
        tiny: false,
        requires_key: true,
        created_at: chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
    }
}

impl Fixture {
    pub async fn user(&self, name: &str) -> User {
        let mut tx = self.store.begin().await.unwrap();
        let new = NewUser {
            name: name.into(),
            email: format!("{name}@example.com"),
            password_hash: Some("$argon2id$x".into()),
            role: Role::User,
        };
        let user = tx.create_user(&new).await.unwrap();
        let _ = tx.commit().await.unwrap();
        user
    }

    pub async fn services(&self, names: &[&str]) -> Vec<Service> {
        let services: Vec<Service> = names.iter().map(|name| service(name)).collect();
        let mut tx = self.store.begin().await.unwrap();
        for service in &services {
            tx.save_service(service).await.unwrap();
        }
        let _ = tx.commit().await.unwrap();
        services
    }

    pub async fn conversation(&self, owner: UserId) -> Conversation {
        let new = NewConversation {
            title: None,
            service_ids: vec![],
            context_mode: ContextMode::Shared,
            judging_policy: JudgingPolicy::Local,
            judge_ids: vec![],
            system_prompt: String::new(),
        };
        let mut tx = self.store.begin().await.unwrap();
        let conversation = tx.create_conversation(owner, &new).await.unwrap();
        let _ = tx.commit().await.unwrap();
        conversation
    }

    pub async fn ask(
        &self,
        conversation: &Conversation,
        author: UserId,
        content: &str,
        services: &[Service],
    ) -> Message {
        let mut tx = self.store.begin().await.unwrap();
        let new = NewMessage {
            conversation_id: conversation.id,
            author,
            content,
            attachments: &[],
            services,
            token_id: None,
            output_limit: None,
            beginning: None,
        };
        let message = tx.accept_message(&new).await.unwrap();
        let _ = tx.commit().await.unwrap();
        message
    }

    /// Claims all due responses (64 at most).
    pub async fn claim(&self, owner: &str) -> Vec<ClaimedResponse> {
        self.claim_some(owner, 64).await
    }

    pub async fn claim_some(&self, owner: &str, responses: usize) -> Vec<ClaimedResponse> {
        self.claim_within(owner, responses, 0, CAPS).await.responses
    }

    pub async fn claim_jobs(&self, owner: &str) -> Vec<ClaimedJob> {
        self.claim_within(owner, 0, 10, CAPS).await.jobs
    }

    pub async fn claim_within(&self, owner: &str, responses: usize, jobs: usize, caps: Caps) -> Claimed {
        let claim = Claim {
            owner,
            lease: LEASE,
            responses,
            jobs,
            caps,
            up_for: Duration::ZERO,
        };
        self.store.claim(claim).await.unwrap()
    }

    /// Answers one claimed response.
    pub async fn answer(&self, claimed: &ClaimedResponse, text: &str) {
        let mut tx = self.store.begin().await.unwrap();
        let started = tx.start_call(claimed, MicroUsd(0)).await.unwrap();
        tx.finish_response(claimed, started.attempt, &answered(text), None)
            .await
            .unwrap();
        let _ = tx.commit().await.unwrap();
    }

    /// A conversation with one message that every service has answered with its own name.
    pub async fn answered_turn(&self, names: &[&str]) -> (User, Conversation, Message) {
        let user = self.user("ada").await;
        let services = self.services(names).await;
        let conversation = self.conversation(user.id).await;
        let message = self.ask(&conversation, user.id, "What is it?", &services).await;
        for claimed in self.claim("worker").await {
            let name = services
                .iter()
                .find(|service| service.id == claimed.service_id)
                .unwrap()
                .name
                .clone();
            self.answer(&claimed, &format!("answer of {name}")).await;
        }
        (user, conversation, message)
    }

    /// A question to one service, whose answer a worker has claimed.
    pub async fn claimed_answer(&self) -> (User, Conversation, ClaimedResponse) {
        let user = self.user("ada").await;
        let services = self.services(&["a"]).await;
        let conversation = self.conversation(user.id).await;
        self.ask(&conversation, user.id, "Why?", &services).await;
        let claimed = self.claim("worker").await.remove(0);
        (user, conversation, claimed)
    }

    /// Ranks the answers of a message in the order asked, without judges.
    pub async fn rank_in_order(&self, message: &Message) {
        let batch = message.batch.as_ref().unwrap();
        let mut tx = self.store.begin().await.unwrap();
        let (ranking, _) = tx.begin_ranking(batch.state.id, &[]).await.unwrap();
        let entries = (1..).zip(&batch.responses).map(|(rank, response)| RankedResponse {
            response_id: response.id,
            rank: Some(rank),
            score: None,
            tied: false,
            summary: None,
            reasoning: None,
            agreement_reason: None,
        });
        let result = RankingResult {
            method: RankingMethod::Local,
            remarks: Vec::new(),
            agreement: None,
            judges_wanted: 0,
            judges_voted: 0,
            entries: entries.collect(),
            record: serde_json::Value::Null,
        };
        tx.save_ranking(batch.state.id, message.conversation_id, ranking, &result)
            .await
            .unwrap();
        let _ = tx.commit().await.unwrap();
    }
}

pub fn answered(text: &str) -> Outcome {
    Outcome::Answered {
        content: text.into(),
        beside: quorum_domain::Beside::default(),
        finish: quorum_domain::FinishReason::Stop,
        summary: Some(quorum_domain::Summary::cut(text)),
        usage: TokenUsage {
            input: 10,
            output: 5,
            ..TokenUsage::default()
        },
        first_token_at: None,
        sentences: Vec::new(),
    }
}
