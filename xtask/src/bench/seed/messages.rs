//! Seeding of messages: a space with a thousand conversations of three members, one of them long.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::vocabulary::Vocabulary;
use super::{CREATED_AT_STEP, FIRST_CREATED_AT, open};
use crate::bench::clock;

/// Number of conversations; the first is the long one.
pub(in crate::bench) const CONVERSATION_COUNT: usize = 1000;
/// Tenths of all messages that are in the long conversation.
const LONG_CONVERSATION_TENTHS: u64 = 7;
/// Unread messages of the reader in each conversation.
pub(in crate::bench) const UNREAD_PER_CONVERSATION: i64 = 3;
/// Number of messages that contain a needle, each in a different conversation.
pub(in crate::bench) const MESSAGES_PER_NEEDLE: u64 = 20;
/// Search words: one whose letter sequences also occur in other words, and an order number.
pub(in crate::bench) const NEEDLES: [&str; 2] = ["marbuzole", "QX-4711-Z"];
/// Length of a message.
const MESSAGE_BYTES: usize = 200;

/// Properties of the seeded messages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::bench) struct SeededMessages {
    /// UUIDs of the conversations; the long one is first.
    pub(in crate::bench) conversations: Vec<String>,
    pub(in crate::bench) space: String,
    /// Number of messages in the long conversation; the last one's `seq` is one higher.
    pub(in crate::bench) long_messages: i64,
}

struct SeedMembers {
    host: i64,
    guest: i64,
    reader: i64,
}

/// Conversation during seeding.
struct SeedConversation {
    number: i64,
    seq: i64,
    at: Option<i64>,
}

/// Writes messages into the first workspace. The member with the number `reader` participates in all conversations.
pub(in crate::bench) fn seed_messages(
    database: &Path,
    messages: u64,
    reader: Option<i64>,
) -> Result<SeededMessages> {
    let mut connection = open(database)?;
    let transaction = connection.transaction()?;
    let workspace: i64 =
        transaction.query_row("select number from workspace order by number", (), |row| {
            row.get(0)
        })?;
    let reader = match reader {
        Some(number) => number,
        None => insert_member(&transaction, workspace, "talk-reader")?,
    };
    let members = SeedMembers {
        host: insert_member(&transaction, workspace, "talk-host")?,
        guest: insert_member(&transaction, workspace, "talk-guest")?,
        reader,
    };
    let id = clock::uuid_v7(FIRST_CREATED_AT);
    let space: i64 = transaction.query_row(
        "insert into space (ws, id, name, created_at, updated_at) values (?1, ?2, 'Talk', ?3, ?3) returning number",
        (workspace, id.as_bytes(), FIRST_CREATED_AT),
        |row| row.get(0),
    )?;
    let mut seeded = SeededMessages {
        conversations: Vec::with_capacity(CONVERSATION_COUNT),
        space: id.to_string(),
        long_messages: 0,
    };
    let mut conversations = Vec::with_capacity(CONVERSATION_COUNT);
    for n in 0..CONVERSATION_COUNT {
        let id = clock::uuid_v7(FIRST_CREATED_AT);
        let number = insert_conversation(&transaction, (workspace, space), id, n, &members)?;
        seeded.conversations.push(id.to_string());
        conversations.push(SeedConversation {
            number,
            seq: 1,
            at: None,
        });
    }
    insert_messages(
        &transaction,
        workspace,
        &members,
        messages,
        &mut conversations,
    )?;
    update_heads(&transaction, workspace, &members, &conversations)?;
    transaction.commit()?;
    seeded.long_messages = conversations[0].seq - 1;
    checkpoint(&connection)?;
    Ok(seeded)
}

fn checkpoint(connection: &Connection) -> Result<()> {
    Ok(connection.execute_batch("pragma wal_checkpoint(truncate);")?)
}

fn insert_member(transaction: &Transaction<'_>, workspace: i64, name: &str) -> Result<i64> {
    Ok(transaction.query_row(
        "insert into member (ws, id, kind, handle, external_id, name, created_at, updated_at)
         values (?1, ?2, 'person', ?3, ?3, ?3, ?4, ?4) returning number",
        (
            workspace,
            clock::uuid_v7(FIRST_CREATED_AT).as_bytes(),
            name,
            FIRST_CREATED_AT,
        ),
        |row| row.get(0),
    )?)
}

fn insert_conversation(
    transaction: &Transaction<'_>,
    (workspace, space): (i64, i64),
    id: Uuid,
    n: usize,
    members: &SeedMembers,
) -> Result<i64> {
    let number: i64 = transaction
        .prepare_cached(
            "insert into conversation (ws, id, kind, state, space, title, owner, subject, last_seq, created_at, updated_at)
             values (?1, ?2, 'chat', 'active', ?3, ?4, ?5, ?6, 1, ?7, ?7) returning number",
        )?
        .query_row(
            (workspace, id.as_bytes(), space, format!("Talk {n}"), members.host, members.guest, FIRST_CREATED_AT),
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
        participant.execute((workspace, number, member, role, FIRST_CREATED_AT))?;
    }
    transaction
        .prepare_cached(
            "insert into log_entry (ws, conversation, seq, kind, actor, at) values (?1, ?2, 1, 'created', ?3, ?4)",
        )?
        .execute((workspace, number, members.host, FIRST_CREATED_AT))?;
    Ok(number)
}

/// Inserts messages, alternately by host and guest: seven of ten into the long conversation, the others in rotation
/// into the other conversations.
fn insert_messages(
    transaction: &Transaction<'_>,
    workspace: i64,
    members: &SeedMembers,
    messages: u64,
    conversations: &mut [SeedConversation],
) -> Result<()> {
    let vocabulary = Vocabulary::new();
    let mut insert = transaction.prepare(
        "insert into message (ws, id, conversation, seq, author, role, text, created_at, updated_at)
         values (?1, ?2, ?3, ?4, ?5, 'user', ?6, ?7, ?7)",
    )?;
    let others = conversations.len() as u64 - 1;
    let every = (messages / 10 * (10 - LONG_CONVERSATION_TENTHS) / MESSAGES_PER_NEEDLE).max(1);
    let mut spread = 0;
    for n in 0..messages {
        let at = FIRST_CREATED_AT + i64::try_from(n)? * CREATED_AT_STEP;
        let mut text = vocabulary.sentence(n, MESSAGE_BYTES);
        let conversation = if n % 10 < LONG_CONVERSATION_TENTHS {
            &mut conversations[0]
        } else {
            let (turn, within) = (spread / every, spread % every);
            if turn < MESSAGES_PER_NEEDLE && within < NEEDLES.len() as u64 {
                text.insert(MESSAGE_BYTES / 2, ' ');
                text.insert_str(MESSAGE_BYTES / 2, NEEDLES[usize::try_from(within)?]);
                text.insert(MESSAGE_BYTES / 2, ' ');
            }
            spread += 1;
            &mut conversations[usize::try_from(1 + (spread - 1) % others)?]
        };
        conversation.seq += 1;
        conversation.at = Some(at);
        let author = if n % 2 == 0 {
            members.guest
        } else {
            members.host
        };
        insert.execute((
            workspace,
            clock::uuid_v7(at).as_bytes(),
            conversation.number,
            conversation.seq,
            author,
            text,
            at,
        ))?;
    }
    Ok(())
}

/// Updates the log heads of the conversations and the read marks of all members.
fn update_heads(
    transaction: &Transaction<'_>,
    workspace: i64,
    members: &SeedMembers,
    conversations: &[SeedConversation],
) -> Result<()> {
    let mut head = transaction.prepare(
        "update conversation set last_seq = ?3, last_message_seq = ?3, last_message_at = ?4, updated_at = ?4
         where ws = ?1 and number = ?2",
    )?;
    let mut read = transaction.prepare(
        "update participant set read_seq = ?4 where ws = ?1 and conversation = ?2 and member = ?3",
    )?;
    for conversation in conversations {
        if let Some(at) = conversation.at {
            head.execute((workspace, conversation.number, conversation.seq, at))?;
        }
        let known = (conversation.seq - UNREAD_PER_CONVERSATION).max(1);
        for (member, seq) in [
            (members.host, conversation.seq),
            (members.guest, conversation.seq),
            (members.reader, known),
        ] {
            read.execute((workspace, conversation.number, member, seq))?;
        }
    }
    Ok(())
}
