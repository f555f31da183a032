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

/// Whether a job is of a queue that goes where $1 says: over carriers, or to the receivers of webhooks.
macro_rules! of_queue_kind {
    () => {
        "(exists (select 1 from outbox_queue queue where queue.ws = job.ws and queue.number = job.subject
            and queue.kind = 'carrier')) = (cast($1 as text) = 'carrier')"
    };
}

/// Whether a job is of none of the workspaces whose numbers are in a JSON array.
macro_rules! not_of {
    ($parameter:literal) => {
        concat!(
            "coalesce(ws, 0) not in (select value from json_each(cast(",
            $parameter,
            " as text)))"
        )
    };
}

statements! {
    /// Adds a job that is due after a delay ($4).
    global INSERT = concat!("insert into job (kind, ws, subject, due_at)
        values ($1, $2, $3, ", now!("$5"), " + cast($4 as bigint)) returning number");
    /// Whether there is a job of a kind, due or not.
    global EXISTS = "select 1 from job where kind = $1 limit 1";
    /// Whether a job of a kind may be claimed.
    global IS_DUE = concat!("select 1 from job where kind = $1 and due_at <= ", now!("$2"), " and lease_until <= ", now!("$2"), " limit 1");
    /// Claims due jobs that nobody holds, the longest due first, except those of some workspaces ($5), and skips those that
    /// others are claiming.
    global CLAIM = concat!("update job set lease_until = ", now!("$4"), " + cast($3 as bigint), fence = fence + 1,
            attempts = attempts + 1
        where number in (select number from job where kind = $1 and due_at <= ", now!("$4"), "
            and lease_until <= ", now!("$4"), " and ", not_of!("$5"), "
            order by due_at, number limit $2 for update skip locked)
        returning number, ws, subject, fence, attempts, position");
    /// Whether the job of a queue of a kind may be claimed.
    global DELIVERY_IS_DUE = concat!("select 1 from job where kind = 'deliver' and due_at <= ", now!("$2"), "
        and lease_until <= ", now!("$2"), " and ", of_queue_kind!(), " limit 1");
    /// Claims jobs of queues of a kind like [`CLAIM`].
    global CLAIM_DELIVERIES = concat!("update job set lease_until = ", now!("$4"), " + cast($3 as bigint), fence = fence + 1,
            attempts = attempts + 1
        where number in (select number from job where kind = 'deliver' and due_at <= ", now!("$4"), "
            and lease_until <= ", now!("$4"), " and ", of_queue_kind!(), " and ", not_of!("$5"), "
            order by due_at, number limit $2 for update skip locked)
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
    /// Gives the job of a queue back like [`RELEASE`], to be due at once if it was signalled since its position was read.
    /// Parameters: workspace, job, fence, position, delay, now.
    tenant RELEASE_DELIVERIES = concat!("update job set lease_until = 0, due_at = ", now!("$6"), "
            + case when position = $4 then cast($5 as bigint) else 0 end
        where ws = $1 and number = $2 and fence = $3");
    /// Ends all leases: those of an earlier process, where a database has one process.
    global END_LEASES = "update job set lease_until = 0 where lease_until > 0";
    /// Adds the jobs of queues with new deliveries. Where there is one, its holder learns by the position that it must look
    /// again. Parameters: workspace, numbers of the queues, now.
    tenant SIGNAL_DELIVERIES = concat!("insert into job (ws, subject, kind, due_at)
        select cast($1 as bigint), q.number, 'deliver', ", now!("$3"), " from outbox_queue q
        where q.ws = $1 and q.number in (select value from json_each(cast($2 as text))) order by q.number
        on conflict (ws, subject) where kind = 'deliver' do update set position = job.position + 1");
    /// Lets the job of a queue be claimed now, also if what it waits for is later, and signals its holder.
    tenant MAKE_DELIVERY_DUE = concat!("update job set position = position + 1, due_at = ", now!("$3"), "
        where ws = $1 and subject = $2 and kind = 'deliver'");
    /// Removes a job that is still held under a fence, unless it was signalled since its position was read.
    global FINISH_UNLESS_SIGNALLED = "delete from job where number = $1 and fence = $2 and position = $3";
    /// How far a job has come that is still held under a fence.
    global POSITION = "select position from job where number = $1 and fence = $2";
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
        &IS_DUE,
        "select 1 from job where kind = $1 and due_at <= $2 and lease_until <= $2 limit 1",
    ),
    (
        &CLAIM,
        concat!(
            "update job set lease_until = $4 + $3, fence = fence + 1, attempts = attempts + 1
        where number in (select number from job where kind = $1 and due_at <= $4 and lease_until <= $4 and ",
            not_of!("$5"),
            " order by due_at, number limit $2)
        returning number, ws, subject, fence, attempts, position"
        ),
    ),
    (
        &DELIVERY_IS_DUE,
        concat!(
            "select 1 from job where kind = 'deliver' and due_at <= $2 and lease_until <= $2 and ",
            of_queue_kind!(),
            " limit 1"
        ),
    ),
    (
        &CLAIM_DELIVERIES,
        concat!(
            "update job set lease_until = $4 + $3, fence = fence + 1, attempts = attempts + 1
        where number in (select number from job where kind = 'deliver' and due_at <= $4 and lease_until <= $4 and ",
            of_queue_kind!(),
            " and ",
            not_of!("$5"),
            " order by due_at, number limit $2)
        returning number, ws, subject, fence, attempts, position"
        ),
    ),
    (
        &SIGNAL_DELIVERIES,
        "insert into job (ws, subject, kind, due_at)
        select $1, q.number, 'deliver', $3 from outbox_queue q
        where q.ws = $1 and q.number in (select value from json_each($2)) order by q.number
        on conflict (ws, subject) where kind = 'deliver' do update set position = job.position + 1",
    ),
    (
        &MAKE_DELIVERY_DUE,
        "update job set position = position + 1, due_at = $3
        where ws = $1 and subject = $2 and kind = 'deliver'",
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
    (
        &RELEASE_DELIVERIES,
        "update job set lease_until = 0, due_at = $6 + case when position = $4 then $5 else 0 end
        where ws = $1 and number = $2 and fence = $3",
    ),
];
