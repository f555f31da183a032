//! The tour of the documentation.

use crate::documented_examples::page_shell;
use crate::program::{Program, run_to_end, temp_dir};

#[test]
fn simulator_page_examples_run() {
    let folder = temp_dir();
    let data = folder.path().join("parlor-data");
    let variables = [
        ("PARLOR_ASSISTANT__KIND", "echo"),
        ("PARLOR_SIMULATOR__LISTEN", "127.0.0.1:0"),
    ];
    let program = Program::start(&data, &["--simulator"], &variables);
    let url = program.ready["simulator"].as_str().unwrap();
    let page = include_str!("../../../../../docs/simulator.md");
    let mut shell = page_shell(page, folder.path(), &[]);
    // The page's commands use the usual port.
    shell.env(
        "PARLOR_SIMULATOR__LISTEN",
        url.strip_prefix("http://").unwrap(),
    );
    let ended = run_to_end(shell);
    let printed = format!("{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, Some(0), "{printed}");
    for text in [
        "You said: Is it open on Sunday?",
        "server  You said: When can I come?",
        "You said: Is anybody there?",
        "Thank you!",
    ] {
        assert!(printed.contains(text), "no {text:?}: {printed}");
    }
    program.stop();
}
