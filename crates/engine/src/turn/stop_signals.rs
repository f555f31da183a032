//! Signals to the worker of a turn.

use parlor_model::id::MessageId;
use parlor_model::turn::{TurnChange, TurnEvent};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::TurnWork;
use crate::Engine;

/// Why a worker must stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopSignal {
    /// Somebody asks to cancel the turn: what was generated is stored.
    Cancel,
    /// The turn has ended, since a person took over: nothing can be stored.
    Withdrawn,
}

/// Receives the signals to the worker of one turn.
pub struct StopSignals {
    receiver: broadcast::Receiver<TurnEvent>,
    message: MessageId,
}

impl StopSignals {
    /// Receives the later signals to a turn.
    pub fn new(engine: &Engine, work: &TurnWork) -> Self {
        Self {
            receiver: engine.live_turns.follow(work.turn.conversation),
            message: work.turn.message,
        }
    }

    /// Goes on with the turn, whose answer is now another message.
    pub fn continue_with(&mut self, work: &TurnWork) {
        self.message = work.turn.message;
    }

    /// Returns the next signal. A lost one is found when progress is saved.
    ///
    /// # Cancel safety
    /// Dropping the future loses no signal.
    pub async fn next_signal(&mut self) -> StopSignal {
        loop {
            match self.receiver.recv().await {
                Ok(event) if event.message == self.message => match event.change {
                    TurnChange::CancelRequested => return StopSignal::Cancel,
                    TurnChange::Ended { .. } => return StopSignal::Withdrawn,
                    TurnChange::Started { .. }
                    | TurnChange::Delta(_)
                    | TurnChange::RoundRecorded { .. } => {}
                },
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
