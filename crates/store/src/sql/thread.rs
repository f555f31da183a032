//! Threads by time of change, and the role that a session needs to see one.

use super::conversation::{columns, joins};
use super::{gated, undeparted};
use crate::statement::statements;

macro_rules! thread_columns {
    () => {
        concat!(
            "select ",
            columns!(),
            ", r.id, n.user_id, n.temporal_user_id from conversation c",
            joins!(),
            " left join thread_role b on b.ws = c.ws and b.conversation = c.number
              left join role r on r.ws = b.ws and r.number = b.role
              left join thread_subject n on n.ws = c.ws and n.conversation = c.number"
        )
    };
}

statements! {
    /// A thread by id.
    tenant BY_ID = concat!(thread_columns!(), " where c.ws = $1 and c.id = $2 and c.kind = 'thread'");
    /// One page, last changed first, strictly after a position. $2, $4, $9 and $11 are null if space, role and the two
    /// user ids do not restrict; $3 and $10 are the members that the user ids identify, or null; $12 is null or the
    /// member whose left threads are hidden.
    tenant PAGE = concat!(thread_columns!(),
        " where c.ws = $1 and c.kind = 'thread' and (c.updated_at, c.number) < ($5, $6)
            and (cast($2 as bigint) is null or c.space = $2)
            and (cast($9 as text) is null or n.user_id = $9 or c.subject = cast($3 as bigint))
            and (cast($11 as text) is null or n.temporal_user_id = $11 or c.subject = cast($10 as bigint))
            and (cast($4 as bigint) is null or b.role = $4)", gated!("8"), undeparted!("12"), "
          order by c.updated_at desc, c.number desc limit $7");
    /// The role a thread is bound to.
    tenant GATE = "select r.id from thread_role b join role r on r.ws = b.ws and r.number = b.role
        where b.ws = $1 and b.conversation = $2";
    /// Stores the user ids of a thread's subject.
    tenant INSERT_SUBJECT = "insert into thread_subject (ws, conversation, member, user_id, temporal_user_id)
        values ($1, $2, $3, $4, $5)";
    /// Binds a thread to a role.
    tenant BIND = "insert into thread_role (ws, conversation, role) values ($1, $2, $3)";
}
