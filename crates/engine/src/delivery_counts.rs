//! Counts of the deliveries of this node, for metrics. They hold no text.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parlor_model::outbox::EventKind;

/// How an attempt, or a delivery, has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryEnd {
    /// The receiver has accepted it.
    Sent,
    /// It is tried again.
    Retried,
    /// It has failed for good.
    Failed,
    /// It was not sent.
    Cancelled,
}

impl DeliveryEnd {
    const ALL: [Self; 4] = [Self::Sent, Self::Retried, Self::Failed, Self::Cancelled];

    /// Returns the label's value.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Retried => "retried",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Counts since the start, by event and end.
#[derive(Debug, Default)]
pub struct DeliveryCounts {
    ends: [[AtomicU64; 4]; EventKind::ALL.len()],
    sent_micros: AtomicU64,
}

/// Counts at one moment.
#[derive(Debug, Clone)]
pub struct DeliveryCountsSnapshot {
    /// Attempts and deliveries by event and end.
    pub ends: Vec<(&'static str, &'static str, u64)>,
    /// Number of deliveries that were accepted.
    pub sent: u64,
    /// Time from the event to the acceptance, of all together.
    pub sent_time: Duration,
}

impl DeliveryCounts {
    /// Counts an end.
    pub(crate) fn record(&self, event: EventKind, end: DeliveryEnd) {
        self.ends[event as usize][end as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the time from an event to the acceptance of its delivery.
    pub(crate) fn record_sent_after(&self, after: Duration) {
        let micros = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        self.sent_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Returns the counts.
    pub fn snapshot(&self) -> DeliveryCountsSnapshot {
        let mut ends = Vec::with_capacity(EventKind::ALL.len() * DeliveryEnd::ALL.len());
        for event in EventKind::ALL {
            for end in DeliveryEnd::ALL {
                let count = self.ends[*event as usize][end as usize].load(Ordering::Relaxed);
                ends.push((event.as_str(), end.as_str(), count));
            }
        }
        let is_sent = |end: &str| end == DeliveryEnd::Sent.as_str();
        DeliveryCountsSnapshot {
            sent: ends
                .iter()
                .filter(|(_, end, _)| is_sent(end))
                .map(|(.., count)| count)
                .sum(),
            ends,
            sent_time: Duration::from_micros(self.sent_micros.load(Ordering::Relaxed)),
        }
    }
}
