//! THE VISITOR: a typed client of the API, for programs outside; our own command line and tests use it.
//!
//! ```no_run
//! # async fn run() -> Result<(), quorum_client::ClientError> {
//! use quorum_client::{Client, Question};
//!
//! let client = Client::new("http://127.0.0.1:8000", "qk_...".into())?;
//! let conversation = client.create_conversation(&Default::default()).await?;
//! client.ask(conversation.id, &Question::of("Which index suits time series?")).await?;
//! let mut follower = client.follow(conversation.id, 0);
//! loop {
//!     println!("{:?}", follower.next().await?);
//! }
//! # }
//! ```
//!
//! What may be asked twice without harm is asked again by itself while the server is away; a question
//! carries an Idempotency-Key, so that it is never put twice. A [`Follower`] comes back by itself after
//! every break and misses nothing.
//!
//! May enter: HTTP and WebSocket to a Quorum server, and the words of the domain. May not enter: any
//! other room. `reqwest` has a second home here: `providers` has it behind the guard of what Quorum
//! itself calls, which would keep a client from its own machine.
//!
//! To add an operation: a method in the file of its resource, its request and reply in [`types`] where
//! the domain has no word for them, and a use of it in the front-door tests.

mod client;
mod conversations;
mod error;
mod follow;
mod text;
pub mod types;

pub use client::Client;
pub use error::{ClientError, Problem, ProblemField};
pub use follow::{Follower, Update};
pub use secrecy::SecretString;
pub use text::{LiveTexts, Piece};
pub use types::{Accepted, ConsensusDraft, ConversationDraft, Page, Question};
