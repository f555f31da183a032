//! Appending messages: log heads are counted in memory and written once per conversation and commit.

use std::collections::HashMap;

use parlor_model::conversation::ConversationState;
use parlor_model::error::{EntityKind, ForbiddenReason};
use parlor_model::id::MessageId;
use parlor_model::realtime::LogUpdate;
use parlor_model::{Error, Result, Timestamp};
use tokio::sync::oneshot;

use crate::append_message::{
    AppendMessage, AppendPosition, AppendResult, LastSpeaker, MemberStatus,
};
use crate::repo::removal;
use crate::sql::message as sql;
use crate::{Row, Tx, params};

/// Maximum number of heads cached between commits.
const MAX_CACHED_HEADS: usize = 50_000;

/// Cached log heads by workspace and conversation, and the states of authors. Only the writer changes them, so they are
/// kept between commits until a closure changes such rows or a transaction is rolled back.
#[derive(Default)]
pub(super) struct HeadCache {
    heads: HashMap<(i64, i64), CachedHead>,
    /// Heads with appends since the last flush.
    moved: Vec<(i64, i64)>,
    /// States of members, by workspace, conversation and member.
    member_statuses: HashMap<(i64, i64, i64), MemberStatus>,
}

#[derive(Clone, Copy)]
struct CachedHead {
    seq: i64,
    state: ConversationState,
    title_is_automatic: bool,
    /// Time of the newest log entry; no later entry has an earlier time.
    newest: Timestamp,
    /// Time of the last append since the last flush.
    moved_at: Option<Timestamp>,
    last_message: Option<LastMessageUpdate>,
}

impl CachedHead {
    /// Takes the next `seq` and returns it with its time, which is never earlier than that of the entry before it.
    fn next_seq(&mut self, now: Timestamp) -> (i64, Timestamp) {
        self.seq += 1;
        self.newest = self.newest.max(now);
        self.moved_at = Some(self.newest);
        (self.seq, self.newest)
    }
}

impl HeadCache {
    /// Drops all cached entries; they are read again on demand.
    pub(super) fn clear(&mut self) {
        self.heads.clear();
        self.moved.clear();
        self.member_statuses.clear();
    }

    fn load_head(&self, tx: &mut dyn Tx, key: (i64, i64)) -> Result<CachedHead> {
        if let Some(head) = self.heads.get(&key) {
            return Ok(*head);
        }
        let read = |row: &dyn Row| {
            Ok(CachedHead {
                seq: row.int(0)?,
                state: row.enum_value(1, ConversationState::from_name)?,
                title_is_automatic: row.bool(2)?,
                newest: row.time(3)?,
                moved_at: None,
                last_message: None,
            })
        };
        tx.query_one(&sql::HEAD, params![key.0, key.1], read)?
            .ok_or_else(|| Error::not_found(EntityKind::Conversation))
    }

    fn load_member_status(
        &mut self,
        tx: &mut dyn Tx,
        (ws, number): (i64, i64),
        member: i64,
    ) -> Result<Option<MemberStatus>> {
        let key = (ws, number, member);
        if let Some(status) = self.member_statuses.get(&key) {
            return Ok(Some(*status));
        }
        let read = |row: &dyn Row| MemberStatus::from_row(row, 0);
        let found = tx.query_one(&sql::STANDING, params![ws, number, member], read)?;
        if let Some(status) = found {
            self.member_statuses.insert(key, status);
        }
        Ok(found)
    }

    /// Caches a head after an append and marks it for the next flush.
    fn insert(&mut self, key: (i64, i64), head: CachedHead) {
        let previous = self.heads.insert(key, head);
        if previous.is_none_or(|previous| previous.moved_at.is_none()) {
            self.moved.push(key);
        }
    }
}

/// Newest user or assistant message since the last flush.
#[derive(Clone, Copy)]
struct LastMessageUpdate {
    seq: i64,
    at: Timestamp,
    speaker: LastSpeaker,
}

/// Append in the writer's queue.
pub(super) struct QueuedAppend {
    pub(super) entry: AppendMessage,
    pub(super) result: Option<Result<AppendResult>>,
    pub(super) answer: oneshot::Sender<Result<AppendResult>>,
}

impl QueuedAppend {
    /// Runs the append and returns whether it succeeded; the result is kept until the commit.
    pub(super) fn run(&mut self, tx: &mut dyn Tx, heads: &mut HeadCache) -> bool {
        let result = append_message(tx, &self.entry, heads);
        let succeeded = result.is_ok();
        self.result = Some(result);
        succeeded
    }

    pub(super) fn respond(self: Box<Self>, commit: Result<()>) {
        let result = match commit {
            Ok(()) => self
                .result
                .unwrap_or_else(|| Err(Error::unavailable("the database is closing"))),
            Err(error) => Err(error),
        };
        let _ = self.answer.send(result);
    }
}

fn append_message(
    tx: &mut dyn Tx,
    entry: &AppendMessage,
    heads: &mut HeadCache,
) -> Result<AppendResult> {
    let number = entry.conversation;
    let key = (entry.ws, number);
    // First, because a deleted conversation may have messages left.
    let mut head = heads.load_head(tx, key)?;
    if let Some(duplicate) = find_duplicate(tx, entry, number)? {
        entry.apply_effects_of_duplicate(tx, number)?;
        return Ok(duplicate);
    }
    entry.check_conditions(head.state, |member| {
        heads.load_member_status(tx, key, member)
    })?;
    entry.check_stored_conditions(tx, number)??;
    let stamp = tx.next_stamp();
    let (seq, at) = head.next_seq(stamp.at);
    let id = entry.id.unwrap_or_else(|| stamp.id());
    let message = insert_message(tx, entry, number, &id, seq, at)?;
    if let Some(speaker) = entry.last_speaker() {
        head.last_message = Some(LastMessageUpdate { seq, at, speaker });
    }
    if !entry.effects.is_empty() {
        let at = head.newest.max(tx.next_stamp().at);
        let takes_title = head.title_is_automatic && entry.sets_title();
        head.title_is_automatic &= !takes_title;
        let position = AppendPosition {
            conversation: number,
            message: id,
            seq,
            title_seq: takes_title.then(|| head.next_seq(at).0),
            announcement_seq: entry.sets_announcement().then(|| head.next_seq(at).0),
            at,
        };
        entry.apply_effects(tx, position, |_| true)?;
    }
    // Last, so that a failed append changes no head.
    heads.insert(key, head);
    Ok(AppendResult {
        number: message,
        id,
        seq,
        at,
        duplicate: false,
    })
}

/// Inserts the message and its mentions; returns its number.
fn insert_message(
    tx: &mut dyn Tx,
    entry: &AppendMessage,
    conversation: i64,
    id: &MessageId,
    seq: i64,
    at: Timestamp,
) -> Result<i64> {
    let message = tx.query_one(
        &sql::INSERT,
        params![
            entry.ws,
            id,
            conversation,
            seq,
            entry.author,
            entry.role.as_str(),
            entry.subtype.as_deref(),
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

/// Finds the message that was appended before under the same client id or id.
fn find_duplicate(
    tx: &mut dyn Tx,
    entry: &AppendMessage,
    conversation: i64,
) -> Result<Option<AppendResult>> {
    if let Some(client_id) = &entry.client_id {
        let params = params![entry.ws, conversation, entry.author, client_id];
        let read = |row: &dyn Row| AppendResult::from_duplicate_row(row, 0);
        let found = tx.query_one(&sql::FIND_BY_CLIENT_ID, params, read)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    match &entry.id {
        Some(id) => find_existing(tx, entry.ws, id, conversation),
        None => Ok(None),
    }
}

/// Finds the message with this id: a duplicate if it is in this conversation. One that a deleted conversation has left is
/// removed.
///
/// # Errors
/// `Forbidden` if it is in another conversation.
fn find_existing(
    tx: &mut dyn Tx,
    ws: i64,
    id: &MessageId,
    conversation: i64,
) -> Result<Option<AppendResult>> {
    let found = tx.query_one(&sql::PLACE, params![ws, id], |row| {
        let location = (row.int(4)?, row.bool(5)?);
        Ok((location, AppendResult::from_duplicate_row(row, 0)?))
    })?;
    match found {
        Some(((_, false), _)) => removal::release_message_id(tx, ws, id).map(|_| None),
        Some(((found_in, _), _)) if found_in != conversation => {
            Err(Error::forbidden(ForbiddenReason::NotOwn))
        }
        found => Ok(found.map(|(_, duplicate)| duplicate)),
    }
}

/// Writes changed heads back, one update per conversation, and queues their log updates.
pub(super) fn flush(tx: &mut dyn Tx, heads: &mut HeadCache) -> Result<()> {
    for key @ (ws, number) in heads.moved.drain(..) {
        let Some(head) = heads.heads.get_mut(&key) else {
            continue;
        };
        let (at, said) = (head.moved_at.take(), head.last_message.take());
        let seq = said.map(|said| said.seq);
        let said_at = said.map(|said| said.at);
        let speaker = said.map(|said| said.speaker.as_str());
        tx.execute(
            &sql::MOVE_HEAD,
            params![ws, number, head.seq, at, seq, said_at, speaker],
        )?;
        tx.notify_log_update(LogUpdate {
            ws,
            conversation: number,
            seq: head.seq,
        });
    }
    if heads.heads.len() > MAX_CACHED_HEADS || heads.member_statuses.len() > 2 * MAX_CACHED_HEADS {
        heads.clear();
    }
    Ok(())
}
