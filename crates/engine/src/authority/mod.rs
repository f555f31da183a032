//! Access control: the one place where permissions are decided, for every dialect, socket and job.
//!
//! A caller is a [`Ctx`](parlor_model::Ctx): a credential, optionally the member it is bound to, and optionally the
//! custom role of its session. Each rule is checked in the transaction that reads or writes the row:
//!
//! | target | permission | granted to |
//! |---|---|---|
//! | group or chat | read | `conversations:read`, or a joined participant |
//! | | read its messages | the same, or `messages:read` |
//! | | write | `messages:write`, or a joined participant |
//! | | manage | read permission, and the scope of the operation or ownership |
//! | direct conversation | read | its two joined participants, if their credential has `dm:read`; an unbound key with `dm:read` |
//! | | write, manage | the same with `dm:write`; the peer's messages cannot be changed |
//! | thread | any | as a group; where the workspace requires roles, only by a session with the thread's role, or one without a role and with `admin:read` |
//! | space | read | its owner, or `spaces:read` |
//! | | create conversations in it | its owner, or `conversations:write` |
//! | member | discover in lists and searches | a member with a wallet: any member; all members: `members:read` |
//! | | manage | `members:write`; for a member with a workspace role or own scopes also `admin:write` and no lower role |
//! | | act as | the member itself; for a member without a workspace role the route's scope; for one with a role `admin:write` and no lower role |
//!
//! `cargo xtask tidy` refuses a file of the engine that reads or writes conversations, messages, participants or drafts
//! without a call of this module, unless `xtask/tidy/unauthorized-files.txt` lists it with a reason.
//!
//! Keeps INV-21 (`docs/invariants.md`).

mod conversation;
mod header;
mod member;
mod rules;
mod space;
mod visibility;

pub(crate) use conversation::{
    AccessGrant, authorize, authorize_by_kind, authorize_number, find_conversation,
    find_hidden_threads, find_readable_head, find_readable_number,
};
pub(crate) use header::{authorize_header, find_header_with_access};
pub(crate) use member::{
    authorize_act_as, authorize_author, authorize_author_in_tx, authorize_manage_member,
    authorize_role_grant, discoverable_members, role_rank,
};
pub(crate) use rules::{
    AccessBasis, ConversationPermission, authorize_message_change, authorize_open_direct,
    is_every_thread_visible,
};
pub(crate) use space::{authorize_create_conversation, authorize_read_space};
pub(crate) use visibility::{list_visibility, own_list_visibility, space_view, visible_role};
