//! Runs the examples of the README and the documentation pages unchanged.

use std::path::Path;
use std::process::Command;

use crate::program::{Program, binary, command, run_to_end, temp_dir};

/// The blocks of a page in a language, in order.
pub fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let start = format!("```{language}\n");
    let pieces = page.split(start.as_str()).skip(1);
    pieces
        .map(|piece| piece.split("```").next().unwrap())
        .collect()
}

/// Returns a shell that runs the shell blocks of a page in a folder. `programs` are folders of programs that they call.
pub fn page_shell(page: &str, folder: &Path, programs: &[&Path]) -> Command {
    let own = Path::new(binary()).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let folders = programs.iter().copied().chain([own]).map(Path::to_owned);
    let all = std::env::join_paths(folders.chain(std::env::split_paths(&path)));
    let mut shell = command("bash");
    shell.env("PATH", all.unwrap());
    shell.current_dir(folder);
    // A curl that is refused has failed.
    let script = format!(
        "curl() {{ command curl --fail-with-body \"$@\"; }}\n{}",
        blocks(page, "sh").join("\n")
    );
    shell.args(["-euo", "pipefail", "-c", &script]);
    shell
}

fn run_page(page: &str) {
    let folder = temp_dir();
    let _program = Program::start(&folder.path().join("parlor-data"), &[], &[]);
    assert!(!blocks(page, "sh").is_empty());
    let ended = run_to_end(page_shell(page, folder.path(), &[]));
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
