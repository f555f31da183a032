//! Jobs: work that one node at a time does. The texts use PostgreSQL's own clock, so that nodes agree; SQLite uses the
//! time that is passed last.

use crate::SqlStatement;
use crate::statement::statements;

/// Time of the database in microseconds. It uses the parameter that SQLite needs, so that both take the same ones.
macro_rules! now {
    ($parameter:literal) => {
        concat!(
            "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) + 0 * cast(",
            $parameter,
            " as bigint)"
        )
    };
}

statements! {
    /// Adds a job that is due after a delay ($4).
    global INSERT = concat!("insert into job (kind, ws, subject, due_at)
        values ($1, $2, $3, ", now!("$5"), " + cast($4 as bigint)) returning number");
    /// Whether there is a job of a kind, due or not.
    global EXISTS = "select 1 from job where kind = $1 limit 1";
    /// Claims due jobs that nobody holds, the longest due first, and skips those that others are claiming.
    global CLAIM = concat!("update job set lease_until = ", now!("$4"), " + cast($3 as bigint), fence = fence + 1,
            attempts = attempts + 1
        where number in (select number from job where kind = $1 and due_at <= ", now!("$4"), "
            and lease_until <= ", now!("$4"), " order by due_at, number limit $2 for update skip locked)
        returning number, ws, subject, fence, attempts, position");
    /// Extends the lease of a job that is still held under a fence.
    global RENEW = concat!("update job set lease_until = ", now!("$4"), " + cast($3 as bigint)
        where number = $1 and fence = $2");
    /// Extends the lease of a job that is still held under a fence, and records how far it has come ($5).
    global ADVANCE = concat!("update job set lease_until = ", now!("$4"), " + cast($3 as bigint), position = $5
        where number = $1 and fence = $2");
    /// Gives a job back, to be due after a delay ($3).
    global RELEASE = concat!("update job set lease_until = 0, due_at = ", now!("$4"), " + cast($3 as bigint)
        where number = $1 and fence = $2");
    /// Ends all leases: those of an earlier process, where a database has one process.
    global END_LEASES = "update job set lease_until = 0 where lease_until > 0";
    /// Removes a job that is still held under a fence.
    global FINISH = "delete from job where number = $1 and fence = $2";
}

/// Texts that SQLite runs in place of the shared ones.
pub(crate) static SQLITE: &[(&SqlStatement, &str)] = &[
    (
        &INSERT,
        "insert into job (kind, ws, subject, due_at) values ($1, $2, $3, $5 + $4) returning number",
    ),
    (
        &CLAIM,
        "update job set lease_until = $4 + $3, fence = fence + 1, attempts = attempts + 1
        where number in (select number from job where kind = $1 and due_at <= $4 and lease_until <= $4
            order by due_at, number limit $2)
        returning number, ws, subject, fence, attempts, position",
    ),
    (
        &RENEW,
        "update job set lease_until = $4 + $3 where number = $1 and fence = $2",
    ),
    (
        &ADVANCE,
        "update job set lease_until = $4 + $3, position = $5 where number = $1 and fence = $2",
    ),
    (
        &RELEASE,
        "update job set lease_until = 0, due_at = $4 + $3 where number = $1 and fence = $2",
    ),
];
