//! How a turn ended, by its row and its message.

use parlor_model::Result;
use parlor_model::id::MessageId;
use parlor_model::message::MessageKey;
use parlor_model::turn::{Turn, TurnChange, TurnError, TurnFinish, TurnState};
use parlor_store::Tx;
use parlor_store::repo::message;

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EndOfTurn {
    pub(super) finish: TurnFinish,
    pub(super) error: Option<TurnError>,
    /// `seq` of its message; `None` if there is none.
    pub(super) seq: Option<i64>,
}

impl EndOfTurn {
    pub(super) const fn to_change(self) -> TurnChange {
        let Self { finish, error, seq } = self;
        TurnChange::Ended { finish, error, seq }
    }
}

/// Finds out how a turn ended; `None` if it is waiting or under way.
pub(super) fn find_end(tx: &mut dyn Tx, ws: i64, turn: &Turn) -> Result<Option<EndOfTurn>> {
    let finish = match turn.state {
        TurnState::Queued | TurnState::Running => return Ok(None),
        TurnState::Done => TurnFinish::Stop,
        TurnState::Failed => TurnFinish::Error,
        TurnState::Cancelled => TurnFinish::Cancelled,
    };
    let stored = message::find(tx, ws, turn.conversation, MessageKey::Id(turn.message))?;
    let stored_finish = stored.as_ref().and_then(|message| {
        let reason = message.details.finish_reason.as_deref()?;
        TurnFinish::from_name(reason)
    });
    Ok(Some(EndOfTurn {
        finish: stored_finish.unwrap_or(finish),
        error: turn.error,
        seq: stored.map(|message| message.seq),
    }))
}

/// Returns the end of a message that no turn has any more: a round of tool calls has stored it, or its conversation was
/// deleted.
pub(super) fn find_message_end(
    tx: &mut dyn Tx,
    (ws, conversation): (i64, i64),
    message: MessageId,
) -> Result<EndOfTurn> {
    let stored = message::find(tx, ws, conversation, MessageKey::Id(message))?;
    Ok(EndOfTurn {
        finish: match stored {
            Some(_) => TurnFinish::Stop,
            None => TurnFinish::Cancelled,
        },
        error: None,
        seq: stored.map(|message| message.seq),
    })
}
