//! What was answered is there, whatever happens to the process.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use parlor_model::conversation::ConversationKey;
use parlor_model::message::{MessageWalk, Role};
use parlor_store::append::Append;
use parlor_store::repo::{conversation, member, message};
use parlor_store::{Options, Store};

use crate::world::{Place, TestClock, World, new_conversation, options};

on_both!(everything_is_there_after_a_reopen);

async fn everything_is_there_after_a_reopen(world: World) {
    let (ws, made) = (world.ws, world.conversation().await);
    let sent = world
        .store
        .append(said(ws, made.number, "kept"))
        .await
        .unwrap();
    let number = world.member;
    let world = world.reopened();
    let (found, person, messages) = world
        .store
        .read(move |tx| {
            let found = conversation::find(tx, ws, ConversationKey::Id(made.id))?;
            let person = member::find(tx, ws, member::By::Number(number))?;
            let messages = message::walk(tx, ws, made.number, &MessageWalk::default())?.items;
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
    if let Some(file) = world.place.file() {
        world.store.close();
        let beside = file.with_extension("db-wal");
        assert!(!beside.exists() || beside.metadata().unwrap().len() == 0);
    }
}

fn said(ws: i64, number: i64, text: &str) -> Append {
    Append::text(ws, ConversationKey::Number(number), None, Role::User, text)
}

/// Set in the child process: where the database is.
const STORM: &str = "PARLOR_STORE_STORM";
const MARK: &str = "answered ";
const WRITERS: usize = 16;
const ENOUGH: usize = 500;

#[test]
fn a_killed_process_loses_no_answered_write_sqlite() {
    killed(
        "crash::a_killed_process_loses_no_answered_write_sqlite",
        Place::sqlite,
    );
}

#[test]
fn a_killed_process_loses_no_answered_write_postgres() {
    killed(
        "crash::a_killed_process_loses_no_answered_write_postgres",
        Place::postgres,
    );
}

fn killed(name: &str, place: fn() -> Place) {
    if let Ok(url) = std::env::var(STORM) {
        storm(&options(&url, TestClock::new()));
    }
    let place = place();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(STORM, place.url())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answered = BTreeSet::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while answered.len() < ENOUGH {
        let line = lines.next().expect("the child ended early").unwrap();
        note(&mut answered, &line);
    }
    child.kill().unwrap();
    for line in lines {
        note(&mut answered, &line.unwrap());
    }
    child.wait().unwrap();

    let store = Store::open(&options(&place.url(), TestClock::new())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for (what, number) in &answered {
        let table = what.as_str();
        let there = place.number(&format!(
            "select count(*) from {table} where number = {number}"
        ));
        assert_eq!(there, 1, "{table} {number} was answered and is gone");
    }
    // Whole or not at all: no conversation without its entry and its participant, no hole in a log.
    for orphans in [
        "select count(*) from conversation c where not exists
            (select 1 from log_entry e where e.conversation = c.number and e.seq = 1)",
        "select count(*) from conversation c where not exists
            (select 1 from participant p where p.conversation = c.number)",
        "select count(*) from conversation c where last_seq <>
            (select count(*) from log_entry e where e.conversation = c.number)
            + (select count(*) from message m where m.conversation = c.number)",
    ] {
        assert_eq!(place.number(orphans), 0, "{orphans}");
    }
    if let Some(file) = place.file() {
        let verdict: String = rusqlite::Connection::open(file)
            .unwrap()
            .query_row("pragma integrity_check", (), |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok");
    }
    // And it goes on.
    let ws = place.number("select min(number) from workspace");
    let member = place.number("select min(number) from member");
    let made = runtime
        .block_on(store.write(move |tx| new_conversation(tx, ws, member, None)))
        .unwrap();
    let newest = place.number("select max(number) from conversation");
    assert_eq!(made.number, newest);
}

/// A line may be cut short where the child died.
fn note(answered: &mut BTreeSet<(String, i64)>, line: &str) {
    let words = line.split_once(MARK).map(|(_, words)| words);
    if let Some((what, number)) = words.and_then(|words| words.split_once(' '))
        && let Some(number) = number
            .strip_suffix('.')
            .and_then(|number| number.parse().ok())
    {
        answered.insert((what.to_owned(), number));
    }
}

/// The child: writes until it is killed, and says what was answered.
fn storm(options: &Options) -> ! {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = Store::open(options).unwrap();
    runtime.block_on(async {
        let (ws, member) = store
            .write(|tx| {
                let organization = parlor_store::repo::workspace::insert_organization(tx, "O")?;
                let ws = parlor_store::repo::workspace::insert(tx, organization, "W")?.number;
                Ok((ws, crate::world::new_member(tx, ws, None)?))
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
                        println!("{MARK}conversation {}.", made.number);
                        let sent = store.append(said(ws, made.number, "x")).await.unwrap();
                        println!("{MARK}message {}.", sent.number);
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
