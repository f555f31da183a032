//! Benchmarks started from a debug build: builds everything for release and runs that build.

use anyhow::Result;

use crate::run;

/// Builds the server and xtask for release, and runs an xtask command from that build.
pub(crate) fn run_release(name: &str, options: &[String]) -> Result<()> {
    // Two commands, so that feature unification with xtask does not change the server's features.
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
