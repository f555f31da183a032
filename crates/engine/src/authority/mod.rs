//! Who may do what: the one place where rights are decided, for every dialect, socket and job.
//!
//! A caller is a [`Ctx`](parlor_model::Ctx): a credential, perhaps the member it acts for, and perhaps the workspace's
//! own role that its session carries. The rules, each decided where the row is read or written and in the same
//! transaction:
//!
//! | target | right | who has it |
//! |---|---|---|
//! | conversation of many | read | `conversations:read`, or a joined participant |
//! | | read its messages | the same, or `messages:read` |
//! | | write | `messages:write`, or a joined participant |
//! | | manage | may read, and the verb's scope or the part its owner plays |
//! | direct conversation | read | its two joined participants, as far as their credential has `dm:read`; a key that is bound to no member with `dm:read` |
//! | | write, manage | the same with `dm:write`; nobody changes the other's words |
//! | thread | any | where the workspace asks for roles: a session that carries the role it is bound to, besides the above; without a session's role whoever holds `admin:read` |
//! | space | make conversations in it | its owner, or `conversations:write` |
//! | member | discover in lists and searches | one that holds a wallet: every member; all: `members:read` |
//! | | manage | `members:write`; one who runs the workspace, or holds scopes of its own, with `admin:write` and by nobody below it |
//! | | act as | the member itself; one without a role in the workspace by the route's scope; one with a role with `admin:write` and by nobody below it |
//!
//! `cargo xtask tidy` refuses a file of the engine that reads or writes conversations, messages, participants or drafts and
//! asks nothing here, unless it stands with its reason in `xtask/tidy/unauthorized-files.txt`.

mod conversation;
mod member;
mod rules;
mod space;
mod visibility;

pub(crate) use conversation::{
    AccessGrant, authorize, authorize_by_kind, authorize_number, find_conversation,
    find_hidden_threads, find_readable_head, find_readable_number,
};
pub(crate) use member::{
    authorize_act_as, authorize_author, authorize_author_in_tx, authorize_manage_member,
    authorize_role_grant, discoverable_members, role_rank,
};
pub(crate) use rules::{
    AccessBasis, ConversationPermission, access_basis, authorize_message_change,
    is_every_thread_visible, open_direct,
};
pub(crate) use space::authorize_create_conversation;
pub(crate) use visibility::{list_visibility, own_list_visibility, space_view, visible_role};
