//! The benchmark from a plain build: compile everything for release, then hand over to that build.

use anyhow::Result;

use crate::run;

/// Builds the server and the benchmark for release and runs the latter.
pub(crate) fn chore(name: &str, options: &[String]) -> Result<()> {
    // Two commands, so that the server is built with the features its users build it with.
    run::succeed(run::cargo().args(["build", "--release", "--package", "parlor"]))?;
    run::succeed(run::cargo().args([
        "build",
        "--release",
        "--package",
        "xtask",
        "--features",
        "bench",
    ]))?;
    let program = run::target_dir()?.join("release/xtask");
    run::succeed(
        std::process::Command::new(program)
            .current_dir(run::root())
            .arg(name)
            .args(options),
    )
}
