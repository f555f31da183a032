//! Baseline: bare rusqlite with one group-commit thread, prepared statements and one commit per batch.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use rusqlite::{Connection, Statement, TransactionBehavior};

use crate::fixture::{CONVERSATIONS, SplitMixRandom, TestWorkspace};
use crate::{Load, must};

const MAX_BATCH_ROWS: usize = 1024;

/// Row whose client waits for the commit.
struct PendingRow(Sender<()>);

/// Simulates `depth` clients, each of which requests the next row as soon as it is answered.
fn spawn_clients(load: Load) -> Receiver<PendingRow> {
    let (requester, requests) = channel();
    let until = Instant::now() + load.duration;
    std::thread::spawn(move || {
        let (answers, answered) = channel();
        for _ in 0..load.depth {
            let _ = requester.send(PendingRow(answers.clone()));
        }
        while Instant::now() < until {
            let _ = answered.recv();
            let _ = requester.send(PendingRow(answers.clone()));
            while answered.try_recv().is_ok() {
                let _ = requester.send(PendingRow(answers.clone()));
            }
        }
    });
    requests
}

/// Opens a database with the store's settings, but SQLite's automatic checkpoint.
fn open(workspace: &TestWorkspace, has_foreign_keys: bool) -> Connection {
    let connection = must(Connection::open(workspace.path()));
    must(connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000;
             pragma cache_size = -32768; pragma temp_store = memory;",
    ));
    must(connection.pragma_update(None, "foreign_keys", has_foreign_keys));
    connection
}

/// Serves the clients until they stop; `row` writes one request, `end` what each commit adds.
fn run(connection: &Connection, load: Load, mut row: impl FnMut(), mut end: impl FnMut()) -> f64 {
    let requests = spawn_clients(load);
    let (start, mut count) = (Instant::now(), 0);
    let mut batch = Vec::with_capacity(MAX_BATCH_ROWS);
    while let Ok(first) = requests.recv() {
        batch.push(first);
        batch.extend(requests.try_iter().take(MAX_BATCH_ROWS - 1));
        let transaction = must(rusqlite::Transaction::new_unchecked(
            connection,
            TransactionBehavior::Immediate,
        ));
        for _ in &batch {
            row();
        }
        end();
        must(transaction.commit());
        count += batch.len() as u64;
        for PendingRow(answer) in batch.drain(..) {
            let _ = answer.send(());
        }
    }
    Load::rate(count, start)
}

/// 16 bytes in UUID version 7 layout.
fn id(random: &SplitMixRandom, micros: i64) -> [u8; 16] {
    let millis = must(u64::try_from(micros / 1_000));
    let high = millis << 16 | 0x7000 | random.next_u64() >> 52;
    let low = 0x8000_0000_0000_0000 | random.next_u64() >> 2;
    (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
}

fn micros(start: Instant) -> i64 {
    // Later than the existing rows.
    1_760_000_000_000_000 + must(i64::try_from(start.elapsed().as_micros()))
}

pub(crate) fn creates(workspace: &TestWorkspace, load: Load) -> f64 {
    let connection = open(workspace, false);
    let prepare = |text| must(connection.prepare(text));
    let mut conversation: Statement<'_> = prepare(
        "insert into conversation (ws, id, kind, state, title, owner, subject, medium, metadata, last_seq,
            created_at, updated_at) values (?1, ?2, 'chat', 'active', ?3, ?4, ?4, 'web', '{}', 1, ?5, ?5)",
    );
    let mut entry = prepare(
        "insert into log_entry (ws, conversation, seq, kind, actor, at, payload)
            values (?1, ?2, 1, 'created', ?3, ?4, '{}')",
    );
    let mut participant = prepare(
        "insert into participant (ws, conversation, member, role, state, joined_at)
            values (?1, ?2, ?3, 'owner', 'joined', ?4)",
    );
    let (start, random) = (Instant::now(), SplitMixRandom::new());
    let (ws, member) = (workspace.ws, workspace.member);
    let row = || {
        let at = micros(start);
        let id = id(&random, at);
        must(conversation.execute((ws, id.as_slice(), "Quarterly planning", member, at)));
        let number = connection.last_insert_rowid();
        must(entry.execute((ws, number, member, at)));
        must(participant.execute((ws, number, member, at)));
    };
    run(&connection, load, row, || ())
}

pub(crate) fn messages(workspace: &TestWorkspace, load: Load) -> f64 {
    messages_by(&open(workspace, false), workspace, load)
}

/// Measures messages with foreign keys enforced.
pub(crate) fn messages_with_foreign_keys(workspace: &TestWorkspace, load: Load) -> f64 {
    messages_by(&open(workspace, true), workspace, load)
}

fn messages_by(connection: &Connection, workspace: &TestWorkspace, load: Load) -> f64 {
    let mut message = must(connection
        .prepare(
            "insert into message (ws, id, conversation, seq, author, role, text, metadata, created_at, updated_at)
                values (?1, ?2, ?3, ?4, ?5, 'user', ?6, '{}', ?7, ?7)",
        ));
    let mut head = must(connection.prepare(
        "update conversation set last_seq = ?3, last_message_at = ?4, updated_at = ?4
                where ws = ?1 and number = ?2",
    ));
    let (start, random) = (Instant::now(), SplitMixRandom::new());
    let ws = workspace.ws;
    // The writer caches every `seq`, so nothing is read.
    let mut positions: HashMap<i64, i64> = HashMap::new();
    let moved = std::cell::RefCell::new(HashMap::new());
    let row = || {
        let at = micros(start);
        let id = id(&random, at);
        let number = workspace.first + must(i64::try_from(random.next_u64() >> 1)) % CONVERSATIONS;
        let seq = positions.entry(number).or_insert(1);
        *seq += 1;
        must(message.execute((
            ws,
            id.as_slice(),
            number,
            *seq,
            workspace.member,
            &workspace.text,
            at,
        )));
        moved.borrow_mut().insert(number, (*seq, at));
    };
    let end = || {
        for (number, (seq, at)) in moved.borrow_mut().drain() {
            must(head.execute((ws, number, seq, at)));
        }
    };
    run(connection, load, row, end)
}
