//! Scaling of search and of the conversation list with the number of rows, on SQLite.
//!
//! `cargo bench -p parlor-store --bench search_growth -- [--rows 10000,1000000] [--conversations 1000,300000]`
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints its results"
)]

use std::time::{Duration, Instant};

use parlor_model::Result;
use parlor_model::conversation::{ConversationFilter, ConversationSort};
use parlor_model::keyset::SortOrder;
use parlor_store::repo::listing::{self, ListWindow};
use parlor_store::repo::search::{self, SearchScope};
use parlor_store::repo::search_index::{self, IndexBatchOutcome, IndexedEntity};
use parlor_store::search_terms::SearchTerms;
use parlor_store::{Store, Tx, catalogue, params};

#[path = "../group_commit/fixture.rs"]
#[allow(dead_code, reason = "the other bench uses more of it")]
mod fixture;

use fixture::{CONVERSATIONS, SplitMixRandom, TestWorkspace, create, runtime};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Number of messages with the rare word.
const RARE_WORD_MESSAGES: i64 = 10;
/// Rows per transaction.
const BATCH_ROWS: i64 = 5_000;
/// Number of samples per measurement.
const SAMPLES: usize = 200;

fn main() {
    let rows = option("--rows").unwrap_or_else(|| "10000,1000000".to_owned());
    println!("microseconds, median of {SAMPLES}");
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
    let workspace = TestWorkspace::new();
    let store = workspace.store();
    let (ws, first, member) = (workspace.ws, workspace.first, workspace.member);
    let random = std::sync::Arc::new(SplitMixRandom::new());
    for begun in (0..rows).step_by(must(usize::try_from(BATCH_ROWS))) {
        let random = random.clone();
        write(&store, move |tx| {
            for n in begun..rows.min(begun + BATCH_ROWS) {
                let mut text = String::with_capacity(100);
                for _ in 0..12 {
                    text.push_str(&word(random.next_u64() % 5_000));
                    text.push(' ');
                }
                if n % (rows / RARE_WORD_MESSAGES) == 0 {
                    text.push_str("zanzibar");
                }
                let stamp = tx.next_stamp();
                let id: parlor_model::id::MessageId = stamp.id();
                let (conversation, seq) = (first + n % CONVERSATIONS, 2 + n / CONVERSATIONS);
                let none: Option<&str> = None;
                tx.execute(
                    &catalogue::message::INSERT,
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
    let entity = IndexedEntity::Message;
    let horizon =
        must(runtime().block_on(store.read(move |tx| search_index::last_number(tx, entity))));
    let claimed = runtime().block_on(store.claim(entity.job(), 1, search_index::INDEX_LEASE));
    let job = must(
        must(claimed)
            .pop()
            .ok_or("the index is being filled elsewhere"),
    );
    while write(&store, move |tx| {
        search_index::index_batch(tx, entity, &job, horizon, 256)
    }) == IndexBatchOutcome::Behind
    {}
    #[allow(clippy::cast_precision_loss, reason = "a count of some seconds")]
    let speed = rows as f64 / begun.elapsed().as_secs_f64();
    let find = |text: &'static str, hits: usize| {
        time(&store, move |tx| {
            let mut found = 0;
            let terms = SearchTerms::parse("search", text)?;
            search::find_messages(
                tx,
                ws,
                &terms,
                &SearchScope::default(),
                i64::MAX,
                &mut |_| {
                    found += 1;
                    found == 20
                },
            )?;
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
    let workspace = TestWorkspace::new();
    let store = workspace.store();
    let (ws, member) = (workspace.ws, workspace.member);
    for begun in (CONVERSATIONS..rows).step_by(must(usize::try_from(BATCH_ROWS))) {
        write(&store, move |tx| {
            for _ in begun..rows.min(begun + BATCH_ROWS) {
                create(tx, ws, member)?;
            }
            Ok(())
        });
    }
    let list = |sort| {
        time(&store, move |tx| {
            let window = ListWindow {
                sort,
                order: SortOrder::Descending,
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
            let (page, total) = listing::page(tx, ws, seen, &filter, &window)?;
            assert_eq!((page.len(), total), (20, rows));
            Ok(())
        })
    };
    let (newest, titled) = (
        list(ConversationSort::LastMessageAt),
        list(ConversationSort::Title),
    );
    println!("| {rows} | {newest} | {titled} |");
    store.close();
}

/// Returns a word of two to four syllables.
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

/// Returns the duration of one read in microseconds.
fn time(store: &Store, work: impl Fn(&mut dyn Tx) -> Result<()> + Clone + Send + 'static) -> u128 {
    let runtime = runtime();
    let mut figures: Vec<Duration> = (0..SAMPLES)
        .map(|_| {
            let begun = Instant::now();
            must(runtime.block_on(store.read_throttled(1, work.clone())));
            begun.elapsed()
        })
        .collect();
    figures.sort_unstable();
    figures[SAMPLES / 2].as_micros()
}

fn option(name: &str) -> Option<String> {
    let mut words = std::env::args().skip_while(|word| word != name);
    words.nth(1)
}

/// Returns the value or aborts the measurement.
fn must<T, E: std::fmt::Debug>(result: std::result::Result<T, E>) -> T {
    result.unwrap_or_else(|error| {
        eprintln!("search_growth: {error:?}");
        std::process::exit(1)
    })
}
