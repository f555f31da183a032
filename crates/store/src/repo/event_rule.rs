//! Event rules of a workspace.

use parlor_model::event_rule::{CreateEventRule, EventAction, EventRule, EventRuleKey};
use parlor_model::id::{EventRuleId, IdOrNumber};
use parlor_model::{Error, Result, Timestamp};
use serde_json::{Map, Value};

use crate::sql::event_rule as sql;
use crate::{Row, Tx, params};

/// Inserts a rule.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &CreateEventRule) -> Result<EventRule> {
    let stamp = tx.next_stamp();
    let id: EventRuleId = stamp.id();
    let action_params = params_text(&new.action_params);
    let number = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            &new.name,
            &new.object_type,
            &new.event_type,
            new.action.as_str(),
            &new.conditions,
            new.delay_seconds,
            &action_params,
            new.is_enabled,
            stamp.at
        ],
        |row| row.int(0),
    )?;
    Ok(EventRule {
        number: number.ok_or_else(|| Error::internal("an insert gave no number"))?,
        id,
        name: new.name.clone(),
        object_type: new.object_type.clone(),
        event_type: new.event_type.clone(),
        action: new.action,
        conditions: new.conditions.clone(),
        delay_seconds: new.delay_seconds,
        action_params: new.action_params.clone(),
        is_enabled: new.is_enabled,
        created_at: stamp.at,
        updated_at: stamp.at,
    })
}

/// Finds one by id or number.
pub fn find(tx: &mut dyn Tx, ws: i64, key: EventRuleKey) -> Result<Option<EventRule>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row),
    }
}

/// Returns one page by offset, oldest first, and the total number of rows.
pub fn page(tx: &mut dyn Tx, ws: i64, limit: i64, offset: i64) -> Result<(Vec<EventRule>, i64)> {
    let rows = tx.query_all(&sql::PAGE, params![ws, limit, offset], from_row)?;
    Ok((rows, tx.query_count(&sql::COUNT, params![ws])?))
}

/// Writes all mutable columns; returns the time of the change.
pub fn update(tx: &mut dyn Tx, ws: i64, rule: &EventRule) -> Result<Timestamp> {
    let at = tx.next_stamp().at;
    let action_params = params_text(&rule.action_params);
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            rule.number,
            &rule.name,
            &rule.object_type,
            &rule.event_type,
            rule.action.as_str(),
            &rule.conditions,
            rule.delay_seconds,
            &action_params,
            rule.is_enabled,
            at
        ],
    )?;
    Ok(at)
}

/// Finds what webhooks of a rule are signed with, encrypted.
pub fn find_secrets(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<Option<Vec<u8>>> {
    let found = tx.query_one(&sql::SECRETS, params![ws, number], |row| {
        Ok(row.opt_bytes(0)?.map(<[u8]>::to_vec))
    })?;
    Ok(found.flatten())
}

/// Sets what webhooks of a rule are signed with, encrypted.
pub fn set_secrets(tx: &mut dyn Tx, ws: i64, number: i64, sealed: &[u8]) -> Result<()> {
    tx.execute(&sql::SET_SECRETS, params![ws, number, sealed])
        .map(drop)
}

/// Deletes the row.
pub fn delete(tx: &mut dyn Tx, ws: i64, number: i64) -> Result<()> {
    tx.execute(&sql::DELETE, params![ws, number]).map(drop)
}

fn params_text(params: &Map<String, Value>) -> String {
    Value::Object(params.clone()).to_string()
}

fn from_row(row: &dyn Row) -> Result<EventRule> {
    Ok(EventRule {
        number: row.int(0)?,
        id: row.id(1)?,
        name: row.opt_string(2)?,
        object_type: row.string(3)?,
        event_type: row.string(4)?,
        action: row.enum_value(5, EventAction::from_name)?,
        conditions: row.opt_string(6)?,
        delay_seconds: row.int(7)?,
        action_params: serde_json::from_str(row.text(8)?).unwrap_or_default(),
        is_enabled: row.bool(9)?,
        created_at: row.time(10)?,
        updated_at: row.time(11)?,
    })
}
