//! Encrypted settings of workspaces' assistants.

use crate::statement::statements;

statements! {
    /// The settings of a workspace.
    tenant FIND = "select sealed from assistant_settings where ws = $1";
    /// Inserts or replaces the settings of a workspace.
    tenant PUT = "insert into assistant_settings (ws, sealed, updated_at) values ($1, $2, $3)
        on conflict (ws) do update set sealed = excluded.sealed, updated_at = excluded.updated_at";
    /// Deletes the settings of a workspace.
    tenant DELETE = "delete from assistant_settings where ws = $1";
}
