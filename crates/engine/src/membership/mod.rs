//! The acting member's membership of a conversation, and the transaction steps by which members join and leave.
//!
//! It lies below [`member`](crate::member), [`conversation`](crate::conversation) and
//! [`participant`](crate::participant), which all need it.

mod join_in_tx;
mod leave_in_tx;
mod own;

pub(crate) use join_in_tx::{JoinEntry, ensure_participant, join_in_tx};
pub(crate) use leave_in_tx::{close_in_tx, leave_in_tx};
pub use own::{ActiveMembership, OwnMembership, find_membership, require_active_membership};
pub(crate) use own::{find_open_with_scope, load_membership};
