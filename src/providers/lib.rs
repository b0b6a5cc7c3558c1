//! THE VOICES: asking models in their own wire formats, always streaming.
//!
//! [`Voices::ask`] sends one request and gives pieces of text as they come, then a [`Reply`] or
//! a [`CallError`] that says what class of failure it was and whether asking again may help. It
//! asks at most twice, and only where the first request was refused for a field that can be left
//! out; every other retry is the worker's.
//!
//! [`Fetcher`] sends small requests to other configured addresses behind the same guard, and
//! [`Voices::deliver`] brings messages to webhooks.
//!
//! May enter: HTTP to providers, their formats, their errors, their prices. May not enter: the
//! store, retries over time, what an answer is for.
//!
//! To add a provider: if it speaks Chat Completions, nothing (add a service with its URL);
//! otherwise a file in `formats/`, a variant of `domain::ServiceType`, a line in
//! `formats::format_of`, and the format in the fleet so that tests can speak to it.

mod ask;
mod call;
mod classify;
mod courier;
mod deadlines;
mod fetch;
mod formats;
mod guard;
#[cfg(test)]
mod guard_tests;
mod listing;
mod prices;
mod retry_after;
mod sse;
mod voices;

pub use ask::{Ask, CallError, ImageContents, JsonSchema, Piece, Reply};
pub use courier::{NoReceipt, Parcel, Receipt};
pub use deadlines::Deadlines;
pub use fetch::{FetchError, Fetcher};
pub use guard::{AddressRefused, AllowedHosts, check_url};
pub use prices::{Preset, PresetModel, PriceTable, price_table};
pub use sse::{LineTooLong, SseEvent, SseParser};
pub use voices::{ProviderError, Voices, VoicesOptions, install_tls};
