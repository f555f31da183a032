//! Length limits of texts. A limit applies to a field in every dialect; a dialect may enforce a shorter one.
//!
//! Keeps INV-31 (`docs/invariants.md`).

use crate::error::Result;
use crate::text;

/// Length limit of a group of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLimit {
    /// Description of the fields, used in the documentation of limits.
    pub subject: &'static str,
    /// Maximum length in Unicode scalar values.
    pub max_chars: usize,
}

impl TextLimit {
    const fn new(subject: &'static str, max_chars: usize) -> Self {
        Self { subject, max_chars }
    }

    /// Refuses a longer text, and a text that contains U+0000.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn validate(&self, text: &str, field: &'static str) -> Result<()> {
        text::validate_length(text, field, self.max_chars)
    }

    /// Validates an optional text; see [`TextLimit::validate`].
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn validate_opt(&self, text: Option<&str>, field: &'static str) -> Result<()> {
        text.map_or(Ok(()), |text| self.validate(text, field))
    }

    /// Validates a change that keeps, clears or sets a text; see [`TextLimit::validate`].
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

/// Names of entities, and titles of conversations.
pub const NAME: TextLimit = TextLimit::new("names, short names and titles", 255);
/// Descriptions.
pub const DESCRIPTION: TextLimit = TextLimit::new("descriptions and preferences", 10_000);
/// Message texts.
pub const MESSAGE: TextLimit = TextLimit::new("text of a message", 65_536);
/// Instructions of assistants and bots.
pub const BACKSTORY: TextLimit = TextLimit::new("backstory", 65_536);
/// Customer-assigned ids of members.
pub const EXTERNAL_ID: TextLimit = TextLimit::new("the customer's own id of a member", 255);
/// Texts that refer to another entity.
pub const REFERENCE: TextLimit = TextLimit::new(
    "fingerprints, aliases, names of models, ids of other systems",
    512,
);
/// URLs and other addresses.
pub const ADDRESS: TextLimit = TextLimit::new("address of a picture or file", 2_048);
/// Client-assigned ids of messages.
pub const CLIENT_ID: TextLimit = TextLimit::new("id that a client gives its message", 256);
/// Subtypes of messages.
pub const SUBTYPE: TextLimit = TextLimit::new("type of a message", 64);
/// Announcements of conversations.
pub const ANNOUNCEMENT: TextLimit = TextLimit::new("announcement", 4_096);
/// Keys and headers for providers of completions.
pub const CREDENTIAL: TextLimit = TextLimit::new("key or header for a model", 4_096);
/// Comments on ratings.
pub const COMMENT: TextLimit = TextLimit::new("comment on a rating", 4_096);
/// Names of labels and saved filters.
pub const LABEL: TextLimit = TextLimit::new("name of a label or a saved filter", 100);

/// All limits.
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
    CREDENTIAL,
    COMMENT,
    LABEL,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documentation_lists_every_limit() {
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
    fn limit_counts_characters_not_bytes() {
        assert!(NAME.validate(&"ß".repeat(255), "name").is_ok());
        assert!(NAME.validate(&"ß".repeat(256), "name").is_err());
        assert!(NAME.validate("a\0b", "name").is_err());
        assert!(NAME.validate_change(&Some(None), "name").is_ok());
    }
}
