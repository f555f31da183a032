//! The checker finds what is planted in the answers of a server.

use parlor_testkit::{TestBackend, TestServer};

use crate::answer_tampering::{AnswerTampering, TamperKind};
use crate::model::Dialect;
use crate::run::run;

/// Steps of each of the runs in whose answers holes are planted.
const STEPS_PER_RUN: usize = 25;
/// In one alone, all that opens a dialect may have ended early.
const RUNS: u64 = 4;

/// A hole in any one dialect is found, whatever its kind: the answers of a run are shown to the checker once more, in
/// each of which that dialect has let something through, shown it in a list, or refused it.
#[test]
fn a_planted_hole_in_any_one_dialect_is_found() {
    let dialects = [
        Dialect::Sharely,
        Dialect::GravityRail,
        Dialect::Relation,
        Dialect::ChatBotKit,
        Dialect::TenantChats,
    ];
    parlor_testkit::backend::run(TestBackend::Sqlite, async |server: TestServer| {
        let mut record = Vec::new();
        for seed in 1..=RUNS {
            let found = run(&server, seed, STEPS_PER_RUN, Some(Vec::new())).await;
            assert!(found.coverage.total() > STEPS_PER_RUN * 20);
            record.extend(found.record.unwrap());
        }
        for dialect in dialects {
            for kind in [TamperKind::Grants, TamperKind::Lists, TamperKind::Refuses] {
                let tamper = AnswerTampering { dialect, kind };
                let [before, after] = tamper.count_detected(&record);
                assert!(
                    after > before,
                    "{tamper:?} went unnoticed: {before}, {after}"
                );
            }
        }
    });
}
