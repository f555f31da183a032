//! Workflows and their published versions.

use parlor_model::access::Role;
use parlor_model::id::{Locator, WorkflowId, WorkflowVersionId};
use parlor_model::workflow::{Draft, RoleAccess, Version, Workflow, WorkflowKey};
use parlor_model::{Error, Result, Timestamp};
use serde_json::{Value, json};

use crate::sql::workflow as sql;
use crate::{Row, Tx, params};

/// Makes a workflow; `None` when its slug is taken.
pub fn insert(
    tx: &mut dyn Tx,
    ws: i64,
    draft: &Draft,
    permissions: Option<&Value>,
    role_access: &[RoleAccess],
) -> Result<Option<Workflow>> {
    let stamp = tx.stamp();
    let id: WorkflowId = stamp.id();
    let tasks = tasks_text(draft)?;
    let permissions_text = permissions.map(Value::to_string);
    let access = access_text(role_access);
    let number = tx.one(
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

/// One, archived ones included.
pub fn find(tx: &mut dyn Tx, ws: i64, key: WorkflowKey) -> Result<Option<Workflow>> {
    match key {
        Locator::Id(id) => tx.one(&sql::BY_ID, params![ws, &id], read),
        Locator::Number(number) => tx.one(&sql::BY_NUMBER, params![ws, number], read),
    }
}

/// A numbered page, oldest first, and how many there are: those put away, or the others.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    archived: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Workflow>, i64)> {
    let rows = tx.all(&sql::PAGE, params![ws, limit, offset, archived], read)?;
    Ok((rows, tx.count(&sql::COUNT, params![ws, archived])?))
}

/// Whether another workflow has this slug.
pub fn slug_is_taken(tx: &mut dyn Tx, ws: i64, slug: &str, except: i64) -> Result<bool> {
    Ok(tx
        .one(&sql::SLUG_TAKEN, params![ws, slug, except], |_| Ok(()))?
        .is_some())
}

/// Writes every changeable column back, and gives when.
pub fn update(tx: &mut dyn Tx, ws: i64, workflow: &Workflow) -> Result<Timestamp> {
    let at = tx.stamp().at;
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

/// Freezes a workflow's draft under the next number.
pub fn publish(
    tx: &mut dyn Tx,
    ws: i64,
    workflow: &Workflow,
    note: Option<&str>,
    author: Option<i64>,
) -> Result<Version> {
    let stamp = tx.stamp();
    let (id, at): (WorkflowVersionId, _) = (stamp.id(), stamp.at);
    let version = tx.count(&sql::NEXT_VERSION, params![ws, workflow.number])?;
    let draft = &workflow.draft;
    let tasks = tasks_text(draft)?;
    let number = tx.one(
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
    Ok(Version {
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

/// One version.
pub fn version(tx: &mut dyn Tx, ws: i64, workflow: i64, version: i64) -> Result<Option<Version>> {
    tx.one(&sql::VERSION, params![ws, workflow, version], read_version)
}

/// A numbered page of versions, newest first, and how many there are.
pub fn versions(
    tx: &mut dyn Tx,
    ws: i64,
    workflow: i64,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Version>, i64)> {
    let rows = tx.all(
        &sql::VERSIONS,
        params![ws, workflow, limit, offset],
        read_version,
    )?;
    Ok((rows, tx.count(&sql::COUNT_VERSIONS, params![ws, workflow])?))
}

/// Says something else about a version.
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

fn tasks_text(draft: &Draft) -> Result<String> {
    serde_json::to_string(&draft.tasks).map_err(Error::internal)
}

fn access_text(access: &[RoleAccess]) -> String {
    let rows = access.iter();
    let rows = rows.map(|one| json!({ "role": one.role.word(), "mode": one.mode }));
    Value::from_iter(rows).to_string()
}

/// A role that this version does not know gives nobody anything.
fn read_access(text: &str) -> Vec<RoleAccess> {
    let rows: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    let rows = rows.iter();
    rows.filter_map(|row| {
        Some(RoleAccess {
            role: Role::parse(row["role"].as_str()?)?,
            mode: u32::try_from(row["mode"].as_u64()?).ok()?,
        })
    })
    .collect()
}

fn read_draft(row: &dyn Row, first: usize) -> Result<Draft> {
    Ok(Draft {
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

fn read(row: &dyn Row) -> Result<Workflow> {
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
        role_access: read_access(row.text(15)?),
    })
}

fn read_version(row: &dyn Row) -> Result<Version> {
    Ok(Version {
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
