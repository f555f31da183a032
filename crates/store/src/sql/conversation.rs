//! Conversations one at a time, and direct pairs.

use crate::statement::statements;

/// Columns of a conversation and the tables they come from.
macro_rules! columns {
    () => {
        concat!(
            "c.number, c.id, c.kind, c.state, s.id, c.title, c.title_is_automatic, c.medium, c.category, c.is_test, c.site,
             c.workflow, c.workflow_version, c.assignment, c.phone_number, c.inbox, c.assistant_enabled, c.assistant,
             c.chat_model, c.realtime_model, c.paused, c.needs_response, c.icon, c.announcement, c.announcement_pinned,
             c.open_access, c.metadata, c.last_seq, c.last_message_at, c.created_at, c.updated_at, ",
            crate::sql::member_ref!("o"), ", ", crate::sql::member_ref!("u"),
            ", c.last_message_seq, c.description, c.responder"
        )
    };
}
macro_rules! joins {
    () => {
        concat!(
            " left join space s on s.ws = c.ws and s.number = c.space",
            crate::sql::conversation::members!()
        )
    };
}
/// Owner and subject.
macro_rules! members {
    () => {
        " left join member o on o.ws = c.ws and o.number = c.owner
          left join member u on u.ws = c.ws and u.number = c.subject"
    };
}
macro_rules! header {
    () => {
        concat!(
            "c.number, c.id, c.kind, c.state, c.title_is_automatic, c.assistant, c.assistant_enabled, c.paused, ",
            crate::sql::member_ref!("o"),
            ", ",
            crate::sql::member_ref!("u"),
            ", c.medium from conversation c",
            members!()
        )
    };
}
pub(super) use {columns, joins, members};

statements! {
    /// Inserts a conversation whose log head is at 1.
    tenant INSERT = "insert into conversation (ws, id, kind, state, space, title, title_is_automatic, owner, subject, medium, category,
            is_test, site, workflow, workflow_version, assignment, phone_number, inbox, assistant_enabled, assistant,
            chat_model, realtime_model, icon, announcement, announcement_pinned, open_access, metadata, last_seq,
            created_at, updated_at, description, responder)
        values ($1, $2, $3, 'active', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26, 1, $27, $27, $28, $29)
        returning number";
    /// A conversation by id.
    tenant BY_ID = concat!("select ", columns!(), " from conversation c", joins!(), " where c.ws = $1 and c.id = $2");
    /// A conversation by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " from conversation c", joins!(), " where c.ws = $1 and c.number = $2");
    /// Header of a conversation by id.
    tenant OUTLINE_BY_ID = concat!("select ", header!(), " where c.ws = $1 and c.id = $2");
    /// Header of a conversation by number.
    tenant OUTLINE_BY_NUMBER = concat!("select ", header!(), " where c.ws = $1 and c.number = $2");
    /// Number, kind, id and head of a conversation by id.
    tenant HEAD_BY_ID = "select number, kind, id, last_seq from conversation where ws = $1 and id = $2";
    /// Number, kind, id and head of a conversation by number.
    tenant HEAD_BY_NUMBER = "select number, kind, id, last_seq from conversation where ws = $1 and number = $2";
    /// Newest `seq`s of many conversations.
    tenant HEADS = "select number, last_seq from conversation
        where ws = $1 and number in (select value from json_each(cast($2 as text)))";
    /// Sets the assignment.
    tenant SET_ASSIGNMENT = "update conversation set assignment = $3 where ws = $1 and number = $2";
    /// Writes the mutable columns of the service configuration and the state.
    tenant UPDATE = "update conversation set title = $3, title_is_automatic = $4, state = $5, is_test = $6, site = $7,
            assistant_enabled = $8, assistant = $9, chat_model = $10, realtime_model = $11, paused = $12, needs_response = $13,
            metadata = $14, updated_at = case when updated_at > $15 then updated_at else $15 end, subject = $16,
            description = $17, responder = $18
        where ws = $1 and number = $2";
    /// Sets a title and clears the automatic flag.
    tenant SET_TITLE = "update conversation set title = $3, title_is_automatic = false where ws = $1 and number = $2";
    /// Announcement of a conversation.
    tenant ANNOUNCEMENT = "select announcement from conversation where ws = $1 and number = $2";
    /// Sets the announcement.
    tenant SET_ANNOUNCEMENT = "update conversation set announcement = $3, announcement_pinned = $4
        where ws = $1 and number = $2";
    /// Sets or clears the space.
    tenant SET_SPACE = "update conversation set space = $3 where ws = $1 and number = $2";
    /// The direct conversation of a pair, lower number first.
    tenant PAIR = "select conversation from direct_pair where ws = $1 and low = $2 and high = $3";
    /// Claims a pair for a conversation.
    tenant INSERT_PAIR = "insert into direct_pair (ws, low, high, conversation) values ($1, $2, $3, $4)";
    /// Releases the pair of a conversation.
    tenant DELETE_PAIR = "delete from direct_pair where ws = $1 and conversation = $2";
    /// Clears it as the default of its space.
    tenant CLEAR_DEFAULT = "update space set default_conversation = null where ws = $1 and default_conversation = $2";
    /// Clears it in assignments, which outlive their conversation.
    tenant DETACH_ASSIGNMENTS = "update assignment set conversation = null where ws = $1 and conversation = $2";
    /// Deletes its drafts.
    tenant DELETE_DRAFTS = "delete from draft where ws = $1 and conversation = $2";
    /// Detaches its labels.
    tenant DELETE_LABELS = "delete from conversation_label where ws = $1 and conversation = $2";
    /// Deletes the stored user ids of its subject.
    tenant DELETE_THREAD_SUBJECT = "delete from thread_subject where ws = $1 and conversation = $2";
    /// Unbinds it from its role.
    tenant DELETE_THREAD_ROLE = "delete from thread_role where ws = $1 and conversation = $2";
    /// Deletes its participants.
    tenant DELETE_PARTICIPANTS = "delete from participant where ws = $1 and conversation = $2";
    /// Deletes the row and returns the last `seq` of its log, which is left to `removal`.
    tenant DELETE = "delete from conversation where ws = $1 and number = $2 returning last_seq";
}
