//! Webhooks of the program: a killed server loses none, and `parlor delivery` shows and repeats them.
//!
//! Proves INV-69 (`docs/invariants.md`).

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use parlor_test_postgres::TestDatabase;
use parlor_testkit::TestBackend;
use parlor_testkit::tokio::sync::mpsc;
use parlor_testkit::tokio::{self, net::TcpListener, time::timeout};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{
    CommandOutcome, Program, WAIT_TIMEOUT, binary, block_on, client, command, run, temp_dir,
};

const MESSAGES: usize = 100;

/// Receiver that answers nothing until it is opened.
struct Receiver {
    url: String,
    is_open: Arc<AtomicBool>,
    requests: mpsc::UnboundedReceiver<(String, String)>,
}

type ReceiverState = (Arc<AtomicBool>, mpsc::UnboundedSender<(String, String)>);

impl Receiver {
    async fn start() -> Self {
        let (sender, requests) = mpsc::unbounded_channel();
        let is_open = Arc::<AtomicBool>::default();
        let app = Router::new()
            .route("/", post(receive))
            .with_state((is_open.clone(), sender));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url,
            is_open,
            requests,
        }
    }

    /// Returns the id and the text of the next webhook.
    async fn next(&mut self) -> (String, String) {
        timeout(WAIT_TIMEOUT, self.requests.recv())
            .await
            .unwrap_or_else(|_| panic!("no webhook came"))
            .unwrap()
    }
}

async fn receive(
    State((is_open, sender)): State<ReceiverState>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let body: Value = serde_json::from_str(&body).unwrap();
    let id = headers["webhook-id"].to_str().unwrap().to_owned();
    let text = body["message"]["content"].as_str().unwrap().to_owned();
    sender.send((id, text)).unwrap();
    if !is_open.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    StatusCode::OK
}

/// A data folder and a database.
struct Stage {
    _folder: TempDir,
    data: PathBuf,
    database: Option<TestDatabase>,
}

impl Stage {
    fn new(backend: TestBackend) -> Self {
        let folder = temp_dir();
        Self {
            data: folder.path().join("data"),
            _folder: folder,
            database: (backend == TestBackend::Postgres)
                .then(parlor_test_postgres::create_database),
        }
    }

    fn start(&self) -> Program {
        let mut command = command(binary());
        command.args(["--listen", "127.0.0.1:0", "--log-format", "json", "--data"]);
        command.arg(&self.data);
        if let Some(database) = &self.database {
            command.args(["--connections", "4", "--database", database.url()]);
        }
        command.envs([
            ("PARLOR_AGENT_SERVER_NETWORKS", "127.0.0.0/8"),
            ("PARLOR_WEBHOOKS__ALLOW_HTTP", "true"),
            ("PARLOR_WEBHOOKS__TIMEOUT", "1s"),
        ]);
        Program::spawn(command, &self.data).unwrap_or_else(|ended| panic!("{ended:?}"))
    }

    fn command(&self, arguments: &[&str]) -> CommandOutcome {
        let mut own = vec!["--json", "--data", self.data.to_str().unwrap()];
        if let Some(database) = &self.database {
            own.extend(["--database", database.url()]);
        }
        run(&[arguments, &own].concat(), &[])
    }
}

async fn call(program: &Program, path: &str, body: Value) -> Value {
    let credentials = program.credentials();
    let workspace = credentials["workspaceId"].as_str().unwrap();
    let url = format!("{}/api/v2/w/{workspace}{path}", program.url);
    let request = client().post(url).bearer_auth(program.key()).json(&body);
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn killed_server_loses_no_webhook(backend: TestBackend) {
    let stage = Stage::new(backend);
    let mut program = stage.start();
    block_on(async {
        let mut receiver = Receiver::start().await;
        let rule = json!({ "objectType": "chat", "eventType": "chat:message_created", "actionType": "webhook:send", "actionParams": { "url": receiver.url } });
        let rule = call(&program, "/event-rules", rule).await["id"].to_string();
        let chat = call(
            &program,
            "/chats",
            json!({ "channel": "web-chat", "assistantEnabled": false }),
        )
        .await;
        let path = format!("/chats/{}/messages", chat["id"]);
        for number in 0..MESSAGES {
            call(&program, &path, json!({ "content": number.to_string() })).await;
        }
        let first = receiver.next().await;
        program.signal("KILL");
        program.wait();
        receiver.is_open.store(true, Ordering::SeqCst);
        let program = stage.start();
        let mut received = vec![first];
        while received.last().unwrap().1 != (MESSAGES - 1).to_string() {
            received.push(receiver.next().await);
        }
        // The first may have been tried several times, under one id.
        received.dedup();
        let texts: Vec<_> = received.iter().map(|(_, text)| text.clone()).collect();
        assert_eq!(
            texts,
            (0..MESSAGES)
                .map(|number| number.to_string())
                .collect::<Vec<_>>()
        );
        wait_until_all_are_sent(&stage, &rule).await;
        show_and_replay(&stage, &rule, &received[7].0, &mut receiver).await;
        list_unsent(&stage, &program, &path).await;
        program.stop();
    });
}

async fn wait_until_all_are_sent(stage: &Stage, rule: &str) {
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    let looks = async {
        loop {
            let listed = stage
                .command(&["delivery", "list", rule, "--limit", "1000"])
                .json();
            let rows = listed.as_array().unwrap();
            if rows.len() == MESSAGES && rows.iter().all(|row| row["status"] == "sent") {
                return;
            }
            ticks.tick().await;
        }
    };
    timeout(WAIT_TIMEOUT, looks)
        .await
        .unwrap_or_else(|_| panic!("not all were sent"));
}

async fn show_and_replay(stage: &Stage, rule: &str, id: &str, receiver: &mut Receiver) {
    let shown = stage.command(&["delivery", "show", id]).json();
    assert_eq!(
        (
            &shown["id"],
            &shown["event"],
            &shown["status"],
            &shown["responseStatus"]
        ),
        (
            &json!(id),
            &json!("message_created"),
            &json!("sent"),
            &json!(200)
        )
    );
    assert!(
        shown["requestBody"]
            .as_str()
            .unwrap()
            .contains("\"content\":\"7\"")
    );
    assert_eq!(
        stage.command(&["delivery", "replay", id]).json(),
        json!({ "replayed": 1 })
    );
    assert_eq!(receiver.next().await, (id.to_owned(), "7".to_owned()));
    let since = ["--since", "2020-01-01T00:00:00Z"];
    let failed = [&["delivery", "replay", "--rule", rule], &since[..]].concat();
    assert_eq!(stage.command(&failed).json(), json!({ "replayed": 0 }));
    assert_eq!(
        stage.command(&["delivery", "resume", rule]).json(),
        json!({ "rule": rule, "resumed": false })
    );
    for (arguments, code) in [
        (&["delivery", "show", "4711"][..], 5),
        (&["delivery", "list", "nothing"], 5),
        (&["delivery", "replay"], 2),
        (&["delivery", "replay", "--rule", rule], 2),
        (
            &["delivery", "replay", "--rule", rule, "--since", "soon"],
            2,
        ),
    ] {
        assert_eq!(stage.command(arguments).code, Some(code), "{arguments:?}");
    }
}

/// A webhook to an inside address is not sent, and listed as such.
async fn list_unsent(stage: &Stage, program: &Program, messages: &str) {
    let unsent = ["delivery", "list", "--unsent"];
    assert_eq!(stage.command(&unsent).json(), json!([]));
    let rule = json!({ "objectType": "chat", "eventType": "chat:message_created", "actionType": "webhook:send", "actionParams": { "url": "http://10.0.0.1/" } });
    let rule = call(program, "/event-rules", rule).await["id"].clone();
    call(program, messages, json!({ "content": "inside" })).await;
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    let looks = async {
        loop {
            let listed = stage.command(&unsent).json();
            if let Some(row) = listed.as_array().unwrap().first() {
                return row.clone();
            }
            ticks.tick().await;
        }
    };
    let row = timeout(WAIT_TIMEOUT, looks)
        .await
        .unwrap_or_else(|_| panic!("nothing is listed"));
    assert_eq!(
        (&row["kind"], &row["rule"], &row["status"], &row["reason"]),
        (
            &json!("webhook"),
            &rule,
            &json!("failed"),
            &json!("address_forbidden")
        )
    );
    let both = ["delivery", "list", "1", "--unsent"];
    assert_eq!(stage.command(&both).code, Some(2));
}

#[test]
fn killed_server_loses_no_webhook_sqlite() {
    killed_server_loses_no_webhook(TestBackend::Sqlite);
}

#[test]
fn killed_server_loses_no_webhook_postgres() {
    killed_server_loses_no_webhook(TestBackend::Postgres);
}
