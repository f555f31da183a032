//! Appending messages: what waits is joined into a few statements, whatever its number.

mod head;
mod known;
mod write;

use std::collections::{HashMap, HashSet};
use std::sync::mpsc::Receiver;

use parlor_model::error::{Conflict, Denied, Kind, Noun};
use parlor_model::{Error, Result};
use serde_json::Value;
use tokio::sync::oneshot;

use self::head::Heads;
use self::known::Known;
use super::worker::{WAITING, Worker};
use crate::Tx;
use crate::append::{Append, Appended, Place};

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

/// A message that takes a position in this commit.
struct Placed<'b> {
    entry: &'b Append,
    appended: Appended,
    place: Place,
}

fn append(tx: &mut dyn Tx, batch: &[Waiting]) -> Result<Vec<Result<Appended>>> {
    let mut heads = Heads::lock(tx, batch)?;
    // Read behind the locks: whoever changed these held one of them, and has ended.
    let mut known = Known::read(tx, batch, &heads)?;
    let mut results = Vec::with_capacity(batch.len());
    let mut placed = Vec::new();
    // Two sends of one id in one batch: the second is answered like the first.
    let mut firsts: HashMap<(i64, i64, Option<i64>, &str), Appended> = HashMap::new();
    let mut taken = std::mem::take(&mut known.taken);
    let mut announced: HashSet<(i64, i64)> = HashSet::new();
    for (index, Waiting { entry, .. }) in batch.iter().enumerate() {
        let Some((conversation, head)) = heads.of(entry) else {
            results.push(Err(Error::not_found(Noun::Conversation)));
            continue;
        };
        let client = entry
            .client_id
            .as_deref()
            .map(|client_id| (entry.ws, conversation, entry.author, client_id));
        let chosen = entry.id.map(|id| (entry.ws, id.uuid()));
        let earlier = known
            .earlier
            .get(&index)
            .or_else(|| client.and_then(|client| firsts.get(&client)))
            .map(|earlier| (conversation, *earlier))
            .or_else(|| chosen.and_then(|chosen| taken.get(&chosen).copied()));
        if let Some((there, earlier)) = earlier {
            results.push(if there == conversation {
                entry.accompany_repeat(tx, conversation)?;
                Ok(Appended {
                    duplicate: true,
                    ..earlier
                })
            } else {
                Err(Error::forbidden(Denied::NotOwn))
            });
            continue;
        }
        let standing = |member| Ok(known.standing(entry.ws, conversation, member));
        if let Err(refused) = entry.judge(head.state, standing) {
            results.push(Err(refused));
            continue;
        }
        if let Err(refused) = entry.judge_stored(tx, conversation)? {
            results.push(Err(refused));
            continue;
        }
        // What one of a batch announces, the others do not see yet.
        if entry.announces() && !announced.insert((entry.ws, conversation)) {
            results.push(Err(Error::conflict(Conflict::InUse)));
            continue;
        }
        let stamp = tx.stamp();
        let (seq, at) = head.take(stamp.at);
        let appended = Appended {
            number: 0,
            id: entry.id.unwrap_or_else(|| stamp.id()),
            seq,
            at,
            duplicate: false,
        };
        if entry.role.is_said() {
            head.said = Some((seq, at, entry.role));
        }
        let titled = head.title_is_automatic && entry.wants_title();
        head.title_is_automatic &= !titled;
        let at = head.newest.max(tx.stamp().at);
        placed.push(Placed {
            entry,
            appended,
            place: Place {
                conversation,
                seq: appended.seq,
                title_seq: titled.then(|| head.take(at).0),
                announcement_seq: entry.announces().then(|| head.take(at).0),
                at,
            },
        });
        firsts.extend(client.map(|client| (client, appended)));
        taken.extend(chosen.map(|chosen| (chosen, (conversation, appended))));
        results.push(Ok(appended));
    }
    let numbers = write::all(tx, &placed, &heads)?;
    for appended in results.iter_mut().flatten() {
        if let Some(number) = numbers.get(&appended.id.uuid()) {
            appended.number = *number;
        }
    }
    heads.tell(tx);
    Ok(results)
}

/// One parameter whatever the number of rows: the database unfolds it.
fn text(rows: &[Value]) -> Result<String> {
    serde_json::to_string(rows).map_err(Error::internal)
}
