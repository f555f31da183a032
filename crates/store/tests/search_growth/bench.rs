//! How search and the list of conversations grow with what there is, on the embedded database.
//!
//! `cargo bench -p parlor-store --bench search_growth -- [--rows 10000,1000000] [--conversations 1000,300000]`
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement speaks on the terminal"
)]

use std::time::{Duration, Instant};

use parlor_model::Result;
use parlor_model::conversation::{ConversationFilter, SortBy};
use parlor_model::page::Order;
use parlor_store::repo::listing::{self, Stretch};
use parlor_store::repo::search::{self, Batch, Noun, View};
use parlor_store::terms::Terms;
use parlor_store::{Store, Tx, params, sql};

#[path = "../group_commit/world.rs"]
#[allow(dead_code, reason = "the other measurement uses more of it")]
mod world;

use world::{CONVERSATIONS, Scrambled, World, create, runtime};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Messages that have the rare word.
const RARE: i64 = 10;
/// Rows one transaction writes.
const BATCH: i64 = 5_000;
/// How often a figure is taken.
const TIMES: usize = 200;

fn main() {
    let rows = option("--rows").unwrap_or_else(|| "10000,1000000".to_owned());
    println!("microseconds, median of {TIMES}");
    println!(
        "| messages | indexed/s | rare word | common word | no match |\n| --- | --- | --- | --- | --- |"
    );
    for rows in rows.split(',') {
        messages(must(rows.parse()));
    }
    let rows = option("--conversations").unwrap_or_else(|| "1000,300000".to_owned());
    println!("| conversations | newest 20 and total | by title |\n| --- | --- | --- |");
    for rows in rows.split(',') {
        conversations(must(rows.parse()));
    }
}

fn messages(rows: i64) {
    let world = World::new();
    let store = world.store();
    let (ws, first, member) = (world.ws, world.first, world.member);
    let random = std::sync::Arc::new(Scrambled::new());
    for begun in (0..rows).step_by(must(usize::try_from(BATCH))) {
        let random = random.clone();
        write(&store, move |tx| {
            for n in begun..rows.min(begun + BATCH) {
                let mut text = String::with_capacity(100);
                for _ in 0..12 {
                    text.push_str(&word(random.word() % 5_000));
                    text.push(' ');
                }
                if n % (rows / RARE) == 0 {
                    text.push_str("zanzibar");
                }
                let stamp = tx.stamp();
                let id: parlor_model::id::MessageId = stamp.id();
                let (conversation, seq) = (first + n % CONVERSATIONS, 2 + n / CONVERSATIONS);
                let none: Option<&str> = None;
                tx.execute(
                    &sql::message::INSERT,
                    params![
                        ws,
                        &id,
                        conversation,
                        seq,
                        member,
                        "user",
                        none,
                        &text,
                        "{}",
                        none,
                        stamp.at,
                        none
                    ],
                )?;
            }
            Ok(())
        });
    }
    let begun = Instant::now();
    let horizon = write(&store, |tx| search::horizon(tx, Noun::Message));
    while write(&store, move |tx| {
        search::batch(tx, Noun::Message, horizon, 256)
    }) == Batch::Behind
    {}
    #[allow(clippy::cast_precision_loss, reason = "a count of some seconds")]
    let speed = rows as f64 / begun.elapsed().as_secs_f64();
    let find = |text: &'static str, hits: usize| {
        time(&store, move |tx| {
            let mut found = 0;
            let terms = Terms::parse("search", text)?;
            search::messages(tx, ws, &terms, &View::default(), i64::MAX, &mut |_| {
                found += 1;
                found == 20
            })?;
            assert_eq!(found, hits, "{text}");
            Ok(())
        })
    };
    let common: &'static str = Box::leak(word(7).into_boxed_str());
    let (rare, common, none) = (
        find("zanzibar", 10),
        find(common, 20),
        find("zanzibarian", 0),
    );
    println!("| {rows} | {speed:.0} | {rare} | {common} | {none} |");
    store.close();
}

fn conversations(rows: i64) {
    let world = World::new();
    let store = world.store();
    let (ws, member) = (world.ws, world.member);
    for begun in (CONVERSATIONS..rows).step_by(must(usize::try_from(BATCH))) {
        write(&store, move |tx| {
            for _ in begun..rows.min(begun + BATCH) {
                create(tx, ws, member)?;
            }
            Ok(())
        });
    }
    let list = |sort| {
        time(&store, move |tx| {
            let stretch = Stretch {
                sort,
                order: Order::Descending,
                limit: 20,
                offset: 0,
            };
            let filter = ConversationFilter {
                archived: Some(false),
                ..ConversationFilter::default()
            };
            let seen = parlor_store::visibility::Visibility {
                viewer: Some(member),
                ..Default::default()
            };
            let (page, total) = listing::page(tx, ws, seen, &filter, &stretch)?;
            assert_eq!((page.len(), total), (20, rows));
            Ok(())
        })
    };
    let (newest, titled) = (list(SortBy::LastMessageAt), list(SortBy::Title));
    println!("| {rows} | {newest} | {titled} |");
    store.close();
}

/// A word of two to four syllables.
fn word(number: u64) -> String {
    const SYLLABLES: [&str; 17] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu",
        "va", "we",
    ];
    let mut rest = number + 17;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[must(usize::try_from(rest % 17))]);
        rest /= 17;
    }
    word
}

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut dyn Tx) -> Result<T> + Send + 'static,
) -> T {
    must(runtime().block_on(store.write(work)))
}

/// Microseconds of one reading.
fn time(store: &Store, work: impl Fn(&mut dyn Tx) -> Result<()> + Clone + Send + 'static) -> u128 {
    let runtime = runtime();
    let mut figures: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let begun = Instant::now();
            must(runtime.block_on(store.scan(1, work.clone())));
            begun.elapsed()
        })
        .collect();
    figures.sort_unstable();
    figures[TIMES / 2].as_micros()
}

fn option(name: &str) -> Option<String> {
    let mut words = std::env::args().skip_while(|word| word != name);
    words.nth(1)
}

/// The value, or the end: a measurement that cannot go on has nothing to say.
fn must<T, E: std::fmt::Debug>(result: std::result::Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("search_growth: {error:?}");
        std::process::exit(1)
    })
}
