//! How many bytes of text one token of a model has, as its provider has counted them.
//!
//! Every model splits text in its own way, and its tokenizer is seldom at hand. The usage that a provider reports with
//! each response tells the rate for the language that is really spoken there.

use std::convert::Infallible;
use std::sync::Arc;

use parking_lot::Mutex;
use quick_cache::sync::Cache;

/// Bytes per token of a model that has not answered yet. English text has about four; other languages and code have
/// fewer.
const INITIAL_BYTES_PER_TOKEN: f64 = 3.0;
/// Bounds of a rate: a provider that counts wrongly must neither empty nor flood the prompts.
const MIN_BYTES_PER_TOKEN: f64 = 1.0;
const MAX_BYTES_PER_TOKEN: f64 = 6.0;
/// Bytes of the shortest prompt that counts: in a shorter one the frame of the messages weighs too much.
const MIN_SAMPLE_BYTES: usize = 512;
/// Weight of a new rate that is above the present one.
const RISE: f64 = 0.2;
/// Models of a provider whose rates are kept.
const MAX_MODELS: usize = 64;

/// Rates of a provider's models.
pub struct TokenRates(Cache<Option<String>, Arc<Mutex<f64>>>);

impl Default for TokenRates {
    fn default() -> Self {
        Self(Cache::new(MAX_MODELS))
    }
}

impl TokenRates {
    /// Returns the bytes of one token of a model.
    pub fn bytes_per_token(&self, model: Option<&str>) -> f64 {
        let found = self.0.get(&model.map(str::to_owned));
        found.map_or(INITIAL_BYTES_PER_TOKEN, |rate| *rate.lock())
    }

    /// Records that a prompt of `bytes` was counted as `tokens`. A lower rate counts at once, since the next prompt must
    /// not be too long; a higher one by degrees.
    pub fn record(&self, model: Option<&str>, bytes: usize, tokens: u64) {
        if bytes < MIN_SAMPLE_BYTES || tokens == 0 {
            return;
        }
        let initial = || Ok::<_, Infallible>(Arc::new(Mutex::new(INITIAL_BYTES_PER_TOKEN)));
        let Ok(rate) = self
            .0
            .get_or_insert_with(&model.map(str::to_owned), initial);
        let observed =
            (bytes as f64 / tokens as f64).clamp(MIN_BYTES_PER_TOKEN, MAX_BYTES_PER_TOKEN);
        let mut rate = rate.lock();
        *rate = match observed < *rate {
            true => observed,
            false => *rate + (observed - *rate) * RISE,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_falls_at_once_and_rises_by_degrees() {
        let rates = TokenRates::default();
        let rate = || rates.bytes_per_token(Some("small"));
        assert_eq!(rate(), 3.0);
        rates.record(Some("small"), 2_000, 1_000);
        assert_eq!(rate(), 2.0);
        rates.record(Some("small"), 4_000, 1_000);
        assert_eq!(rate(), 2.4);
        for _ in 0..100 {
            rates.record(Some("small"), 40_000, 1);
        }
        assert!(rate() > 5.9 && rate() <= 6.0);
        rates.record(Some("small"), 1_000, 1_000_000);
        assert_eq!(rate(), 1.0);
        assert_eq!(rates.bytes_per_token(None), 3.0, "of another model");
    }

    #[test]
    fn short_prompts_and_missing_counts_change_nothing() {
        let rates = TokenRates::default();
        rates.record(None, 511, 511);
        rates.record(None, 5_000, 0);
        assert_eq!(rates.bytes_per_token(None), 3.0);
    }
}
