//! Longest texts. One limit holds for a field on every way into it; a vendor may ask for less on its own way.

use crate::error::Result;
use crate::text;

/// How long the texts of some fields may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLimit {
    /// What the fields are, as the page of limits has it.
    pub subject: &'static str,
    /// Unicode scalar values of the longest text.
    pub max_chars: usize,
}

impl TextLimit {
    const fn new(subject: &'static str, max_chars: usize) -> Self {
        Self { subject, max_chars }
    }

    /// Refuses a longer text, and one with U+0000 in it.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn validate(&self, text: &str, field: &'static str) -> Result<()> {
        text::validate_length(text, field, self.max_chars)
    }

    /// The same where there may be no text.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn validate_opt(&self, text: Option<&str>, field: &'static str) -> Result<()> {
        text.map_or(Ok(()), |text| self.validate(text, field))
    }

    /// The same where a command may keep, clear or set.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn validate_change(
        &self,
        text: &Option<Option<String>>,
        field: &'static str,
    ) -> Result<()> {
        self.validate_opt(text.as_ref().and_then(Option::as_deref), field)
    }
}

/// Names of everything that has one, and titles of conversations.
pub const NAME: TextLimit = TextLimit::new("names, short names and titles", 255);
/// Texts about something.
pub const DESCRIPTION: TextLimit = TextLimit::new("descriptions and preferences", 10_000);
/// What is said.
pub const MESSAGE: TextLimit = TextLimit::new("text of a message", 65_536);
/// The instructions of who answers.
pub const BACKSTORY: TextLimit = TextLimit::new("backstory", 65_536);
/// What the customer calls a member.
pub const EXTERNAL_ID: TextLimit = TextLimit::new("the customer's own id of a member", 255);
/// Texts by which something else is named.
pub const REFERENCE: TextLimit = TextLimit::new(
    "fingerprints, aliases, names of models, ids of other systems",
    512,
);
/// Where something is.
pub const ADDRESS: TextLimit = TextLimit::new("address of a picture or file", 2_048);
/// What a client calls its message.
pub const CLIENT_ID: TextLimit = TextLimit::new("id that a client gives its message", 256);
/// What a client calls the type of its message.
pub const SUBTYPE: TextLimit = TextLimit::new("type of a message", 64);
/// What the admin of a conversation announces.
pub const ANNOUNCEMENT: TextLimit = TextLimit::new("announcement", 4_096);
/// Why a message was rated as it was.
pub const COMMENT: TextLimit = TextLimit::new("comment on a rating", 4_096);
/// Names of labels and saved filters.
pub const LABEL: TextLimit = TextLimit::new("name of a label or a saved filter", 100);

/// Every limit.
pub const ALL: &[TextLimit] = &[
    NAME,
    DESCRIPTION,
    MESSAGE,
    BACKSTORY,
    EXTERNAL_ID,
    REFERENCE,
    ADDRESS,
    CLIENT_ID,
    SUBTYPE,
    ANNOUNCEMENT,
    COMMENT,
    LABEL,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_of_limits_states_every_limit() {
        let page = include_str!("../../../docs/limits.md");
        for limit in ALL {
            let number = limit.max_chars.to_string();
            let spelled = match number.len() {
                4.. => {
                    let (thousands, rest) = number.split_at(number.len() - 3);
                    format!("{thousands},{rest}")
                }
                _ => number,
            };
            let row = format!("| {} | {spelled} characters |", limit.subject);
            assert!(page.contains(&row), "docs/limits.md lacks: {row}");
        }
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        assert!(NAME.validate(&"ß".repeat(255), "name").is_ok());
        assert!(NAME.validate(&"ß".repeat(256), "name").is_err());
        assert!(NAME.validate("a\0b", "name").is_err());
        assert!(NAME.validate_change(&Some(None), "name").is_ok());
    }
}
