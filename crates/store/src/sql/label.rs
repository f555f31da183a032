//! Labels, and their attachment to conversations and members.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "l.number, l.id, l.name, l.color, l.created_at from label l"
    };
}

statements! {
    /// Inserts a label; returns no row if its name is in use.
    tenant INSERT = "insert into label (ws, id, name, color, created_at) values ($1, $2, $3, $4, $5)
        on conflict do nothing returning number";
    /// A label by id.
    tenant BY_ID = concat!("select ", columns!(), " where l.ws = $1 and l.id = $2");
    /// A label by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where l.ws = $1 and l.number = $2");
    /// A label by name.
    tenant BY_NAME = concat!("select ", columns!(), " where l.ws = $1 and l.name = $2");
    /// One page by offset in name order.
    tenant PAGE = concat!("select ", columns!(), " where l.ws = $1 order by l.name limit $2 offset $3");
    /// Total number of rows.
    tenant COUNT = "select cast(count(*) as bigint) from label where ws = $1";
    /// Writes all mutable columns.
    tenant UPDATE = "update label set name = $3, color = $4 where ws = $1 and number = $2";
    /// Detaches it from all conversations.
    tenant TAKE_OFF_ALL = "delete from conversation_label where ws = $1 and label = $2";
    /// Detaches it from all members.
    tenant TAKE_OFF_ALL_MEMBERS = "delete from member_label where ws = $1 and label = $2";
    /// Deletes the row.
    tenant DELETE = "delete from label where ws = $1 and number = $2";
    /// Attaches a label to a conversation, idempotently.
    tenant PUT_ON = "insert into conversation_label (ws, conversation, label) values ($1, $2, $3) on conflict do nothing";
    /// Detaches a label from a conversation.
    tenant TAKE_OFF = "delete from conversation_label where ws = $1 and conversation = $2 and label = $3";
    /// The labels of a conversation, by name.
    tenant OF_CONVERSATION = "select l.number, l.id, l.name, l.color, l.created_at
        from conversation_label b join label l on l.ws = b.ws and l.number = b.label
        where b.ws = $1 and b.conversation = $2 order by l.name";
    /// Attaches a label to a member, idempotently.
    tenant PUT_ON_MEMBER = "insert into member_label (ws, member, label) values ($1, $2, $3) on conflict do nothing";
    /// Detaches all labels from a member.
    tenant CLEAR_MEMBER = "delete from member_label where ws = $1 and member = $2";
    /// Labels of the given members, by name.
    tenant OF_MEMBERS = "select b.member, l.name from member_label b join label l on l.ws = b.ws and l.number = b.label
        where b.ws = $1 and b.member in (select value from json_each(cast($2 as text))) order by b.member, l.name";
}
