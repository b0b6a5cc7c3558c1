//! Identifiers: UUIDv7, one type each, so that a message id cannot be used as a response id.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id; ids made later sort later (UUID version 7, RFC 9562).
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self { Self(Uuid::now_v7()) }
            /// The bare UUID, for binding to a query.
            pub const fn uuid(self) -> Uuid { self.0 }
        }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

ids! {
    /// A person with an account.
    UserId,
    /// A sign-in of a browser or an API client.
    SessionId,
    /// An invitation, or a link for a new password.
    AccountLinkId,
    /// A personal API token.
    ApiTokenId,
    /// One model that can be asked.
    ServiceId,
    /// A sealed provider key.
    ApiKeyId,
    /// A titled thread.
    ConversationId,
    /// What the user sent.
    MessageId,
    /// An image that goes along with a message.
    AttachmentId,
    /// One message put to N services.
    BatchId,
    /// One service's answer in a batch.
    ResponseId,
    /// One HTTP call to a provider, a row of the ledger.
    CallId,
    /// One judge's ordering of a batch's responses.
    BallotId,
    /// One ranking of a batch; judging again makes a new one.
    RankingId,
    /// A service's exam as a judge.
    ExamId,
    /// How much may be spent in a period, and by whom.
    BudgetId,
    /// A look at a service or an address.
    ProbeId,
    /// A text kept to ask with again.
    PromptId,
    /// A read-only snapshot behind a link.
    ShareId,
    /// Services that are asked together.
    PanelId,
    /// A unit of background work that is not a response.
    JobId,
    /// An address of a user's that is told when a batch is done.
    WebhookId,
    /// A message to a webhook.
    DeliveryId,
}
