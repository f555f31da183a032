//! Audit trail.

use crate::statement::statements;

statements! {
    /// Inserts an act.
    tenant INSERT = "insert into audit (ws, at, action, noun, id, actor, key, request, detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The newest acts.
    tenant LIST = "select at, action, noun, id, detail from audit where ws = $1 order by number desc limit $2";
}
