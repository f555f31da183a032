//! A run: performs the steps of a seed on its own workspace and checks the rights of every credential after each step.

use parlor_testkit::{TestRng, TestServer};

use crate::actions::perform;
use crate::event::{EventStep, RightsEvent, generate_sequence};
use crate::judge::{Finding, FindingKind};
use crate::listener::ListenerSet;
use crate::model::{Dialect, Model, OWNER, Scopes};
use crate::operation;
use crate::probe::{ObservedAnswer, ProbeFindings, ProbeFocus, probe};
use crate::stage::TestStage;

/// Runs the steps of a seed on its own workspace.
pub(crate) async fn run(
    server: &TestServer,
    seed: u64,
    length: usize,
    record: Option<Vec<ObservedAnswer>>,
) -> ProbeFindings {
    let (mut stage, mut model) = TestStage::create(server, seed).await;
    create_first_credentials(&mut stage, &mut model).await;
    let mut listeners = ListenerSet::default();
    let mut findings = ProbeFindings {
        record,
        ..ProbeFindings::default()
    };
    let operations = operation::all_operations();
    for (number, step) in generate_sequence(seed, length).into_iter().enumerate() {
        let EventStep { event, seed: drawn } = step;
        let at = format!("seed {seed}, step {number} ({event:?})");
        let focus = match perform(&mut stage, &mut model, &mut listeners, step).await {
            Ok(focus) => focus,
            Err(why) => {
                findings
                    .findings
                    .entry(setup_refused(event, &why))
                    .or_insert_with(|| at.clone());
                ProbeFocus::default()
            }
        };
        listeners
            .check(&stage, &model, &focus, &mut findings, &at)
            .await;
        let rng = &mut TestRng::new(drawn);
        probe(
            &stage,
            &mut model,
            &operations,
            &focus,
            rng,
            &mut findings,
            &at,
        )
        .await;
        if model.is_broken {
            break;
        }
    }
    findings
}

/// Checks the requests made with full rights.
fn setup_refused(event: RightsEvent, why: &str) -> Finding {
    Finding {
        dialect: Dialect::Sharely,
        operation: format!("the step {event:?}"),
        by: "whoever may do everything".to_owned(),
        fault: FindingKind::WronglyRefused,
        why: why.to_owned(),
    }
}

/// Keys with every scope, bound and unbound, and a token of each member.
async fn create_first_credentials(stage: &mut TestStage<'_>, model: &mut Model) {
    stage.make_key(model, Some(OWNER), Scopes::all()).await;
    stage.make_key(model, None, Scopes::all()).await;
    for who in 0..model.members.len() {
        stage.make_token(model, who, None).await;
    }
}
