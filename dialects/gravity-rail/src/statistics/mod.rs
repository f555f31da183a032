//! Statistics and the work queue, after developer/api/workspace/chats/stats.

mod csv;
pub(crate) mod daily;
pub(crate) mod export;
pub(crate) mod needs_response;
pub(crate) mod tool_names;

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/api/workspace/chats/stats";
