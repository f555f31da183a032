//! Threads by what happened last, and the role a session must carry to see one.

use super::conversation::{joins, whole};
use super::gated;
use crate::statement::statements;

macro_rules! select {
    () => {
        concat!(
            "select ",
            whole!(),
            ", r.id from conversation c",
            joins!(),
            " left join thread_role b on b.ws = c.ws and b.conversation = c.number
              left join role r on r.ws = b.ws and r.number = b.role"
        )
    };
}

statements! {
    /// A thread by id.
    tenant BY_ID = concat!(select!(), " where c.ws = $1 and c.id = $2 and c.kind = 'thread'");
    /// What changed last first, strictly after another; $2 to $4 null where space, subject and role do not restrict.
    tenant PAGE = concat!(select!(),
        " where c.ws = $1 and c.kind = 'thread' and (c.updated_at, c.number) < ($5, $6)
            and (cast($2 as bigint) is null or c.space = $2)
            and (cast($3 as bigint) is null or c.subject = $3)
            and (cast($4 as bigint) is null or b.role = $4)", gated!("8"), "
          order by c.updated_at desc, c.number desc limit $7");
    /// The role a thread is bound to.
    tenant GATE = "select r.id from thread_role b join role r on r.ws = b.ws and r.number = b.role
        where b.ws = $1 and b.conversation = $2";
    /// Shows a thread to sessions with a role alone.
    tenant BIND = "insert into thread_role (ws, conversation, role) values ($1, $2, $3)";
}
