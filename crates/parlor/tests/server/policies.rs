//! Workspace policies: set on the command line, applied by the running server.

use serde_json::{Value, json};

use crate::program::{Program, block_on, client, run, temp_dir};

/// Posts with a bearer credential; returns the status and the answer.
async fn post_json(program: &Program, secret: &str, path: &str, body: Value) -> (u16, Value) {
    let request = client()
        .post(format!("{}{path}", program.url))
        .bearer_auth(secret)
        .header("content-type", "application/json")
        .body(body.to_string());
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default(),
    )
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

#[test]
fn what_happens_to_a_deleted_spaces_conversations_is_decided_while_the_server_runs() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let key = program.key();
    for (word, deletes, stays) in [
        ("refuse", 409, true),
        ("detach", 200, true),
        ("delete", 200, false),
    ] {
        let shown = program
            .run_command(&["workspace", "update", "--space-delete", word, "--json"])
            .json();
        assert_eq!(shown["spaceDelete"], word);
        block_on(async {
            let space = post_json(&program, &key, "/api/v1/space/create", json!({}))
                .await
                .1;
            let space = text(&space["id"]);
            let body = json!({ "spaceId": space });
            let made = post_json(&program, &key, "/api/v1/conversation/create", body).await;
            let made = text(&made.1["id"]);
            let path = format!("/api/v1/space/{space}/delete");
            let (status, answer) = post_json(&program, &key, &path, json!({})).await;
            assert_eq!(status, deletes, "{word}: {answer}");
            let url = format!("{}/api/v1/conversation/{made}/fetch", program.url);
            let found = client().get(url).bearer_auth(&key).send().await.unwrap();
            assert_eq!(found.status().as_u16() == 200, stays, "{word}");
        });
    }
}

#[test]
fn whether_a_chat_for_another_member_asks_for_a_scope_is_decided_while_the_server_runs() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let create = ["member", "create", "--json", "--role", "user", "--name"];
    let [ada, bob] =
        ["Ada", "Bob"].map(|name| program.run_command(&[&create[..], &[name]].concat()).json());
    let number = ada["number"].to_string();
    let token = program.run_command(&["token", "create", "--member", &number, "--json"]);
    let token = text(&token.json()["token"]);
    let workspace =
        text(&program.run_command(&["workspace", "show", "--json"]).json()["workspaceId"]);
    let path = format!("/api/v2/w/{workspace}/chats");
    let body = json!({ "channel": "web-chat", "memberId": bob["number"] });
    for (answer, status) in [("true", 403), ("false", 200)] {
        let option = [
            "workspace",
            "update",
            &workspace,
            "--json",
            "--require-scope-for-others",
        ];
        let shown = program
            .run_command(&[&option[..], &[answer]].concat())
            .json();
        assert_eq!(shown["requireScopeForOthers"].to_string(), answer);
        let (found, answer) = block_on(post_json(&program, &token, &path, body.clone()));
        assert_eq!(found, status, "{answer}");
    }
}

#[test]
fn a_change_is_kept_and_a_wrong_one_refused_with_and_without_a_server() {
    let folder = temp_dir();
    let data = folder.path().to_str().unwrap().to_owned();
    let program = Program::start(folder.path(), &[], &[]);
    let every =
        |ask: &dyn Fn(&[&str]) -> crate::program::CommandOutcome, name: &str, region: &str| {
            let changed = ask(&[
                "workspace",
                "update",
                "--name",
                name,
                "--region",
                region,
                "--require-roles",
                "true",
                "--list-shape",
                "array",
            ])
            .json();
            assert_eq!(changed["name"], *name);
            assert_eq!(changed["region"], region.to_uppercase());
            assert_eq!(changed["requireRoles"], true);
            assert_eq!(changed["listShape"], "array");
            assert_eq!(changed["spaceDelete"], "detach");
            assert_eq!(ask(&["workspace", "show"]).json(), changed);
            let shown = ask(&[
                "workspace",
                "update",
                "--greeting",
                "Good day",
                "--question",
                "Why?",
                "--question",
                "Where?",
                "--styling",
                r#"{"styles":{"width":12}}"#,
                "--agent-server",
                "https://agents.example.org",
            ])
            .json();
            assert_eq!(
                (&shown["greeting"], &shown["questions"]),
                (&json!("Good day"), &json!(["Why?", "Where?"]))
            );
            assert_eq!(shown["styling"]["styles"]["width"].to_string(), "12");
            assert_eq!(shown["agentServer"], "https://agents.example.org");
            let emptied = ask(&[
                "workspace",
                "update",
                "--greeting",
                "",
                "--question",
                "",
                "--styling",
                "",
                "--agent-server",
                "",
            ])
            .json();
            assert_eq!(emptied, changed);
            let tag = ["workspace", "update", "--call-language", "PT-br"];
            assert_eq!(ask(&tag).json()["callLanguage"], "pt-BR");
            let words = [
                "workspace",
                "update",
                "--region",
                "none",
                "--call-language",
                "none",
            ];
            let cleared = ask(&words).json();
            assert_eq!(cleared["callLanguage"], Value::Null);
            assert_eq!(
                (&cleared["region"], &cleared["name"]),
                (&Value::Null, &changed["name"])
            );
            for (wrong, fix) in [
                (&["--region", "XX"][..], "--help"),
                (&["--region", "Germany"], "ISO 3166"),
                (&["--space-delete", "burn"], "detach"),
                (&["--list-shape", "square"], "envelope"),
                (&["--name", " "], "--help"),
                (&["--quiet-hours", "22-8"], "21:00-08:00"),
                (&["--quiet-hours", "21:00-21:00"], "21:00-08:00"),
                (&["--quiet-hours", "21:00-24:00"], "21:00-08:00"),
                (&["--time-zone", "Mars/Olympus"], "--help"),
                (&["--call-language", "German!"], "pt-BR"),
                (&["--texts-per-minute", "0"], "--help"),
                (&["--mails-per-minute", "few"], "none"),
                (&["--styling", "[]"], "object"),
                (&["--agent-server", "ftp://example.org"], "--help"),
                (&[], "--help"),
            ] {
                ask(&[&["workspace", "update"][..], wrong].concat()).assert_refused(2, "", fix);
            }
            ask(&["workspace", "show", "nonsense"]).assert_refused(
                5,
                "no such workspace",
                "workspace list",
            );
            assert_eq!(ask(&["workspace", "show"]).json(), cleared);
        };
    every(
        &|words| program.run_command(&[words, &["--json"]].concat()),
        "First",
        "de",
    );
    program.stop();
    every(
        &|words| run(&[words, &["--json", "--data", &data]].concat(), &[]),
        "Second",
        "US",
    );
}
