//! Whatever happens in whichever words, every vocabulary shows what is so.

use std::env;

use parlor_testkit::{Backend, TestServer, both};

use crate::cast::{Agreed, Cast};
use crate::play::play;
use crate::step::{Step, sequence};
use crate::view::check;

/// Steps of one sequence.
const LENGTH: usize = 40;
/// Sequences, unless `PARLOR_TOGETHER_CASES` says otherwise: fewer where a commit takes longer.
const fn cases(backend: Backend) -> u64 {
    match backend {
        Backend::Sqlite => 6,
        Backend::Postgres => 3,
    }
}
/// Every so many steps all conversations are looked at closer, not only the one that a step was about.
const EVERY: usize = 10;
/// Trials to make a failing sequence shorter.
const TRIALS: usize = 60;

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

both! {
    /// `PARLOR_TOGETHER_SEED=n` begins with that seed, `PARLOR_TOGETHER_CASES=n` tries so many; long runs are for
    /// `cargo test`, which puts no end to them.
    async fn every_vocabulary_shows_what_is_so(server: TestServer) {
        let first = number("PARLOR_TOGETHER_SEED", 1);
        let cases = number("PARLOR_TOGETHER_CASES", cases(server.backend));
        for seed in first..first + cases {
            let steps = sequence(seed, LENGTH);
            if let Err((at, why)) = run(&server, &steps).await {
                let (steps, why) = shorter(&server, steps[..=at].to_vec(), why).await;
                let shown: Vec<_> = steps.iter().map(|step| format!("{step:?}")).collect();
                panic!("seed {seed}: {why}\nafter\n{}", shown.join("\n"));
            }
        }
    }
}

/// Runs a sequence on a workspace of its own; tells after which step what was wrong.
async fn run(server: &TestServer, steps: &[Step]) -> Result<(), (usize, String)> {
    let (cast, mut model) = Cast::of(server).await;
    for (at, step) in steps.iter().enumerate() {
        let seen: Agreed = async {
            let about = play(&cast, &mut model, *step).await?;
            let all = at % EVERY == EVERY - 1 || at + 1 == steps.len();
            let closer: Vec<usize> = if all {
                (0..model.conversations.len()).collect()
            } else {
                about.into_iter().collect()
            };
            check(&cast, &model, &closer).await
        }
        .await;
        seen.map_err(|why| (at, why))?;
    }
    Ok(())
}

/// As few of the steps as still show something wrong.
async fn shorter(
    server: &TestServer,
    mut steps: Vec<Step>,
    mut why: String,
) -> (Vec<Step>, String) {
    let mut trials = 0;
    let mut size = steps.len() / 2;
    while size > 0 {
        let mut from = 0;
        while from < steps.len() && trials < TRIALS {
            trials += 1;
            let mut fewer = steps.clone();
            fewer.drain(from..(from + size).min(steps.len()));
            match run(server, &fewer).await {
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
