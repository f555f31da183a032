//! Execution of a test runner whose output is printed and counted.

use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result};

use super::test_counts::TestCounts;

/// Runs a test runner and counts results in its output. A runner that fails without a failed test, for example because
/// of a compile error, counts as one failure.
pub(crate) fn run_counted(command: &mut Command) -> Result<TestCounts> {
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let out = child.stdout.take().context("no standard output")?;
    let err = child.stderr.take().context("no standard error")?;
    let out = thread::spawn(move || copy_and_count(out, std::io::stdout()));
    let err = thread::spawn(move || copy_and_count(err, std::io::stderr()));
    let mut count = TestCounts::default();
    for reader in [out, err] {
        match reader.join() {
            Ok(read) => count.add(read),
            Err(_) => anyhow::bail!("the runner's output could not be read"),
        }
    }
    let status = child.wait()?;
    if !status.success() && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

fn copy_and_count(from: impl Read, mut to: impl Write) -> TestCounts {
    let mut count = TestCounts::default();
    for line in BufReader::new(from).split(b'\n') {
        let Ok(mut line) = line else { break };
        count.add(TestCounts::from_line(&String::from_utf8_lossy(&line)));
        line.push(b'\n');
        // Counting continues if the terminal is closed.
        let _ = to.write_all(&line).and_then(|()| to.flush());
    }
    count
}
