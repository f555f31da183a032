//! Counts of the turns of this node, for metrics. They hold no text.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parlor_model::turn::TurnUsage;

/// How the work on a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnResult {
    /// The answer is stored.
    Done,
    /// There is no answer; a person has to respond.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// Another worker or a person has taken over.
    Lost,
}

impl TurnResult {
    const ALL: [Self; 4] = [Self::Done, Self::Failed, Self::Cancelled, Self::Lost];

    /// Returns the label's value.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
        }
    }
}

/// Counts since the start.
#[derive(Debug, Default)]
pub struct TurnCounts {
    started: AtomicU64,
    results: [AtomicU64; 4],
    input_tokens: AtomicU64,
    output_tokens: AtomicU64,
    first_tokens: AtomicU64,
    first_token_micros: AtomicU64,
}

/// Counts at one moment.
#[derive(Debug, Clone, Copy)]
pub struct TurnCountsSnapshot {
    /// Ended turns by result.
    pub results: [(&'static str, u64); 4],
    /// Turns under way.
    pub running: u64,
    /// Tokens of prompts and of answers.
    pub tokens: [(&'static str, u64); 2],
    /// Number of answers whose first text has come.
    pub first_tokens: u64,
    /// Time until that text, of all together.
    pub first_token_time: Duration,
}

impl TurnCounts {
    /// Counts a turn that has begun.
    pub fn record_start(&self) {
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the first text of an answer.
    pub fn record_first_token(&self, after: Duration) {
        let micros = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        self.first_token_micros.fetch_add(micros, Ordering::Relaxed);
        self.first_tokens.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a turn that has ended, with its tokens.
    pub fn record_end(&self, result: TurnResult, usage: TurnUsage) {
        self.results[result as usize].fetch_add(1, Ordering::Relaxed);
        let add = |counter: &AtomicU64, tokens: i64| {
            counter.fetch_add(u64::try_from(tokens).unwrap_or(0), Ordering::Relaxed);
        };
        add(&self.input_tokens, usage.input_tokens);
        add(&self.output_tokens, usage.output_tokens);
    }

    /// Returns the counts.
    pub fn snapshot(&self) -> TurnCountsSnapshot {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let results =
            TurnResult::ALL.map(|result| (result.as_str(), load(&self.results[result as usize])));
        let ended: u64 = results.iter().map(|(_, count)| count).sum();
        TurnCountsSnapshot {
            results,
            running: load(&self.started).saturating_sub(ended),
            tokens: [
                ("input", load(&self.input_tokens)),
                ("output", load(&self.output_tokens)),
            ],
            first_tokens: load(&self.first_tokens),
            first_token_time: Duration::from_micros(load(&self.first_token_micros)),
        }
    }
}
