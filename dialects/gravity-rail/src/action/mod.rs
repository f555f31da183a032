//! Actions on a chat, after developer/api/workspace/chats/actions and www:direct-messages.

pub(crate) mod add_participant;
pub(crate) mod read;
pub(crate) mod remove_participant;
pub(crate) mod say;
pub(crate) mod summarize;
