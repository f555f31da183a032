//! Fixtures of import tests: records of every shape, exports and imports of all of them.

use crate::client::Client;
use parlor_testkit::TestResponse;
use serde_json::{Value, json};

/// Exports records as JSONL, oldest first.
pub(crate) async fn export_lines(client: &Client, path: &str) -> String {
    let join = if path.contains('?') { '&' } else { '?' };
    let request = client.get_request(&format!("{path}{join}order=asc"));
    let reply = request.header("accept", "application/jsonl").send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text()
}

/// Exports all records, each with the resource to import it to.
pub(crate) async fn export_all(client: &Client) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for (resource, query) in [
        ("contact", ""),
        ("space", ""),
        ("conversation", "?include=messages"),
    ] {
        all.push((
            resource,
            export_lines(client, &format!("/{resource}/export{query}")).await,
        ));
    }
    all
}

pub(crate) async fn import_lines(client: &Client, resource: &str, lines: &str) -> TestResponse {
    let request = client.post_request(&format!("/{resource}/import"));
    request
        .header("content-type", "application/jsonl")
        .body(lines)
        .send()
        .await
}

/// Returns the numbers of imported, updated, unchanged and failed records.
#[track_caller]
pub(crate) fn counts(report: &Value) -> [u64; 4] {
    ["imported", "updated", "unchanged", "failedCount"].map(|name| report[name].as_u64().unwrap())
}

/// Creates records of every shape. Returns the numbers of lines that exports of contacts, spaces and transcripts have.
pub(crate) async fn create_records(client: &Client) -> [u64; 3] {
    let ada = client.create_contact(json!({ "fingerprint": "ada", "name": "Ada 😀", "email": "Ada@Example.ORG", "phone": "+1 500 555 0006", "nick": "a",
        "preferences": "mail", "description": "two\nlines", "verifiedAt": 1_735_725_600_123_i64, "meta": { "z": 1.50, "ключ": [null, 1e3] } })).await;
    client.create_contact(json!({ "name": "Nobody" })).await;
    // Created without a fingerprint, as other dialects do.
    client.server.a.create_person("Bo", None, "").await;
    let full = client.create_space(json!({ "name": "=1+1, \"x\"", "description": "é", "contactId": ada, "alias": "full", "blueprintId": "bp", "meta": { "a": { "b": {} } } })).await;
    let bare = client.create_space(json!({})).await;
    let conversation = json!({ "name": "Talk", "description": "D", "contactId": ada, "spaceId": full, "taskId": "t", "botId": "b", "model": "m/t=1", "backstory": "Be kind.",
        "datasetId": "d", "skillsetId": "s", "privacy": true, "moderation": false, "meta": { "n": 12345678901234567890_u64 },
        "messages": [{ "type": "backstory", "text": "You are kind." }, { "type": "user", "text": "Où? 😀", "name": "Ada", "description": "d", "meta": { "k": [1.0] } }] });
    let created = client
        .post("/conversation/create", &conversation)
        .await
        .expect(200);
    let conversation = created["id"].as_str().unwrap().to_owned();
    for kind in [
        "bot",
        "reasoning",
        "context",
        "instruction",
        "activity",
        "checkpoint",
        "user",
    ] {
        let message = json!({ "type": kind, "text": format!("{kind} \"says\" \\ this\n") });
        client
            .post(
                &format!("/conversation/{conversation}/message/create"),
                &message,
            )
            .await
            .expect(200);
    }
    client
        .create("conversation", json!({ "spaceId": bare }))
        .await;
    // Updated records have two different times.
    client
        .update("space", &bare, json!({ "name": "later" }))
        .await;
    client
        .update(
            "conversation",
            &conversation,
            json!({ "meta": { "later": true } }),
        )
        .await;
    [3, 2, 2 + 9]
}
