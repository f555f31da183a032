//! Property: after any sequence of what people, operators and assistants do, the assistant has spoken only while it was
//! its turn, has answered each request at most once, and no conversation waits for nobody.
//!
//! Proves INV-65 (`docs/invariants.md`).

mod steps;
mod verdict;

use std::env;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_testkit::tokio::task::JoinSet;
use parlor_testkit::{TestRng, TestServer, tokio, with_assistant};

use self::steps::{Step, generate_steps};
use self::verdict::find_fault;
use crate::messages::create_chat_for;

/// Steps of each of the two actors of a conversation.
const STEPS: usize = 14;
/// Conversations at the same time.
const CONVERSATIONS_AT_ONCE: u64 = 8;
/// Conversations; `PARLOR_SPEAKERS_CASES` overrides it.
const DEFAULT_CASES: u64 = 48;
/// Bound of every wait.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Pause between two looks at a condition.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

const UNDER_WAY: &str = "select count(*) from turn where state in ('queued', 'running')";

fn env_number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Waits until a query selects 0.
async fn wait_for_none(server: &TestServer, query: &str) {
    let end = Instant::now() + TIMEOUT;
    while server.count(query) != 0 {
        assert!(Instant::now() < end, "never none: {query}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

with_assistant! {
    /// `PARLOR_SPEAKERS_SEED=n` sets the first seed, `PARLOR_SPEAKERS_CASES=n` the number of conversations. Two actors
    /// take their steps at the same time, so a seed names the steps and not their order.
    async fn assistant_speaks_only_in_its_turn(server: TestServer) {
        let first = env_number("PARLOR_SPEAKERS_SEED", 1);
        let end = first + env_number("PARLOR_SPEAKERS_CASES", DEFAULT_CASES);
        let server = Arc::new(server);
        let mut seed = first;
        while seed < end {
            let seeds: Vec<u64> = (seed..end.min(seed + CONVERSATIONS_AT_ONCE)).collect();
            let mut chats = Vec::new();
            for seed in &seeds {
                chats.push(create_chat_for(&server, &format!("person {seed}")).await);
            }
            let taken: Vec<_> = seeds.iter().map(|seed| {
                let mut rng = TestRng::new(*seed);
                [generate_steps(&mut rng, STEPS), generate_steps(&mut rng, STEPS)]
            }).collect();
            let mut actors = JoinSet::new();
            for (chat, steps) in chats.iter().zip(&taken) {
                for steps in steps {
                    actors.spawn(Step::take_all(steps.clone(), server.clone(), *chat));
                }
            }
            while let Some(ended) = actors.join_next().await {
                ended.unwrap();
            }
            wait_for_none(&server, UNDER_WAY).await;
            for ((seed, chat), steps) in seeds.iter().zip(&chats).zip(&taken) {
                if let Some(fault) = find_fault(&server, *chat).await {
                    panic!("seed {seed}: {fault}\nafter {steps:#?}");
                }
            }
            seed += CONVERSATIONS_AT_ONCE;
        }
        let answers = server.count("select count(*) from turn where state = 'done'");
        assert!(answers > 0, "no assistant has spoken");
    }
}
