//! Log output: requests with their ids and routes, and no message content.
//!
//! Proves INV-55 (`docs/invariants.md`).

use serde_json::{Value, json};

use crate::program::{Program, block_on, client, temp_dir};

#[test]
fn the_log_holds_no_key_token_name_or_text() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &["--log", "trace"], &[]);
    let key = program.key();
    let credentials = program.credentials();
    let workspace = credentials["workspaceId"].as_str().unwrap();
    let member = program
        .run_command(&[
            "member",
            "create",
            "--name",
            "Zebedee",
            "--email",
            "zebedee@example.com",
            "--phone",
            "+4915199999999",
            "--json",
        ])
        .json();
    let token = program
        .run_command(&[
            "token",
            "create",
            "--member",
            member["id"].as_str().unwrap(),
            "--json",
        ])
        .json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let revoked = program
        .run_command(&["key", "create", "--name", "Zebedees key"])
        .stdout;
    let url = program.url.clone();
    let ids: Vec<String> = block_on(async {
        let post = |path: String, body: Value| {
            let request = client()
                .post(format!("{url}{path}"))
                .header("x-api-key", &key);
            request
                .bearer_auth(&key)
                .header("content-type", "application/json")
                .body(body.to_string())
                .send()
        };
        let message = json!({
            "user_id": "zebedee-user", "title": "zebedee title", "name": "zebedee name", "description": "zebedee text",
            "email": "zebedee@example.org", "metadata": {"zebedee": "value"}, "meta": {"zebedee": "value"},
            "channel": "web-chat", "initialMessage": "zebedee message",
        });
        let mut ids = Vec::new();
        for path in [
            "/api/v1/chats/".to_owned(),
            "/api/v1/space/create".to_owned(),
            "/api/v1/contact/create".to_owned(),
            format!("/api/v2/w/{workspace}/chats"),
            "/api/v1/nothing/zebedee?zebedee=1".to_owned(),
            "/zebedee".to_owned(),
        ] {
            let answer = post(path, message.clone()).await.unwrap();
            ids.push(
                answer.headers()["x-request-id"]
                    .to_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        // Errors for wrong types and malformed bodies quote the input in their answers, never in the log.
        post(
            "/api/v1/space/create".to_owned(),
            json!({ "name": ["zebedee"] }),
        )
        .await
        .unwrap();
        let broken = client()
            .post(format!("{url}/api/v1/chats/"))
            .header("x-api-key", &key);
        broken
            .header("content-type", "application/json")
            .body("{zebedee")
            .send()
            .await
            .unwrap();
        let stranger = client().get(format!("{url}/api/v1/space/list"));
        stranger
            .bearer_auth("sk-parlor-zebedee")
            .send()
            .await
            .unwrap();
        ids
    });
    let log = program.stop();
    for line in log.lines().filter(|line| !line.is_empty()) {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    for id in ids {
        assert!(log.contains(&id), "a request is missing from the log");
    }
    let lower = log.to_lowercase();
    let secrets = [
        key.as_str(),
        token.as_str(),
        revoked.trim_end(),
        "sk-parlor-",
        "zebedee",
        "4915199999999",
    ];
    for secret in secrets {
        assert!(
            !lower.contains(&secret.to_lowercase()),
            "{secret} is in the log:\n{log}"
        );
    }
}
