//! Threads: conversations with assistants. A thread may have a custom role; where the policy requires roles, only
//! sessions with that role see it.

mod create;
mod find;
mod list;

pub use create::{SubjectNames, create};
pub use find::{find, find_for_messages};
pub use list::{SubjectFilter, ThreadCursor, ThreadFilter, ThreadPage, list};

use parlor_model::conversation::Conversation;
use parlor_model::id::{CustomRoleId, SpaceId};
use parlor_store::repo::thread::ThreadRow;

/// A thread without its messages.
#[derive(Debug, Clone)]
pub struct Thread {
    /// Its conversation.
    pub conversation: Conversation,
    /// Its custom role.
    pub role: Option<CustomRoleId>,
    /// Its subject as the creator spelled it.
    pub names: SubjectNames,
}

/// The threads that a session may access.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadAccess {
    /// Only threads of this space.
    pub space: Option<SpaceId>,
    /// Only threads with this role.
    pub role: Option<CustomRoleId>,
}

impl From<ThreadRow> for Thread {
    fn from(row: ThreadRow) -> Self {
        Self {
            conversation: row.conversation,
            role: row.role,
            names: SubjectNames {
                user_id: row.user_id,
                temporal_user_id: row.temporal_user_id,
            },
        }
    }
}
