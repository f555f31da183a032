//! What the two halves tell the task that runs the socket.

use std::sync::{Arc, OnceLock};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::closing::Closing;
use super::sender::{History, Receipt};
use crate::Error;
use crate::http::message::NewMessage;

/// Something to be done.
pub(super) enum Command {
    Send(Box<Pending>),
    Ask(Asking),
    Typing(bool),
    Read(i64),
    Close(oneshot::Sender<()>),
}

/// A message without its confirmation.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) message: NewMessage,
    pub(super) frame: String,
    pub(super) done: oneshot::Sender<Result<Receipt, Error>>,
    /// One place of the window.
    pub(super) permit: OwnedSemaphorePermit,
}

/// A question.
#[derive(Debug)]
pub(super) enum Asking {
    History {
        before: Option<i64>,
        limit: u32,
        reply: oneshot::Sender<Result<History, Error>>,
    },
    Ping {
        reply: oneshot::Sender<Result<(), Error>>,
    },
}

impl Asking {
    /// Answers with an error.
    pub(super) fn fail(self, error: Error) {
        // Who does not wait any more needs no answer.
        match self {
            Self::History { reply, .. } => drop(reply.send(Err(error))),
            Self::Ping { reply } => drop(reply.send(Err(error))),
        }
    }
}

/// What all copies of a sender share.
#[derive(Debug)]
pub(super) struct Line {
    commands: mpsc::UnboundedSender<Command>,
    window: Arc<Semaphore>,
    ended: Arc<OnceLock<Closing>>,
}

/// The task's side of it: how the end is told.
#[derive(Debug)]
pub(super) struct Ending {
    window: Arc<Semaphore>,
    ended: Arc<OnceLock<Closing>>,
}

impl Line {
    pub(super) fn new(commands: mpsc::UnboundedSender<Command>, window: usize) -> Self {
        Self {
            commands,
            window: Arc::new(Semaphore::new(window)),
            ended: Arc::default(),
        }
    }

    pub(super) fn ending(&self) -> Ending {
        Ending {
            window: self.window.clone(),
            ended: self.ended.clone(),
        }
    }

    pub(super) async fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        let permit = self.window.clone().acquire_owned().await;
        permit.map_err(|_| self.ended())
    }

    pub(super) fn say(&self, command: Command) -> Result<(), Error> {
        self.commands.send(command).map_err(|_| self.ended())
    }

    pub(super) fn ended(&self) -> Error {
        Error::Closed(self.ended.get().cloned().unwrap_or(Closing::Here))
    }
}

impl Ending {
    pub(super) fn tell(&self, closing: &Closing) {
        // Only the task tells it, once.
        let _ = self.ended.set(closing.clone());
        self.window.close();
    }
}
