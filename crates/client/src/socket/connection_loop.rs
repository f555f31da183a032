//! Event loop of one open connection.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::close::ConnectionError;
use super::command::{PendingRequest, TaskCommand};
use super::connection::{ClientConnection, IncomingFrame};
use super::connector::close_error;
use super::delivery::{DeliveryTracker, SequenceGap};
use super::event::ChatEvent;
use super::frame::{ClientFrame, ErrorFrame, ServerFrame};
use super::sender::MessageHistory;
use super::task::{ClientSocketTask, ConnectionOutcome};
use crate::Error;
use crate::http::message::MessageResponse;

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
    fn next_deadline(&mut self, ledger: &DeliveryTracker) -> Instant {
        let has = ledger.last_seq();
        self.stalled_since = match self.stalled_since {
            _ if !ledger.has_acked_ahead() => None,
            Some((before, since)) if before == has => Some((has, since)),
            _ => Some((has, self.last_activity)),
        };
        let silent = self.last_activity + self.idle_timeout;
        self.stalled_since
            .map_or(silent, |(_, since)| silent.min(since + REPLAY_TIMEOUT))
    }
}

impl ClientSocketTask {
    /// Serves a connection until it ends, at the latest after `silence` without input.
    pub(super) async fn run_connection(
        &mut self,
        wire: &mut ClientConnection,
        silence: Duration,
    ) -> ConnectionOutcome {
        let mut word = None;
        let mut watch = ConnectionDeadlines {
            idle_timeout: silence,
            last_activity: Instant::now(),
            stalled_since: None,
        };
        loop {
            let is_late = self.events.is_backlogged();
            let due = watch.next_deadline(&self.delivery);
            let step = tokio::select! {
                heard = wire.next_if(!is_late) => {
                    watch.last_activity = Instant::now();
                    match heard {
                        IncomingFrame::Text(text) => self.handle_frame(&text, &mut word),
                        IncomingFrame::Control => Ok(()),
                        IncomingFrame::Closed(code) => Err(ConnectionOutcome::Lost(close_error(code, word.take()))),
                    }
                }
                command = self.commands.recv(), if !self.senders_dropped => self.handle_command(command, Some(&mut *wire)),
                () = self.events.drain_one() => {
                    // Time spent by a slow reader does not count against the server.
                    watch.last_activity = Instant::now();
                    watch.stalled_since = None;
                    self.check_handles()
                }
                () = sleep_until(due), if !is_late => {
                    let owes = self.delivery.has_acked_ahead();
                    Err(ConnectionOutcome::Lost(if owes { ConnectionError::SequenceGap } else { ConnectionError::IdleTimeout }))
                }
            };
            if let Err(left) = step {
                return left;
            }
        }
    }

    fn handle_frame(
        &mut self,
        text: &str,
        word: &mut Option<String>,
    ) -> Result<(), ConnectionOutcome> {
        let ear = &mut self.events;
        let gap = |SequenceGap| ConnectionOutcome::Lost(ConnectionError::SequenceGap);
        match ServerFrame::decode(text) {
            Some(ServerFrame::Entry(entry)) => {
                let noted = self
                    .delivery
                    .on_entry(entry, &mut |entry| ear.push(ChatEvent::Entry(entry)));
                return noted.map_err(gap);
            }
            Some(ServerFrame::MessageReceived(received)) => {
                let ledger = &mut self.delivery;
                let noted = ledger.on_ack(received, &mut |entry| ear.push(ChatEvent::Entry(entry)));
                return noted.map_err(gap);
            }
            Some(ServerFrame::Error(refused)) => self.handle_error(&refused),
            Some(ServerFrame::History(history)) => {
                self.complete_history(history.reference, history.messages, history.has_more);
            }
            Some(ServerFrame::Pong(reference)) => {
                let asking = self.pending_requests.remove(&reference.unwrap_or_default());
                if let Some(PendingRequest::Ping { reply }) = asking {
                    // The caller may have stopped waiting.
                    let _ = reply.send(Ok(()));
                }
            }
            Some(ServerFrame::FatalError(code)) => *word = Some(code),
            Some(ServerFrame::Ephemeral(event)) => ear.push(event),
            Some(ServerFrame::Established(_)) | None => {}
        }
        Ok(())
    }

    fn handle_error(&mut self, refused: &ErrorFrame) {
        if self.delivery.on_error(refused) {
            return;
        }
        let reference = refused.reference.as_deref().unwrap_or_default();
        if let Some(asking) = self.pending_requests.remove(reference) {
            asking.fail(Error::Api(Box::new(refused.to_api_error())));
        }
    }

    fn complete_history(
        &mut self,
        reference: Option<String>,
        messages: Vec<MessageResponse>,
        has_more: bool,
    ) {
        let asking = self.pending_requests.remove(&reference.unwrap_or_default());
        if let Some(PendingRequest::History { reply, .. }) = asking {
            let _ = reply.send(Ok(MessageHistory { messages, has_more }));
        }
    }

    /// Executes a command, as far as possible without a connection.
    pub(super) fn handle_command(
        &mut self,
        command: Option<TaskCommand>,
        wire: Option<&mut ClientConnection>,
    ) -> Result<(), ConnectionOutcome> {
        let Some(command) = command else {
            self.senders_dropped = true;
            return self.check_handles();
        };
        match (command, wire) {
            (TaskCommand::Send(pending), wire) => {
                let frame = self.delivery.enqueue(*pending);
                if let Some(wire) = wire {
                    wire.enqueue(frame);
                }
            }
            (TaskCommand::Request(asking), Some(wire)) => self.send_request(asking, wire),
            (TaskCommand::Request(asking), None) => asking.fail(Error::ConnectionLost),
            (TaskCommand::Typing(begins), Some(wire)) => {
                let state = if begins { "start" } else { "stop" };
                wire.enqueue(&ClientFrame::Typing { state }.encode());
            }
            (TaskCommand::Typing(_), None) => {}
            (TaskCommand::MarkRead(seq), Some(wire)) => {
                wire.enqueue(&ClientFrame::Read { seq }.encode());
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

    fn send_request(&mut self, asking: PendingRequest, wire: &mut ClientConnection) {
        self.last_request_id += 1;
        let reference = self.last_request_id.to_string();
        let action = match &asking {
            PendingRequest::History { before, limit, .. } => ClientFrame::History {
                before_seq: *before,
                limit: *limit,
                reference: &reference,
            },
            PendingRequest::Ping { .. } => ClientFrame::Ping {
                reference: &reference,
            },
        };
        wire.enqueue(&action.encode());
        self.pending_requests.insert(reference, asking);
    }
}
