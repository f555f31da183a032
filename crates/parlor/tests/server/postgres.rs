//! Several nodes on one PostgreSQL database.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{CommandOutcome, Program, binary, block_on, command, get, run, temp_dir};

fn node_command(data: &Path, database: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = command(binary());
    command.args([
        "--listen",
        "127.0.0.1:0",
        "--log-format",
        "json",
        "--connections",
        "4",
    ]);
    command
        .arg("--data")
        .arg(data)
        .args(["--database", database]);
    command.envs(variables.iter().copied());
    command
}

/// Starts two nodes concurrently.
fn start_two_nodes(
    folder: &Path,
    database: &str,
    variables: &[(&str, &str)],
) -> [Result<Program, CommandOutcome>; 2] {
    std::thread::scope(|scope| {
        let start = |name: &str| {
            let data = folder.join(name);
            scope.spawn(move || Program::spawn(node_command(&data, database, variables), &data))
        };
        [start("one"), start("two")].map(|node| node.join().unwrap())
    })
}

#[test]
fn two_nodes_that_begin_at_once_begin_once() {
    let database = parlor_test_postgres::create_database();
    let folder = temp_dir();
    let key = [("PARLOR_MASTER_KEY", &*"5c".repeat(32))];
    let [one, two] = start_two_nodes(folder.path(), database.url(), &key).map(Result::unwrap);
    let keeps: Vec<bool> = [&one, &two]
        .map(|node| node.data.join("credentials.json").exists())
        .into();
    assert_eq!(keeps.iter().filter(|keeps| **keeps).count(), 1);
    let (keeper, other) = if keeps[0] { (&one, &two) } else { (&two, &one) };
    assert_eq!(other.ready["curl"], serde_json::json!({}));
    let list = |data: &Path| -> Value {
        let arguments = [
            "workspace",
            "list",
            "--json",
            "--database",
            database.url(),
            "--data",
        ];
        run(&[&arguments[..], &[data.to_str().unwrap()]].concat(), &key).json()
    };
    assert_eq!(list(&keeper.data).as_array().unwrap().len(), 1);
    assert_eq!(list(&other.data), list(&keeper.data));
    // A command needs the key and the database, and leaves nothing behind.
    let nowhere = folder.path().join("nowhere");
    assert_eq!(list(&nowhere), list(&other.data));
    assert!(!nowhere.exists());
    // One key opens both nodes; a command on either takes effect on both at once.
    let made = run(
        &[
            "key",
            "create",
            "--json",
            "--database",
            database.url(),
            "--data",
            other.data.to_str().unwrap(),
        ],
        &key,
    )
    .json();
    let (new, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    let urls = [one.url.clone(), two.url.clone()].map(|url| format!("{url}/api/v1/space/list"));
    block_on(async {
        for url in &urls {
            assert_eq!(get(url, &keeper.key()).await.0, 200);
            assert_eq!(get(url, new).await.0, 200);
        }
        let data = keeper.data.to_str().unwrap();
        let revoke = [
            "key",
            "revoke",
            id,
            "--database",
            database.url(),
            "--data",
            data,
        ];
        assert_eq!(run(&revoke, &key).code, Some(0));
        for url in &urls {
            assert_eq!(get(url, new).await.0, 401);
        }
    });
}

#[test]
fn a_node_with_another_master_key_is_refused() {
    let database = parlor_test_postgres::create_database();
    let folder = temp_dir();
    // Each generates its own key, and only one of them initializes the database.
    let nodes = start_two_nodes(folder.path(), database.url(), &[]);
    let (started, refused): (Vec<_>, Vec<_>) = nodes.into_iter().partition(Result::is_ok);
    assert_eq!((started.len(), refused.len()), (1, 1));
    let Some(Err(refused)) = refused.into_iter().next() else {
        panic!("both started")
    };
    refused.assert_refused(4, "does not fit", "--master-key-file");
    let started = started.into_iter().next().unwrap().unwrap();
    let other = ["one", "two"]
        .map(|name| folder.path().join(name))
        .into_iter()
        .find(|data| *data != started.data)
        .unwrap();
    assert!(
        !other.join("master.key").exists(),
        "the wrong key stays behind"
    );
    // With the first node's key it joins.
    std::fs::copy(started.data.join("master.key"), other.join("master.key")).unwrap();
    let joined = Program::spawn(node_command(&other, database.url(), &[]), &other).unwrap();
    let url = format!("{}/api/v1/space/list", joined.url);
    assert_eq!(block_on(get(&url, &started.key())).0, 200);
}
