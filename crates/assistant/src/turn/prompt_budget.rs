//! How much of a conversation a prompt may have.

use crate::provider::PromptMessage;

/// Tokens that are counted for the role of each message.
const TOKENS_PER_MESSAGE: usize = 4;

/// Length of a prompt in tokens, by an estimate.
#[derive(Debug, Clone, Copy)]
pub struct PromptBudget {
    /// Tokens of the prompt at most.
    pub tokens: usize,
    /// Bytes that are counted as one token.
    pub bytes_per_token: f64,
}

impl PromptBudget {
    /// Returns the estimated tokens of a message.
    pub fn count_tokens(&self, message: &PromptMessage) -> usize {
        let tokens = (message.byte_len() as f64 / self.bytes_per_token).ceil();
        tokens as usize + TOKENS_PER_MESSAGE
    }

    /// Returns half the length of a prompt as budget, for a model that cannot read all of it; `None` if nothing can be
    /// left out: it has one message besides its instructions.
    pub fn halved(&self, prompt: &[PromptMessage]) -> Option<Self> {
        let is_said = |message: &&PromptMessage| !matches!(message, PromptMessage::System(_));
        let can_shrink = prompt.iter().filter(is_said).nth(1).is_some();
        let tokens: usize = prompt
            .iter()
            .map(|message| self.count_tokens(message))
            .sum();
        can_shrink.then_some(Self {
            tokens: self.tokens.min(tokens) / 2,
            ..*self
        })
    }
}
