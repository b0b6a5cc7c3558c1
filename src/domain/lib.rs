//! THE WORDS: what a conversation, a batch or a response is, and which changes of state are allowed.
//!
//! May enter: plain types, pure functions over them, and the [`clock::Clock`] trait.
//! May not enter: I/O of any kind, SQL, HTTP, async, or a library that talks to the outside.
//!
//! To add a word: one file named after it, ids in [`ids`], its allowed transitions as a function
//! with a property test, and the same name in the table, the JSON and the button.

pub mod access;
pub mod attachment;
pub mod audit;
pub mod batch;
pub mod budget;
pub mod citation;
pub mod claim;
pub mod clock;
pub mod consensus;
pub mod context;
pub mod conversation;
pub mod event;
pub mod exam;
pub mod failure;
pub mod ids;
pub mod job;
pub mod key;
pub mod limits;
pub mod message;
pub mod panel;
pub mod probe;
pub mod remark;
pub mod response;
pub mod run;
pub mod service;
pub mod settings;
pub mod thoughts;
pub mod tokens;
pub mod transcript;
pub mod usage;
pub mod user;
pub mod webhook;

mod named;

pub use access::{ApiToken, Credential, Scope, Scopes};
pub use attachment::{Attachment, ImageType};
pub use batch::{Batch, BatchStatus};
pub use citation::{Citation, Citations};
pub use claim::{Claim, ClaimSource, ClaimStanding, Passage};
pub use clock::{Clock, SystemClock, Timestamp};
pub use consensus::{AttributedSentence, ComparisonVerdict, Consensus, ConsensusComparison, PassedOver};
pub use conversation::{ContextMode, Conversation, ConversationChange, JudgingPolicy, TitleSource};
pub use event::{Delta, EventBody, StoredEvent, StreamFrame};
pub use failure::{Failure, FailureKind, Trouble};
pub use job::{Job, JobKind};
pub use limits::{Reasoning, Summary};
pub use message::Message;
pub use panel::Panel;
pub use remark::{AgreementReason, RankingRemark};
pub use response::{FinishReason, Response, ResponseRole, ResponseState, Stage, SummarySource};
pub use run::{Run, RunAnswer};
pub use service::{Prices, Service, ServiceType};
pub use thoughts::{Beside, Thoughts};
pub use usage::{MicroUsd, TokenUsage};
pub use user::{Role, User};
pub use webhook::{Webhook, WebhookDelivery, WebhookEvent, WebhookEvents};
