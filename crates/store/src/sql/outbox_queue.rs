//! Queues of the outbox.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "number, kind, target, event, state, pause_reason, paused_at, failing_since from outbox_queue"
    };
}

statements! {
    /// Inserts the queue of a target, or changes it: its state ends.
    tenant PUT = "insert into outbox_queue (ws, kind, target, event, delay_seconds, state, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (ws, kind, target) do update set event = excluded.event, delay_seconds = excluded.delay_seconds,
            state = case when excluded.state = 'active' and outbox_queue.state = 'paused' then 'paused' else excluded.state end";
    /// Inserts the queue of a conversation's carrier, unless it exists.
    tenant PUT_CARRIER = "insert into outbox_queue (ws, kind, target, state, created_at)
        values ($1, 'carrier', $2, 'active', $3) on conflict (ws, kind, target) do nothing";
    /// Deletes the queue of a conversation that is deleted.
    tenant DELETE_CARRIER = "delete from outbox_queue where ws = $1 and kind = 'carrier' and target = $2";
    /// A queue by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where ws = $1 and number = $2");
    /// The queue of a target.
    tenant BY_TARGET = concat!("select ", columns!(), " where ws = $1 and kind = $2 and target = $3");
    /// The queues of a workspace's webhooks.
    tenant LIST_WEBHOOKS = concat!("select ", columns!(), " where ws = $1 and kind = 'webhook' order by number");
    /// Queues that take events.
    tenant TAKING_EVENTS = "select number, event from outbox_queue where ws = $1 and event is not null order by number";
    /// Queues that take an event.
    tenant TAKING = "select number from outbox_queue where ws = $1 and event = $2 order by number";
    /// Pauses a queue.
    tenant PAUSE = "update outbox_queue set state = 'paused', pause_reason = $3, paused_at = $4
        where ws = $1 and number = $2 and state = 'active'";
    /// Resumes a paused queue.
    tenant RESUME = "update outbox_queue set state = 'active', pause_reason = null, paused_at = null, failing_since = null
        where ws = $1 and number = $2 and state = 'paused'";
    /// Records since when the receiver fails; null after a success.
    tenant SET_FAILING_SINCE = "update outbox_queue set failing_since = $3 where ws = $1 and number = $2";
    /// Deletes a closed queue without deliveries whose rule is gone.
    tenant DELETE_CLOSED = "delete from outbox_queue where ws = $1 and number = $2 and state = 'closed'
        and not exists (select 1 from delivery d where d.ws = $1 and d.queue = $2)
        and not exists (select 1 from event_rule r where r.ws = $1 and r.number = outbox_queue.target)";
}
