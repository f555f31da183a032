//! Assignments: runs of workflows.

use parlor_model::id::{AssignmentId, IdOrNumber};
use parlor_model::keyset::SortOrder;
use parlor_model::workflow::{Assignment, AssignmentFilter, AssignmentKey, AssignmentStatus};
use parlor_model::{Error, Result, Timestamp};

use super::member::read_ref;
use crate::sql::assignment as sql;
use crate::{Row, SqlValue, Tx, params};

/// Row of a new assignment; references are row numbers.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct NewAssignmentRow {
    pub workflow: i64,
    pub workflow_version: Option<i64>,
    pub member: i64,
    pub conversation: Option<i64>,
    pub current_task: Option<i64>,
}

/// Inserts an assignment and returns its number.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: NewAssignmentRow) -> Result<i64> {
    let stamp = tx.next_stamp();
    let id: AssignmentId = stamp.id();
    tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            new.workflow,
            new.workflow_version,
            new.member,
            new.conversation,
            new.current_task,
            stamp.at
        ],
        |row| row.int(0),
    )?
    .ok_or_else(|| Error::internal("assignment was not inserted"))
}

/// Finds one by id or number.
pub fn find(tx: &mut dyn Tx, ws: i64, key: AssignmentKey) -> Result<Option<Assignment>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row),
    }
}

/// Returns one page by offset in creation order, and the total number of rows.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    filter: AssignmentFilter,
    order: SortOrder,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Assignment>, i64)> {
    let statement = match order {
        SortOrder::Descending => &sql::PAGE_DESC,
        SortOrder::Ascending => &sql::PAGE_ASC,
    };
    let restrictions: [SqlValue<'_>; 4] = [
        ws.into(),
        filter.member.into(),
        filter.workflow.into(),
        filter.status.map(AssignmentStatus::as_str).into(),
    ];
    let mut all = restrictions.to_vec();
    all.extend([SqlValue::Int(limit), SqlValue::Int(offset)]);
    let rows = tx.query_all(statement, &all, from_row)?;
    Ok((rows, tx.query_count(&sql::COUNT, &restrictions)?))
}

/// Writes status and current step; returns the time of the change.
pub fn update(tx: &mut dyn Tx, ws: i64, assignment: &Assignment) -> Result<Timestamp> {
    let at = tx.next_stamp().at;
    let columns = params![
        ws,
        assignment.number,
        assignment.status.as_str(),
        assignment.current_task,
        at
    ];
    tx.execute(&sql::UPDATE, columns)?;
    Ok(at)
}

fn from_row(row: &dyn Row) -> Result<Assignment> {
    let conversation = match (row.opt_int(4)?, row.opt_id(5)?) {
        (Some(number), Some(id)) => Some((number, id)),
        _ => None,
    };
    Ok(Assignment {
        number: row.int(0)?,
        id: row.id(1)?,
        workflow: row.int(2)?,
        workflow_version: row.opt_int(3)?,
        conversation,
        status: row.enum_value(6, AssignmentStatus::from_name)?,
        current_task: row.opt_int(7)?,
        created_at: row.time(8)?,
        updated_at: row.time(9)?,
        member: read_ref(row, 10)?,
    })
}
