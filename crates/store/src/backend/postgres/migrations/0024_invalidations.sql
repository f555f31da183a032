-- Changes of rows that nodes cache, each with its transaction: a node reads those that were not visible in its last
-- snapshot. Written by the transaction of the change, removed after some minutes.
create table invalidation(
    number bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    ws bigint,
    tables bigint not null,
    recorded_at timestamptz not null default clock_timestamp()
);
create index invalidation_xid on invalidation(xid);
create index invalidation_recorded on invalidation(recorded_at);
