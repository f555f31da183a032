//! The checker finds what is planted in the answers of a server.

use parlor_testkit::{Backend, TestServer};

use crate::model::Dialect;
use crate::run::run;
use crate::tamper::{Kind, Tamper};

/// Steps of each of the runs in whose answers holes are planted.
const STEPS: usize = 25;
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
    parlor_testkit::backend::run(Backend::Sqlite, async |server: TestServer| {
        let mut record = Vec::new();
        for seed in 1..=RUNS {
            let found = run(&server, seed, STEPS, Some(Vec::new())).await;
            assert!(found.coverage.total() > STEPS * 20);
            record.extend(found.record.unwrap());
        }
        for dialect in dialects {
            for kind in [Kind::Grants, Kind::Lists, Kind::Refuses] {
                let tamper = Tamper { dialect, kind };
                let [before, after] = tamper.found(&record);
                assert!(
                    after > before,
                    "{tamper:?} went unnoticed: {before}, {after}"
                );
            }
        }
    });
}
