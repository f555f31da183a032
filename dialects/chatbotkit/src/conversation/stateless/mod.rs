//! Calls to an assistant with the messages in the body, without a stored conversation.

pub(crate) mod compact;
pub(crate) mod complete;
pub(crate) mod dispatch;
