//! Encrypted keys that sign tokens.

use crate::statement::statements;

statements! {
    /// Inserts an encrypted key as the first of its purpose; fails if one exists.
    tenant INSERT_FIRST = "insert into signing_key (ws, purpose, id, sealed, created_at, generation)
        values ($1, $2, $3, $4, $5, 1)";
    /// The keys of a purpose, oldest first.
    tenant LIST = "select id, sealed from signing_key where ws = $1 and purpose = $2 order by generation";
}
