//! Actions on a chat, after developer/api/workspace/chats/actions and www:direct-messages.

pub(crate) mod add_participant;
pub(crate) mod attach_labels;
pub(crate) mod detach_label;
pub(crate) mod mark_read;
pub(crate) mod remove_participant;
pub(crate) mod send_assistant_message;
pub(crate) mod summarize;

use crate::documented::DocumentedError;

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/api/workspace/chats/actions";
const CLOSED: DocumentedError = (409, "The chat is closed for good, or a DM.");
