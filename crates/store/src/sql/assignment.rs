//! Assignments: runs of workflows.

use super::member_ref;
use crate::statement::statements;

macro_rules! columns {
    () => {
        concat!(
            "a.number, a.id, a.workflow, a.workflow_version, c.number, c.id, a.status, a.current_task, a.created_at, a.updated_at, ",
            member_ref!("m"),
            " from assignment a
              join member m on m.ws = a.ws and m.number = a.member
              left join conversation c on c.ws = a.ws and c.number = a.conversation"
        )
    };
}
macro_rules! filtered {
    () => {
        " where a.ws = $1 and (cast($2 as bigint) is null or a.member = $2) and (cast($3 as bigint) is null or a.workflow = $3)
            and (cast($4 as text) is null or a.status = $4)"
    };
}

statements! {
    /// Inserts an assignment.
    tenant INSERT = "insert into assignment (ws, id, workflow, workflow_version, member, conversation, status, current_task,
            created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $8) returning number";
    /// An assignment by id.
    tenant BY_ID = concat!("select ", columns!(), " where a.ws = $1 and a.id = $2");
    /// An assignment by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where a.ws = $1 and a.number = $2");
    /// One page by offset, newest first.
    tenant PAGE_DESC = concat!("select ", columns!(), filtered!(), " order by a.number desc limit $5 offset $6");
    /// One page by offset, oldest first.
    tenant PAGE_ASC = concat!("select ", columns!(), filtered!(), " order by a.number limit $5 offset $6");
    /// Total number of rows.
    tenant COUNT = concat!("select cast(count(*) as bigint) from assignment a", filtered!());
    /// Writes status and current step.
    tenant UPDATE = "update assignment set status = $3, current_task = $4, updated_at = $5 where ws = $1 and number = $2";
}
