//! A space with a thousand conversations of three, one of them long, and what was said in them.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::Words;
use super::{FIRST, STEP, open};
use crate::bench::clock;

/// Conversations; the first is the long one.
pub(in crate::bench) const CONVERSATIONS: usize = 1000;
/// Of ten messages so many are in the long conversation.
const LONG: u64 = 7;
/// What a reader has not read of each conversation.
pub(in crate::bench) const UNREAD: i64 = 3;
/// Each is in so many messages, however many there are, each of another conversation.
pub(in crate::bench) const HITS: u64 = 20;
/// A word made of letter runs that other words have too, and one as a customer would paste it.
pub(in crate::bench) const NEEDLES: [&str; 2] = ["marbuzole", "QX-4711-Z"];
/// Bytes of a message.
const LENGTH: usize = 200;

/// What the figures need to know of the rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::bench) struct Talk {
    /// UUIDs; the long one first.
    pub(in crate::bench) conversations: Vec<String>,
    pub(in crate::bench) space: String,
    /// How many messages the long conversation has; the last one's position is one more.
    pub(in crate::bench) long: i64,
}

struct Members {
    host: i64,
    guest: i64,
    reader: i64,
}

/// A conversation while its messages are being written.
struct Place {
    number: i64,
    seq: i64,
    at: Option<i64>,
}

/// Writes so many messages into the first workspace; whoever has the number `reader` takes part everywhere.
pub(in crate::bench) fn write(database: &Path, messages: u64, reader: Option<i64>) -> Result<Talk> {
    let mut connection = open(database)?;
    let transaction = connection.transaction()?;
    let workspace: i64 =
        transaction.query_row("select number from workspace order by number", (), |row| {
            row.get(0)
        })?;
    let reader = match reader {
        Some(number) => number,
        None => member(&transaction, workspace, "talk-reader")?,
    };
    let members = Members {
        host: member(&transaction, workspace, "talk-host")?,
        guest: member(&transaction, workspace, "talk-guest")?,
        reader,
    };
    let id = clock::id(FIRST);
    let space: i64 = transaction.query_row(
        "insert into space (ws, id, name, created_at, updated_at) values (?1, ?2, 'Talk', ?3, ?3) returning number",
        (workspace, id.as_bytes(), FIRST),
        |row| row.get(0),
    )?;
    let mut talk = Talk {
        conversations: Vec::with_capacity(CONVERSATIONS),
        space: id.to_string(),
        long: 0,
    };
    let mut places = Vec::with_capacity(CONVERSATIONS);
    for n in 0..CONVERSATIONS {
        let id = clock::id(FIRST);
        let number = conversation(&transaction, (workspace, space), id, n, &members)?;
        talk.conversations.push(id.to_string());
        places.push(Place {
            number,
            seq: 1,
            at: None,
        });
    }
    say(&transaction, workspace, &members, messages, &mut places)?;
    finish(&transaction, workspace, &members, &places)?;
    transaction.commit()?;
    talk.long = places[0].seq - 1;
    fold(&connection)?;
    Ok(talk)
}

fn fold(connection: &Connection) -> Result<()> {
    Ok(connection.execute_batch("pragma wal_checkpoint(truncate);")?)
}

fn member(transaction: &Transaction<'_>, workspace: i64, name: &str) -> Result<i64> {
    Ok(transaction.query_row(
        "insert into member (ws, id, kind, handle, external_id, name, created_at, updated_at)
         values (?1, ?2, 'person', ?3, ?3, ?3, ?4, ?4) returning number",
        (workspace, clock::id(FIRST).as_bytes(), name, FIRST),
        |row| row.get(0),
    )?)
}

fn conversation(
    transaction: &Transaction<'_>,
    (workspace, space): (i64, i64),
    id: Uuid,
    n: usize,
    members: &Members,
) -> Result<i64> {
    let number: i64 = transaction
        .prepare_cached(
            "insert into conversation (ws, id, kind, state, space, title, owner, subject, last_seq, created_at, updated_at)
             values (?1, ?2, 'chat', 'active', ?3, ?4, ?5, ?6, 1, ?7, ?7) returning number",
        )?
        .query_row(
            (workspace, id.as_bytes(), space, format!("Talk {n}"), members.host, members.guest, FIRST),
            |row| row.get(0),
        )?;
    let mut participant = transaction.prepare_cached(
        "insert into participant (ws, conversation, member, role, state, joined_at)
         values (?1, ?2, ?3, ?4, 'joined', ?5)",
    )?;
    for (member, role) in [
        (members.host, "owner"),
        (members.guest, "member"),
        (members.reader, "member"),
    ] {
        participant.execute((workspace, number, member, role, FIRST))?;
    }
    transaction
        .prepare_cached(
            "insert into log_entry (ws, conversation, seq, kind, actor, at) values (?1, ?2, 1, 'created', ?3, ?4)",
        )?
        .execute((workspace, number, members.host, FIRST))?;
    Ok(number)
}

/// Host and guest in turns; seven of ten messages in the long conversation, the rest one after the other in all others.
fn say(
    transaction: &Transaction<'_>,
    workspace: i64,
    members: &Members,
    messages: u64,
    places: &mut [Place],
) -> Result<()> {
    let words = Words::new();
    let mut insert = transaction.prepare(
        "insert into message (ws, id, conversation, seq, author, role, text, created_at, updated_at)
         values (?1, ?2, ?3, ?4, ?5, 'user', ?6, ?7, ?7)",
    )?;
    let others = places.len() as u64 - 1;
    let every = (messages / 10 * (10 - LONG) / HITS).max(1);
    let mut spread = 0;
    for n in 0..messages {
        let at = FIRST + i64::try_from(n)? * STEP;
        let mut text = words.sentence(n, LENGTH);
        let place = if n % 10 < LONG {
            &mut places[0]
        } else {
            let (turn, within) = (spread / every, spread % every);
            if turn < HITS && within < NEEDLES.len() as u64 {
                text.insert(LENGTH / 2, ' ');
                text.insert_str(LENGTH / 2, NEEDLES[usize::try_from(within)?]);
                text.insert(LENGTH / 2, ' ');
            }
            spread += 1;
            &mut places[usize::try_from(1 + (spread - 1) % others)?]
        };
        place.seq += 1;
        place.at = Some(at);
        let author = if n % 2 == 0 {
            members.guest
        } else {
            members.host
        };
        insert.execute((
            workspace,
            clock::id(at).as_bytes(),
            place.number,
            place.seq,
            author,
            text,
            at,
        ))?;
    }
    Ok(())
}

/// Heads of conversations, and how far everybody has read.
fn finish(
    transaction: &Transaction<'_>,
    workspace: i64,
    members: &Members,
    places: &[Place],
) -> Result<()> {
    let mut head = transaction.prepare(
        "update conversation set last_seq = ?3, last_message_seq = ?3, last_message_at = ?4, updated_at = ?4
         where ws = ?1 and number = ?2",
    )?;
    let mut read = transaction.prepare(
        "update participant set read_seq = ?4 where ws = ?1 and conversation = ?2 and member = ?3",
    )?;
    for place in places {
        if let Some(at) = place.at {
            head.execute((workspace, place.number, place.seq, at))?;
        }
        let known = (place.seq - UNREAD).max(1);
        for (member, seq) in [
            (members.host, place.seq),
            (members.guest, place.seq),
            (members.reader, known),
        ] {
            read.execute((workspace, place.number, member, seq))?;
        }
    }
    Ok(())
}
