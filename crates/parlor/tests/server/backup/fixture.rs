//! Calls that the tests of backups share.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::program::{CommandOutcome, client, run};

/// Runs a command on a data folder.
pub(super) fn command(arguments: &[&str], data: &Path) -> CommandOutcome {
    run(&[arguments, &["--data", text(data)]].concat(), &[])
}

/// A path as text.
pub(super) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Names in a folder, sorted.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().into_string().unwrap()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

/// Sends a request with a key of the server and returns the JSON of its answer.
pub(super) async fn send(
    request: reqwest::RequestBuilder,
    key: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let request = request.header("x-api-key", key).bearer_auth(key);
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body.to_string()),
        None => request,
    };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// Creates a chat and returns the URL of its messages' parent.
pub(super) async fn create_chat(url: &str, key: &str) -> String {
    let chats = format!("{url}/api/v1/chats/");
    let body = json!({ "user_id": "ada", "title": "Kept" });
    let (status, chat) = send(client().post(&chats), key, Some(&body)).await;
    assert_eq!(status, 201, "{chat}");
    chat["id"].as_str().unwrap().to_owned()
}

/// Makes a backup by a command, which must succeed.
pub(super) fn make_backup(data: &Path, file: &Path, options: &[&str]) -> Value {
    let arguments = [&["backup", text(file), "--json"], options].concat();
    let made = command(&arguments, data).json();
    assert_eq!(made["file"], text(file));
    made
}

/// The database of a data folder that no server uses.
pub(super) fn open(data: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(database(data)).unwrap()
}

pub(super) fn database(data: &Path) -> PathBuf {
    data.join("parlor.db")
}
