//! The commands, with a running server and without one.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{CommandOutcome, Program, block_on, client, get, run, temp_dir};

/// The target of a command: a running server, or a stopped server's data folder.
struct CommandTarget<'f> {
    data: &'f Path,
}

impl CommandTarget<'_> {
    fn run(&self, arguments: &[&str]) -> CommandOutcome {
        let data = self.data.to_str().unwrap();
        run(&[arguments, &["--json", "--data", data]].concat(), &[])
    }
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// The output of every command, which is the same for both targets.
fn check_every_command(far: &CommandTarget<'_>) {
    let key = far
        .run(&[
            "key",
            "create",
            "--name",
            "narrow",
            "--scopes",
            "chats:write,members:read",
        ])
        .json();
    assert_eq!(
        key["scopes"],
        json!(["conversations:write", "members:read"])
    );
    assert!(text(&key["key"]).starts_with("sk-parlor-"));
    let keys = far.run(&["key", "list"]).json();
    let listed = keys.as_array().unwrap();
    let found = listed.iter().find(|one| one["id"] == key["id"]).unwrap();
    assert_eq!(found["name"], "narrow");
    assert_eq!(found["revokedAt"], Value::Null);
    assert!(
        !keys.to_string().contains(text(&key["key"])),
        "a list shows no secret"
    );
    let revoked = far.run(&["key", "revoke", text(&key["id"])]).json();
    assert_eq!(revoked, json!({ "id": key["id"], "revoked": true }));

    let member = far
        .run(&[
            "member",
            "create",
            "--name",
            "Ada",
            "--role",
            "user",
            "--email",
            "ada@example.com",
            "--phone",
            "+4915112345678",
            "--external-id",
            "customer 7",
        ])
        .json();
    assert_eq!(text(&member["id"]).len(), 36);
    assert!(member["number"].is_i64());
    assert_eq!(text(&member["relationId"]).len(), 27);
    for id in [
        text(&member["id"]),
        &member["number"].to_string(),
        text(&member["relationId"]),
    ] {
        let changed = far
            .run(&[
                "member", "update", id, "--role", "manager", "--scopes", "dm:write",
            ])
            .json();
        assert_eq!(changed["role"], "manager");
        assert_eq!(changed["scopes"], json!(["dm:write"]));
    }
    let members = far.run(&["member", "list"]).json();
    let ada = members
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == member["id"])
        .unwrap();
    assert_eq!(ada["externalId"], "customer 7");
    assert_eq!(ada["kind"], "person");
    let taken = far.run(&[
        "member",
        "create",
        "--name",
        "B",
        "--external-id",
        "customer 7",
    ]);
    assert_eq!(taken.code, Some(4), "{taken:?}");

    let token = far
        .run(&[
            "token",
            "create",
            "--member",
            text(&member["id"]),
            "--ttl",
            "12h",
        ])
        .json();
    assert_eq!(text(&token["token"]).split('.').count(), 3);
    assert!(text(&token["expiresAt"]).ends_with('Z'));

    let absent = "00000000-0000-7000-8000-000000000000";
    assert_eq!(far.run(&["key", "revoke", absent]).code, Some(5));
    assert_eq!(far.run(&["key", "revoke", "nonsense"]).code, Some(5));
    assert_eq!(
        far.run(&["token", "create", "--member", absent]).code,
        Some(5)
    );
    far.run(&["member", "create", "--name", "B", "--role", "king"])
        .assert_refused(2, "king", "owner, manager or user");
    let bad = far.run(&["key", "create", "--scopes", "king:read"]);
    assert_eq!(bad.code, Some(2), "{bad:?}");
    far.run(&["token", "create", "--member", "1", "--ttl", "soon"])
        .assert_refused(2, "soon", "7d");
}

#[test]
fn commands_work_with_and_without_running_server() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let far = CommandTarget { data: &data };
    let program = Program::start(&data, &[], &[]);
    check_every_command(&far);
    program.stop();
    // The same member's names are taken by now.
    let other = folder.path().join("other");
    Program::start(&other, &[], &[]).stop();
    check_every_command(&CommandTarget { data: &other });
}

#[test]
fn a_new_key_opens_and_a_revoked_one_is_refused_on_the_next_request() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let key = program.run_command(&["key", "create"]);
    let key = key.stdout.trim_end();
    let url = format!("{}/api/v1/space/list", program.url);
    block_on(async {
        assert_eq!(get(&url, key).await.0, 200);
        let keys = program.run_command(&["key", "list", "--json"]).json();
        let id = text(&keys.as_array().unwrap().last().unwrap()["id"]).to_owned();
        assert_eq!(program.run_command(&["key", "revoke", &id]).code, Some(0));
        assert_eq!(get(&url, key).await.0, 401);
        assert_eq!(get(&url, &program.key()).await.0, 200);
    });
}

#[test]
fn the_member_token_opens_what_takes_it() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let member = program
        .run_command(&[
            "member", "create", "--name", "Ada", "--role", "user", "--json",
        ])
        .json();
    let token = program
        .run_command(&["token", "create", "--member", text(&member["id"]), "--json"])
        .json();
    let credentials = program.credentials();
    block_on(async {
        let url = format!(
            "{}/api/v2/w/{}/chats",
            program.url,
            text(&credentials["workspaceId"])
        );
        let (status, body) = get(&url, text(&token["token"])).await;
        assert_eq!(status, 200, "{body}");
        let made = client()
            .post(format!("{}/api/v1/channel/create", program.url))
            .header("ApiKey", program.key())
            .bearer_auth(text(&token["token"]))
            .body(r#"{"type":"G","name":"Ours","members":[]}"#)
            .send()
            .await
            .unwrap();
        let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
        assert_eq!(made["code"], "0", "{made}");
    });
}

#[test]
fn several_workspaces_have_to_be_told_apart() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let second = program
        .run_command(&["workspace", "create", "--name", "Second", "--json"])
        .json();
    let fields: Vec<_> = second.as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        ["organizationId", "workspaceId", "ownerMemberId", "apiKey"]
    );
    let all = program.run_command(&["workspace", "list", "--json"]).json();
    assert_eq!(all.as_array().unwrap().len(), 2);
    program
        .run_command(&["member", "list"])
        .assert_refused(2, "2 workspaces", "--workspace");
    let id = text(&second["workspaceId"]);
    let members = program
        .run_command(&["--workspace", id, "member", "list", "--json"])
        .json();
    assert_eq!(members[0]["id"], second["ownerMemberId"]);
    program
        .run_command(&["member", "list", "--workspace", "nonsense"])
        .assert_refused(5, "no such workspace", "workspace list");
    // Each key opens only its own workspace.
    let url = format!("{}/workspaces/{id}/generate-access-key-token", program.url);
    block_on(async {
        for (key, status) in [(text(&second["apiKey"]), 200), (&program.key(), 401)] {
            let request = client().post(&url).header("x-api-key", key);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status);
        }
    });
}

#[test]
fn health_and_version_report_their_state() {
    let folder = temp_dir();
    let data = folder.path().join("data");
    let listen = ["--listen", "127.0.0.1:1"];
    let away = run(
        &[&["health", "--data", data.to_str().unwrap()][..], &[]].concat(),
        &[("PARLOR_LISTEN", listen[1])],
    );
    away.assert_refused(3, "127.0.0.1:1 does not answer", "parlor serve");
    let program = Program::start(&data, &[], &[]);
    let health = program.run_command(&["health", "--json"]).json();
    assert_eq!(
        health,
        json!({ "status": "ok", "database": "ok", "url": program.url })
    );
    let version = run(&["version", "--json"], &[]).json();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn command_without_database_is_refused() {
    let folder = temp_dir();
    let data = folder.path().join("none");
    run(&["key", "list", "--data", data.to_str().unwrap()], &[]).assert_refused(
        5,
        "no database",
        "parlor serve",
    );
    assert!(!data.exists());
}

#[test]
fn control_socket_works_in_deep_data_folder() {
    let folder = temp_dir();
    let data = folder.path().join("d".repeat(90)).join("e".repeat(90));
    let program = Program::start(&data, &[], &[]);
    assert_eq!(
        program
            .run_command(&["key", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let health = program.run_command(&["health", "--json"]).json();
    assert_eq!(health["url"], json!(program.url));
}
