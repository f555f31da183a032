-- Up to when the allowed rate of a workspace's carrier is used up. Rows exist only where a rate is set.
create table sending_rate(
    ws integer not null references workspace(number),
    medium text not null,
    next_at integer not null,
    primary key (ws, medium)
) strict, without rowid;

-- What waits for the end of quiet hours, or for its turn at a limited rate.
create index delivery_held on delivery(ws, queue) where state = 'queued' and reason in ('quiet_hours', 'rate_limited');

insert into sqlite_stat1(tbl, idx, stat) values
    ('sending_rate', 'sending_rate', '100 2 1'),
    ('delivery', 'delivery_held', '10000 100 1');
analyze sqlite_schema;
