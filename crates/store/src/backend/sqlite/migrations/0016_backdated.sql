-- A message that an import put behind newer ones: the last position before it that is in the order of time. Null for
-- all others, whose positions follow their times.
alter table message add column backdated_after integer;

with timed as (
    select number, ws, conversation, seq, created_at,
        max(created_at) over (partition by ws, conversation order by seq rows between unbounded preceding and 1 preceding) as newest
    from message
), ordered as (
    select number, created_at, newest,
        max(case when newest is null or created_at >= newest then seq end)
            over (partition by ws, conversation order by seq rows between unbounded preceding and 1 preceding) as position
    from timed
)
update message set backdated_after = ordered.position from ordered
where ordered.number = message.number and ordered.created_at < ordered.newest;

create index message_backdated on message(ws, conversation, created_at, seq) where backdated_after is not null;

insert into sqlite_stat1(tbl, idx, stat) values
    ('message', 'message_backdated', '10000 5000 50 1 1');
analyze sqlite_schema;
