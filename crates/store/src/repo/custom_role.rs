//! Custom roles of a workspace.

use parlor_model::Result;
use parlor_model::custom_role::{CreateCustomRole, CustomRole, CustomRoleKey};
use parlor_model::id::CustomRoleId;

use crate::sql::custom_role as sql;
use crate::{Row, Tx, params};

/// Inserts a role; `None` if its customer-assigned id is in use.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &CreateCustomRole) -> Result<Option<CustomRole>> {
    let stamp = tx.next_stamp();
    let id: CustomRoleId = stamp.id();
    let number = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            &new.name,
            &new.description,
            &new.customer_id,
            stamp.at
        ],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| CustomRole {
        number,
        id,
        name: new.name.clone(),
        description: new.description.clone(),
        customer_id: new.customer_id.clone(),
        created_at: stamp.at,
        updated_at: stamp.at,
    }))
}

/// Finds a role by id or customer-assigned id.
pub fn find(tx: &mut dyn Tx, ws: i64, key: &CustomRoleKey) -> Result<Option<CustomRole>> {
    match key {
        CustomRoleKey::Id(id) => tx.query_one(&sql::BY_ID, params![ws, id], from_row),
        CustomRoleKey::Customer(customer) => {
            tx.query_one(&sql::BY_CUSTOMER, params![ws, customer], from_row)
        }
    }
}

/// Returns all roles, oldest first.
pub fn list(tx: &mut dyn Tx, ws: i64) -> Result<Vec<CustomRole>> {
    tx.query_all(&sql::LIST, params![ws], from_row)
}

/// Writes all mutable columns and the time of the change.
pub fn update(tx: &mut dyn Tx, ws: i64, role: &mut CustomRole) -> Result<()> {
    role.updated_at = tx.next_stamp().at;
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            role.number,
            &role.name,
            &role.description,
            &role.customer_id,
            role.updated_at
        ],
    )
    .map(drop)
}

/// Unbinds all threads from a role and deletes it; returns whether it existed.
pub fn delete(tx: &mut dyn Tx, ws: i64, id: CustomRoleId) -> Result<bool> {
    tx.execute(&sql::UNBIND, params![ws, &id])?;
    Ok(tx.execute(&sql::DELETE, params![ws, &id])? > 0)
}

fn from_row(row: &dyn Row) -> Result<CustomRole> {
    Ok(CustomRole {
        number: row.int(0)?,
        id: row.id(1)?,
        name: row.string(2)?,
        description: row.opt_string(3)?,
        customer_id: row.opt_string(4)?,
        created_at: row.time(5)?,
        updated_at: row.time(6)?,
    })
}
