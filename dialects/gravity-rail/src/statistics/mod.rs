//! Statistics and the work queue, after developer/api/workspace/chats/stats.

pub(crate) mod daily;
pub(crate) mod export;
pub(crate) mod needs_response;
mod sheet;
pub(crate) mod tools;
