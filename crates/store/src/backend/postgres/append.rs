//! Appending messages: what waits is joined into a few statements, whatever its number.

use std::collections::HashMap;
use std::sync::mpsc::Receiver;

use parlor_model::conversation::{ConversationKey, State};
use parlor_model::error::{Conflict, Denied, Kind, Noun};
use parlor_model::live::Growth;
use parlor_model::message::Role;
use parlor_model::{Error, Result, Timestamp};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::statement as sql;
use super::worker::{WAITING, Worker};
use crate::append::{Append, Appended};
use crate::sql::message;
use crate::{Tx, params};

/// What one transaction takes at the most.
const BATCH: usize = 256;

pub(super) struct Waiting {
    pub(super) entry: Append,
    pub(super) answer: oneshot::Sender<Result<Appended>>,
}

/// Serves appends until nobody can send any more.
pub(super) fn serve(mut worker: Worker, queue: &Receiver<Waiting>) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH - 1));
        // Work whose caller has gone is not begun.
        batch.retain(|waiting| !waiting.answer.is_closed());
        if !batch.is_empty() {
            answer(&mut worker, batch);
        }
    }
}

fn answer(worker: &mut Worker, mut batch: Vec<Waiting>) {
    match commit(worker, &batch) {
        Ok(results) => {
            for (waiting, result) in batch.into_iter().zip(results) {
                // Who asked may have gone; what was committed stays committed.
                let _ = waiting.answer.send(result);
            }
        }
        Err(error) if batch.len() == 1 => {
            let _ = batch.remove(0).answer.send(Err(error));
        }
        Err(error) if *error.kind() == Kind::Unavailable => {
            let context = error.context().unwrap_or_default();
            for waiting in batch {
                let _ = waiting.answer.send(Err(Error::unavailable(context)));
            }
        }
        // One of them is at fault; the others must not suffer for it.
        Err(_) => {
            for waiting in batch {
                answer(worker, vec![waiting]);
            }
        }
    }
}

fn commit(worker: &mut Worker, batch: &[Waiting]) -> Result<Vec<Result<Appended>>> {
    let mut outcome = Ok(Vec::new());
    worker.transact(WAITING, &mut |tx| {
        outcome = append(tx, batch);
        outcome.is_ok()
    })?;
    outcome
}

fn append(tx: &mut dyn Tx, batch: &[Waiting]) -> Result<Vec<Result<Appended>>> {
    let mut heads = Heads::lock(tx, batch)?;
    let earlier = find_earlier(tx, batch, &heads)?;
    let mut rows = Vec::new();
    let mut places = Vec::with_capacity(batch.len());
    // Two sends of one client id in one batch: the second is answered like the first.
    let mut firsts: HashMap<(i64, i64, Option<i64>, &str), Appended> = HashMap::new();
    let mut taken = find_taken(tx, batch)?;
    for (place, Waiting { entry, .. }) in batch.iter().enumerate() {
        places.push(Err(Error::not_found(Noun::Conversation)));
        let Some((conversation, head)) = heads.of(entry) else {
            continue;
        };
        let client = entry
            .client_id
            .as_deref()
            .map(|client_id| (entry.ws, conversation, entry.author, client_id));
        let chosen = entry.id.map(|id| (entry.ws, id.uuid()));
        let known = earlier
            .get(&place)
            .or_else(|| client.and_then(|client| firsts.get(&client)))
            .map(|known| (conversation, *known))
            .or_else(|| chosen.and_then(|chosen| taken.get(&chosen).copied()));
        if let Some((there, known)) = known {
            places[place] = if there == conversation {
                Ok(Appended {
                    duplicate: true,
                    ..known
                })
            } else {
                Err(Error::forbidden(Denied::NotOwn))
            };
            continue;
        }
        if head.state == State::Closed {
            places[place] = Err(Error::conflict(Conflict::Closed));
            continue;
        }
        let stamp = tx.stamp();
        head.seq += 1;
        head.moved = Some(stamp.at);
        if entry.role.is_said() {
            head.said = Some((head.seq, stamp.at, entry.role));
        }
        let appended = Appended {
            number: 0,
            id: entry.id.unwrap_or_else(|| stamp.id()),
            seq: head.seq,
            at: stamp.at,
            duplicate: false,
        };
        rows.push(row(entry, conversation, &appended));
        firsts.extend(client.map(|client| (client, appended)));
        taken.extend(chosen.map(|chosen| (chosen, (conversation, appended))));
        places[place] = Ok(appended);
    }
    let numbers = insert(tx, &rows, &heads)?;
    mention(tx, batch, &places, &heads)?;
    for ((ws, conversation), head) in &heads.by_number {
        if head.moved.is_some() {
            tx.grew(Growth {
                ws: *ws,
                conversation: *conversation,
                seq: head.seq,
            });
        }
    }
    for appended in places.iter_mut().flatten() {
        if let Some(number) = numbers.get(&appended.id.uuid()) {
            appended.number = *number;
        }
    }
    Ok(places)
}

struct Head {
    seq: i64,
    state: State,
    moved: Option<Timestamp>,
    /// Position, time and role of the newest thing said.
    said: Option<(i64, Timestamp, Role)>,
}

/// The conversations of a batch, locked: positions are taken by one transaction at a time.
struct Heads {
    by_number: HashMap<(i64, i64), Head>,
    numbers: HashMap<(i64, uuid::Uuid), i64>,
}

impl Heads {
    fn lock(tx: &mut dyn Tx, batch: &[Waiting]) -> Result<Self> {
        let asked: Vec<Value> = batch
            .iter()
            .map(|Waiting { entry, .. }| match entry.conversation {
                ConversationKey::Number(number) => json!({"ws": entry.ws, "number": number}),
                ConversationKey::Id(id) => json!({"ws": entry.ws, "id": id.uuid().to_string()}),
            })
            .collect();
        let mut heads = Self {
            by_number: HashMap::new(),
            numbers: HashMap::new(),
        };
        tx.query(&sql::LOCK_HEADS, params![&text(&asked)?], &mut |row| {
            let (ws, number) = (row.int(0)?, row.int(1)?);
            let head = Head {
                seq: row.int(3)?,
                state: row.word(4, State::parse)?,
                moved: None,
                said: None,
            };
            heads.by_number.insert((ws, number), head);
            heads.numbers.insert((ws, row.id::<()>(2)?.uuid()), number);
            Ok(())
        })?;
        Ok(heads)
    }

    fn number(&self, entry: &Append) -> Option<i64> {
        match entry.conversation {
            ConversationKey::Number(number) => Some(number),
            ConversationKey::Id(id) => self.numbers.get(&(entry.ws, id.uuid())).copied(),
        }
    }

    fn of(&mut self, entry: &Append) -> Option<(i64, &mut Head)> {
        let number = self.number(entry)?;
        let head = self.by_number.get_mut(&(entry.ws, number))?;
        Some((number, head))
    }
}

/// What was appended before under the same client ids, by place in the batch.
fn find_earlier(
    tx: &mut dyn Tx,
    batch: &[Waiting],
    heads: &Heads,
) -> Result<HashMap<usize, Appended>> {
    let asked: Vec<Value> = batch
        .iter()
        .enumerate()
        .filter_map(|(place, Waiting { entry, .. })| {
            let (client_id, conversation) = (entry.client_id.as_ref()?, heads.number(entry)?);
            Some(json!({
                "place": place,
                "ws": entry.ws,
                "conversation": conversation,
                "author": entry.author,
                "client_id": client_id,
            }))
        })
        .collect();
    let mut found = HashMap::new();
    if !asked.is_empty() {
        tx.query(&sql::FIND_EARLIER, params![&text(&asked)?], &mut |row| {
            let earlier = Appended::read_earlier(row, 1)?;
            found.insert(usize::try_from(row.int(0)?).unwrap_or(usize::MAX), earlier);
            Ok(())
        })?;
    }
    Ok(found)
}

/// Where the messages are that have the chosen ids of a batch already, by workspace and id.
fn find_taken(
    tx: &mut dyn Tx,
    batch: &[Waiting],
) -> Result<HashMap<(i64, uuid::Uuid), (i64, Appended)>> {
    let mut found = HashMap::new();
    for Waiting { entry, .. } in batch {
        let Some(id) = &entry.id else {
            continue;
        };
        tx.query(&message::PLACE, params![entry.ws, id], &mut |row| {
            let earlier = Appended::read_earlier(row, 0)?;
            found.insert((entry.ws, id.uuid()), (row.int(4)?, earlier));
            Ok(())
        })?;
    }
    Ok(found)
}

fn row(entry: &Append, conversation: i64, appended: &Appended) -> Value {
    json!({
        "ws": entry.ws,
        "id": appended.id.uuid().to_string(),
        "conversation": conversation,
        "seq": appended.seq,
        "author": entry.author,
        "role": entry.role.word(),
        "form": entry.form,
        "text": entry.text.as_str(),
        "metadata": entry.metadata,
        "client_id": entry.client_id,
        "at": appended.at.micros(),
        "details": entry.details,
    })
}

/// Who is mentioned by what was appended just now. Few messages mention anybody: a statement each.
fn mention(
    tx: &mut dyn Tx,
    batch: &[Waiting],
    places: &[Result<Appended>],
    heads: &Heads,
) -> Result<()> {
    for (Waiting { entry, .. }, place) in batch.iter().zip(places) {
        let (Ok(appended), Some(number)) = (place, heads.number(entry)) else {
            continue;
        };
        if appended.duplicate {
            continue;
        }
        for member in &entry.mentions {
            tx.execute(
                &message::MENTION,
                params![entry.ws, number, *member, appended.seq],
            )?;
        }
    }
    Ok(())
}

/// Writes the messages and the heads; gives the messages' numbers by id.
fn insert(tx: &mut dyn Tx, rows: &[Value], heads: &Heads) -> Result<HashMap<uuid::Uuid, i64>> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let moved: Vec<Value> = heads
        .by_number
        .iter()
        .filter_map(|((ws, conversation), head)| {
            let at = head.moved?.micros();
            let (said, said_at, role) = match head.said {
                Some((seq, at, role)) => (Some(seq), Some(at.micros()), Some(role.word())),
                None => (None, None, None),
            };
            Some(
                json!({"ws": ws, "conversation": conversation, "seq": head.seq, "at": at,
                "said": said, "said_at": said_at, "role": role}),
            )
        })
        .collect();
    let mut numbers = HashMap::with_capacity(rows.len());
    let parameters = (text(rows)?, text(&moved)?);
    tx.query(
        &sql::INSERT_MESSAGES,
        params![&parameters.0, &parameters.1],
        &mut |row| {
            numbers.insert(row.id::<()>(0)?.uuid(), row.int(1)?);
            Ok(())
        },
    )?;
    if numbers.len() != rows.len() {
        return Err(Error::internal("messages were not inserted"));
    }
    Ok(numbers)
}

/// One parameter whatever the number of rows: the database unfolds it.
fn text(rows: &[Value]) -> Result<String> {
    serde_json::to_string(rows).map_err(Error::internal)
}
