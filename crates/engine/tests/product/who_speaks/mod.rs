//! Property: after any sequence of what people, operators and assistants do, the assistant has spoken only while it was
//! its turn, has answered each request at most once, and no conversation waits for nobody.
//!
//! Proves INV-65 (`docs/invariants.md`).

mod steps;
mod verdict;

use std::env;
use std::sync::Arc;

use parlor_engine::Engine;
use parlor_testkit::backend::run_with_assistant;
use parlor_testkit::tokio::task::JoinSet;
use parlor_testkit::{TestBackend, TestNode, TestRng, TestServer, with_assistant};

use self::steps::{Actor, Step, generate_steps};
use self::verdict::find_fault;
use crate::messages::create_chat_for;

/// Steps of each of the two actors of a conversation.
const STEPS: usize = 14;
/// Conversations at the same time.
const CONVERSATIONS_AT_ONCE: u64 = 8;
/// Conversations; `PARLOR_SPEAKERS_CASES` overrides it.
const DEFAULT_CASES: u64 = 48;
/// Answers that wait for a worker or are under way.
const UNDER_WAY: &str = "select count(*) from turn where state in ('queued', 'running')";

fn env_number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Runs sequences in conversations, in each with an actor on each of two nodes, and checks what has come of them.
async fn run(server: TestServer, second: Option<TestNode>) {
    let server = Arc::new(server);
    let actor = |engine: &Arc<Engine>| Actor {
        server: server.clone(),
        engine: engine.clone(),
    };
    let one = actor(&server.engine);
    let two = second
        .as_ref()
        .map_or(one.clone(), |node| actor(node.engine()));
    let first = env_number("PARLOR_SPEAKERS_SEED", 1);
    let end = first + env_number("PARLOR_SPEAKERS_CASES", DEFAULT_CASES);
    let mut seed = first;
    while seed < end {
        let seeds: Vec<u64> = (seed..end.min(seed + CONVERSATIONS_AT_ONCE)).collect();
        let mut cases = Vec::new();
        let mut actors = JoinSet::new();
        for seed in seeds {
            let chat = create_chat_for(&server, &format!("person {seed}")).await;
            let mut rng = TestRng::new(seed);
            let steps = [&one, &two].map(|actor| {
                let steps = generate_steps(&mut rng, STEPS);
                actors.spawn(Step::take_all(steps.clone(), actor.clone(), chat));
                steps
            });
            cases.push((seed, chat, steps));
        }
        while let Some(ended) = actors.join_next().await {
            ended.unwrap();
        }
        server.wait_for_count(UNDER_WAY, 0).await;
        for (seed, chat, steps) in cases {
            if let Some(fault) = find_fault(&server, chat).await {
                panic!("seed {seed}: {fault}\nafter {steps:#?}");
            }
        }
        seed += CONVERSATIONS_AT_ONCE;
    }
    let answers = server.count("select count(*) from turn where state = 'done'");
    assert!(answers > 0, "no assistant has spoken");
    // Before the first one.
    drop(second);
}

with_assistant! {
    /// `PARLOR_SPEAKERS_SEED=n` sets the first seed, `PARLOR_SPEAKERS_CASES=n` the number of conversations. Two actors
    /// take their steps at the same time, so a seed names the steps and not their order.
    async fn assistant_speaks_only_in_its_turn(server: TestServer) {
        run(server, None).await;
    }
}

#[test]
fn assistant_speaks_only_in_its_turn_on_two_nodes() {
    run_with_assistant(TestBackend::Postgres, |server| async {
        let second = server.start_node().await;
        run(server, Some(second)).await;
    });
}
