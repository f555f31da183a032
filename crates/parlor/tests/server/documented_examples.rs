//! Runs the examples of the README and the documentation pages unchanged.

use std::path::Path;

use crate::program::{Program, binary, command, run_to_end, temp_dir};

/// The shell blocks of a page, in order.
fn shell_blocks(page: &str) -> Vec<&str> {
    let pieces = page.split("```sh\n").skip(1);
    pieces
        .map(|piece| piece.split("```").next().unwrap())
        .collect()
}

fn run_page(page: &str) {
    let folder = temp_dir();
    let _program = Program::start(&folder.path().join("parlor-data"), &[], &[]);
    let blocks = shell_blocks(page);
    assert!(!blocks.is_empty());
    let bin = Path::new(binary()).parent().unwrap().display();
    let path = std::env::var("PATH").unwrap();
    let mut shell = command("bash");
    shell.env("PATH", format!("{bin}:{path}"));
    shell.current_dir(folder.path());
    // A curl that is refused has failed.
    let script = format!(
        "curl() {{ command curl --fail-with-body \"$@\"; }}\n{}",
        blocks.join("\n")
    );
    shell.args(["-euo", "pipefail", "-c", &script]);
    let ended = run_to_end(shell);
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
}

#[test]
fn readme_examples_run() {
    run_page(include_str!("../../../../README.md"));
}

#[test]
fn first_page_examples_run() {
    run_page(include_str!("../../../../docs/start.md"));
}

#[test]
fn command_line_page_examples_run() {
    run_page(include_str!("../../../../docs/command-line.md"));
}
