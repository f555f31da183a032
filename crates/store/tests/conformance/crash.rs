//! Answered writes survive a crash of the process.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use parlor_model::conversation::ConversationKey;
use parlor_model::message::{MessageQuery, MessageRole};
use parlor_store::append_message::AppendMessage;
use parlor_store::repo::{conversation, member, message};
use parlor_store::{Store, StoreOptions};

use crate::fixture::{DatabaseLocation, TestClock, TestWorkspace, new_conversation, options};

test_both_backends!(committed_writes_survive_reopen);

async fn committed_writes_survive_reopen(workspace: TestWorkspace) {
    let (ws, made) = (workspace.ws, workspace.conversation().await);
    let sent = workspace
        .store
        .append(user_message(ws, made.number, "kept"))
        .await
        .unwrap();
    let number = workspace.member;
    let workspace = workspace.reopened();
    let (found, person, messages) = workspace
        .store
        .read(move |tx| {
            let found = conversation::find(tx, ws, ConversationKey::Id(made.id))?;
            let person = member::find(tx, ws, member::MemberLookup::Number(number))?;
            let messages = message::page(tx, ws, made.number, &MessageQuery::default())?.items;
            Ok((found.unwrap(), person.unwrap(), messages))
        })
        .await
        .unwrap();
    assert_eq!((found.id, found.last_seq), (made.id, 2));
    assert_eq!(person.member.key.number, number);
    assert_eq!(
        (messages[0].id, messages[0].text.as_str()),
        (sent.id, "kept")
    );
    if let Some(file) = workspace.database.file() {
        workspace.store.close();
        let beside = file.with_extension("db-wal");
        assert!(!beside.exists() || beside.metadata().unwrap().len() == 0);
    }
}

fn user_message(ws: i64, number: i64, text: &str) -> AppendMessage {
    AppendMessage::from_text(ws, number, None, MessageRole::User, text)
}

/// Environment variable with the database URL of the child process.
const CHILD_URL_VAR: &str = "PARLOR_STORE_STORM";
const ANSWER_PREFIX: &str = "answered ";
const WRITERS: usize = 16;
const ANSWERS_BEFORE_KILL: usize = 500;

#[test]
fn killed_process_keeps_answered_writes_sqlite() {
    killed(
        "crash::killed_process_keeps_answered_writes_sqlite",
        DatabaseLocation::sqlite,
    );
}

#[test]
fn killed_process_keeps_answered_writes_postgres() {
    killed(
        "crash::killed_process_keeps_answered_writes_postgres",
        DatabaseLocation::postgres,
    );
}

fn killed(name: &str, location: fn() -> DatabaseLocation) {
    if let Ok(url) = std::env::var(CHILD_URL_VAR) {
        write_until_killed(&options(&url, TestClock::new()));
    }
    let location = location();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD_URL_VAR, location.url())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answered = BTreeSet::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while answered.len() < ANSWERS_BEFORE_KILL {
        let line = lines.next().expect("the child ended early").unwrap();
        record_answer(&mut answered, &line);
    }
    child.kill().unwrap();
    for line in lines {
        record_answer(&mut answered, &line.unwrap());
    }
    child.wait().unwrap();

    let store = Store::open(&options(&location.url(), TestClock::new())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for (what, number) in &answered {
        let table = what.as_str();
        let there = location.query_number(&format!(
            "select count(*) from {table} where number = {number}"
        ));
        assert_eq!(there, 1, "{table} {number} was answered and is gone");
    }
    // Atomic: no conversation without its entry and participant, no gap in a log.
    for orphans in [
        "select count(*) from conversation c where not exists
            (select 1 from log_entry e where e.conversation = c.number and e.seq = 1)",
        "select count(*) from conversation c where not exists
            (select 1 from participant p where p.conversation = c.number)",
        "select count(*) from conversation c where last_seq <>
            (select count(*) from log_entry e where e.conversation = c.number)
            + (select count(*) from message m where m.conversation = c.number)",
    ] {
        assert_eq!(location.query_number(orphans), 0, "{orphans}");
    }
    if let Some(file) = location.file() {
        let verdict: String = rusqlite::Connection::open(file)
            .unwrap()
            .query_row("pragma integrity_check", (), |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok");
    }
    // New writes succeed.
    let ws = location.query_number("select min(number) from workspace");
    let member = location.query_number("select min(number) from member");
    let made = runtime
        .block_on(store.write(move |tx| new_conversation(tx, ws, member, None)))
        .unwrap();
    let newest = location.query_number("select max(number) from conversation");
    assert_eq!(made.number, newest);
}

/// Records an answer; the last line may be truncated.
fn record_answer(answered: &mut BTreeSet<(String, i64)>, line: &str) {
    let words = line.split_once(ANSWER_PREFIX).map(|(_, words)| words);
    if let Some((what, number)) = words.and_then(|words| words.split_once(' '))
        && let Some(number) = number
            .strip_suffix('.')
            .and_then(|number| number.parse().ok())
    {
        answered.insert((what.to_owned(), number));
    }
}

/// Child process: writes until it is killed and prints each answer.
fn write_until_killed(options: &StoreOptions) -> ! {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = Store::open(options).unwrap();
    runtime.block_on(async {
        let (ws, member) = store
            .write(|tx| {
                let organization = parlor_store::repo::workspace::insert_organization(tx, "O")?;
                let ws = parlor_store::repo::workspace::insert(tx, organization, "W")?.number;
                Ok((ws, crate::fixture::new_member(tx, ws, None)?))
            })
            .await
            .unwrap();
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    loop {
                        let made = store
                            .write(move |tx| new_conversation(tx, ws, member, None))
                            .await
                            .unwrap();
                        println!("{ANSWER_PREFIX}conversation {}.", made.number);
                        let sent = store
                            .append(user_message(ws, made.number, "x"))
                            .await
                            .unwrap();
                        println!("{ANSWER_PREFIX}message {}.", sent.number);
                    }
                })
            })
            .collect();
        for writer in writers {
            let _ = writer.await;
        }
    });
    unreachable!("the storm ends with the process")
}
