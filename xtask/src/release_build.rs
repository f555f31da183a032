//! The benchmark from a plain build: compile everything for release, then hand over to that build.

use anyhow::Result;

use crate::run;

/// Builds the server and the benchmark for release and runs the latter.
pub(crate) fn run_release(name: &str, options: &[String]) -> Result<()> {
    // Two commands, so that the server is built with the features its users build it with.
    run::run_checked(run::cargo_command().args(["build", "--release", "--package", "parlor"]))?;
    run::run_checked(run::cargo_command().args([
        "build",
        "--release",
        "--package",
        "xtask",
        "--features",
        "bench",
    ]))?;
    let program = run::target_dir()?.join("release/xtask");
    run::run_checked(
        std::process::Command::new(program)
            .current_dir(run::repository_root())
            .arg(name)
            .args(options),
    )
}
