//! Webhooks: requests to the URLs of event rules, and the signatures by which receivers know them.
//!
//! Keeps INV-69 (`docs/invariants.md`).

mod backoff;
mod classify;
mod send;
mod settings;
mod sign;

pub(crate) use backoff::retry_delay;
pub use send::WebhookClient;
pub use settings::WebhookSettings;
pub use sign::{SignedHeaders, sign};
