//! The last requests of a node, and their explanation.
//!
//! Proves INV-85 (`docs/invariants.md`).

use serde_json::{Value, json};

use crate::program::{Program, block_on, client, temp_dir};

/// Sends a request and returns its status, its id and its body.
async fn send(request: reqwest::RequestBuilder) -> (u16, String, String) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    (status, id, response.text().await.unwrap())
}

fn refused_step(explained: &Value) -> &Value {
    let steps = explained["steps"].as_array().unwrap();
    steps
        .iter()
        .find(|step| step["outcome"] == "refused")
        .unwrap()
}

#[test]
fn refused_requests_are_listed_and_explained_without_any_text() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let narrow = ["key", "create", "--scopes", "members:read"];
    let narrow = program.run_command(&narrow).stdout.trim().to_owned();
    let (url, key) = (program.url.clone(), program.key());
    let chats = format!("{url}/api/v1/chats/");
    let body = json!({ "user_id": "ada@example.com", "title": "Ada's secret" }).to_string();
    let post = |key: &str| {
        let request = client().post(&chats).header("x-api-key", key);
        request
            .header("content-type", "application/json")
            .body(body.clone())
    };
    let unknown = "sk-parlor-00000000000000000000000000000000000000000000";
    let (made, wrong, lacking, bad, lost) = block_on(async {
        let made = send(post(&key)).await;
        let wrong = send(
            client()
                .get(format!("{url}/api/v1/space/list"))
                .bearer_auth(unknown),
        )
        .await;
        let lacking = send(post(&narrow)).await;
        let bad = send(post(&key).body("{\"Ada's words\"")).await;
        let lost = send(client().get(format!("{url}/api/v1/ada@example.com/nowhere"))).await;
        (made, wrong, lacking, bad, lost)
    });
    assert_eq!(
        (made.0, wrong.0, lacking.0, bad.0, lost.0),
        (201, 401, 403, 400, 404)
    );
    let explain = |id: &str| program.run_command(&["explain", id, "--json"]).json();

    let explained = explain(&made.1);
    assert_eq!(explained["request"]["status"], 201);
    assert_eq!(explained["request"]["dialect"], "tenant-chats");
    assert_eq!(explained["request"]["key"], key[key.len() - 4..]);
    assert_eq!(explained["remedy"], Value::Null);
    let explained = explain(&wrong.1);
    assert_eq!(refused_step(&explained)["step"], "credential");
    let detail = refused_step(&explained)["detail"].as_str().unwrap();
    assert!(detail.contains("an API key as bearer"), "{detail}");
    assert_eq!(explained["request"]["key"], Value::Null);
    let explained = explain(&lacking.1);
    assert_eq!(refused_step(&explained)["step"], "scope");
    assert!(
        explained["remedy"]
            .as_str()
            .unwrap()
            .contains("--scopes conversations:write")
    );
    assert_eq!(explained["request"]["key"], narrow[narrow.len() - 4..]);
    assert_eq!(refused_step(&explain(&bad.1))["step"], "content");
    assert_eq!(refused_step(&explain(&lost.1))["step"], "path");

    let all = program.run_command(&["requests", "--json"]).json();
    let ids: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [&lost.1, &bad.1, &lacking.1, &wrong.1, &made.1],
        "newest first"
    );
    let failed = program
        .run_command(&["requests", "--failed", "--limit", "2", "--json"])
        .json();
    assert_eq!(failed.as_array().unwrap().len(), 2);
    assert_eq!(all[3]["route"], "/api/v1/space/list");
    // Nothing of what was sent is kept: no text, no address, no path, no key.
    let kept = all.to_string();
    for secret in ["Ada", "ada@example.com", "nowhere", unknown, key.as_str()] {
        assert!(!kept.contains(secret), "{secret} is kept: {kept}");
    }
    // The text of a terminal has the same.
    let shown = program.run_command(&["explain", &lacking.1]).stdout;
    assert!(
        shown.contains("scope       refused") && shown.contains("  -> use a key"),
        "{shown}"
    );

    let absent = "00000000-0000-7000-8000-000000000000";
    for id in [absent, "nonsense"] {
        let ended = program.run_command(&["explain", id]);
        ended.assert_refused(5, "does not remember", "X-Request-Id");
    }
    let data = program.data.clone();
    program.stop();
    let ended = super::program::run(&["requests", "--data", data.to_str().unwrap()], &[]);
    ended.assert_refused(3, "no server runs", "parlor serve");
}
