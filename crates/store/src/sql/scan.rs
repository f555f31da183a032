//! Keyset scans over conversations in creation order, and over messages in `seq` order.

use super::gated;
use super::message::until_bytes;
use crate::statement::statements;

/// Columns of a scanned conversation; $2 is the acting member, or null for an unbound key. The first literal is the
/// number of the parameter with the role whose threads are visible.
macro_rules! conversations {
    ($gate:literal, $condition:literal, $order:expr) => {
        concat!(
            "select c.id, c.number, c.title, c.description, s.id,
                case when u.kind <> 'assistant' and coalesce(u.role, '') <> 'owner' then u.id end,
                c.chat_model, c.responder, c.metadata, c.created_at, c.updated_at from conversation c
             left join space s on s.ws = c.ws and s.number = c.space
             left join member u on u.ws = c.ws and u.number = c.subject
             where c.ws = $1 and (c.kind <> 'direct' or exists (select 1 from participant p where p.ws = c.ws
                and p.conversation = c.number and p.member = cast($2 as bigint) and p.state = 'joined'))",
            gated!($gate),
            $condition,
            $order
        )
    };
}
macro_rules! newest {
    () => {
        " and (c.created_at, c.id) < ($3, $4) order by c.created_at desc, c.id desc limit $5"
    };
}
macro_rules! oldest {
    () => {
        " and (c.created_at, c.id) > ($3, $4) and case when c.id <= $6 then 1 else 0 end = 1
          order by c.created_at, c.id limit $5"
    };
}
macro_rules! columns {
    () => {
        "select t.id, t.seq, t.role, t.form, t.text, t.details, t.metadata, t.created_at, t.updated_at from message t"
    };
}
macro_rules! messages {
    () => {
        " where t.ws = $1 and t.conversation = $2 and t.seq > $3 and t.seq < $4 and t.deleted_at is null
            and exists (select 1 from conversation c where c.ws = $1 and c.number = $2)"
    };
}

statements! {
    /// Creation time of a conversation by id.
    tenant CREATED_AT = "select created_at from conversation where ws = $1 and id = $2";
    /// Newest first, strictly before a time and an id.
    tenant ALL_DESC = conversations!("6", "", newest!());
    /// Oldest first, strictly after a time and an id, with ids up to another.
    tenant ALL_ASC = conversations!("7", "", oldest!());
    /// Newest first of one subject, by its number.
    tenant SUBJECT_DESC = conversations!("7", " and c.subject = $6", newest!());
    /// Oldest first of one subject, by its number.
    tenant SUBJECT_ASC = conversations!("8", " and c.subject = $7", oldest!());
    /// Newest first of one space, by its number.
    tenant SPACE_DESC = conversations!("7", " and c.space = $6", newest!());
    /// Oldest first of one space, by its number.
    tenant SPACE_ASC = conversations!("8", " and c.space = $7", oldest!());
    /// Messages between two `seq`s, oldest first.
    tenant MESSAGES_ASC = concat!(columns!(), messages!(), " and cast($6 as bigint) > 0 order by t.seq limit $5");
    /// Messages between two `seq`s, newest first.
    tenant MESSAGES_DESC = concat!(columns!(), messages!(), " and cast($6 as bigint) > 0 order by t.seq desc limit $5");
    /// `seq` of a message, deleted or not.
    tenant POSITION = "select seq from message where ws = $1 and conversation = $2 and id = $3";
    /// `seq` of the last message with an id not greater than the given one.
    tenant LAST_POSITION = "select max(seq) from message where ws = $1 and conversation = $2 and id <= $3";
    /// `seq` of the first message with an id not smaller than the given one.
    tenant FIRST_POSITION = "select min(seq) from message where ws = $1 and conversation = $2 and id >= $3";
}

/// Texts by which PostgreSQL ends scans at their byte limit.
pub(crate) static POSTGRES: &[(&crate::SqlStatement, &str)] = &[
    (
        &MESSAGES_ASC,
        concat!(
            columns!(),
            messages!(),
            until_bytes!(messages, " ", "<= (select max", " limit $5", "$6")
        ),
    ),
    (
        &MESSAGES_DESC,
        concat!(
            columns!(),
            messages!(),
            until_bytes!(messages, " desc ", ">= (select min", " limit $5", "$6")
        ),
    ),
];
