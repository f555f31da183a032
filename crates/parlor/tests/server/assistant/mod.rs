//! `parlor assistant`: the settings of the server and of workspaces, and trials of providers.
//!
//! Proves INV-33 (`docs/invariants.md`).

mod configuration;
mod installation;
mod model_server;
mod models;
mod turn_logs;

use serde_json::{Value, json};

use self::installation::{Installation, on_both_databases, setting};
use self::model_server::{KEY, ModelServer};

/// Configuration in which workspaces may name a server of this machine.
const ECHO_AND_LOCAL: &str =
    "agent_server_networks = [\"127.0.0.0/8\"]\n[assistant]\nkind = \"echo\"\n";

#[track_caller]
fn assert_setting(shown: &Value, name: &str, value: impl Into<Value>, source: &str) {
    assert_eq!(
        setting(shown, name),
        (value.into(), source.to_owned()),
        "{name}"
    );
}

/// Every file of an embedded database, or all stored settings.
fn database_contains(installation: &Installation, text: &str) -> bool {
    if let Some(database) = &installation.database {
        let query = format!(
            "select count(*) from assistant_settings where position('{text}'::bytea in sealed) > 0"
        );
        assert_eq!(database.count("select count(*) from assistant_settings"), 1);
        return database.count(&query) > 0;
    }
    let files = std::fs::read_dir(&installation.data).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let mut databases = 0;
    let found = paths
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("parlor.db")
        })
        .any(|path| {
            databases += 1;
            let bytes = std::fs::read(path).unwrap();
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        });
    assert!(databases > 0);
    found
}

#[test]
fn echo_of_the_server_is_shown_and_answers() {
    on_both_databases("[assistant]\nkind = \"echo\"\n", |installation| {
        let shown = installation.assistant(&["show"]).json();
        assert_setting(&shown, "kind", "echo", "server");
        assert_setting(&shown, "turns.history_tokens", 8192, "default");
        let workspace = installation.workspace();
        let of_workspace = installation.assistant(&["show", "--workspace", &workspace]);
        assert_eq!(of_workspace.json(), shown);
        let tested = installation
            .assistant(&["test", "--prompt", "good morning"])
            .json();
        assert_eq!(tested["answer"], "You said: good morning");
        assert_eq!(
            (&tested["provider"], &tested["source"]),
            (&json!("echo"), &json!("server"))
        );
        assert!(tested["timeToFirstTokenMs"].is_u64() && tested["outputTokens"].is_u64());
    });
}

#[test]
fn key_of_a_workspace_is_used_for_it_alone_and_never_shown() {
    let model = ModelServer::start();
    on_both_databases(ECHO_AND_LOCAL, |installation| {
        let before = model.requests().len();
        let (own, other) = (installation.workspace(), installation.create_workspace());
        let file = installation.write("key", &format!("{KEY}\n"));
        let url = format!("{}?token=query-secret", model.url());
        let set = installation.assistant(&[
            "set",
            "--workspace",
            &own,
            "--kind",
            "openai",
            "--base-url",
            &url,
            "--model",
            "small",
            "--api-key-file",
            &file,
            "--header",
            "X-Team: header-secret",
            "--requests-per-day",
            "9",
        ]);
        let shown = set.json();
        assert_setting(&shown, "api_key", "set", "workspace");
        assert_setting(&shown, "headers", json!(["x-team"]), "workspace");
        assert_setting(&shown, "model", "small", "workspace");
        assert_setting(&shown, "turns.requests_per_day", 9, "workspace");
        let show = installation.assistant(&["show", "--workspace", &own]);
        assert_eq!(show.json(), shown);
        let tested = installation.assistant(&["test", "--workspace", &own]);
        assert_eq!(tested.json()["answer"], "hello");
        assert_eq!(tested.json()["inputTokens"], 7);
        let of_other = installation
            .assistant(&["show", "--workspace", &other])
            .json();
        assert_eq!(of_other, installation.assistant(&["show"]).json());
        let tested_other = installation
            .assistant(&["test", "--workspace", &other])
            .json();
        assert_eq!(tested_other["provider"], "echo");
        let requests = model.requests().split_off(before);
        assert_eq!(requests.len(), 1);
        assert!(requests[0].headers.contains("x-team: header-secret"));
        assert!(requests[0].headers.contains("?token=query-secret "));
        assert_eq!(requests[0].body["model"], "small");
        // A model alone keeps the key.
        let changed = installation.assistant(&["set", "--workspace", &own, "--model", "large"]);
        assert_setting(&changed.json(), "api_key", "set", "workspace");
        let log = installation.stop();
        // Without a running server, the command reads the database itself.
        let offline = installation.assistant(&["test", "--workspace", &own]);
        assert_eq!(offline.json()["model"], "large");
        let printed = format!(
            "{}{}{}{}",
            set.stdout, show.stdout, tested.stdout, offline.stderr
        );
        for secret in [KEY, "header-secret", "query-secret"] {
            assert!(!log.contains(secret), "the log has {secret}");
            assert!(!printed.contains(secret), "the output has {secret}");
            assert!(
                !database_contains(installation, secret),
                "the database has {secret}"
            );
        }
        let cleared = installation
            .assistant(&["clear", "--workspace", &own])
            .json();
        assert_eq!(cleared, json!({ "workspaceId": own, "cleared": true }));
        let again = installation
            .assistant(&["clear", "--workspace", &own])
            .json();
        assert_eq!(again["cleared"], false);
        let left = installation
            .assistant(&["show", "--workspace", &own])
            .json();
        assert_setting(&left, "kind", "echo", "server");
    });
}

#[test]
fn failed_trial_tells_what_is_wrong_without_the_key() {
    let model = ModelServer::start();
    on_both_databases(ECHO_AND_LOCAL, |installation| {
        let workspace = installation.workspace();
        let wrong = installation.write("wrong", "sk-wrong-key");
        let set = |arguments: &[&str]| {
            let all = [&["assistant", "set", "--workspace", &workspace], arguments].concat();
            installation.command_with_input(&all, &wrong)
        };
        let url = model.url();
        set(&[
            "--kind",
            "openai",
            "--model",
            "m",
            "--base-url",
            &url,
            "--api-key-stdin",
        ])
        .json();
        let refused = installation.assistant(&["test", "--workspace", &workspace]);
        refused.assert_refused(
            1,
            "the provider refused the key (unauthorized, HTTP 401)",
            "api_key",
        );
        assert!(!refused.stderr.contains("sk-wrong-key"));
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let closed_url = format!("http://{}/v1", closed.local_addr().unwrap());
        drop(closed);
        // The key is not sent to another URL unless it is given again.
        set(&["--base-url", &closed_url]).assert_refused(2, "together with the key", "--help");
        set(&["--base-url", &closed_url, "--no-api-key"]).json();
        let unreachable = installation.assistant(&["test", "--workspace", &workspace]);
        unreachable.assert_refused(1, "unreachable", "start the model server");
    });
}

#[test]
fn private_address_of_a_workspace_is_refused() {
    let model = ModelServer::start();
    on_both_databases("", |installation| {
        let workspace = installation.workspace();
        let set = |url: &str| {
            let provider = [
                "set",
                "--workspace",
                &workspace,
                "--kind",
                "openai",
                "--model",
                "m",
            ];
            installation.assistant(&[&provider[..], &["--base-url", url]].concat())
        };
        for host in ["127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254"] {
            set(&format!("http://{host}:{}/v1", model.port())).assert_refused(
                2,
                "must be a public address",
                "agent_server_networks",
            );
        }
        let none = installation.assistant(&["test", "--workspace", &workspace]);
        none.assert_refused(5, "no provider", "PARLOR_ASSISTANT__KIND=echo");
        // A name is looked up when it is called.
        set(&format!("http://localhost:{}/v1", model.port())).json();
        let tested = installation.assistant(&["test", "--workspace", &workspace]);
        tested.assert_refused(1, "address_forbidden", "public address");
    });
    assert!(model.requests().is_empty());
}

#[test]
fn private_address_of_the_server_is_called() {
    let model = ModelServer::start();
    let installation = Installation::start(
        &format!(
            "[assistant]\nkind = \"openai\"\nbase_url = {:?}\nmodel = \"m\"\napi_key = {KEY:?}\n",
            model.url()
        ),
        None,
    );
    let tested = installation.assistant(&["test"]).json();
    assert_eq!(
        (&tested["answer"], &tested["model"]),
        (&json!("hello"), &json!("m"))
    );
    let workspace = installation.workspace();
    installation
        .assistant(&["set", "--workspace", &workspace, "--model", "other"])
        .json();
    let tested = installation
        .assistant(&["test", "--workspace", &workspace])
        .json();
    assert_eq!(
        (&tested["source"], &tested["model"]),
        (&json!("server"), &json!("other"))
    );
    let shown = installation.assistant(&["show", "--workspace", &workspace]);
    assert_setting(&shown.json(), "api_key", "set", "server");
    assert_setting(&shown.json(), "model", "other", "workspace");
    assert!(!shown.stdout.contains(KEY));
}

#[test]
fn wrong_change_is_refused_with_a_remedy() {
    let installation = Installation::start("", None);
    let workspace = installation.workspace();
    let missing = "00000000-0000-7000-8000-000000000000";
    installation
        .assistant(&["set", "--kind", "echo"])
        .assert_refused(2, "configuration", "--workspace ID");
    installation
        .assistant(&["clear"])
        .assert_refused(2, "configuration", "--workspace ID");
    installation
        .assistant(&["show", "--workspace", missing])
        .assert_refused(5, "no such workspace", "workspace list");
    for (arguments, error, fix) in [
        (&[][..], "nothing to change", "--help"),
        (&["--kind", "opnai"], "opnai", "openai, echo or none"),
        (
            &["--requests-per-day", "many"],
            "many",
            "a whole number or none",
        ),
        (&["--history-tokens", "1"], "history_tokens", "--help"),
        (
            &["--api-key-file", "/nonexistent"],
            "/nonexistent",
            "--api-key-stdin",
        ),
        (&["--kind", "openai"], "base_url", "--help"),
        (
            &["--kind", "openai", "--base-url", "ftp://h"],
            "base_url",
            "--help",
        ),
        (&["--base-url", "http://example.com"], "kind", "--help"),
        (
            &["--kind", "echo", "--header", "secret"],
            "no colon",
            "'Name: value'",
        ),
    ] {
        let set = ["set", "--workspace", &workspace];
        let refused = installation.assistant(&[&set[..], arguments].concat());
        refused.assert_refused(2, error, fix);
    }
    let shown = installation
        .assistant(&["show", "--workspace", &workspace])
        .json();
    assert_setting(&shown, "kind", Value::Null, "none");
}
