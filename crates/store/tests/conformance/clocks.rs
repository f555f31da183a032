//! Times of a log never decrease, whatever the clocks of the nodes say.
//!
//! Proves INV-19 (`docs/invariants.md`).

use parlor_model::conversation::ConversationKey;
use parlor_model::log::LogEntryKind;
use parlor_model::message::MessageRole;
use parlor_store::Store;
use parlor_store::append_message::{AppendEffect, AppendMessage};
use parlor_store::repo::{conversation, log};

use crate::fixture::{TestClock, TestWorkspace, options};

test_both_backends!(log_times_rise_though_clocks_differ);

/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// Opens a second node whose clock is an hour behind; for an exclusive store, its successor.
fn behind(world: &TestWorkspace) -> Store {
    let clock = TestClock::new();
    clock.advance(-HOUR);
    if world.store.is_exclusive() {
        world.store.close();
    }
    Store::open(&options(&world.database.url(), clock)).unwrap()
}

/// Takes positions in every way: single and batched appends, entries of closures, and an untimed entry.
async fn fill(store: &Store, ws: i64, number: i64) {
    for round in 0..3 {
        let plain = AppendMessage::from_text(
            ws,
            number,
            None,
            MessageRole::User,
            format!("round {round}"),
        );
        let titled = AppendMessage {
            effects: vec![AppendEffect::SetTitle("Title".to_owned())],
            ..plain.clone()
        };
        let (one, two, three) = tokio::join!(
            store.append(plain.clone()),
            store.append(titled),
            store.append(plain)
        );
        for appended in [one, two, three] {
            appended.unwrap();
        }
        let change = store.write(move |tx| {
            log::append_entry(tx, ws, number, LogEntryKind::Changed, None, "{}")?;
            let rated = LogEntryKind::MessageRated;
            log::append_untimed_entry(tx, ws, number, rated, None, "{}")
        });
        change.await.unwrap();
        let update = store.write(move |tx| {
            let found = conversation::find(tx, ws, ConversationKey::Number(number))?;
            conversation::update(tx, ws, &found.unwrap())
        });
        update.await.unwrap();
    }
}

async fn log_times_rise_though_clocks_differ(world: TestWorkspace) {
    let (ws, number) = (world.ws, world.conversation().await.number);
    world.database.execute(&format!(
        "update conversation set title_is_automatic = true where number = {number}"
    ));
    fill(&world.store, ws, number).await;
    let other = behind(&world);
    fill(&other, ws, number).await;
    if !world.store.is_exclusive() {
        fill(&world.store, ws, number).await;
        fill(&other, ws, number).await;
    }
    let times = "select seq, created_at as at from message union all select seq, at from log_entry";
    let back = format!(
        "with l as ({times}) select count(*) from l a join l b on b.seq = a.seq + 1 and b.at < a.at"
    );
    assert_eq!(world.database.query_number(&back), 0);
    let head = format!("select last_seq from conversation where number = {number}");
    let rows = format!("with l as ({times}) select count(*) from l");
    let (head, rows) = (
        world.database.query_number(&head),
        world.database.query_number(&rows),
    );
    assert_eq!(head, rows, "positions have no gap");
    // The conversation's columns agree with its newest message.
    let newest = "select count(*) from conversation c join message t on t.conversation = c.number
        and t.seq = c.last_message_seq and t.created_at = c.last_message_at and c.updated_at >= t.created_at";
    assert_eq!(world.database.query_number(newest), 1);
}
