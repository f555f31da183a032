//! Property: after any sequence of steps in any dialects, every dialect shows the model's state.

use std::env;

use parlor_testkit::{TestBackend, TestServer, everywhere};

use crate::actions::perform;
use crate::actors::{Actors, CheckResult};
use crate::assertions::check_all;
use crate::scenario::{ScenarioStep, generate_sequence};

/// Steps of one sequence.
const STEPS_PER_SEQUENCE: usize = 40;
/// Sequences; `PARLOR_TOGETHER_CASES` overrides it. Fewer on PostgreSQL, where a commit takes longer.
const fn cases(backend: TestBackend) -> u64 {
    match backend {
        TestBackend::Sqlite => 6,
        TestBackend::Postgres => 3,
    }
}
/// The interval in steps at which all conversations are checked in detail, not only the changed one.
const STEPS_BETWEEN_FULL_CHECKS: usize = 10;
/// Attempts at shortening a failing sequence.
const MAX_SHRINK_TRIALS: usize = 60;

fn env_number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

everywhere! {
    /// `PARLOR_TOGETHER_SEED=n` sets the first seed, `PARLOR_TOGETHER_CASES=n` the number of sequences; run long ones
    /// with `cargo test`, which has no time limit.
    async fn every_dialect_shows_the_model_state(server: TestServer) {
        let first = env_number("PARLOR_TOGETHER_SEED", 1);
        let cases = env_number("PARLOR_TOGETHER_CASES", cases(server.backend));
        for seed in first..first + cases {
            let steps = generate_sequence(seed, STEPS_PER_SEQUENCE);
            if let Err((at, why)) = run_sequence(&server, &steps).await {
                let (steps, why) = shrink_sequence(&server, steps[..=at].to_vec(), why).await;
                let shown: Vec<_> = steps.iter().map(|step| format!("{step:?}")).collect();
                panic!("seed {seed}: {why}\nafter\n{}", shown.join("\n"));
            }
        }
    }
}

/// Runs a sequence on its own workspace; on failure returns the step and what was wrong.
async fn run_sequence(server: &TestServer, steps: &[ScenarioStep]) -> Result<(), (usize, String)> {
    let (actors, mut model) = Actors::create(server).await;
    for (at, step) in steps.iter().enumerate() {
        let seen: CheckResult = async {
            let about = perform(&actors, &mut model, *step).await?;
            let all = at % STEPS_BETWEEN_FULL_CHECKS == STEPS_BETWEEN_FULL_CHECKS - 1
                || at + 1 == steps.len();
            let closer: Vec<usize> = if all {
                (0..model.conversations.len()).collect()
            } else {
                about.into_iter().collect()
            };
            check_all(&actors, &model, &closer).await
        }
        .await;
        seen.map_err(|why| (at, why))?;
    }
    Ok(())
}

/// Shortens a sequence to the fewest steps that still fail.
async fn shrink_sequence(
    server: &TestServer,
    mut steps: Vec<ScenarioStep>,
    mut why: String,
) -> (Vec<ScenarioStep>, String) {
    let mut trials = 0;
    let mut size = steps.len() / 2;
    while size > 0 {
        let mut from = 0;
        while from < steps.len() && trials < MAX_SHRINK_TRIALS {
            trials += 1;
            let mut fewer = steps.clone();
            fewer.drain(from..(from + size).min(steps.len()));
            match run_sequence(server, &fewer).await {
                Err((at, found)) => {
                    fewer.truncate(at + 1);
                    (steps, why) = (fewer, found);
                }
                Ok(()) => from += size,
            }
        }
        size /= 2;
    }
    (steps, why)
}
