//! Event rules of a workspace. Those that send webhooks have a queue of the [`outbox`](crate::outbox); the others are only
//! stored.

mod create;
mod delete;
mod find;
mod queue;
mod rotate_secret;
mod rules;
mod secret;
mod update;

use parlor_model::event_rule::EventRule;
use parlor_model::outbox::OutboxQueue;
use parlor_model::redacted::Redacted;

pub use create::create;
pub use delete::delete;
pub use find::{find, page};
pub use queue::EventNames;
pub use rotate_secret::rotate_secret;
pub use secret::WebhookTarget;
pub use update::update;

pub(crate) use secret::open_target;

/// A rule with its queue.
#[derive(Debug, Clone)]
pub struct EventRuleDetails {
    /// The rule.
    pub rule: EventRule,
    /// Its queue; `None` if it sends no webhooks.
    pub queue: Option<OutboxQueue>,
    /// The secret with which webhooks are signed, if it was made by this call. It is never shown again.
    pub secret: Option<Redacted<String>>,
}
