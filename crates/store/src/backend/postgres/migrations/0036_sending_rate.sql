-- Up to when the allowed rate of a workspace's carrier is used up. Rows exist only where a rate is set.
create table sending_rate(
    ws bigint not null references workspace(number),
    medium text not null,
    next_at bigint not null,
    primary key (ws, medium)
);

-- What waits for the end of quiet hours, or for its turn at a limited rate.
create index delivery_held on delivery(ws, queue) where state = 'queued' and reason in ('quiet_hours', 'rate_limited');
