//! Actions on a chat, after developer/api/workspace/chats/actions and www:direct-messages.

pub(crate) mod add_participant;
pub(crate) mod mark_read;
pub(crate) mod remove_participant;
pub(crate) mod send_assistant_message;
pub(crate) mod summarize;
