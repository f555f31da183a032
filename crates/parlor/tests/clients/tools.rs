//! External programs: their location, and their output.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use parlor_testkit::tokio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// A tool that `cargo xtask setup` installs: at the path in the variable, or below cargo's target folder.
pub(crate) fn installed_tool(variable: &str, below: &str) -> PathBuf {
    let configured = std::env::var_os(variable).map(PathBuf::from);
    let path = configured.unwrap_or_else(|| {
        let own = std::env::current_exe().unwrap();
        own.ancestors().nth(3).unwrap().join("xtask").join(below)
    });
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask setup`, which installs what tests need",
        path.display()
    );
    path
}

/// The Python environment with Schemathesis and the document validators.
pub(crate) fn python() -> PathBuf {
    installed_tool("PARLOR_TEST_SCHEMATHESIS", "schemathesis/bin/python3")
}

/// The folder of this test program.
pub(crate) fn tests_dir() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients"))
}

/// Runs a program in a folder to its end, with a time limit.
pub(crate) async fn run(
    program: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    folder: &Path,
    limit: Duration,
) -> Output {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(folder)
        .kill_on_drop(true)
        .stdin(Stdio::null());
    run_with_timeout(limit, program, command.output()).await
}

/// Runs a program with a text on its standard input.
pub(crate) async fn run_with(
    program: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    text: &str,
    limit: Duration,
) -> Output {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .kill_on_drop(true)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let running = async {
        let mut child = command.spawn()?;
        let mut input = child.stdin.take().unwrap();
        input.write_all(text.as_bytes()).await?;
        drop(input);
        child.wait_with_output().await
    };
    run_with_timeout(limit, program, running).await
}

async fn run_with_timeout(
    limit: Duration,
    program: &Path,
    running: impl Future<Output = io::Result<Output>>,
) -> Output {
    let name = program.display();
    tokio::time::timeout(limit, running)
        .await
        .unwrap_or_else(|_| panic!("{name} took more than {} s", limit.as_secs()))
        .unwrap_or_else(|error| {
            panic!(
                "{name} could not be run ({error}); `cargo xtask setup` installs what tests need"
            )
        })
}

/// Its standard output, after checking that it succeeded.
#[track_caller]
pub(crate) fn output_text(output: &Output) -> String {
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{complained}");
    printed
}
