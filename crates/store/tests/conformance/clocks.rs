//! The times of a log never go back, whatever the clocks say that they come from.

use parlor_model::conversation::ConversationKey;
use parlor_model::log::EntryKind;
use parlor_model::message::Role;
use parlor_store::Store;
use parlor_store::append::{Append, Companion};
use parlor_store::repo::{conversation, log};

use crate::world::{TestClock, World, options};

on_both!(log_times_rise_though_clocks_differ);

/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// A second node, whose clock is an hour behind; where there may be one alone, its successor.
fn behind(world: &World) -> Store {
    let clock = TestClock::new();
    clock.turn(-HOUR);
    if world.store.is_exclusive() {
        world.store.close();
    }
    Store::open(&options(&world.place.url(), clock)).unwrap()
}

/// Takes positions on every road: messages with and without company, entries of closures, one that moves no time.
async fn fill(store: &Store, ws: i64, number: i64) {
    let key = ConversationKey::Number(number);
    for round in 0..3 {
        let plain = Append::text(ws, key, None, Role::User, format!("round {round}"));
        let titled = Append {
            companions: vec![Companion::Title("Title".to_owned())],
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
            log::append(tx, ws, number, EntryKind::Changed, None, "{}")?;
            let rated = EntryKind::MessageRated;
            log::append_without_time(tx, ws, number, rated, None, "{}")
        });
        change.await.unwrap();
        let update = store.write(move |tx| {
            let found = conversation::find(tx, ws, ConversationKey::Number(number))?;
            conversation::update(tx, ws, &found.unwrap())
        });
        update.await.unwrap();
    }
}

async fn log_times_rise_though_clocks_differ(world: World) {
    let (ws, number) = (world.ws, world.conversation().await.number);
    world.place.execute(&format!(
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
    assert_eq!(world.place.number(&back), 0);
    let head = format!("select last_seq from conversation where number = {number}");
    let rows = format!("with l as ({times}) select count(*) from l");
    let (head, rows) = (world.place.number(&head), world.place.number(&rows));
    assert_eq!(head, rows, "positions have no gap");
    // What the list says of the newest message is what the message says.
    let newest = "select count(*) from conversation c join message t on t.conversation = c.number
        and t.seq = c.last_message_seq and t.created_at = c.last_message_at and c.updated_at >= t.created_at";
    assert_eq!(world.place.number(newest), 1);
}
