//! Custom roles of a workspace.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "select number, id, name, description, customer_id, created_at, updated_at from role"
    };
}

statements! {
    /// Inserts a role; returns no row if its customer-assigned id is in use.
    tenant INSERT = "insert into role (ws, id, name, description, customer_id, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing returning number";
    /// A role by id.
    tenant BY_ID = concat!(columns!(), " where ws = $1 and id = $2");
    /// A role by customer-assigned id.
    tenant BY_CUSTOMER = concat!(columns!(), " where ws = $1 and customer_id = $2");
    /// All roles, oldest first.
    tenant LIST = concat!(columns!(), " where ws = $1 order by number");
    /// Writes all mutable columns.
    tenant UPDATE = "update role set name = $3, description = $4, customer_id = $5, updated_at = $6
        where ws = $1 and number = $2";
    /// Unbinds all threads from it.
    tenant UNBIND = "delete from thread_role where ws = $1
        and role = (select r.number from role r where r.ws = $1 and r.id = $2)";
    /// Deletes the row.
    tenant DELETE = "delete from role where ws = $1 and id = $2";
}
