//! Talks with assistants. A thread may be bound to one of the workspace's own roles: where the policy asks for roles,
//! only sessions that carry it see the thread.

mod create;
mod find;
mod list;

pub use create::{SubjectNames, create};
pub use find::{find, find_for_messages};
pub use list::{SubjectFilter, ThreadCursor, ThreadFilter, ThreadPage, list};

use parlor_model::conversation::Conversation;
use parlor_model::id::{CustomRoleId, SpaceId};
use parlor_store::repo::thread::ThreadRow;

/// A thread whole, without its messages.
#[derive(Debug, Clone)]
pub struct Thread {
    /// The conversation that it is.
    pub conversation: Conversation,
    /// The role it is bound to.
    pub role: Option<CustomRoleId>,
    /// How its maker spelled whom it is for.
    pub names: SubjectNames,
}

/// How far a session sees.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadAccess {
    /// Only threads of this space.
    pub space: Option<SpaceId>,
    /// Only threads bound to this role.
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
