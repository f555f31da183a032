//! Appending messages: the log's head is counted in memory, and written once per conversation and commit.

use std::collections::HashMap;

use parlor_model::conversation::{ConversationKey, State};
use parlor_model::error::{Denied, Noun};
use parlor_model::id::MessageId;
use parlor_model::live::Growth;
use parlor_model::message::Role;
use parlor_model::{Error, Result, Timestamp};
use tokio::sync::oneshot;

use crate::append::{Append, Appended, Place, Standing};
use crate::sql::message as sql;
use crate::{Row, Tx, params};

/// More heads than this are not kept between commits.
const KEPT: usize = 50_000;

/// The heads of conversations, by workspace and number, and the standings of those who speak in them. Nobody else
/// writes them, so they are kept from one commit to the next, until a closure has changed one or a transaction is undone.
#[derive(Default)]
pub(super) struct Heads {
    known: HashMap<(i64, i64), Head>,
    /// Those that were appended to since the last flush.
    moved: Vec<(i64, i64)>,
    /// By workspace, conversation and member.
    standings: HashMap<(i64, i64, i64), Standing>,
}

#[derive(Clone, Copy)]
struct Head {
    seq: i64,
    state: State,
    title_is_automatic: bool,
    /// The time of what stands last: nothing behind it has an earlier one.
    newest: Timestamp,
    /// When it was last appended to, since the last flush.
    at: Option<Timestamp>,
    said: Option<Said>,
}

impl Head {
    /// Takes the next position, and gives the time it has, at this one or later.
    fn take(&mut self, now: Timestamp) -> (i64, Timestamp) {
        self.seq += 1;
        self.newest = self.newest.max(now);
        self.at = Some(self.newest);
        (self.seq, self.newest)
    }
}

impl Heads {
    /// Reads them again when they are needed again.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.moved.clear();
        self.standings.clear();
    }

    fn head(&self, tx: &mut dyn Tx, place: (i64, i64)) -> Result<Head> {
        if let Some(head) = self.known.get(&place) {
            return Ok(*head);
        }
        let read = |row: &dyn Row| {
            Ok(Head {
                seq: row.int(0)?,
                state: row.word(1, State::parse)?,
                title_is_automatic: row.bool(2)?,
                newest: row.time(3)?,
                at: None,
                said: None,
            })
        };
        tx.one(&sql::HEAD, params![place.0, place.1], read)?
            .ok_or_else(|| Error::not_found(Noun::Conversation))
    }

    fn standing(
        &mut self,
        tx: &mut dyn Tx,
        (ws, number): (i64, i64),
        member: i64,
    ) -> Result<Option<Standing>> {
        let place = (ws, number, member);
        if let Some(standing) = self.standings.get(&place) {
            return Ok(Some(*standing));
        }
        let read = |row: &dyn Row| Standing::read(row, 0);
        let found = tx.one(&sql::STANDING, params![ws, number, member], read)?;
        if let Some(standing) = found {
            self.standings.insert(place, standing);
        }
        Ok(found)
    }

    /// Keeps where an append has come to.
    fn keep(&mut self, place: (i64, i64), head: Head) {
        let known = self.known.insert(place, head);
        if known.is_none_or(|known| known.at.is_none()) {
            self.moved.push(place);
        }
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
    if let Some(earlier) = earlier(tx, entry, number)? {
        entry.accompany_repeat(tx, number)?;
        return Ok(earlier);
    }
    let place = (entry.ws, number);
    let mut head = heads.head(tx, place)?;
    entry.judge(head.state, |member| heads.standing(tx, place, member))?;
    entry.judge_stored(tx, number)??;
    let stamp = tx.stamp();
    let (seq, at) = head.take(stamp.at);
    let id = entry.id.unwrap_or_else(|| stamp.id());
    let message = insert(tx, entry, number, &id, seq, at)?;
    if entry.role.is_said() {
        head.said = Some(Said {
            seq,
            at,
            role: entry.role,
        });
    }
    if !entry.companions.is_empty() {
        let at = head.newest.max(tx.stamp().at);
        let titled = head.title_is_automatic && entry.wants_title();
        head.title_is_automatic &= !titled;
        let place = Place {
            conversation: number,
            seq,
            title_seq: titled.then(|| head.take(at).0),
            announcement_seq: entry.announces().then(|| head.take(at).0),
            at,
        };
        entry.accompany(tx, place)?;
    }
    // Last, so that one that failed has moved nothing.
    heads.keep(place, head);
    Ok(Appended {
        number: message,
        id,
        seq,
        at,
        duplicate: false,
    })
}

/// Writes the message and whom it mentions, and gives its number.
fn insert(
    tx: &mut dyn Tx,
    entry: &Append,
    conversation: i64,
    id: &MessageId,
    seq: i64,
    at: Timestamp,
) -> Result<i64> {
    let message = tx.one(
        &sql::INSERT,
        params![
            entry.ws,
            id,
            conversation,
            seq,
            entry.author,
            entry.role.word(),
            entry.form.as_deref(),
            entry.text.as_str(),
            &entry.metadata,
            entry.client_id.as_deref(),
            at,
            entry.details.as_deref(),
        ],
        |row| row.int(0),
    )?;
    for member in &entry.mentions {
        let mention = params![entry.ws, conversation, *member, seq];
        tx.execute(&sql::MENTION, mention)?;
    }
    message.ok_or_else(|| Error::internal("message was not inserted"))
}

/// The message that was appended before under the same client id or id.
fn earlier(tx: &mut dyn Tx, entry: &Append, conversation: i64) -> Result<Option<Appended>> {
    if let Some(client_id) = &entry.client_id {
        let asked = params![entry.ws, conversation, entry.author, client_id];
        let read = |row: &dyn Row| Appended::read_earlier(row, 0);
        let found = tx.one(&sql::FIND_BY_CLIENT_ID, asked, read)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    match &entry.id {
        Some(id) => placed(tx, entry.ws, id, conversation),
        None => Ok(None),
    }
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
    if heads.known.len() > KEPT || heads.standings.len() > 2 * KEPT {
        heads.forget();
    }
    Ok(())
}
