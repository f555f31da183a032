//! Appending messages: what waits is joined into one multi-row insert per transaction.

use std::collections::HashMap;
use std::sync::mpsc::Receiver;

use parlor_model::conversation::{ConversationKey, State};
use parlor_model::error::{Conflict, Noun};
use parlor_model::{Error, Result, Timestamp};
use serde_json::json;
use tokio::sync::oneshot;

use super::statement;
use super::worker::{Attempt, Worker, pause};
use crate::append::{Append, Appended};
use crate::sql::message as sql;
use crate::{Tx, params};

/// What one transaction takes at the most.
const BATCH: usize = 256;
const ATTEMPTS: u32 = 60;

pub(super) struct Waiting {
    pub(super) entry: Append,
    pub(super) answer: oneshot::Sender<Result<Appended>>,
}

/// Serves appends until nobody can send any more.
pub(super) fn serve(mut worker: Worker, queue: &Receiver<Waiting>) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH - 1));
        let results = commit(&mut worker, &batch);
        match results {
            Ok(results) => {
                for (waiting, result) in batch.into_iter().zip(results) {
                    let _ = waiting.answer.send(result);
                }
            }
            Err(error) => {
                for waiting in batch {
                    let _ = waiting
                        .answer
                        .send(Err(Error::unavailable(format_args!("append: {error:?}"))));
                }
            }
        }
    }
}

fn commit(worker: &mut Worker, batch: &[Waiting]) -> Result<Vec<Result<Appended>>> {
    for attempt in 0..ATTEMPTS {
        let mut outcome = Ok(Vec::new());
        let ended = worker.attempt(&mut |tx| {
            outcome = append(tx, batch);
            outcome.as_ref().map(drop).map_err(|error| {
                error
                    .context()
                    .is_some_and(|context| context.starts_with(crate::backend::RETRY))
            })
        });
        match ended {
            Attempt::Done => return outcome,
            Attempt::Failed(error) => return Err(error),
            Attempt::Conflict => pause(&worker.stamps, attempt),
        }
    }
    Err(Error::unavailable("too many conflicting appends"))
}

struct Head {
    seq: i64,
    at: Option<Timestamp>,
    state: State,
}

fn append(tx: &mut dyn Tx, batch: &[Waiting]) -> Result<Vec<Result<Appended>>> {
    let mut heads: HashMap<(i64, i64), Option<Head>> = HashMap::new();
    let mut rows = Rows::default();
    let mut results = Vec::with_capacity(batch.len());
    // Two sends of one client id in one batch: the second is answered like the first.
    let mut seen: HashMap<(i64, i64, Option<i64>, &str), usize> = HashMap::new();
    for (index, Waiting { entry, .. }) in batch.iter().enumerate() {
        let number = match entry.conversation {
            ConversationKey::Number(number) => Some(number),
            ConversationKey::Id(id) => {
                tx.one(&sql::CONVERSATION_NUMBER, params![entry.ws, &id], |row| {
                    row.int(0)
                })?
            }
        };
        let Some(number) = number else {
            results.push(Err(Error::not_found(Noun::Conversation)));
            continue;
        };
        if let std::collections::hash_map::Entry::Vacant(vacant) = heads.entry((entry.ws, number)) {
            // Locks the conversation's row: positions are taken by one transaction at a time.
            let head = tx.one(
                &statement::HEAD_FOR_UPDATE,
                params![entry.ws, number],
                |row| {
                    Ok(Head {
                        seq: row.int(0)?,
                        at: None,
                        state: row.word(1, State::parse)?,
                    })
                },
            )?;
            vacant.insert(head);
        }
        let Some(Some(head)) = heads.get_mut(&(entry.ws, number)) else {
            results.push(Err(Error::not_found(Noun::Conversation)));
            continue;
        };
        if head.state == State::Closed {
            results.push(Err(Error::conflict(Conflict::Closed)));
            continue;
        }
        if let Some(client_id) = &entry.client_id {
            let earlier = tx.one(
                &sql::FIND_BY_CLIENT_ID,
                params![entry.ws, number, entry.author, client_id],
                |row| {
                    Ok(Appended {
                        number: row.int(0)?,
                        id: row.id(1)?,
                        seq: row.int(2)?,
                        at: row.time(3)?,
                        duplicate: true,
                    })
                },
            )?;
            if let Some(earlier) = earlier {
                results.push(Ok(earlier));
                continue;
            }
            if let Some(&first) = seen.get(&(entry.ws, number, entry.author, client_id.as_str())) {
                rows.copies.push((index, first));
                results.push(Err(Error::internal("answered below")));
                continue;
            }
            seen.insert((entry.ws, number, entry.author, client_id), index);
        }
        let stamp = tx.stamp();
        head.seq += 1;
        head.at = Some(stamp.at);
        rows.push(index, entry, number, head.seq, &stamp);
        results.push(Err(Error::internal("answered below")));
    }
    rows.insert(tx, &mut results)?;
    for ((ws, number), head) in heads {
        if let Some(Head {
            seq, at: Some(at), ..
        }) = head
        {
            tx.execute(&sql::MOVE_HEAD, params![ws, number, seq, at])?;
        }
    }
    Ok(results)
}

/// The rows of the one insert, as a JSON array that the database unfolds: one parameter whatever their number.
#[derive(Default)]
struct Rows {
    places: Vec<(usize, Appended)>,
    copies: Vec<(usize, usize)>,
    rows: Vec<serde_json::Value>,
}

impl Rows {
    fn push(
        &mut self,
        index: usize,
        entry: &Append,
        conversation: i64,
        seq: i64,
        stamp: &crate::Stamp,
    ) {
        self.rows.push(json!({
            "ws": entry.ws,
            "id": stamp.id.to_string(),
            "conversation": conversation,
            "seq": seq,
            "author": entry.author,
            "role": entry.role.word(),
            "form": entry.form,
            "text": entry.text.as_str(),
            "metadata": entry.metadata,
            "client_id": entry.client_id,
            "at": stamp.at.micros(),
        }));
        let appended = Appended {
            number: 0,
            id: stamp.id(),
            seq,
            at: stamp.at,
            duplicate: false,
        };
        self.places.push((index, appended));
    }

    fn insert(&self, tx: &mut dyn Tx, results: &mut [Result<Appended>]) -> Result<()> {
        if self.places.is_empty() {
            return Ok(());
        }
        let rows = serde_json::to_string(&self.rows).map_err(Error::internal)?;
        let numbers: HashMap<_, _> = tx
            .all(&statement::INSERT_MESSAGES, params![rows.as_str()], |row| {
                Ok((row.id(0)?, row.int(1)?))
            })?
            .into_iter()
            .collect();
        for (index, appended) in &self.places {
            let number = numbers
                .get(&appended.id)
                .copied()
                .ok_or_else(|| Error::internal("message was not inserted"))?;
            results[*index] = Ok(Appended {
                number,
                ..*appended
            });
        }
        for &(index, first) in &self.copies {
            if let Ok(appended) = &results[first] {
                results[index] = Ok(Appended {
                    duplicate: true,
                    ..*appended
                });
            }
        }
        Ok(())
    }
}
