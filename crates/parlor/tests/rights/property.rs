//! Property: after any sequence of events every credential has exactly the rights that the model predicts, through
//! every dialect, socket and stream.

use std::env;

use parlor_testkit::{TestBackend, everywhere};

use crate::operation;
use crate::probe::ProbeFindings;
use crate::run::run;

/// Steps of one sequence; `PARLOR_RIGHTS_STEPS` overrides it.
const DEFAULT_STEPS: usize = 60;

/// Sequences; `PARLOR_RIGHTS_CASES` overrides it. Fewer on PostgreSQL, where a commit takes longer.
const fn cases(backend: TestBackend) -> u64 {
    match backend {
        TestBackend::Sqlite => 3,
        TestBackend::Postgres => 2,
    }
}

fn env_number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

everywhere! {
    /// `PARLOR_RIGHTS_SEED=n` sets the first seed, `PARLOR_RIGHTS_CASES=n` the number of sequences,
    /// `PARLOR_RIGHTS_STEPS=n` their length. A violation names its seed and step, and a run with that many steps
    /// reproduces it.
    async fn every_credential_has_exactly_the_model_rights(server: TestServer) {
        let first = env_number("PARLOR_RIGHTS_SEED", 1);
        let cases = env_number("PARLOR_RIGHTS_CASES", cases(server.backend));
        let steps = usize::try_from(env_number("PARLOR_RIGHTS_STEPS", DEFAULT_STEPS as u64)).unwrap();
        let mut all = ProbeFindings::default();
        for seed in first..first + cases {
            let found = run(&server, seed, steps, None).await;
            all.coverage.add(&found.coverage);
            for (hole, detail) in found.findings {
                all.findings.entry(hole).or_insert(detail);
            }
        }
        let lines: Vec<_> =
            all.findings.iter().map(|(hole, detail)| format!("{hole}\n    {detail:.700}")).collect();
        let total = all.coverage.total();
        let thin = all.coverage.undertested(&operation::all_operations());
        assert!(
            lines.is_empty(),
            "{} holes in {total} attempts, never tried both ways: {thin:?}:\n{}",
            lines.len(),
            lines.join("\n")
        );
        let is_short = steps < DEFAULT_STEPS || cases < 2;
        assert!(is_short || thin.is_empty(), "never tried both ways: {thin:?}");
    }
}
