//! Validates new messages.

use parlor_model::message::CreateMessage;
use parlor_model::{Error, Result, limit, text};

/// Maximum length of a message.
const MAX_MESSAGE_CHARS: usize = limit::MESSAGE.max_chars;

/// Checks the lengths of a message's texts. A message with tool calls may be empty.
pub(super) fn validate(command: &CreateMessage) -> Result<()> {
    limit::SUBTYPE.validate_opt(command.subtype.as_deref(), "type")?;
    limit::CLIENT_ID.validate_opt(command.client_id.as_deref(), "client id")?;
    let may_be_empty = command.details.tool_calls.is_some() || command.details.tool_call.is_some();
    if may_be_empty {
        check_length(&command.text)?;
    } else {
        check_text(&command.text)?;
    }
    Ok(())
}

/// Checks a text that must not be empty.
pub(crate) fn check_text(value: &str) -> Result<()> {
    if value.is_empty() {
        return Err(Error::invalid("text", "must not be empty"));
    }
    check_length(value)
}

/// Checks a text that may be empty.
pub(crate) fn check_length(value: &str) -> Result<()> {
    text::validate_length(value, "text", MAX_MESSAGE_CHARS)?;
    if value.contains('\0') {
        return Err(Error::invalid("text", "must not contain U+0000"));
    }
    Ok(())
}
