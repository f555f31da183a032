//! The text of an answer: what readers have received and what is saved.

use std::sync::Arc;

use parlor_model::redacted::Redacted;
use parlor_model::turn::TurnDelta;

/// Maximum length of an answer, which is that of a message.
const MAX_ANSWER_CHARS: usize = 65_536;

/// Text of an answer that is being generated.
#[derive(Debug, Default)]
pub(super) struct AnswerBuffer {
    text: Redacted<String>,
    chars: usize,
    published_bytes: usize,
    next_index: u32,
    saved_bytes: usize,
}

impl AnswerBuffer {
    /// Adds text; returns `false`, and drops the rest, if the answer has reached its maximum length.
    pub(super) fn push(&mut self, text: &str) -> bool {
        let left = MAX_ANSWER_CHARS - self.chars;
        let end = text
            .char_indices()
            .nth(left)
            .map_or(text.len(), |(at, _)| at);
        let fitting = &text[..end];
        // PostgreSQL stores no U+0000.
        self.text.0.extend(fitting.chars().filter(|c| *c != '\0'));
        self.chars += fitting.chars().count();
        end == text.len()
    }

    /// Returns the text that was not published yet, if there is any.
    pub(super) fn take_delta(&mut self) -> Option<TurnDelta> {
        let new = self.text.get(self.published_bytes..)?;
        if new.is_empty() {
            return None;
        }
        let delta = TurnDelta {
            index: self.next_index,
            offset: self.published_bytes,
            text: Redacted(Arc::from(new)),
        };
        self.next_index += 1;
        self.published_bytes = self.text.len();
        Some(delta)
    }

    /// Returns the text that was not saved yet.
    pub(super) fn take_unsaved(&mut self) -> String {
        let new = self.text.get(self.saved_bytes..).unwrap_or_default();
        self.saved_bytes = self.text.len();
        new.to_owned()
    }

    /// Returns whether there is text that was not saved.
    pub(super) fn has_unsaved(&self) -> bool {
        self.saved_bytes < self.text.len()
    }

    /// Returns whether there is nothing but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns the text so far.
    pub(super) const fn text(&self) -> &Redacted<String> {
        &self.text
    }

    pub(super) fn into_text(self) -> Redacted<String> {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_join_to_the_text() {
        let mut buffer = AnswerBuffer::default();
        assert!(buffer.take_delta().is_none());
        assert!(buffer.push("Grüß") && buffer.push(" \0dich"));
        let first = buffer.take_delta().unwrap();
        assert!(buffer.push("!"));
        let second = buffer.take_delta().unwrap();
        assert_eq!(
            (first.index, first.offset, &**first.text),
            (0, 0, "Grüß dich")
        );
        assert_eq!((second.index, second.offset, &**second.text), (1, 11, "!"));
        assert_eq!(buffer.take_unsaved(), "Grüß dich!");
        assert!(!buffer.has_unsaved() && buffer.take_delta().is_none());
    }

    #[test]
    fn answer_ends_at_its_maximum_length() {
        let mut buffer = AnswerBuffer::default();
        assert!(buffer.push(&"é".repeat(MAX_ANSWER_CHARS - 1)));
        assert!(!buffer.push("ab"));
        assert!(!buffer.push("c"));
        assert!(buffer.into_text().ends_with("éa"));
    }
}
