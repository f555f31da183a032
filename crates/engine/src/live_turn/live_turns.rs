//! The turns under way that this node knows of, with their text so far.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_bus::{Bus, BusMessage};
use parlor_model::id::MessageId;
use parlor_model::member::MemberRef;
use parlor_model::redacted::Redacted;
use parlor_model::turn::{TurnChange, TurnEvent};
use tokio::sync::{broadcast, watch};

/// Events that a follower may lag behind; then it reads the text so far.
const FOLLOWER_CAPACITY: usize = 64;
/// Turns kept at most: those of crashed workers never end.
const MAX_TURNS: usize = 10_000;

/// A turn under way, as this node has seen it.
#[derive(Debug, Clone)]
pub struct LiveTurn {
    /// Workspace number.
    pub ws: i64,
    /// Id that the message of the answer will have.
    pub message: MessageId,
    /// `seq` of the last message before the answer, which followers of the log receive first.
    pub after_seq: i64,
    /// The assistant; `None` if it is no member.
    pub author: Option<MemberRef>,
    /// The message of a person that it answers, if there is one.
    pub reply_to: Option<MessageId>,
    /// Text so far.
    pub text: Redacted<String>,
    /// Index of the next delta.
    pub next_index: u32,
    /// A delta was missed: the text has a gap, and what follows is dropped.
    pub has_gap: bool,
    /// Nothing was heard of it since the last look.
    is_silent: bool,
}

/// A turn that seems to be under way, and of which nothing is heard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SilentTurn {
    pub(crate) ws: i64,
    pub(crate) conversation: i64,
    pub(crate) message: MessageId,
}

/// Turns under way by conversation number.
#[derive(Default)]
pub struct LiveTurns {
    state: Mutex<State>,
    /// Changes when the bus may have lost events.
    losses: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    turns: HashMap<i64, LiveTurn>,
    followers: HashMap<i64, broadcast::Sender<TurnEvent>>,
}

impl LiveTurns {
    /// Returns the turn under way in a conversation.
    pub fn find(&self, conversation: i64) -> Option<LiveTurn> {
        self.state.lock().turns.get(&conversation).cloned()
    }

    /// Receives the later events of a conversation.
    pub(crate) fn follow(&self, conversation: i64) -> broadcast::Receiver<TurnEvent> {
        let mut state = self.state.lock();
        let sender = state
            .followers
            .entry(conversation)
            .or_insert_with(|| broadcast::channel(FOLLOWER_CAPACITY).0);
        sender.subscribe()
    }

    /// Receives a change whenever the bus may have lost events from now on.
    pub(crate) fn losses(&self) -> watch::Receiver<()> {
        self.losses.subscribe()
    }

    /// Returns the turns of which nothing was heard since the last call, or which began to be silent with a loss of
    /// events. Also forgets followers that are gone.
    pub(crate) fn find_silent(&self) -> Vec<SilentTurn> {
        let mut state = self.state.lock();
        state
            .followers
            .retain(|_, sender| sender.receiver_count() > 0);
        let turns = state.turns.iter_mut();
        turns
            .filter_map(|(conversation, turn)| {
                let was_silent = std::mem::replace(&mut turn.is_silent, true);
                was_silent.then_some(SilentTurn {
                    ws: turn.ws,
                    conversation: *conversation,
                    message: turn.message,
                })
            })
            .collect()
    }

    /// Notes that events may have been lost, such as the ends of turns.
    fn note_loss(&self) {
        for turn in self.state.lock().turns.values_mut() {
            turn.is_silent = true;
        }
        self.losses.send_replace(());
    }

    /// Applies an event and passes it to followers.
    pub(crate) fn apply(&self, event: &TurnEvent) {
        let mut state = self.state.lock();
        let State { turns, followers } = &mut *state;
        if let Some(turn) = turns.get_mut(&event.conversation) {
            turn.is_silent &= turn.message != event.message;
        }
        match &event.change {
            TurnChange::Started {
                answered_seq,
                author,
                reply_to,
            } => {
                if turns.len() >= MAX_TURNS && !turns.contains_key(&event.conversation) {
                    turns.clear();
                }
                let started = LiveTurn {
                    ws: event.ws,
                    message: event.message,
                    after_seq: *answered_seq,
                    author: author.clone(),
                    reply_to: *reply_to,
                    text: Redacted::default(),
                    next_index: 0,
                    has_gap: false,
                    is_silent: false,
                };
                turns.insert(event.conversation, started);
            }
            TurnChange::Delta(delta) => {
                if let Some(turn) = turns.get_mut(&event.conversation)
                    && turn.message == event.message
                {
                    if turn.text.len() == delta.offset && turn.next_index == delta.index {
                        turn.text.0.push_str(&delta.text);
                        turn.next_index += 1;
                    } else if turn.next_index <= delta.index {
                        turn.has_gap = true;
                    }
                }
            }
            TurnChange::RoundRecorded { last_seq, next, .. } => {
                if let Some(turn) = turns.get_mut(&event.conversation)
                    && turn.message == event.message
                    && *next != event.message
                {
                    turn.message = *next;
                    turn.after_seq = *last_seq;
                    turn.text = Redacted::default();
                    turn.next_index = 0;
                    turn.has_gap = false;
                }
            }
            TurnChange::Ended { .. } => {
                if turns
                    .get(&event.conversation)
                    .is_some_and(|turn| turn.message == event.message)
                {
                    turns.remove(&event.conversation);
                }
            }
            TurnChange::CancelRequested => {}
        }
        if let Some(sender) = followers.get(&event.conversation)
            && sender.send(event.clone()).is_err()
        {
            followers.remove(&event.conversation);
        }
    }
}

/// Keeps the turns up to date with the bus.
pub(crate) fn subscribe_to_bus(bus: &dyn Bus) -> Arc<LiveTurns> {
    let live = Arc::new(LiveTurns::default());
    let weak = Arc::downgrade(&live);
    bus.subscribe(Box::new(move |messages| {
        let Some(live) = weak.upgrade() else { return };
        for message in messages {
            match message {
                BusMessage::Turn(event) => live.apply(event),
                BusMessage::MessagesLost => live.note_loss(),
                _ => {}
            }
        }
    }));
    live
}

#[cfg(test)]
mod tests;
