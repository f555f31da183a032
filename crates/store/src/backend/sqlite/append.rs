//! Appending messages: the log's head is counted in memory, and written once per conversation and commit.

use std::collections::HashMap;

use parlor_model::conversation::{ConversationKey, State};
use parlor_model::error::{Conflict, Denied, Noun};
use parlor_model::id::MessageId;
use parlor_model::live::Growth;
use parlor_model::message::Role;
use parlor_model::{Error, Result, Timestamp};
use tokio::sync::oneshot;

use crate::append::{Append, Appended};
use crate::sql::message as sql;
use crate::{Tx, params};

/// More heads than this are not kept between commits.
const KEPT: usize = 50_000;

/// The heads of open conversations, by workspace and number. Nobody else writes them, so they are kept from one commit
/// to the next, until a closure may have changed them or a transaction is undone.
#[derive(Default)]
pub(super) struct Heads {
    known: HashMap<(i64, i64), Head>,
    /// Those that were appended to since the last flush.
    moved: Vec<(i64, i64)>,
}

#[derive(Clone, Copy)]
struct Head {
    seq: i64,
    /// When it was last appended to, since the last flush.
    at: Option<Timestamp>,
    said: Option<Said>,
}

impl Heads {
    /// Reads them again when they are needed again.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.moved.clear();
    }
}

/// The newest thing said since the last flush.
#[derive(Clone, Copy)]
struct Said {
    seq: i64,
    at: Timestamp,
    role: Role,
}

/// An append on its way through the queue.
pub(super) struct Waiting {
    pub(super) entry: Append,
    pub(super) result: Option<Result<Appended>>,
    pub(super) answer: oneshot::Sender<Result<Appended>>,
}

impl Waiting {
    /// Whether the append may be kept; its result waits for the commit.
    pub(super) fn run(&mut self, tx: &mut dyn Tx, heads: &mut Heads) -> bool {
        let result = append(tx, &self.entry, heads);
        let kept = result.is_ok();
        self.result = Some(result);
        kept
    }

    pub(super) fn finish(self: Box<Self>, commit: Result<()>) {
        let result = match commit {
            Ok(()) => self
                .result
                .unwrap_or_else(|| Err(Error::unavailable("the database is closing"))),
            Err(error) => Err(error),
        };
        let _ = self.answer.send(result);
    }
}

fn append(tx: &mut dyn Tx, entry: &Append, heads: &mut Heads) -> Result<Appended> {
    let number = match entry.conversation {
        ConversationKey::Number(number) => Some(number),
        ConversationKey::Id(id) => {
            tx.one(&sql::CONVERSATION_NUMBER, params![entry.ws, &id], |row| {
                row.int(0)
            })?
        }
    }
    .ok_or_else(|| Error::not_found(Noun::Conversation))?;
    if let Some(client_id) = &entry.client_id {
        let earlier = tx.one(
            &sql::FIND_BY_CLIENT_ID,
            params![entry.ws, number, entry.author, client_id],
            |row| Appended::read_earlier(row, 0),
        )?;
        if let Some(earlier) = earlier {
            return Ok(earlier);
        }
    }
    if let Some(id) = &entry.id
        && let Some(earlier) = placed(tx, entry.ws, id, number)?
    {
        return Ok(earlier);
    }
    let place = (entry.ws, number);
    let head = match heads.known.get(&place) {
        Some(head) => *head,
        None => {
            let (seq, state) = tx
                .one(&sql::HEAD, params![entry.ws, number], |row| {
                    Ok((row.int(0)?, row.word(1, State::parse)?))
                })?
                .ok_or_else(|| Error::not_found(Noun::Conversation))?;
            if state == State::Closed {
                return Err(Error::conflict(Conflict::Closed));
            }
            Head {
                seq,
                at: None,
                said: None,
            }
        }
    };
    let stamp = tx.stamp();
    let seq = head.seq + 1;
    let id = entry.id.unwrap_or_else(|| stamp.id());
    let message = tx
        .one(
            &sql::INSERT,
            params![
                entry.ws,
                &id,
                number,
                seq,
                entry.author,
                entry.role.word(),
                entry.form.as_deref(),
                entry.text.as_str(),
                &entry.metadata,
                entry.client_id.as_deref(),
                stamp.at,
                entry.details.as_deref(),
            ],
            |row| row.int(0),
        )?
        .ok_or_else(|| Error::internal("message was not inserted"))?;
    for member in &entry.mentions {
        tx.execute(&sql::MENTION, params![entry.ws, number, *member, seq])?;
    }
    let said = Said {
        seq,
        at: stamp.at,
        role: entry.role,
    };
    if head.at.is_none() {
        heads.moved.push(place);
    }
    heads.known.insert(
        place,
        Head {
            seq,
            at: Some(stamp.at),
            said: entry.role.is_said().then_some(said).or(head.said),
        },
    );
    Ok(Appended {
        number: message,
        id,
        seq,
        at: stamp.at,
        duplicate: false,
    })
}

/// The message that has an id already: a repeat where it is in this conversation.
fn placed(tx: &mut dyn Tx, ws: i64, id: &MessageId, conversation: i64) -> Result<Option<Appended>> {
    let found = tx.one(&sql::PLACE, params![ws, id], |row| {
        Ok((row.int(4)?, Appended::read_earlier(row, 0)?))
    })?;
    match found {
        Some((there, _)) if there != conversation => Err(Error::forbidden(Denied::NotOwn)),
        found => Ok(found.map(|(_, earlier)| earlier)),
    }
}

/// Writes the heads back, one update per conversation.
pub(super) fn flush(tx: &mut dyn Tx, heads: &mut Heads) -> Result<()> {
    for place @ (ws, number) in heads.moved.drain(..) {
        let Some(head) = heads.known.get_mut(&place) else {
            continue;
        };
        let (at, said) = (head.at.take(), head.said.take());
        let seq = said.map(|said| said.seq);
        let said_at = said.map(|said| said.at);
        let role = said.map(|said| said.role.word());
        tx.execute(
            &sql::MOVE_HEAD,
            params![ws, number, head.seq, at, seq, said_at, role],
        )?;
        tx.grew(Growth {
            ws,
            conversation: number,
            seq: head.seq,
        });
    }
    if heads.known.len() > KEPT {
        heads.forget();
    }
    Ok(())
}
