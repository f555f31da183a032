//! Validates the footer and the rules of an inbox.

use parlor_model::{Error, Result, text};
use serde_json::Value;

/// Maximum length of a footer.
const MAX_FOOTER_CHARS: usize = 10_000;
/// Maximum number of rules per inbox.
const MAX_RULES: usize = 100;
/// Maximum size of all rules as JSON.
const MAX_RULES_BYTES: usize = 64 * 1024;

/// Returns the normalized footer; a blank one becomes `None`.
pub(super) fn normalize_footer(given: Option<&str>) -> Result<Option<String>> {
    text::normalize_optional(given, "footer", MAX_FOOTER_CHARS)
}

/// Checks that the rules are objects, and their number and size.
pub(super) fn check_rules(rules: &[Value]) -> Result<()> {
    if rules.len() > MAX_RULES {
        return Err(Error::invalid("rules", "must be at most 100"));
    }
    if let Some(index) = rules.iter().position(|rule| !rule.is_object()) {
        return Err(Error::invalid(
            format!("rules[{index}]"),
            "must be an object",
        ));
    }
    let texts: Vec<String> = rules.iter().map(Value::to_string).collect();
    if texts.iter().map(String::len).sum::<usize>() > MAX_RULES_BYTES {
        return Err(Error::invalid("rules", "must be at most 64 KiB"));
    }
    if texts.iter().any(|text| text.contains("\\u0000")) {
        return Err(Error::invalid("rules", "must not contain U+0000"));
    }
    Ok(())
}
