//! The instance row of the database.

use crate::statement::statements;

statements! {
    /// Shifts the row's time. SQLite skips writing a page that does not change, so the value must change.
    global MOVE = "update instance set created_at = created_at + $1 where number = 1";
    /// Fingerprint of the master key, and time of initialization.
    global FIND = "select fingerprint, created_at from instance where number = 1";
    /// Initializes the database with the fingerprint of its master key. Of two concurrent attempts one is refused.
    global INSERT = "insert into instance (number, fingerprint, created_at) values (1, $1, $2)";
}
