//! The instance row of the database.

use crate::SqlStatement;
use crate::statement::statements;

statements! {
    /// Shifts the row's time. SQLite skips writing a page that does not change, so the value must change.
    global MOVE = "update instance set created_at = created_at + $1 where number = 1";
    /// Fingerprint of the master key, and time of initialization.
    global FIND = "select fingerprint, created_at from instance where number = 1";
    /// Bytes of the database.
    global BYTES = "select cast(pg_database_size(current_database()) as bigint)";
    /// Initializes the database with the fingerprint of its master key. Of two concurrent attempts one is refused.
    global INSERT = "insert into instance (number, fingerprint, created_at) values (1, $1, $2)";
}

/// Texts that SQLite runs in place of the shared ones.
pub(crate) static SQLITE: &[(&SqlStatement, &str)] = &[(
    &BYTES,
    "select page_count * page_size from pragma_page_count(), pragma_page_size()",
)];
