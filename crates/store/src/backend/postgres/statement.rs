//! Statements that exist only on PostgreSQL.
#![allow(
    unreachable_pub,
    reason = "the macro declares for the catalogue, which is public"
)]

use crate::statement::statements;

macro_rules! heads {
    () => {
        "select c.ws, c.number, c.last_seq, c.state, c.title_is_automatic, c.updated_at
        from conversation c
        where (c.ws, c.number) in (
            select e.ws, e.number from json_to_recordset(cast($1 as text)::json) as e(ws bigint, number bigint)) "
    };
}

statements! {
    /// Shared advisory lock of transactions that insert rows of ordered lists. 1 is the class of these locks.
    global LOCK_SHARED = "select pg_advisory_xact_lock_shared(1, cast($1 as bigint)::int)";
    /// Exclusive advisory lock: waits for all holders of the shared one.
    global LOCK = "select pg_advisory_xact_lock(1, cast($1 as bigint)::int)";
    /// Locks and selects the heads of many conversations with their latest times. All transactions lock in the same
    /// order, which prevents deadlocks.
    global LOCK_HEADS = concat!(heads!(), "order by c.ws, c.number for no key update");
    /// Locks and selects those of the heads that no other transaction has locked.
    global LOCK_FREE_HEADS = concat!(heads!(), "order by c.ws, c.number for no key update skip locked");
    /// Locks and selects the head of one conversation.
    tenant HOLD_HEAD = "select last_seq from conversation where ws = $1 and number = $2 for no key update";
    /// Selects, for a batch, the messages already sent under the given client ids (by `place`, the index in the batch),
    /// and, with a null `place`, the states of members: not archived, state of the participation, is owner.
    global FIND_KNOWN = "select e.place, m.number, m.id, m.seq, m.created_at,
            cast(null as bigint), cast(null as bigint), cast(null as bigint), cast(null as boolean), cast(null as text),
            cast(null as boolean)
        from json_to_recordset(cast($1 as text)::json)
            as e(place bigint, ws bigint, conversation bigint, author bigint, client_id text)
        join message m on m.ws = e.ws and m.conversation = e.conversation and m.client_id = e.client_id
            and coalesce(m.author, 0) = coalesce(e.author, 0)
        union all
        select null, null, null, null, null, e.ws, e.conversation, e.member, m.archived_at is null, p.state,
            coalesce(p.role, '') = 'owner'
        from json_to_recordset(cast($2 as text)::json) as e(ws bigint, conversation bigint, member bigint)
        join member m on m.ws = e.ws and m.number = e.member
        left join participant p on p.ws = e.ws and p.conversation = e.conversation and p.member = e.member";
    /// Inserts messages of many workspaces at `seq`s taken under row locks, and updates the heads of their
    /// conversations.
    global INSERT_MESSAGES = "with moved as (
            update conversation c set last_seq = e.seq, updated_at = greatest(c.updated_at, e.at),
                last_message_seq = coalesce(e.said, c.last_message_seq),
                last_message_at = coalesce(e.said_at, c.last_message_at),
                needs_response = case when c.kind = 'direct' or e.role is null then c.needs_response
                    when e.role = 'assistant' then false
                    when e.role = 'unanswered' or not c.assistant_enabled or c.paused then true else c.needs_response end
            from json_to_recordset(cast($2 as text)::json)
                as e(ws bigint, conversation bigint, seq bigint, at bigint, said bigint, said_at bigint, role text)
            where c.ws = e.ws and c.number = e.conversation)
        insert into message
        (ws, id, conversation, seq, author, role, form, text, metadata, client_id, created_at, updated_at, details)
        select ws, id, conversation, seq, author, role, form, text, metadata, client_id, at, at, details
        from json_to_recordset(cast($1 as text)::json) as entry(ws bigint, id uuid, conversation bigint, seq bigint,
            author bigint, role text, form text, text text, metadata text, client_id text, at bigint, details text)
        returning id, number";
    /// Inserts the queues of conversations' carriers that do not exist yet. $1 has rows like [`INSERT_CARRIER_DELIVERIES`].
    global PUT_CARRIER_QUEUES = "insert into outbox_queue (ws, kind, target, state, created_at)
        select distinct on (e.ws, e.conversation) e.ws, 'carrier', e.conversation, 'active', e.at
        from json_to_recordset(cast($1 as text)::json) as e(ws bigint, conversation bigint, at bigint)
        order by e.ws, e.conversation
        on conflict (ws, kind, target) do nothing";
    /// Queues messages of many workspaces for the carriers of their conversations.
    global INSERT_CARRIER_DELIVERIES = "with inserted as (insert into delivery
            (ws, id, queue, event, seq, message, state, due_at, created_at)
        select e.ws, e.id, q.number, 'message_created', e.seq, e.message, 'queued', e.at, e.at
        from json_to_recordset(cast($1 as text)::json)
            as e(ws bigint, id uuid, conversation bigint, seq bigint, message uuid, at bigint)
        join outbox_queue q on q.ws = e.ws and q.kind = 'carrier' and q.target = e.conversation
        order by e.ws, e.conversation, e.seq returning ws, queue)
        insert into outbox_signal (ws, queue) select distinct ws, queue from inserted";
    /// Queues messages of many workspaces for receivers, like the common statement for one.
    global INSERT_MESSAGE_EVENTS = "with inserted as (insert into delivery
            (ws, id, queue, event, conversation, seq, message, state, due_at, created_at)
        select e.ws, e.id, q.number, q.event, c.number, e.seq, e.message, 'queued',
            e.at + q.delay_seconds * 1000000, e.at
        from json_to_recordset(cast($1 as text)::json)
            as e(ws bigint, id uuid, queue bigint, conversation bigint, seq bigint, message uuid, at bigint)
        join outbox_queue q on q.ws = e.ws and q.number = e.queue and q.event = 'message_created'
        join conversation c on c.ws = e.ws and c.number = e.conversation and c.kind <> 'direct'
        where not exists (select 1 from thread_role g where g.ws = c.ws and g.conversation = c.number)
        order by e.ws, e.conversation, e.seq returning ws, queue)
        insert into outbox_signal (ws, queue) select distinct ws, queue from inserted";
    /// Selects the current snapshot and the database's time in seconds, then the recorded changes that became visible
    /// after an earlier snapshot: those of transactions from its end (`$1`) on, and those in progress then (`$2`).
    global NEW_INVALIDATIONS = "select cast(pg_current_snapshot() as text),
            cast(floor(extract(epoch from clock_timestamp())) as bigint), cast(null as bigint), cast(null as bigint)
        union all
        select null, null, ws, tables from invalidation where xid >= cast(cast($1 as text) as xid8)
        union all
        select null, null, ws, tables from invalidation where xid = any (cast(cast($2 as text) as xid8[]))";
    /// Selects the quoted names of the tables that have at least doubled since they were analyzed.
    global OUTGROWN_TABLES = "select format('%I', s.relname) from pg_stat_user_tables s join pg_class c on c.oid = s.relid
        where s.schemaname = current_schema() and s.n_mod_since_analyze >= greatest(cast($1 as bigint), c.reltuples)
          and c.reltuples < cast($2 as bigint)";
    /// Deletes recorded changes that every live node has read.
    global DELETE_OLD_INVALIDATIONS = "delete from invalidation
        where recorded_at < clock_timestamp() - make_interval(secs => cast($1 as bigint))";
}
