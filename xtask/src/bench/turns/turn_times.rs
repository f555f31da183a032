//! Times of the tokens of answers, by the marks in them.

use anyhow::{Result, ensure};
use hdrhistogram::Histogram;

use crate::bench::fanout::timestamp_mark;

/// Times of a run, in nanoseconds.
pub(super) struct TurnTimes {
    /// Time from a question to its first token, less the model's own.
    pub(super) first_tokens: Histogram<u64>,
    /// Time from the model to the reader, of all tokens.
    pub(super) tokens: Histogram<u64>,
    pub(super) deltas: u64,
}

impl TurnTimes {
    pub(super) fn new() -> Result<Self> {
        let empty = || Histogram::new_with_bounds(1, 600_000_000_000, 3);
        Ok(Self {
            first_tokens: empty()?,
            tokens: empty()?,
            deltas: 0,
        })
    }

    /// Returns a quantile in milliseconds.
    pub(super) fn ms(times: &Histogram<u64>, quantile: f64) -> f64 {
        times.value_at_quantile(quantile) as f64 / 1e6
    }
}

/// The answer to one question, as far as it has come.
pub(super) struct AnswerProgress {
    asked_at: u64,
    /// Time at which the question reached the model: the first mark of the answer.
    reached_model_at: Option<u64>,
    tokens: u32,
}

impl AnswerProgress {
    /// Begins with the sending of the question.
    pub(super) fn new(asked_at: u64) -> Self {
        Self {
            asked_at,
            reached_model_at: None,
            tokens: 0,
        }
    }

    /// Records a part of the answer that came now. `times` is where it is counted, if it is.
    pub(super) fn record(&mut self, delta: &[u8], now: u64, mut times: Option<&mut TurnTimes>) {
        if let Some(times) = &mut times {
            times.deltas += 1;
        }
        timestamp_mark::for_each_mark(delta, |sent_at| {
            let Some(reached_model_at) = self.reached_model_at else {
                self.reached_model_at = Some(sent_at);
                return;
            };
            self.tokens += 1;
            if let Some(times) = &mut times {
                times.tokens.saturating_record(now.saturating_sub(sent_at));
                if self.tokens == 1 {
                    let own = sent_at.saturating_sub(reached_model_at);
                    let whole = now.saturating_sub(self.asked_at);
                    times
                        .first_tokens
                        .saturating_record(whole.saturating_sub(own));
                }
            }
        });
    }

    /// Checks that the answer is whole and came once.
    pub(super) fn require_tokens(&self, tokens: u32) -> Result<()> {
        ensure!(
            self.tokens == tokens,
            "an answer came with {} of {tokens} tokens",
            self.tokens
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(millis: u64) -> String {
        format!("~t{:016x}~", millis * 1_000_000)
    }

    #[test]
    fn own_time_of_the_model_is_subtracted() {
        let mut times = TurnTimes::new().unwrap();
        let mut answer = AnswerProgress::new(100_000_000);
        let first = format!("{}{}{}", mark(102), mark(302), mark(304));
        answer.record(first.as_bytes(), 307_000_000, Some(&mut times));
        answer.record(mark(310).as_bytes(), 311_000_000, Some(&mut times));
        answer.require_tokens(3).unwrap();
        assert!(answer.require_tokens(4).is_err());
        assert_eq!((times.deltas, times.tokens.len()), (2, 3));
        // 207 ms until the reader has it, of which the model took 200.
        assert!((TurnTimes::ms(&times.first_tokens, 0.5) - 7.0).abs() < 0.1);
        assert!((TurnTimes::ms(&times.tokens, 1.0) - 5.0).abs() < 0.1);
    }
}
