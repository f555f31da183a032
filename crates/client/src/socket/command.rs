//! Commands from the application's handles to the socket task.

use std::sync::{Arc, OnceLock};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::reply::{MessageHistory, SendReceipt};
use crate::Error;
use crate::close::CloseReason;
use crate::message::CreateMessageRequest;

/// Command to the socket task.
pub(super) enum TaskCommand {
    Send(Box<PendingMessage>),
    Request(PendingRequest),
    Typing(bool),
    MarkRead(i64),
    Close(oneshot::Sender<()>),
}

/// Unacknowledged message.
#[derive(Debug)]
pub(super) struct PendingMessage {
    pub(super) id: String,
    pub(super) message: CreateMessageRequest,
    pub(super) frame: String,
    pub(super) result_sender: oneshot::Sender<Result<SendReceipt, Error>>,
    /// Permit of the in-flight window.
    pub(super) permit: OwnedSemaphorePermit,
}

/// Request that expects a reply.
#[derive(Debug)]
pub(super) enum PendingRequest {
    History {
        before: Option<i64>,
        limit: u32,
        reply: oneshot::Sender<Result<MessageHistory, Error>>,
    },
    Ping {
        reply: oneshot::Sender<Result<(), Error>>,
    },
}

impl PendingRequest {
    /// Replies with an error.
    pub(super) fn fail(self, error: Error) {
        // The caller may have stopped waiting.
        match self {
            Self::History { reply, .. } => drop(reply.send(Err(error))),
            Self::Ping { reply } => drop(reply.send(Err(error))),
        }
    }
}

/// Command sender shared by all clones of a [`super::sender::ChatSender`].
#[derive(Debug)]
pub(super) struct CommandChannel {
    commands: mpsc::UnboundedSender<TaskCommand>,
    in_flight: Arc<Semaphore>,
    close_reason: Arc<OnceLock<CloseReason>>,
}

/// Reports the end of the task to its handles.
#[derive(Debug)]
pub(super) struct CloseNotifier {
    in_flight: Arc<Semaphore>,
    close_reason: Arc<OnceLock<CloseReason>>,
}

impl CommandChannel {
    pub(super) fn new(commands: mpsc::UnboundedSender<TaskCommand>, window: usize) -> Self {
        Self {
            commands,
            in_flight: Arc::new(Semaphore::new(window)),
            close_reason: Arc::default(),
        }
    }

    pub(super) fn close_notifier(&self) -> CloseNotifier {
        CloseNotifier {
            in_flight: self.in_flight.clone(),
            close_reason: self.close_reason.clone(),
        }
    }

    pub(super) async fn acquire_permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        let permit = self.in_flight.clone().acquire_owned().await;
        permit.map_err(|_| self.closed_error())
    }

    pub(super) fn send(&self, command: TaskCommand) -> Result<(), Error> {
        self.commands.send(command).map_err(|_| self.closed_error())
    }

    pub(super) fn closed_error(&self) -> Error {
        Error::Closed(
            self.close_reason
                .get()
                .cloned()
                .unwrap_or(CloseReason::ByClient),
        )
    }
}

impl CloseNotifier {
    pub(super) fn notify(&self, reason: &CloseReason) {
        // Only the task sets it, once.
        let _ = self.close_reason.set(reason.clone());
        self.in_flight.close();
    }
}
