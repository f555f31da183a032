//! Task of a socket: connects, reconnects and resumes until the socket is closed.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};

use super::command::{CloseNotifier, PendingRequest, TaskCommand};
use super::connector::Connector;
use super::delivery::DeliveryTracker;
use super::event::{ChatEvent, ConnectionInfo, ResumeOutcome, StreamPosition};
use super::event_queue::EventQueue;
use super::frame::{ClientFrame, EstablishedFrame};
use crate::Error;
use crate::backoff::{Backoff, RetrySchedule};
use crate::close::{CloseReason, ConnectionError};

/// Ping interval of servers that send none.
const DEFAULT_PING_INTERVAL: Duration = Duration::from_secs(25);
/// Missed pings after which a connection is idle.
const MAX_MISSED_PINGS: u32 = 3;
/// Lower bound of the idle timeout, for servers with a very short ping interval.
const MIN_IDLE_TIMEOUT: Duration = Duration::from_secs(1);

/// Where the first connection starts in the log.
#[derive(Debug, Clone)]
pub(super) enum StartPosition {
    Now,
    Beginning,
    After(StreamPosition),
}

/// How a connection ended.
pub(super) enum ConnectionOutcome {
    Lost(ConnectionError),
    Closed(CloseReason),
    /// Reconnect at once.
    ReconnectNow,
}

impl ConnectionOutcome {
    pub(super) fn closed_by_client() -> Self {
        Self::Closed(CloseReason::ByClient)
    }
}

pub(super) struct ClientSocketTask {
    connector: Connector,
    start: StartPosition,
    retry_schedule: RetrySchedule,
    /// Epoch of the delivered seqs; `None` before the first connection.
    epoch: Option<String>,
    pub(super) delivery: DeliveryTracker,
    pub(super) commands: mpsc::UnboundedReceiver<TaskCommand>,
    /// All senders were dropped.
    pub(super) senders_dropped: bool,
    pub(super) events: EventQueue,
    /// Requests by reference.
    pub(super) pending_requests: HashMap<String, PendingRequest>,
    pub(super) last_request_id: u64,
    /// Last read seq not yet sent.
    pub(super) unsent_read_seq: Option<i64>,
    opened: Option<oneshot::Sender<()>>,
    /// Callers waiting for the close.
    pub(super) close_waiters: Vec<oneshot::Sender<()>>,
    close_notifier: CloseNotifier,
}

impl ClientSocketTask {
    pub(super) fn new(
        (connector, start, backoff): (Connector, StartPosition, Backoff),
        commands: mpsc::UnboundedReceiver<TaskCommand>,
        events: mpsc::Sender<ChatEvent>,
        opened: oneshot::Sender<()>,
        close_notifier: CloseNotifier,
    ) -> Self {
        Self {
            connector,
            start,
            retry_schedule: RetrySchedule::new(backoff),
            epoch: None,
            delivery: DeliveryTracker::default(),
            commands,
            senders_dropped: false,
            events: EventQueue::new(events),
            pending_requests: HashMap::new(),
            last_request_id: 0,
            unsent_read_seq: None,
            opened: Some(opened),
            close_waiters: Vec::new(),
            close_notifier,
        }
    }

    pub(super) async fn run(mut self) {
        let reason = loop {
            let outcome = self.connect().await;
            for (_, request) in self.pending_requests.drain() {
                request.fail(Error::ConnectionLost);
            }
            let result = match outcome {
                ConnectionOutcome::ReconnectNow => Ok(()),
                ConnectionOutcome::Closed(reason) => Err(reason),
                ConnectionOutcome::Lost(error) => self.wait_before_retry(error).await,
            };
            if let Err(reason) = result {
                break reason;
            }
        };
        self.finish(reason).await;
    }

    /// Runs one connection.
    async fn connect(&mut self) -> ConnectionOutcome {
        let position = self.resume_position();
        let resuming = position.is_some();
        let connecting = self.connector.clone().connect(position);
        let (mut connection, established) = match self.run_until(connecting).await {
            Ok(Ok(open)) => open,
            Ok(Err(error)) => return ConnectionOutcome::Lost(error),
            Err(reason) => return ConnectionOutcome::Closed(reason),
        };
        let connected_at = Instant::now();
        let outcome = match self.on_established(&established, resuming) {
            Some(outcome) => outcome,
            None => {
                for frame in self.delivery.unacked_frames() {
                    connection.enqueue(frame);
                }
                if let Some(seq) = self.unsent_read_seq.take() {
                    connection.enqueue(&ClientFrame::Read { seq }.encode());
                }
                self.run_connection(&mut connection, idle_timeout(&established))
                    .await
            }
        };
        self.retry_schedule.record_uptime(connected_at.elapsed());
        // The server may have closed the connection already.
        connection.close().await;
        outcome
    }

    /// Returns the position to resume after.
    fn resume_position(&self) -> Option<StreamPosition> {
        if let Some(epoch) = &self.epoch {
            return Some(StreamPosition {
                seq: self.delivery.last_seq(),
                epoch: epoch.clone(),
            });
        }
        match &self.start {
            StartPosition::After(position) => Some(position.clone()),
            StartPosition::Now | StartPosition::Beginning => None,
        }
    }

    /// Resumes the log where the server does.
    fn on_established(
        &mut self,
        established: &EstablishedFrame,
        resuming: bool,
    ) -> Option<ConnectionOutcome> {
        let EstablishedFrame { seq, epoch, .. } = established;
        let is_first = self.epoch.replace(epoch.clone()).is_none();
        let start = match (&self.start, is_first, established.resumed) {
            (StartPosition::Beginning, true, _) => {
                self.delivery.reset(0);
                return Some(ConnectionOutcome::ReconnectNow);
            }
            (StartPosition::After(position), true, true) => {
                self.delivery.reset(position.seq);
                ResumeOutcome::Resumed
            }
            (_, _, true) => {
                self.delivery.resume();
                ResumeOutcome::Resumed
            }
            (_, _, false) => {
                self.delivery.reset(*seq);
                if resuming {
                    ResumeOutcome::Reset
                } else {
                    ResumeOutcome::FromNow
                }
            }
        };
        self.events.push(ChatEvent::Connected(ConnectionInfo {
            resume: start,
            after_seq: self.delivery.last_seq(),
            head_seq: *seq,
            epoch: epoch.clone(),
            connection_id: established.connection_id.clone(),
        }));
        if let Some(opened) = self.opened.take() {
            // The caller may have stopped waiting.
            let _ = opened.send(());
        }
        None
    }

    /// Closes the socket when both handles are dropped.
    pub(super) fn check_handles(&self) -> Result<(), ConnectionOutcome> {
        if self.senders_dropped && self.events.is_closed() {
            return Err(ConnectionOutcome::closed_by_client());
        }
        Ok(())
    }

    /// Waits before the next attempt.
    async fn wait_before_retry(&mut self, error: ConnectionError) -> Result<(), CloseReason> {
        let Some(delay) = self.retry_schedule.next_delay(&error) else {
            return Err(error.into_close_reason());
        };
        if self.opened.is_none() {
            self.events.push(ChatEvent::Disconnected(error));
        }
        self.run_until(sleep(delay)).await
    }

    /// Awaits a future while executing commands.
    async fn run_until<T>(&mut self, future: impl Future<Output = T>) -> Result<T, CloseReason> {
        tokio::pin!(future);
        loop {
            let step = tokio::select! {
                output = &mut future => return Ok(output),
                command = self.commands.recv(), if !self.senders_dropped => self.handle_command(command, None),
                () = self.events.drain_one() => self.check_handles(),
            };
            if let Err(ConnectionOutcome::Closed(reason)) = step {
                return Err(reason);
            }
        }
    }

    /// Closes the socket and fails everything that is pending.
    async fn finish(mut self, reason: CloseReason) {
        self.close_notifier.notify(&reason);
        self.commands.close();
        let error = || Error::Closed(reason.clone());
        for pending in self.delivery.take_pending() {
            let _ = pending.result_sender.send(Err(error()));
        }
        while let Ok(command) = self.commands.try_recv() {
            match command {
                TaskCommand::Send(pending) => drop(pending.result_sender.send(Err(error()))),
                TaskCommand::Request(request) => request.fail(error()),
                TaskCommand::Close(reply) => self.close_waiters.push(reply),
                TaskCommand::Typing(_) | TaskCommand::MarkRead(_) => {}
            }
        }
        for reply in self.close_waiters.drain(..) {
            let _ = reply.send(());
        }
        self.opened = None;
        self.events.push(ChatEvent::Closed(reason));
        self.events.flush().await;
    }
}

/// Returns the idle timeout of a connection.
fn idle_timeout(established: &EstablishedFrame) -> Duration {
    let ping = established.ping_interval_ms.map(Duration::from_millis);
    (ping.unwrap_or(DEFAULT_PING_INTERVAL) * MAX_MISSED_PINGS).max(MIN_IDLE_TIMEOUT)
}
