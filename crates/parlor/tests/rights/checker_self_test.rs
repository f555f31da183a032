//! The checker finds violations planted in the answers of a server.

use parlor_testkit::{TestBackend, TestServer};

use crate::answer_tampering::{AnswerTampering, TamperKind};
use crate::model::Dialect;
use crate::run::run;

/// Steps of each run with planted violations.
const STEPS_PER_RUN: usize = 25;
/// Several runs, because in a single one all credentials of a dialect may have ended early.
const RUNS: u64 = 4;

/// Every kind of violation in any one dialect is found: the recorded answers of a run are checked again, with one
/// dialect's answers tampered to grant, list or refuse wrongly.
#[test]
fn planted_violation_in_any_dialect_is_found() {
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
