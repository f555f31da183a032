//! An endpoint: an event rule that sends webhooks.

use http::Uri;
use parlor_engine::event_rule::EventRuleDetails;
use parlor_kit::time;
use parlor_model::outbox::{PauseReason, QueueState};

/// An endpoint in the list.
pub(super) struct EndpointRow {
    /// Number of its rule.
    pub(super) rule: i64,
    pub(super) name: String,
    /// Host of its URL. The rest may hold a secret.
    pub(super) host: String,
    pub(super) event: String,
    /// State in a word, and its class.
    pub(super) state: &'static str,
    pub(super) class: &'static str,
    /// Why it is paused, in a sentence.
    pub(super) pause: Option<&'static str>,
    pub(super) paused_at: Option<String>,
    /// Time since which every attempt has failed.
    pub(super) failing_since: Option<String>,
    pub(super) is_paused: bool,
    /// Whether the list shows its deliveries.
    pub(super) is_chosen: bool,
}

impl EndpointRow {
    /// Creates the row of a rule; `None` if it sends no webhooks.
    pub(super) fn new(details: &EventRuleDetails) -> Option<Self> {
        let queue = details.queue.as_ref()?;
        let rule = &details.rule;
        let url = rule.action_params.get("url").and_then(|url| url.as_str());
        let uri = url.and_then(|url| url.parse::<Uri>().ok());
        let host = uri.as_ref().and_then(Uri::host).map(str::to_owned);
        let (state, class) = match (queue.state, queue.failing_since) {
            (QueueState::Paused, _) => ("paused", "bad"),
            (QueueState::Closed, _) => ("switched off", ""),
            (QueueState::Active, Some(_)) => ("failing", "warning"),
            (QueueState::Active, None) => ("active", "good"),
        };
        Some(Self {
            rule: rule.number,
            name: rule
                .name
                .clone()
                .unwrap_or_else(|| format!("event rule {}", rule.number)),
            host: host.unwrap_or_else(|| "an address that cannot be used".to_owned()),
            event: rule.event_type.clone(),
            state,
            class,
            pause: queue.pause_reason.map(|reason| match reason {
                PauseReason::FailingForLong => "It has answered nothing but failures for long.",
                PauseReason::Gone => "It has answered that it is gone (410).",
            }),
            paused_at: queue.paused_at.map(time::format_iso),
            failing_since: queue.failing_since.map(time::format_iso),
            is_paused: queue.state == QueueState::Paused,
            is_chosen: false,
        })
    }
}
