//! Checks that must pass before a change is merged, cheapest first.

use anyhow::Result;

use crate::{run, test, tidy};

/// Runs format check, tidy, lints and tests; stops at the first failure.
pub(crate) fn ci() -> Result<()> {
    print_step("format");
    run::run_checked(run::cargo_command().args(["fmt", "--all", "--check"]))?;
    print_step("tidy");
    tidy::tidy()?;
    print_step("lints");
    run::run_checked(run::cargo_command().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "xtask/bench",
        "--",
        "-D",
        "warnings",
    ]))?;
    print_step("tests");
    test::test(&test::TestOptions::default())
}

fn print_step(step: &str) {
    println!("== {step}");
}
