//! External programs of tests: examples in other languages, and the `parlor` binary.

use std::path::Path;
use std::process::Output;

use tokio::process::Command;

/// Runs a program with additional environment variables and waits for it.
///
/// # Panics
/// If it cannot be started or takes more than a minute.
pub async fn run(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .kill_on_drop(true)
        .stdin(std::process::Stdio::null());
    let output = tokio::time::timeout(std::time::Duration::from_secs(60), command.output());
    output
        .await
        .unwrap_or_else(|_| panic!("{program} took more than a minute"))
        .unwrap_or_else(|error| {
            panic!(
                "{program} could not be run ({error}); `cargo xtask setup` installs what tests need"
            )
        })
}

/// Runs an example program, with the interpreter for its extension (`sh`, `js`, `mjs` or `py`), and returns its
/// standard output.
///
/// # Panics
/// If the program fails.
pub async fn run_example(file: &Path, variables: &[(&str, &str)]) -> String {
    let python = std::env::var("PARLOR_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let program = match file.extension().and_then(|extension| extension.to_str()) {
        Some("sh") => "bash",
        Some("js" | "mjs") => "node",
        Some("py") => &python,
        other => panic!("no program for {other:?}"),
    };
    let output = run(program, &[file.to_str().unwrap()], variables).await;
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{} failed\n{stdout}\n{stderr}",
        file.display()
    );
    stdout.into_owned()
}
