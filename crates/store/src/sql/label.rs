//! Labels, and which conversations and members bear them.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "l.number, l.id, l.name, l.color, l.created_at from label l"
    };
}

statements! {
    /// Makes a label; nothing comes back when its name is taken.
    tenant INSERT = "insert into label (ws, id, name, color, created_at) values ($1, $2, $3, $4, $5)
        on conflict do nothing returning number";
    /// A label by id.
    tenant BY_ID = concat!("select ", columns!(), " where l.ws = $1 and l.id = $2");
    /// A label by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where l.ws = $1 and l.number = $2");
    /// A label by name.
    tenant BY_NAME = concat!("select ", columns!(), " where l.ws = $1 and l.name = $2");
    /// A numbered page, by name.
    tenant PAGE = concat!("select ", columns!(), " where l.ws = $1 order by l.name limit $2 offset $3");
    /// How many there are.
    tenant COUNT = "select cast(count(*) as bigint) from label where ws = $1";
    /// Writes every changeable column.
    tenant UPDATE = "update label set name = $3, color = $4 where ws = $1 and number = $2";
    /// No conversation bears it any more.
    tenant TAKE_OFF_ALL = "delete from conversation_label where ws = $1 and label = $2";
    /// No member bears it any more.
    tenant TAKE_OFF_ALL_MEMBERS = "delete from member_label where ws = $1 and label = $2";
    /// It goes.
    tenant DELETE = "delete from label where ws = $1 and number = $2";
    /// A conversation bears a label; twice is once.
    tenant PUT_ON = "insert into conversation_label (ws, conversation, label) values ($1, $2, $3) on conflict do nothing";
    /// A conversation bears a label no more.
    tenant TAKE_OFF = "delete from conversation_label where ws = $1 and conversation = $2 and label = $3";
    /// The labels of a conversation, by name.
    tenant OF_CONVERSATION = "select l.number, l.id, l.name, l.color, l.created_at
        from conversation_label b join label l on l.ws = b.ws and l.number = b.label
        where b.ws = $1 and b.conversation = $2 order by l.name";
    /// A member bears a label; twice is once.
    tenant PUT_ON_MEMBER = "insert into member_label (ws, member, label) values ($1, $2, $3) on conflict do nothing";
    /// A member bears none any more.
    tenant CLEAR_MEMBER = "delete from member_label where ws = $1 and member = $2";
    /// The labels of listed members, by name.
    tenant OF_MEMBERS = "select b.member, l.name from member_label b join label l on l.ws = b.ws and l.number = b.label
        where b.ws = $1 and b.member in (select value from json_each(cast($2 as text))) order by b.member, l.name";
}
