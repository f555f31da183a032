//! Keys that sign tokens.

use crate::statement::statements;

statements! {
    /// Keeps a sealed key.
    tenant INSERT = "insert into signing_key (ws, purpose, id, sealed, created_at) values ($1, $2, $3, $4, $5)";
    /// The keys of a purpose, newest first.
    tenant LIST = "select id, sealed from signing_key where ws = $1 and purpose = $2 order by id desc";
}
