//! A run: the steps of a seed on a workspace of its own, and after each of them what everybody sees and does.

use parlor_testkit::{Rng, TestServer};

use crate::event::{Event, Step, sequence};
use crate::judge::{Fault, Hole};
use crate::listener::Listeners;
use crate::model::{Dialect, Model, OWNER, Scopes};
use crate::play::play;
use crate::probe::{Findings, Focus, Observed, probe};
use crate::road;
use crate::stage::Stage;

/// Plays the steps of a seed on a workspace of its own.
pub(crate) async fn run(
    server: &TestServer,
    seed: u64,
    length: usize,
    record: Option<Vec<Observed>>,
) -> Findings {
    let (mut stage, mut model) = Stage::set(server, seed).await;
    begin(&mut stage, &mut model).await;
    let mut listeners = Listeners::default();
    let mut findings = Findings {
        record,
        ..Findings::default()
    };
    let roads = road::all();
    for (number, step) in sequence(seed, length).into_iter().enumerate() {
        let Step { event, seed: drawn } = step;
        let at = format!("seed {seed}, step {number} ({event:?})");
        let focus = match play(&mut stage, &mut model, &mut listeners, step).await {
            Ok(focus) => focus,
            Err(why) => {
                findings
                    .holes
                    .entry(refused(event, &why))
                    .or_insert_with(|| at.clone());
                Focus::default()
            }
        };
        listeners
            .check(&stage, &model, &focus, &mut findings, &at)
            .await;
        let rng = &mut Rng::new(drawn);
        probe(&stage, &mut model, &roads, &focus, rng, &mut findings, &at).await;
        if model.is_broken {
            break;
        }
    }
    findings
}

/// What was asked by whoever may do everything.
fn refused(event: Event, why: &str) -> Hole {
    Hole {
        dialect: Dialect::Sharely,
        road: format!("the step {event:?}"),
        by: "whoever may do everything".to_owned(),
        fault: Fault::Refused,
        why: why.to_owned(),
    }
}

/// A key that may do everything, bound and unbound, and everybody's token.
async fn begin(stage: &mut Stage<'_>, model: &mut Model) {
    stage.make_key(model, Some(OWNER), Scopes::all()).await;
    stage.make_key(model, None, Scopes::all()).await;
    for who in 0..model.members.len() {
        stage.make_token(model, who, None).await;
    }
}
