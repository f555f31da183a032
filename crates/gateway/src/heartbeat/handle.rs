//! Registration of one connection, which receives its due events.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use parlor_model::Ctx;
use parlor_model::ctx::WorkspaceRef;
use parlor_model::id::ApiKeyId;
use parlor_model::scope::Scopes;

use super::entry::{HeartbeatEntry, PING, PONG_TIMEOUT, REAUTHORIZE, STOP, millis};
use super::scheduler::HeartbeatScheduler;
use crate::Gateway;
use crate::disconnect::{ConnectionEnd, DisconnectReason};

/// Due action of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeartbeatEvent {
    Ping,
    /// The credential is to be checked again.
    Reauthorize,
}

/// Registration of one connection.
pub(crate) struct HeartbeatHandle {
    scheduler: Arc<HeartbeatScheduler>,
    entry: Arc<HeartbeatEntry>,
}

impl HeartbeatHandle {
    /// Registers a connection opened with the key of `ctx`.
    pub(crate) fn new(gateway: &Gateway, ctx: &Ctx) -> Self {
        let key = ctx.key.map(|key| (ctx.workspace, key, ctx.scopes));
        Self::register(&gateway.heartbeat, ctx.ws(), key)
    }

    /// Registers a connection without client input, which is exempt from the pong timeout.
    pub(crate) fn for_stream(gateway: &Gateway, ctx: &Ctx) -> Self {
        let handle = Self::new(gateway, ctx);
        handle
            .entry
            .last_activity
            .store(u64::MAX, Ordering::Relaxed);
        handle
    }

    fn register(
        scheduler: &Arc<HeartbeatScheduler>,
        ws: i64,
        key: Option<(WorkspaceRef, ApiKeyId, Scopes)>,
    ) -> Self {
        let now = scheduler.now();
        let entry = Arc::new(HeartbeatEntry {
            ws,
            pending_events: AtomicU8::new(0),
            waker: AtomicWaker::new(),
            last_activity: AtomicU64::new(now),
            next_ping: AtomicU64::new(now + millis(scheduler.timeouts.ping_interval)),
            next_reauthorize: AtomicU64::new(now + millis(scheduler.timeouts.reauthorize_interval)),
            key,
        });
        scheduler.entries.lock().push(Arc::downgrade(&entry));
        // The stop event may have been broadcast before this entry was added.
        if scheduler.is_stopped.load(Ordering::SeqCst) {
            entry.wake(STOP);
        }
        Self {
            scheduler: scheduler.clone(),
            entry,
        }
    }

    /// Returns whether the credential must be checked before each request of the client. With other nodes, revocations
    /// are known for certain only from the database.
    pub(crate) fn requires_reauthorization(&self) -> bool {
        self.scheduler.has_peers
    }

    /// Records input of the client.
    pub(crate) fn record_activity(&self) {
        self.entry
            .last_activity
            .store(self.scheduler.now(), Ordering::Relaxed);
    }

    /// Waits for the next due event.
    ///
    /// # Errors
    /// The reason to disconnect, on pong timeout and shutdown.
    ///
    /// # Cancel safety
    /// No event is lost.
    pub(crate) async fn next(&self) -> Result<HeartbeatEvent, ConnectionEnd> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Polls for the next due event.
    pub(crate) fn poll_next(
        &self,
        cx: &Context<'_>,
    ) -> Poll<Result<HeartbeatEvent, ConnectionEnd>> {
        let pending = &self.entry.pending_events;
        if pending.load(Ordering::SeqCst) == 0 {
            self.entry.waker.register(cx.waker());
        }
        let current = pending.load(Ordering::SeqCst);
        let has = |event: u8| current & event != 0;
        Poll::Ready(if has(STOP) {
            Err(ConnectionEnd::Disconnect(DisconnectReason::Shutdown))
        } else if has(PONG_TIMEOUT) {
            Err(ConnectionEnd::Disconnect(DisconnectReason::PongTimeout))
        } else if has(REAUTHORIZE) {
            pending.fetch_and(!REAUTHORIZE, Ordering::SeqCst);
            Ok(HeartbeatEvent::Reauthorize)
        } else if has(PING) {
            pending.fetch_and(!PING, Ordering::SeqCst);
            Ok(HeartbeatEvent::Ping)
        } else {
            return Poll::Pending;
        })
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::timeouts::ConnectionTimeouts;

    /// Returns the events of each second in a range, with the second.
    fn tick_seconds(
        scheduler: &Arc<HeartbeatScheduler>,
        handle: &HeartbeatHandle,
        from: u64,
        to: u64,
    ) -> Vec<(u64, &'static str)> {
        let cx = Context::from_waker(Waker::noop());
        let mut events = Vec::new();
        for second in from..=to {
            scheduler.tick(second * 1_000);
            while let Poll::Ready(event) = handle.poll_next(&cx) {
                match event {
                    Ok(HeartbeatEvent::Ping) => events.push((second, "ping")),
                    Ok(HeartbeatEvent::Reauthorize) => {}
                    Err(end) => {
                        assert_eq!(
                            end,
                            ConnectionEnd::Disconnect(DisconnectReason::PongTimeout)
                        );
                        events.push((second, "silent"));
                        return events;
                    }
                }
            }
        }
        events
    }

    #[test]
    fn silent_client_times_out_after_sixty_seconds() {
        let scheduler = Arc::new(HeartbeatScheduler::new(
            ConnectionTimeouts::default(),
            false,
        ));
        let handle = HeartbeatHandle::register(&scheduler, 1, None);
        let events = tick_seconds(&scheduler, &handle, 0, 100);
        assert_eq!(events, [(25, "ping"), (50, "ping"), (60, "silent")]);

        // Any input restarts the timeout.
        let handle = HeartbeatHandle::register(&scheduler, 1, None);
        let events = tick_seconds(&scheduler, &handle, 0, 49);
        assert_eq!(events, [(25, "ping")]);
        handle.entry.last_activity.store(49_000, Ordering::Relaxed);
        let events = tick_seconds(&scheduler, &handle, 50, 200);
        assert_eq!(
            events,
            [(50, "ping"), (75, "ping"), (100, "ping"), (109, "silent")]
        );
    }
}
