//! THE MEMORY: the only place with SQL. SQLite and PostgreSQL behind one face.
//!
//! A [`Store`] hands out two things: a [`Session`] to read with, and a [`Tx`] to change with.
//! Only a `Tx` has methods that change anything, so a change outside a transaction does not
//! compile. Events are numbered and stored by the `Tx` that makes the change and are handed back
//! by [`Tx::commit`] for publishing.
//!
//! A statement costs an embedded database a message to a thread and one back, so a change that nobody
//! waits for is made with `execute_later`, and a query whose rows are needed after another's with
//! `ask`: they go with the next statement (`embedded/statement.rs`).
//!
//! May enter: SQL that both databases understand, and the few lines where they differ
//! (`dialect.rs`). May not enter: HTTP, providers, rules that do not need the database.
//!
//! To add a table: one numbered migration in `migrations/sqlite` and its twin in
//! `migrations/postgres`, a file here named after the table, and a test in
//! `tests/conformance` that runs on both databases.

#[macro_use]
mod dialect;

mod account_links;
mod accounts;
mod answer;
mod answering;
mod api_keys;
mod api_tokens;
mod asking;
mod attachments;
mod audit;
mod backlog;
mod ballots;
mod batches;
mod beginning;
mod branching;
mod budgets;
mod choosing;
mod claiming;
mod closing;
mod connection;
mod consensus_chain;
mod consensuses;
mod conversations;
mod due;
mod embedded;
mod erasing;
mod error;
mod events;
mod fairness;
mod figures;
mod health;
mod idempotency;
mod identities;
mod jobs;
mod judges;
mod leases;
mod ledger;
mod messages;
mod opening;
mod own_data;
mod panels;
mod pauses;
mod probes;
mod prompts;
mod questions;
mod rankings;
mod reservations;
mod responses;
mod rows;
mod runs;
mod search;
mod selections;
mod services;
mod settings;
mod shares;
mod sign_in_places;
mod sign_ins;
mod stopping;
mod sweep;
mod texts;
mod time;
mod transcripts;
mod turns;
pub mod upkeep;
mod usage;
mod webhook_claims;
mod webhook_deliveries;
mod webhooks;

pub use account_links::NewAccountLink;
pub use accounts::{NewUser, UserPatch};
pub use answering::{CallStart, Outcome};
pub use api_keys::{MASTER_KEY_TURN, SealedApiKey, ServiceKey, UsableKeys};
pub use api_tokens::NewApiToken;
pub use asking::BeforeAsking;
pub use audit::{AuditCheck, AuditFilter};
pub use backlog::{Standing, WorkId, WorkItem};
pub use ballots::{BallotRow, NewBallot};
pub use batches::BatchSettled;
pub use beginning::Beginning;
pub use choosing::Pruned;
pub use claiming::{Caps, Claim, Claimed, ClaimedResponse, Running};
pub use closing::{AccountStanding, Erased};
pub use connection::{Committed, Connection, Session, Store, Timekeeping, Tx};
pub use consensuses::{ConsensusPlan, NewConsensus};
pub use conversations::{ConversationPatch, Cursor, NewConversation};
pub use error::StoreError;
pub use figures::Figures;
pub use health::{FailedCall, PausedService, Stretch};
pub use idempotency::RequestState;
pub use identities::OidcFlow;
pub use jobs::ClaimedJob;
pub use judges::{ExamRow, JudgeRecord};
pub use leases::{Held, Lease};
pub use ledger::{CallEnd, NewCall};
pub use messages::{MessagePage, NewMessage};
pub use opening::StoreOptions;
pub use own_data::{Holdings, OwnCall, OwnConversation, OwnIdentity, OwnShare};
pub use pauses::{Pause, Pauses};
pub use probes::{Probe, ProbeOf};
pub use prompts::Prompt;
pub use questions::{AskedQuestion, BeforeAnswering, QuestionAtWork};
pub use rankings::{BatchToRank, RankedResponse, RankingResult, RankingRow};
pub use reservations::Reservation;
pub use responses::{ResponseContext, SavedText};
pub use runs::NewRun;
pub use search::SearchHit;
pub use selections::SelectionRow;
pub use shares::Share;
pub use sign_ins::{NewSession, Refreshed, SessionRow};
pub use stopping::Stopped;
pub use sweep::Swept;
pub use transcripts::TurnAt;
pub use usage::{AnswerFigures, UsageLine, UsageReport};
pub use webhook_deliveries::{AttemptEnd, DeliveryAtWork};
pub use webhooks::{NewWebhook, SealedWebhook, WebhookPatch};

/// Result of every operation of this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
