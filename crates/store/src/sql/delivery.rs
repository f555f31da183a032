//! Deliveries of the outbox.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "number, id, queue, event, coalesce(conversation, (select q.target from outbox_queue q where q.ws = delivery.ws and q.number = delivery.queue)),
         seq, message, payload, state, attempts, due_at, reason, status, response, created_at, finished_at from delivery"
    };
}

/// Queues what has happened in a conversation, if the queue takes the event. Direct conversations, and threads that are
/// bound to a role, are nobody else's business. Parameters: workspace, id, queue, event, conversation, `seq` (null for the
/// head), message, time.
macro_rules! insert {
    () => {
        "insert into delivery (ws, id, queue, event, conversation, seq, message, state, due_at, created_at)
        select cast($1 as bigint), $2, q.number, q.event, c.number, coalesce(cast($6 as bigint), c.last_seq), $7, 'queued',
            $8 + q.delay_seconds * 1000000, $8
        from outbox_queue q join conversation c on c.ws = q.ws and c.number = $5
        where q.ws = $1 and q.number = $3 and q.event = $4 and c.kind <> 'direct'
            and not exists (select 1 from thread_role g where g.ws = c.ws and g.conversation = c.number)"
    };
}

statements! {
    /// Queues an event.
    tenant INSERT = insert!();
    /// Queues a message for the carrier of its conversation. Parameters: workspace, id, conversation, `seq`, message, time.
    tenant INSERT_FOR_CARRIER = "insert into delivery (ws, id, queue, event, seq, message, state, due_at, created_at)
        select cast($1 as bigint), $2, q.number, 'message_created', $4, $5, 'queued', $6, $6
        from outbox_queue q where q.ws = $1 and q.kind = 'carrier' and q.target = $3 returning queue";
    /// Queues that a person has to respond, unless that was so before. What this transaction has queued of the conversation
    /// lies beyond the head that it has not written yet. $9 is whether no assistant will answer.
    tenant INSERT_NEEDS_RESPONSE = concat!(insert!(), " and not c.needs_response
            and (cast($9 as bigint) = 1 or not c.assistant_enabled or c.paused)
            and not exists (select 1 from delivery d where d.ws = c.ws and d.conversation = c.number
                and d.queue = q.number and d.seq > c.last_seq)");
    /// Queues that a conversation is archived, unless it was before.
    tenant INSERT_ARCHIVED = concat!(insert!(), " and c.state = 'active'");
    /// The next delivery of a queue.
    tenant NEXT = concat!("select ", columns!(), " where ws = $1 and queue = $2 and finished_at is null
        and state in ('queued', 'sending') order by number limit 1");
    /// Begins an attempt.
    tenant BEGIN = "update delivery set state = 'sending', attempts = attempts + 1, payload = $3
        where ws = $1 and number = $2 and state in ('queued', 'sending')";
    /// Puts off a delivery.
    tenant HOLD = "update delivery set due_at = $3, reason = $4 where ws = $1 and number = $2 and state = 'queued'";
    /// The queues of deliveries that were put off.
    tenant HELD_QUEUES = "select distinct queue from delivery
        where ws = $1 and state = 'queued' and reason in ('quiet_hours', 'rate_limited')";
    /// Makes the deliveries of a queue due that were put off.
    tenant RELEASE_HELD = "update delivery set due_at = $3, reason = null
        where ws = $1 and queue = $2 and state = 'queued' and reason in ('quiet_hours', 'rate_limited')";
    /// Ends an attempt.
    tenant END = "update delivery set state = $3, reason = $4, status = $5, response = $6, due_at = $7, finished_at = $8
        where ws = $1 and number = $2 and state = 'sending'";
    /// Records what a carrier says of a delivery that it has accepted or may have accepted. What it said last stays.
    tenant RECORD_STATUS = "update delivery set state = $3, reason = $4, finished_at = $5
        where ws = $1 and number = $2 and (state in ('sending', 'unknown') or (state = 'sent' and $3 <> 'sent'))";
    /// Ends a delivery without an attempt.
    tenant CANCEL = "update delivery set state = 'cancelled', reason = $3, finished_at = $4
        where ws = $1 and number = $2 and state in ('queued', 'sending')";
    /// Ends all deliveries of a queue that wait.
    tenant CANCEL_WAITING = "update delivery set state = 'cancelled', reason = $3, finished_at = $4
        where ws = $1 and queue = $2 and state = 'queued'";
    /// Ends deliveries that have been due since before a time.
    tenant EXPIRE = "update delivery set state = 'cancelled', reason = 'expired', finished_at = $3
        where ws = $1 and state = 'queued' and due_at < $2";
    /// A delivery by id.
    tenant BY_ID = concat!("select ", columns!(), " where ws = $1 and id = $2");
    /// A delivery by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where ws = $1 and number = $2");
    /// One page of a queue by offset, newest first.
    tenant PAGE = concat!("select ", columns!(), " where ws = $1 and queue = $2 order by number desc limit $3 offset $4");
    /// What was not sent of a workspace before a number, newest first.
    tenant UNSENT = concat!("select ", columns!(), " where ws = $1 and state in ('failed', 'cancelled', 'unknown')
        and number < $2 order by number desc limit $3");
    /// What waits of a workspace before a number, newest first.
    tenant WAITING = concat!("select ", columns!(), " where ws = $1 and state in ('queued', 'sending')
        and number < $2 order by number desc limit $3");
    /// Number of deliveries that wait, of all workspaces; counting ends at $1.
    global COUNT_ALL_WAITING = "select cast(count(*) as bigint) from (
        select 1 from delivery where state in ('queued', 'sending') limit $1) w";
    /// All deliveries of a workspace before an id, newest first: only ids have an index of the workspace.
    tenant RECENT = concat!("select ", columns!(), " where ws = $1 and id < $2 order by id desc limit $3");
    /// Number of what waits of a workspace, at most a limit, and the time of the oldest event among it.
    tenant COUNT_WAITING = "select cast(count(*) as bigint), min(w.created_at) from (
        select created_at from delivery where ws = $1 and state in ('queued', 'sending') limit $2) w";
    /// Number of what was not sent of a workspace since a time, at most a limit.
    tenant COUNT_UNSENT = "select cast(count(*) as bigint) from (select number from delivery
        where ws = $1 and finished_at >= $2 and state in ('failed', 'cancelled', 'unknown') limit $3) u";
    /// Total number of rows of a queue.
    tenant COUNT = "select cast(count(*) as bigint) from delivery where ws = $1 and queue = $2";
    /// Queues an ended delivery once more, under its id.
    tenant REPLAY = "update delivery set state = 'queued', attempts = 0, due_at = $3, finished_at = null
        where ws = $1 and number = $2 and state in ('sent', 'failed', 'cancelled', 'unknown')";
    /// Queues once more what has ended of a queue since a time; without $5 only what was not sent.
    tenant REPLAY_SINCE = "update delivery set state = 'queued', attempts = 0, due_at = $4, finished_at = null
        where ws = $1 and queue = $2 and created_at >= $3
            and (state in ('failed', 'cancelled') or (cast($5 as bigint) = 1 and state = 'sent'))";
    /// Deliveries that ended before a time, oldest first.
    tenant ENDED = "select number from delivery where ws = $1 and finished_at < $2 order by finished_at limit $3";
    /// Deletes the deliveries to the carrier of a conversation.
    tenant DELETE_OF_CARRIER = "delete from delivery where ws = $1 and queue in (select q.number from outbox_queue q
        where q.ws = $1 and q.kind = 'carrier' and q.target = $2)";
    /// Deletes deliveries.
    tenant DELETE = "delete from delivery where ws = $1 and number in (select value from json_each(cast($2 as text)))";
}
