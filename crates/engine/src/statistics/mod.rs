//! Statistics of a workspace's conversations, and those that need a response.

mod daily_counts;
mod daily_usage;
mod needs_response;
mod tool_names;
mod usage;

pub use daily_counts::{DailyCount, daily_counts};
pub use daily_usage::{DailyUsage, daily_usage};
pub use needs_response::needs_response;
pub(crate) use tool_names::record_tools_effect;
pub use tool_names::tool_names;
pub use usage::{ConversationContents, WorkspaceUsage, count_conversation_contents, count_usage};
