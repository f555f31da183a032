//! Event loop of one open connection.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::command::{PendingRequest, TaskCommand};
use super::connection::{ClientConnection, IncomingFrame};
use super::connector::close_error;
use super::delivery::{DeliveryTracker, SequenceGap};
use super::event::ChatEvent;
use super::frame::{ClientFrame, ErrorFrame, ServerFrame};
use super::reply::MessageHistory;
use super::task::{ClientSocketTask, ConnectionOutcome};
use crate::Error;
use crate::close::ConnectionError;
use crate::message::MessageResponse;

/// Time for the server to replay the entries before an acknowledged message.
const REPLAY_TIMEOUT: Duration = Duration::from_secs(15);

/// Deadlines of a connection.
struct ConnectionDeadlines {
    idle_timeout: Duration,
    last_activity: Instant,
    /// Last seq and time since which acknowledged messages wait for earlier entries.
    stalled_since: Option<(i64, Instant)>,
}

impl ConnectionDeadlines {
    /// Returns the time at which the connection counts as dead.
    fn next_deadline(&mut self, delivery: &DeliveryTracker) -> Instant {
        let last_seq = delivery.last_seq();
        self.stalled_since = match self.stalled_since {
            _ if !delivery.has_acked_ahead() => None,
            Some((before, since)) if before == last_seq => Some((last_seq, since)),
            _ => Some((last_seq, self.last_activity)),
        };
        let silent = self.last_activity + self.idle_timeout;
        self.stalled_since
            .map_or(silent, |(_, since)| silent.min(since + REPLAY_TIMEOUT))
    }
}

impl ClientSocketTask {
    /// Serves a connection until it ends, at the latest after `idle_timeout` without input.
    pub(super) async fn run_connection(
        &mut self,
        connection: &mut ClientConnection,
        idle_timeout: Duration,
    ) -> ConnectionOutcome {
        let mut error_code = None;
        let mut deadlines = ConnectionDeadlines {
            idle_timeout,
            last_activity: Instant::now(),
            stalled_since: None,
        };
        loop {
            let is_backlogged = self.events.is_backlogged();
            let deadline = deadlines.next_deadline(&self.delivery);
            let step = tokio::select! {
                frame = connection.next_if(!is_backlogged) => {
                    deadlines.last_activity = Instant::now();
                    match frame {
                        IncomingFrame::Text(text) => self.handle_frame(&text, &mut error_code),
                        IncomingFrame::Control => Ok(()),
                        IncomingFrame::Closed(code) => Err(ConnectionOutcome::Lost(close_error(code, error_code.take()))),
                    }
                }
                command = self.commands.recv(), if !self.senders_dropped => self.handle_command(command, Some(&mut *connection)),
                () = self.events.drain_one() => {
                    // Time spent by a slow reader does not count against the server.
                    deadlines.last_activity = Instant::now();
                    deadlines.stalled_since = None;
                    self.check_handles()
                }
                () = sleep_until(deadline), if !is_backlogged => {
                    let has_acked_ahead = self.delivery.has_acked_ahead();
                    Err(ConnectionOutcome::Lost(if has_acked_ahead { ConnectionError::SequenceGap } else { ConnectionError::IdleTimeout }))
                }
            };
            if let Err(outcome) = step {
                return outcome;
            }
        }
    }

    fn handle_frame(
        &mut self,
        text: &str,
        error_code: &mut Option<String>,
    ) -> Result<(), ConnectionOutcome> {
        let events = &mut self.events;
        let gap = |SequenceGap| ConnectionOutcome::Lost(ConnectionError::SequenceGap);
        match ServerFrame::decode(text) {
            Some(ServerFrame::Entry(entry)) => {
                let result = self
                    .delivery
                    .on_entry(entry, &mut |entry| events.push(ChatEvent::Entry(entry)));
                return result.map_err(gap);
            }
            Some(ServerFrame::MessageReceived(received)) => {
                let delivery = &mut self.delivery;
                let result =
                    delivery.on_ack(received, &mut |entry| events.push(ChatEvent::Entry(entry)));
                return result.map_err(gap);
            }
            Some(ServerFrame::Error(error)) => self.handle_error(&error),
            Some(ServerFrame::History(history)) => {
                self.complete_history(history.reference, history.messages, history.has_more);
            }
            Some(ServerFrame::Pong(reference)) => {
                let request = self.pending_requests.remove(&reference.unwrap_or_default());
                if let Some(PendingRequest::Ping { reply }) = request {
                    // The caller may have stopped waiting.
                    let _ = reply.send(Ok(()));
                }
            }
            Some(ServerFrame::FatalError(code)) => *error_code = Some(code),
            Some(ServerFrame::Ephemeral(event)) => events.push(event),
            Some(ServerFrame::Established(_)) | None => {}
        }
        Ok(())
    }

    fn handle_error(&mut self, error: &ErrorFrame) {
        if self.delivery.on_error(error) {
            return;
        }
        let reference = error.reference.as_deref().unwrap_or_default();
        if let Some(request) = self.pending_requests.remove(reference) {
            request.fail(Error::Api(Box::new(error.to_api_error())));
        }
    }

    fn complete_history(
        &mut self,
        reference: Option<String>,
        messages: Vec<MessageResponse>,
        has_more: bool,
    ) {
        let request = self.pending_requests.remove(&reference.unwrap_or_default());
        if let Some(PendingRequest::History { reply, .. }) = request {
            let _ = reply.send(Ok(MessageHistory { messages, has_more }));
        }
    }

    /// Executes a command, as far as possible without a connection.
    pub(super) fn handle_command(
        &mut self,
        command: Option<TaskCommand>,
        connection: Option<&mut ClientConnection>,
    ) -> Result<(), ConnectionOutcome> {
        let Some(command) = command else {
            self.senders_dropped = true;
            return self.check_handles();
        };
        match (command, connection) {
            (TaskCommand::Send(pending), connection) => {
                let frame = self.delivery.enqueue(*pending);
                if let Some(connection) = connection {
                    connection.enqueue(frame);
                }
            }
            (TaskCommand::Request(request), Some(connection)) => {
                self.send_request(request, connection);
            }
            (TaskCommand::Request(request), None) => request.fail(Error::ConnectionLost),
            (TaskCommand::Typing(is_typing), Some(connection)) => {
                let state = if is_typing { "start" } else { "stop" };
                connection.enqueue(&ClientFrame::Typing { state }.encode());
            }
            (TaskCommand::Typing(_), None) => {}
            (TaskCommand::MarkRead(seq), Some(connection)) => {
                connection.enqueue(&ClientFrame::Read { seq }.encode());
            }
            (TaskCommand::MarkRead(seq), None) => {
                self.unsent_read_seq = self.unsent_read_seq.max(Some(seq));
            }
            (TaskCommand::Close(reply), _) => {
                self.close_waiters.push(reply);
                return Err(ConnectionOutcome::closed_by_client());
            }
        }
        Ok(())
    }

    fn send_request(&mut self, request: PendingRequest, connection: &mut ClientConnection) {
        self.last_request_id += 1;
        let reference = self.last_request_id.to_string();
        let action = match &request {
            PendingRequest::History { before, limit, .. } => ClientFrame::History {
                before_seq: *before,
                limit: *limit,
                reference: &reference,
            },
            PendingRequest::Ping { .. } => ClientFrame::Ping {
                reference: &reference,
            },
        };
        connection.enqueue(&action.encode());
        self.pending_requests.insert(reference, request);
    }
}
