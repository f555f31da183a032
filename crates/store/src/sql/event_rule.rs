//! Event rules of a workspace.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "number, id, name, object_type, event_type, action_type, conditions, delay_seconds, action_params, is_enabled, created_at,
         updated_at from event_rule"
    };
}

statements! {
    /// Inserts a rule.
    tenant INSERT = "insert into event_rule (ws, id, name, object_type, event_type, action_type, conditions, delay_seconds,
            action_params, is_enabled, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) returning number";
    /// A rule by id.
    tenant BY_ID = concat!("select ", columns!(), " where ws = $1 and id = $2");
    /// A rule by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where ws = $1 and number = $2");
    /// One page by offset, oldest first.
    tenant PAGE = concat!("select ", columns!(), " where ws = $1 order by number limit $2 offset $3");
    /// Total number of rows.
    tenant COUNT = "select cast(count(*) as bigint) from event_rule where ws = $1";
    /// Writes all mutable columns.
    tenant UPDATE = "update event_rule set name = $3, object_type = $4, event_type = $5, action_type = $6, conditions = $7,
            delay_seconds = $8, action_params = $9, is_enabled = $10, updated_at = $11
        where ws = $1 and number = $2";
    /// What webhooks of a rule are signed with, encrypted.
    tenant SECRETS = "select secrets from event_rule where ws = $1 and number = $2";
    /// Sets what webhooks of a rule are signed with.
    tenant SET_SECRETS = "update event_rule set secrets = $3 where ws = $1 and number = $2";
    /// Deletes the row.
    tenant DELETE = "delete from event_rule where ws = $1 and number = $2";
}
