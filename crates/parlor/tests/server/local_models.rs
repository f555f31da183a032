//! Runs the examples of the page about local models. The model servers of the page are not installed: programs with their
//! names start a small model on llama.cpp's server.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::documented_examples::{blocks, page_shell};
use crate::program::{CommandOutcome, Program, run, run_within, temp_dir};

#[allow(dead_code, reason = "other tests run more programs")]
#[path = "../clients/tools.rs"]
mod tools;

const PAGE: &str = include_str!("../../../../docs/local-models.md");
/// Time limit of the blocks of the page. Several models speak, each with the processor that other tests leave to it.
const PAGE_TIMEOUT: Duration = Duration::from_secs(180);

/// Programs with the names of model servers, and the ports that they use in place of those of the page.
struct ModelPrograms {
    folder: TempDir,
    ports: [(&'static str, u16); 3],
}

impl ModelPrograms {
    fn install() -> Self {
        let listeners = ["8081", "11434", "8000"].map(|port| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            (port, listener)
        });
        let programs = Self {
            folder: temp_dir(),
            ports: listeners.map(|(port, free)| (port, free.local_addr().unwrap().port())),
        };
        let python = tools::installed_tool("PARLOR_TEST_LOCAL_MODEL", "local-model/bin/python3");
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../assistant/tests/peers/local_model.py"
        );
        let [llama, ollama, vllm] = programs.ports.map(|(_, port)| port);
        let start = format!(
            "echo $$ >> {}\nexec {}",
            programs.pids().display(),
            python.display()
        );
        programs.write("llama-server", &format!("{start} {script} {llama}"));
        programs.write(
            "vllm",
            &format!("test \"$1\" = serve\n{start} {script} {vllm} \"$VLLM_API_KEY\""),
        );
        programs.write("ollama-serve", &format!("{start} {script} {ollama}"));
        programs.write(
            "ollama",
            &format!(
                "test \"$1\" = pull\nollama-serve &\n\
                 curl -sf --retry 600 --retry-delay 1 --retry-connrefused http://127.0.0.1:{ollama}/health"
            ),
        );
        programs
    }

    fn write(&self, name: &str, script: &str) {
        let path = self.folder.path().join(name);
        // What the servers print is not part of the page.
        let text = format!("#!/bin/bash\nset -e\nexec > /dev/null 2>&1\n{script}\n");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// File with the process ids of the model servers.
    fn pids(&self) -> PathBuf {
        self.folder.path().join("pids")
    }

    /// Replaces the ports of a page.
    fn with_own_ports(&self, text: &str) -> String {
        self.ports
            .iter()
            .fold(text.to_owned(), |text, (port, own)| {
                text.replace(&format!("127.0.0.1:{port}"), &format!("127.0.0.1:{own}"))
            })
    }
}

impl Drop for ModelPrograms {
    fn drop(&mut self) {
        let pids = std::fs::read_to_string(self.pids()).unwrap_or_default();
        let mut kill = Command::new("bash");
        kill.args(["-c", "kill -KILL \"$@\"", "kill"]);
        // A server that has ended already is no matter.
        let _ = kill.args(pids.split_whitespace()).status();
    }
}

/// Variables of the console block that starts Parlor.
fn start_variables(page: &str) -> Vec<(&str, &str)> {
    let block = blocks(page, "console")[0];
    let line = block.trim().strip_prefix("$ ").unwrap();
    let words = line.strip_suffix(" parlor").unwrap().split(' ');
    words.map(|word| word.split_once('=').unwrap()).collect()
}

/// Name and value of a line of `assistant test`.
fn field(line: &str) -> (&str, &str) {
    let (name, value) = line.split_once(' ').unwrap_or((line, ""));
    (name, value.trim())
}

/// Checks that the script has printed what the page shows. Times, tokens and the answer differ.
fn assert_printed(printed: &str, shown: &str) {
    const FIXED: [&str; 4] = ["provider", "source", "model", "finishReason"];
    let shown: Vec<(&str, &str)> = shown.lines().map(field).collect();
    let lines: Vec<(&str, &str)> = printed.lines().map(field).collect();
    let is_shown = |((name, value), (shown_name, shown_value)): (&(&str, &str), &(&str, &str))| {
        name == shown_name && (value == shown_value || !FIXED.contains(name))
    };
    let found = lines
        .windows(shown.len())
        .any(|lines| lines.iter().zip(&shown).all(is_shown));
    assert!(found, "{printed}");
}

/// Says that the streamed answer of the last block is whole.
fn assert_streamed(printed: &str) {
    let events: Vec<Value> = printed
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|event: &Value| event["type"].is_string())
        .collect();
    let tokens: String = events
        .iter()
        .filter(|event| event["type"] == "token")
        .map(|event| event["data"]["token"].as_str().unwrap())
        .collect();
    let last = events.last().unwrap_or_else(|| panic!("{printed}"));
    assert_eq!(last["type"], "result", "{printed}");
    assert_eq!(last["data"]["text"], tokens, "{printed}");
}

#[test]
fn page_of_local_models_runs_with_a_small_model() {
    let models = ModelPrograms::install();
    let page = models.with_own_ports(PAGE);
    let folder = temp_dir();
    let data = folder.path().join("parlor-data");
    let program = Program::start(&data, &[], &start_variables(&page));
    let shell = page_shell(&page, folder.path(), &[models.folder.path()]);
    let ended = run_within(PAGE_TIMEOUT, shell);
    let all = format!("{}\n{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, Some(0), "{all}");
    let [printed, refused] = blocks(&page, "text")[..] else {
        panic!("the page shows something else");
    };
    assert_printed(&ended.stdout, printed);
    assert_streamed(&ended.stdout);
    drop(program);
    let config = folder.path().join("parlor.toml");
    let [toml] = blocks(&page, "toml")[..] else {
        panic!("the page has another configuration");
    };
    std::fs::write(&config, toml).unwrap();
    let data = folder.path().join("other-data");
    let arguments = ["--config", config.to_str().unwrap()];
    let program = Program::start(&data, &arguments, &[]);
    let test = [&["assistant", "test"][..], &arguments].concat();
    let tried = run_test(&data, &test);
    assert!(field(&tried.stdout).1.starts_with("openai"), "{tried:?}");
    drop(models);
    let failed = run_test(&data, &test);
    assert_eq!(failed.stderr, refused);
    drop(program);
}

fn run_test(data: &Path, arguments: &[&str]) -> CommandOutcome {
    run(
        &[arguments, &["--data", data.to_str().unwrap()]].concat(),
        &[],
    )
}
