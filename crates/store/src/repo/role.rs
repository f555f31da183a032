//! A workspace's own roles.

use parlor_model::Result;
use parlor_model::id::RoleId;
use parlor_model::role::{CreateRole, Role, RoleKey};

use crate::sql::role as sql;
use crate::{Row, Tx, params};

/// Makes a role; `None` when its customer's id is taken.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &CreateRole) -> Result<Option<Role>> {
    let stamp = tx.stamp();
    let id: RoleId = stamp.id();
    let number = tx.one(
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
    Ok(number.map(|number| Role {
        number,
        id,
        name: new.name.clone(),
        description: new.description.clone(),
        customer_id: new.customer_id.clone(),
        created_at: stamp.at,
        updated_at: stamp.at,
    }))
}

/// One.
pub fn find(tx: &mut dyn Tx, ws: i64, key: &RoleKey) -> Result<Option<Role>> {
    match key {
        RoleKey::Id(id) => tx.one(&sql::BY_ID, params![ws, id], read),
        RoleKey::Customer(customer) => tx.one(&sql::BY_CUSTOMER, params![ws, customer], read),
    }
}

/// Every one, oldest first.
pub fn list(tx: &mut dyn Tx, ws: i64) -> Result<Vec<Role>> {
    tx.all(&sql::LIST, params![ws], read)
}

/// Writes every changeable column back, with the time of the change.
pub fn update(tx: &mut dyn Tx, ws: i64, role: &mut Role) -> Result<()> {
    role.updated_at = tx.stamp().at;
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

/// Removes one; no thread is bound to it any more. Tells whether there was one.
pub fn delete(tx: &mut dyn Tx, ws: i64, id: RoleId) -> Result<bool> {
    tx.execute(&sql::UNBIND, params![ws, &id])?;
    Ok(tx.execute(&sql::DELETE, params![ws, &id])? > 0)
}

fn read(row: &dyn Row) -> Result<Role> {
    Ok(Role {
        number: row.int(0)?,
        id: row.id(1)?,
        name: row.string(2)?,
        description: row.opt_string(3)?,
        customer_id: row.opt_string(4)?,
        created_at: row.time(5)?,
        updated_at: row.time(6)?,
    })
}
