//! Queues of the outbox whose new deliveries no worker knows of yet.

use crate::SqlStatement;
use crate::statement::statements;

statements! {
    /// Signals that a queue has new deliveries.
    tenant INSERT = "insert into outbox_signal (ws, queue) values ($1, $2) on conflict do nothing";
    /// Whether there are signals.
    global ANY = "select 1 from outbox_signal limit 1";
    /// Removes signals and returns their queues. Those that others remove at this moment are left to them.
    global TAKE = "delete from outbox_signal where (ws, number) in (
            select ws, number from outbox_signal order by ws, number limit $1 for update skip locked)
        returning ws, queue";
}

/// Texts that SQLite runs in place of the shared ones.
pub(crate) static SQLITE: &[(&SqlStatement, &str)] = &[(
    &TAKE,
    "delete from outbox_signal where (ws, queue) in (select ws, queue from outbox_signal order by ws, queue limit $1)
        returning ws, queue",
)];
