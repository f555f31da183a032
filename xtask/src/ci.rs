//! Everything that must pass before a change goes in, cheapest first.

use anyhow::Result;

use crate::{run, test, tidy};

/// Format, lints, tidy, tests; stops at the first that fails.
pub(crate) fn ci() -> Result<()> {
    say("format");
    run::succeed(run::cargo().args(["fmt", "--all", "--check"]))?;
    say("tidy");
    tidy::tidy()?;
    say("lints");
    run::succeed(run::cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "xtask/bench",
        "--",
        "-D",
        "warnings",
    ]))?;
    say("tests");
    test::test(&test::Options::default())
}

fn say(step: &str) {
    println!("== {step}");
}
