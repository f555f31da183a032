//! The tour of the documentation.

use crate::documented_examples::page_shell;
use crate::program::{Program, run_to_end, temp_dir};

/// Starts a server with its simulator and an assistant that repeats what it is told, and runs the examples of a page.
/// Returns what they printed.
fn run_page(page: &str) -> String {
    let folder = temp_dir();
    let data = folder.path().join("parlor-data");
    let variables = [
        ("PARLOR_ASSISTANT__KIND", "echo"),
        ("PARLOR_SIMULATOR__LISTEN", "127.0.0.1:0"),
    ];
    let program = Program::start(&data, &["--simulator"], &variables);
    let url = program.ready["simulator"].as_str().unwrap();
    let mut shell = page_shell(page, folder.path(), &[]);
    // The page's commands use the usual port.
    shell.env(
        "PARLOR_SIMULATOR__LISTEN",
        url.strip_prefix("http://").unwrap(),
    );
    let ended = run_to_end(shell);
    let printed = format!("{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, Some(0), "{printed}");
    program.stop();
    printed
}

fn assert_printed(printed: &str, texts: &[&str]) {
    for text in texts {
        assert!(printed.contains(text), "no {text:?}: {printed}");
    }
}

#[test]
fn simulator_page_examples_run() {
    let printed = run_page(include_str!("../../../../../docs/simulator.md"));
    assert_printed(
        &printed,
        &[
            "You said: Is it open on Sunday?",
            "server  You said: When can I come?",
            "You said: Is anybody there?",
            "Thank you!",
        ],
    );
}

#[test]
fn first_hour_ends_with_two_channels_and_a_restored_backup() {
    let printed = run_page(include_str!("../../../../../docs/first-hour.md"));
    assert_printed(
        &printed,
        &[
            "You said: Is it open on Sunday?",
            "You said: And on Monday?",
            "missing scope conversations:write",
            "scope       refused",
        ],
    );
    let said = "user: Is anybody there?";
    assert_eq!(
        printed.matches(said).count(),
        2,
        "before and after the restore: {printed}"
    );
}
