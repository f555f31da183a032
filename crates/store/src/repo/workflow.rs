//! Workflows and their published versions.

use parlor_model::access::WorkspaceRole;
use parlor_model::id::{IdOrNumber, WorkflowId, WorkflowVersionId};
use parlor_model::workflow::{RoleAccess, Workflow, WorkflowDraft, WorkflowKey, WorkflowVersion};
use parlor_model::{Error, Result, Timestamp};
use serde_json::{Value, json};

use crate::sql::workflow as sql;
use crate::{Row, Tx, params};

/// Inserts a workflow; `None` if its slug is in use.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    draft: &WorkflowDraft,
    permissions: Option<&Value>,
    role_access: &[RoleAccess],
) -> Result<Option<Workflow>> {
    let stamp = tx.next_stamp();
    let id: WorkflowId = stamp.id();
    let tasks = tasks_text(draft)?;
    let permissions_text = permissions.map(Value::to_string);
    let access = access_text(role_access);
    let number = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            &draft.slug,
            &draft.name,
            draft.agent,
            draft.default_phone_number,
            draft.default_inbox,
            &tasks,
            stamp.at,
            &draft.description,
            &draft.opening_message,
            &permissions_text,
            &access,
        ],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| Workflow {
        number,
        id,
        draft: draft.clone(),
        active_version: None,
        permissions: permissions.cloned(),
        role_access: role_access.to_vec(),
        archived_at: None,
        created_at: stamp.at,
        updated_at: stamp.at,
    }))
}

/// Finds one by id or number, including archived ones.
pub fn find(tx: &mut dyn Tx, ws: i64, key: WorkflowKey) -> Result<Option<Workflow>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row),
    }
}

/// Returns one page by offset, oldest first, and the total number of rows; `archived` selects archived or active ones.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    archived: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Workflow>, i64)> {
    let rows = tx.query_all(&sql::PAGE, params![ws, limit, offset, archived], from_row)?;
    Ok((rows, tx.query_count(&sql::COUNT, params![ws, archived])?))
}

/// Returns whether another workflow has this slug.
pub fn slug_exists(tx: &mut dyn Tx, ws: i64, slug: &str, except: i64) -> Result<bool> {
    Ok(tx
        .query_one(&sql::SLUG_TAKEN, params![ws, slug, except], |_| Ok(()))?
        .is_some())
}

/// Writes all mutable columns; returns the time of the change.
pub fn update(tx: &mut dyn Tx, ws: i64, workflow: &Workflow) -> Result<Timestamp> {
    let at = tx.next_stamp().at;
    let draft = &workflow.draft;
    let tasks = tasks_text(draft)?;
    let permissions = workflow.permissions.as_ref().map(Value::to_string);
    let access = access_text(&workflow.role_access);
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            workflow.number,
            &draft.slug,
            &draft.name,
            draft.agent,
            draft.default_phone_number,
            draft.default_inbox,
            &tasks,
            workflow.active_version,
            workflow.archived_at,
            at,
            &draft.description,
            &draft.opening_message,
            &permissions,
            &access,
        ],
    )?;
    Ok(at)
}

/// Publishes a workflow's draft as the next version.
pub fn publish(
    tx: &mut dyn Tx,
    ws: i64,
    workflow: &Workflow,
    note: Option<&str>,
    author: Option<i64>,
) -> Result<WorkflowVersion> {
    let stamp = tx.next_stamp();
    let (id, at): (WorkflowVersionId, _) = (stamp.id(), stamp.at);
    let version = tx.query_count(&sql::NEXT_VERSION, params![ws, workflow.number])?;
    let draft = &workflow.draft;
    let tasks = tasks_text(draft)?;
    let number = tx.query_one(
        &sql::PUBLISH,
        params![
            ws,
            workflow.number,
            version,
            &draft.slug,
            &draft.name,
            draft.agent,
            draft.default_phone_number,
            draft.default_inbox,
            &tasks,
            note,
            author,
            at,
            &id,
            &draft.description,
            &draft.opening_message,
        ],
        |row| row.int(0),
    )?;
    Ok(WorkflowVersion {
        number: number.ok_or_else(|| Error::internal("an insert gave no number"))?,
        id,
        workflow: workflow.number,
        version,
        snapshot: draft.clone(),
        note: note.map(str::to_owned),
        author,
        created_at: at,
    })
}

/// Finds a version.
pub fn find_version(
    tx: &mut dyn Tx,
    ws: i64,
    workflow: i64,
    version: i64,
) -> Result<Option<WorkflowVersion>> {
    tx.query_one(&sql::VERSION, params![ws, workflow, version], read_version)
}

/// Returns one page of versions by offset, newest first, and the total.
pub fn page_versions(
    tx: &mut dyn Tx,
    ws: i64,
    workflow: i64,
    limit: i64,
    offset: i64,
) -> Result<(Vec<WorkflowVersion>, i64)> {
    let rows = tx.query_all(
        &sql::VERSIONS,
        params![ws, workflow, limit, offset],
        read_version,
    )?;
    Ok((
        rows,
        tx.query_count(&sql::COUNT_VERSIONS, params![ws, workflow])?,
    ))
}

/// Changes the note of a version.
pub fn set_note(
    tx: &mut dyn Tx,
    ws: i64,
    workflow: i64,
    version: i64,
    note: Option<&str>,
) -> Result<()> {
    tx.execute(&sql::SET_NOTE, params![ws, workflow, version, note])
        .map(drop)
}

fn tasks_text(draft: &WorkflowDraft) -> Result<String> {
    serde_json::to_string(&draft.tasks).map_err(Error::internal)
}

fn access_text(access: &[RoleAccess]) -> String {
    let rows = access.iter();
    let rows = rows.map(|one| json!({ "role": one.role.as_str(), "mode": one.mode }));
    Value::from_iter(rows).to_string()
}

/// Parses role access; roles unknown to this version are ignored.
fn parse_access(text: &str) -> Vec<RoleAccess> {
    let rows: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    let rows = rows.iter();
    rows.filter_map(|row| {
        Some(RoleAccess {
            role: WorkspaceRole::from_name(row["role"].as_str()?)?,
            mode: u32::try_from(row["mode"].as_u64()?).ok()?,
        })
    })
    .collect()
}

fn read_draft(row: &dyn Row, first: usize) -> Result<WorkflowDraft> {
    Ok(WorkflowDraft {
        slug: row.string(first)?,
        name: row.string(first + 1)?,
        agent: row.opt_int(first + 2)?,
        default_phone_number: row.opt_int(first + 3)?,
        default_inbox: row.opt_int(first + 4)?,
        tasks: serde_json::from_str(row.text(first + 5)?).map_err(Error::internal)?,
        description: row.opt_string(first + 6)?,
        opening_message: row.opt_string(first + 7)?,
    })
}

fn from_row(row: &dyn Row) -> Result<Workflow> {
    Ok(Workflow {
        number: row.int(0)?,
        id: row.id(1)?,
        draft: read_draft(row, 2)?,
        active_version: row.opt_int(10)?,
        archived_at: row.opt_time(11)?,
        created_at: row.time(12)?,
        updated_at: row.time(13)?,
        permissions: row
            .opt_text(14)?
            .and_then(|text| serde_json::from_str(text).ok()),
        role_access: parse_access(row.text(15)?),
    })
}

fn read_version(row: &dyn Row) -> Result<WorkflowVersion> {
    Ok(WorkflowVersion {
        version: row.int(0)?,
        snapshot: read_draft(row, 1)?,
        note: row.opt_string(9)?,
        author: row.opt_int(10)?,
        created_at: row.time(11)?,
        number: row.int(12)?,
        id: row.id(13)?,
        workflow: row.int(14)?,
    })
}
