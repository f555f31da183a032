//! Signals to the worker of a turn.
//!
//! Keeps INV-68 (`docs/invariants.md`).

use parlor_model::id::MessageId;
use parlor_model::turn::{Turn, TurnChange, TurnEvent, TurnState};
use parlor_store::repo::turn as repo;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use crate::Engine;
use crate::live_turn::LiveTurns;

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
    losses: watch::Receiver<()>,
    /// A signal may have been lost: the database knows.
    may_have_lost: bool,
    ws: i64,
    /// Row number.
    turn: i64,
    message: MessageId,
}

impl StopSignals {
    /// Receives the later signals to a turn. Called in the transaction that begins it: what was asked for before is in its
    /// row, and what is asked for later is a signal.
    pub(super) fn new(live_turns: &LiveTurns, ws: i64, turn: &Turn) -> Self {
        Self {
            receiver: live_turns.follow(turn.conversation),
            losses: live_turns.losses(),
            may_have_lost: false,
            ws,
            turn: turn.number,
            message: turn.message,
        }
    }

    /// Goes on with the turn, whose answer is now another message.
    pub const fn continue_with(&mut self, message: MessageId) {
        self.message = message;
    }

    /// Returns the next signal. After a loss of events the database is asked once.
    ///
    /// # Cancel safety
    /// Dropping the future loses no signal.
    pub async fn next_signal(&mut self, engine: &Engine) -> StopSignal {
        loop {
            if self.may_have_lost {
                let signal = self.find_signal(engine).await;
                self.may_have_lost = false;
                if let Some(signal) = signal {
                    return signal;
                }
            }
            let received = tokio::select! {
                received = self.receiver.recv() => received,
                Ok(()) = self.losses.changed() => {
                    self.may_have_lost = true;
                    continue;
                }
            };
            match received {
                Ok(event) if event.message == self.message => match event.change {
                    TurnChange::CancelRequested => return StopSignal::Cancel,
                    TurnChange::Ended { .. } => return StopSignal::Withdrawn,
                    TurnChange::Started { .. }
                    | TurnChange::Delta(_)
                    | TurnChange::RoundRecorded { .. } => {}
                },
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.may_have_lost = true,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// Looks at the database. An error is none of the turn's: the next save finds out.
    async fn find_signal(&self, engine: &Engine) -> Option<StopSignal> {
        let (ws, number) = (self.ws, self.turn);
        let found = engine
            .store
            .read(move |tx| repo::find(tx, ws, number))
            .await
            .ok()?;
        match found {
            Some(turn) if turn.state != TurnState::Running => Some(StopSignal::Withdrawn),
            Some(turn) => turn.cancel_requested.then_some(StopSignal::Cancel),
            None => Some(StopSignal::Withdrawn),
        }
    }
}
