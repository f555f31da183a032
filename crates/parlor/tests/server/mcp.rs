//! `parlor mcp`: the official client for Node.js starts the program, beside a running server and without one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::program::{Program, binary, block_on, client, command, run, run_to_end, temp_dir};

/// Where the official client is installed; see `cargo xtask setup`.
fn packages() -> PathBuf {
    let configured = std::env::var_os("PARLOR_TEST_NODE_CLIENTS").map(PathBuf::from);
    let folder = configured.unwrap_or_else(|| {
        let own = std::env::current_exe().unwrap();
        own.ancestors().nth(3).unwrap().join("xtask/node")
    });
    folder.join("node_modules")
}

/// Creates a chat; returns its id.
fn create_chat(program: &Program) -> String {
    let key = program.credentials()["apiKey"].as_str().unwrap().to_owned();
    let request = client()
        .post(format!("{}/api/v1/chats/", program.url))
        .header("x-api-key", key)
        .json(&json!({ "user_id": "ada", "title": "Parcel" }));
    let chat: Value = block_on(async { request.send().await.unwrap().json().await.unwrap() });
    chat["id"].as_str().unwrap().to_owned()
}

/// Runs the client, which starts the program on a data folder.
fn run_client(folder: &Path, data: &Path, chat: &str) {
    let mut node = command("node");
    node.arg("main.mjs").current_dir(folder);
    node.env("PROGRAM", binary()).env("DATA", data);
    node.env("STDIO_CHAT", chat);
    let outcome = run_to_end(node);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.starts_with("ok "), "{outcome:?}");
}

/// Runs `parlor mcp` with a text on its standard input; returns the lines of its output.
fn run_with_input(data: &Path, text: &str) -> Vec<Value> {
    let mut mcp: Command = command(binary());
    mcp.args(["mcp", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = mcp.spawn().unwrap();
    let written = child.stdin.take().unwrap().write_all(text.as_bytes());
    // It may have ended before it has read everything.
    let _ = written;
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn mcp_answers_with_and_without_a_server() {
    let (data, folder) = (temp_dir(), temp_dir());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/mcp/main.mjs");
    std::fs::copy(script, folder.path().join("main.mjs")).unwrap();
    std::os::unix::fs::symlink(packages(), folder.path().join("node_modules")).unwrap();
    let program = Program::start(data.path(), &[], &[]);
    let chats = [create_chat(&program), create_chat(&program)];
    run_client(folder.path(), data.path(), &chats[0]);
    program.stop();
    run_client(folder.path(), data.path(), &chats[1]);

    // A line that is no message is answered, and those after it too.
    let ping = r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#;
    let note = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let answers = run_with_input(data.path(), &format!("nonsense\n\n[1]\n{note}\n{ping}\n"));
    let codes: Vec<_> = answers
        .iter()
        .map(|answer| (answer["id"].clone(), answer["error"]["code"].clone()))
        .collect();
    let expected = [
        (Value::Null, json!(-32_700)),
        (Value::Null, json!(-32_600)),
        (json!(7), Value::Null),
    ];
    assert_eq!(codes, expected, "{answers:?}");
    let long = run_with_input(data.path(), &"x".repeat(2 << 20));
    assert_eq!(long[0]["error"]["message"], "the message is too long");

    let key = folder.path().join("key");
    let arguments = [
        "mcp",
        "--data",
        data.path().to_str().unwrap(),
        "--key-file",
        key.to_str().unwrap(),
    ];
    run(&arguments, &[]).assert_refused(2, "cannot read", "parlor key create");
}
