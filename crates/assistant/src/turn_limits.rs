//! Limits of turns.

use serde::{Deserialize, Serialize};

use crate::provider::ProviderSettingsError;

/// Limits of turns: the answers of assistants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TurnLimits {
    /// Turns at once on one server.
    pub max_concurrent_turns: u32,
    /// Turns at once of one workspace on one server.
    pub max_concurrent_turns_per_workspace: u32,
    /// Requests of a workspace to the provider a day (UTC); `None` is no limit.
    pub requests_per_day: Option<u64>,
    /// Tokens of a workspace a day (UTC), of prompts and responses; `None` is no limit.
    pub tokens_per_day: Option<u64>,
    /// Rounds of tool calls of a turn; with 0 the model gets no tools.
    pub max_tool_rounds: u32,
    /// Maximum number of tokens of a prompt. The oldest messages are left out.
    pub history_tokens: u32,
    /// Maximum number of tokens of a response; `None` leaves it to the provider.
    pub max_output_tokens: Option<u32>,
}

impl Default for TurnLimits {
    fn default() -> Self {
        Self {
            max_concurrent_turns: 64,
            max_concurrent_turns_per_workspace: 16,
            requests_per_day: None,
            tokens_per_day: None,
            max_tool_rounds: 8,
            history_tokens: 8_192,
            max_output_tokens: None,
        }
    }
}

/// Largest number of rounds of tool calls.
const MAX_TOOL_ROUNDS: u32 = 100;
/// Bounds of a prompt's length. A shorter one has no room for instructions; a longer one needs too much memory.
const MIN_HISTORY_TOKENS: u32 = 256;
const MAX_HISTORY_TOKENS: u32 = 2_000_000;

impl TurnLimits {
    /// Checks every limit.
    ///
    /// # Errors
    /// The first limit that cannot be used.
    pub fn validate(&self) -> Result<(), ProviderSettingsError> {
        let error = |field, reason| Err(ProviderSettingsError { field, reason });
        if self.max_concurrent_turns == 0 {
            return error("max_concurrent_turns", "must be at least 1");
        }
        if self.max_concurrent_turns_per_workspace == 0 {
            return error("max_concurrent_turns_per_workspace", "must be at least 1");
        }
        if self.max_tool_rounds > MAX_TOOL_ROUNDS {
            return error("max_tool_rounds", "must be 100 at most");
        }
        if !(MIN_HISTORY_TOKENS..=MAX_HISTORY_TOKENS).contains(&self.history_tokens) {
            return error("history_tokens", "must be from 256 to 2000000");
        }
        if self.max_output_tokens == Some(0) {
            return error("max_output_tokens", "must be at least 1");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_defaults_and_bounds() {
        let parse = |text: &str| toml::from_str::<TurnLimits>(text);
        assert_eq!(parse("").unwrap(), TurnLimits::default());
        assert_eq!(TurnLimits::default().validate(), Ok(()));
        for (text, field) in [
            ("max_concurrent_turns = 0", "max_concurrent_turns"),
            (
                "max_concurrent_turns_per_workspace = 0",
                "max_concurrent_turns_per_workspace",
            ),
            ("max_tool_rounds = 101", "max_tool_rounds"),
            ("history_tokens = 255", "history_tokens"),
            ("max_output_tokens = 0", "max_output_tokens"),
        ] {
            assert_eq!(parse(text).unwrap().validate().unwrap_err().field, field);
        }
        assert!(parse("requests_per_hour = 1").is_err());
    }
}
