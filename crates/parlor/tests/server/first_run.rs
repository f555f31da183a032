//! The first start creates everything with restricted permissions; the next one keeps it.
//!
//! Proves INV-4 (`docs/invariants.md`).

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Program, binary, command, run_to_end, temp_dir};

fn file_mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Runs a printed command line in a shell; returns status and body.
fn run_printed_line(line: &str, folder: &Path) -> (u16, Value) {
    let mut shell = command("bash");
    let line = format!("{line} -w '\\n%{{http_code}}'");
    shell.args(["-c", &line]).current_dir(folder);
    let ended = run_to_end(shell);
    assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
    let (body, status) = ended.stdout.rsplit_once('\n').unwrap();
    let body = serde_json::from_str(body).unwrap_or_else(|_| panic!("{line}: {body}"));
    (status.parse().unwrap(), body)
}

/// The names of all dialects, in the order of the registry.
fn dialect_names() -> Vec<&'static str> {
    let modules = parlor::dialects::all().into_iter();
    modules.map(|module| module.name).collect()
}

#[test]
fn first_start_creates_private_data_folder() {
    let folder = temp_dir();
    let data = folder.path().join("deep/data");
    let program = Program::start(&data, &[], &[]);
    assert_eq!(file_mode(&data), 0o700);
    assert_eq!(file_mode(&data.join("curl")), 0o700);
    let files = [
        "credentials.json",
        "master.key",
        "parlor.db",
        "parlor.db-wal",
        "lock",
        "control.sock",
    ];
    for name in files {
        assert_eq!(file_mode(&data.join(name)), 0o600, "{name}");
    }
    for dialect in dialect_names() {
        assert_eq!(
            file_mode(&data.join("curl").join(dialect)),
            0o600,
            "{dialect}"
        );
    }
    let credentials = program.credentials();
    let fields: Vec<_> = credentials.as_object().unwrap().keys().cloned().collect();
    let expected = [
        "url",
        "organizationId",
        "workspaceId",
        "ownerMemberId",
        "ownerRelationId",
        "apiKey",
    ];
    assert_eq!(fields, expected);
    assert_eq!(credentials["url"], json!(program.url));
    let key = credentials["apiKey"].as_str().unwrap();
    assert_eq!((&key[..10], key.len()), ("sk-parlor-", 53));
    assert_eq!(credentials["ownerRelationId"].as_str().unwrap().len(), 27);
    assert_eq!(program.ready["made"], true);
    let link = program.ready["console"].as_str().unwrap();
    assert!(link.starts_with(&format!("{}/console/setup#", program.url)));
}

#[test]
fn every_printed_line_works_as_pasted() {
    let folder = temp_dir();
    let program = Program::start(&folder.path().join("my data"), &[], &[]);
    let lines = program.ready["curl"].as_object().unwrap();
    assert_eq!(lines.keys().collect::<Vec<_>>(), dialect_names());
    for (dialect, line) in lines {
        let line = line.as_str().unwrap();
        assert!(!line.contains("sk-parlor-"), "{dialect} shows its key");
        let (status, body) = run_printed_line(line, folder.path());
        assert!((200..300).contains(&status), "{dialect}: {status} {body}");
        if dialect == "relation" {
            assert_eq!(body["code"], "0", "{body}");
        }
        let again = program.run_command(&["curl", dialect]);
        assert_eq!(again.code, Some(0), "{}", again.stderr);
        assert_eq!(again.stdout.trim_end(), line);
        assert!((200..300).contains(&run_printed_line(again.stdout.trim_end(), folder.path()).0));
    }
    program
        .run_command(&["curl", "sharly"])
        .assert_refused(5, "sharly", "sharely, gravity-rail");
}

#[test]
fn first_start_on_terminal_prints_address_and_examples() {
    let folder = temp_dir();
    let mut banner = command("bash");
    // Its output ends with the process: at the signal that it sends itself after the last line.
    banner.current_dir(folder.path()).args([
        "-c",
        r#""$0" --listen 127.0.0.1:0 --log-format human | while read -r line; do echo "$line"; case $line in Ready*) kill $(cat parlor-data/lock);; esac; done"#,
        binary(),
    ]);
    let shown = run_to_end(banner);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let lines: Vec<&str> = shown.stdout.lines().collect();
    assert_eq!(lines[0], concat!("Parlor ", env!("CARGO_PKG_VERSION")));
    assert!(
        lines[1].starts_with("made      ./parlor-data"),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].starts_with("address   http://127.0.0.1:"),
        "{}",
        lines[2]
    );
    for dialect in dialect_names() {
        let line = lines.iter().find(|line| line.starts_with(dialect)).unwrap();
        assert!(line.contains(&format!("curl -s -H @./parlor-data/curl/{dialect} -d '{{")));
    }
    assert!(!shown.stdout.contains("sk-parlor-"));
}

#[test]
fn the_second_start_keeps_everything() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let first = Program::start(&data, &[], &[]);
    let (made, line) = (first.credentials(), first.ready["curl"]["sharely"].clone());
    let (status, _) = run_printed_line(line.as_str().unwrap(), folder.path());
    assert_eq!(status, 200);
    let workspace = made["workspaceId"].as_str().unwrap().to_owned();
    first.stop();

    let second = Program::start(&data, &[], &[]);
    assert_eq!(second.ready["made"], false);
    let console = format!("{}/console/", second.url);
    assert_eq!(second.ready["console"], json!(console));
    let mut kept = second.credentials();
    assert_eq!(kept["url"], json!(second.url));
    kept["url"] = made["url"].clone();
    assert_eq!(kept, made);
    // Entities created through one dialect before the stop are listed through another after it.
    let url = format!("{}/api/v2/w/{workspace}/chats", second.url);
    let chats = crate::program::block_on(crate::program::get(&url, &second.key()));
    assert_eq!(chats.0, 200, "{}", chats.1);
    assert!(chats.1.contains("Hello"), "{}", chats.1);
    // Tokens issued before the stop are valid after it: the signing keys are the same.
    let listed = second.run_command(&["workspace", "list", "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn a_folder_without_credentials_still_serves() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    Program::start(&data, &[], &[]).stop();
    std::fs::remove_file(data.join("credentials.json")).unwrap();
    let again = Program::start(&data, &[], &[]);
    assert_eq!(again.ready["curl"], json!({}));
    assert!(!data.join("credentials.json").exists());
    again.run_command(&["curl", "sharely"]).assert_refused(
        5,
        "no credentials.json",
        "parlor key create",
    );
    assert_eq!(again.run_command(&["key", "create"]).code, Some(0));
}

#[test]
fn revoked_first_key_omits_only_its_examples() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let first = Program::start(&data, &[], &[]);
    let keys = first.run_command(&["key", "list", "--json"]).json();
    let id = keys[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(first.run_command(&["key", "revoke", &id]).code, Some(0));
    first.stop();
    let second = Program::start(&data, &[], &[]);
    assert_eq!(second.ready["curl"].get("sharely"), None);
}
