//! The database itself.

use crate::statement::statements;

statements! {
    /// Moves the row's time. A row that is written as it stands is no write to SQLite, which leaves such a page alone.
    global MOVE = "update instance set created_at = created_at + $1 where number = 1";
    /// What the master key must hash to, and when the database was begun.
    global FIND = "select fingerprint, created_at from instance where number = 1";
    /// Notes the master key the database is begun with. Of two who try at once, one is refused and sees the other's.
    global INSERT = "insert into instance (number, fingerprint, created_at) values (1, $1, $2)";
}
