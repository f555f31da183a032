//! `parlor member merge`, with a running server and without one: its output, refusals, effects and audit records.
//!
//! Proves INV-9 (`docs/invariants.md`).

use parlor_testkit::TestSocket;
use serde_json::{Value, json};

use crate::program::{CommandOutcome, Program, block_on, client, run, temp_dir};

const PHONE: &str = "+4915112345678";

fn member_number(value: &Value) -> String {
    value["number"].as_i64().unwrap().to_string()
}

/// Creates two members of the same person, with different external ids.
fn create_duplicates(program: &Program) -> (String, String) {
    let make = |name: &str| {
        let make = [
            "member",
            "create",
            "--name",
            name,
            "--external-id",
            name,
            "--phone",
            PHONE,
            "--json",
        ];
        member_number(&program.run_command(&make).json())
    };
    (make("ada"), make("adah"))
}

async fn call_api(
    program: &Program,
    method: reqwest::Method,
    path: &str,
    body: Value,
) -> (u16, Value) {
    let request = client().request(method, format!("{}{path}", program.url));
    let request = request.header("x-api-key", program.key());
    let request = request.header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await.unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_str(&answer.text().await.unwrap()).unwrap(),
    )
}

/// The newest audit record of an action, and its details.
fn last_audit_record(program: &Program, action: &str) -> Option<Value> {
    let database = rusqlite::Connection::open(program.data.join("parlor.db")).unwrap();
    let mut statement = database
        .prepare("select detail from audit where action = ? order by number desc")
        .unwrap();
    let mut rows = statement.query([action]).unwrap();
    let row = rows.next().unwrap()?;
    let text: String = row.get(0).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn merge_is_previewed_done_once_and_audited() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let (ada, adah) = create_duplicates(&program);
    let merge = |more: &[&str]| -> CommandOutcome {
        program.run_command(&[&["member", "merge", &adah, "--into", &ada], more].concat())
    };
    block_on(async {
        let post = reqwest::Method::POST;
        let (_, chat) = call_api(
            &program,
            post.clone(),
            "/api/v1/chats/",
            json!({ "user_id": "adah" }),
        )
        .await;
        let id = chat["id"].as_str().unwrap().to_owned();
        let say = format!("/api/v1/chats/{id}/messages");
        call_api(
            &program,
            post.clone(),
            &say,
            json!({ "content": "Hello", "user_id": "adah" }),
        )
        .await;
        let path = format!(
            "/ws/chat?api_key={}&user_id=adah&chat_id={id}",
            program.key()
        );
        let mut socket = TestSocket::open(&program.url, &path, &[]).await;
        assert_eq!(socket.next().await["event_type"], "connection_established");

        merge(&[]).assert_refused(4, "external id", "--discard-ids");
        let would = merge(&["--discard-ids", "--dry-run", "--json"]).json();
        assert_eq!(
            (
                &would["dryRun"],
                &would["messages"],
                &would["conversations"]
            ),
            (&json!(true), &json!(1), &json!(1))
        );
        assert_eq!(would["discarded"], json!(["external id"]));
        assert_eq!(
            program
                .run_command(&["member", "list", "--json"])
                .json()
                .as_array()
                .unwrap()
                .len(),
            3
        );
        assert_eq!(last_audit_record(&program, "member.merge"), None);
        socket.send(&json!({ "content": "Still here" })).await;
        assert_eq!(socket.next().await["event_type"], "message_received");

        let did = merge(&["--discard-ids", "--json"]).json();
        assert_eq!(
            (&did["dryRun"], &did["messages"], &did["number"].to_string()),
            (&json!(false), &json!(2), &ada)
        );
        // The merged member's connections end; its messages and participations belong to the other member.
        while let Some(frame) = socket.next_or_end().await {
            assert_ne!(frame["event_type"], "message_received");
        }
        let (status, found) = call_api(
            &program,
            reqwest::Method::GET,
            "/api/v1/chats/user/ada",
            json!({}),
        )
        .await;
        assert_eq!(
            (status, &found["chats"][0]["id"], &found["total"]),
            (200, &chat["id"], &json!(1))
        );
        let (_, none) = call_api(
            &program,
            reqwest::Method::GET,
            "/api/v1/chats/user/adah",
            json!({}),
        )
        .await;
        assert_eq!(none["total"], 0);
        let members = program.run_command(&["member", "list", "--json"]).json();
        let members: Vec<_> = members
            .as_array()
            .unwrap()
            .iter()
            .map(member_number)
            .collect();
        assert!(
            members.contains(&ada) && !members.contains(&adah),
            "{members:?}"
        );
        let detail = last_audit_record(&program, "member.merge").unwrap();
        assert_eq!(
            (&detail["messages"], &detail["discarded"]),
            (&json!(2), &json!(["external id"]))
        );
        merge(&[]).assert_refused(5, "", "parlor member list");
    });
}

#[test]
fn merge_without_a_server_says_what_is_wrong() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let (ada, adah) = create_duplicates(&program);
    let other = member_number(
        &program
            .run_command(&["member", "create", "--name", "bob", "--json"])
            .json(),
    );
    program.stop();
    let data = folder.path().to_str().unwrap();
    let merge = |words: &[&str]| run(&[&["member", "merge", "--data", data], words].concat(), &[]);
    merge(&[&other, "--into", &ada]).assert_refused(4, "in common", "parlor member duplicates");
    merge(&[&ada, "--into", &ada]).assert_refused(4, "another member", "parlor member duplicates");
    merge(&[&adah, "--into", "nobody-at-all"]).assert_refused(5, "", "parlor member list");
    merge(&[&adah]).assert_refused(2, "--into", "parlor member merge --help");
    let did = merge(&[&adah, "--into", &ada, "--discard-ids", "--json"]).json();
    assert_eq!(did["number"].to_string(), ada);
}
