//! Text messages of the program, under failures and at times at which nothing leaves.
//!
//! Proves INV-78 (`docs/invariants.md`).

mod held;
mod killed_server;
mod restarted_database;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use futures_util::future::join_all;
use http::StatusCode;
use parlor::system::SystemClock;
use parlor_model::time::Clock;
use parlor_testkit::tokio::sync::{Semaphore, mpsc};
use parlor_testkit::tokio::{self, net::TcpListener, time::timeout};
use serde_json::{Value, json};

use crate::program::{Program, WAIT_TIMEOUT, binary, client, command, run};

const CHATS: usize = 20;
const MESSAGES_OF_CHAT: usize = 50;

/// Carrier that accepts messages, and says which it has got. It answers as often as it is allowed to.
struct Carrier {
    url: String,
    texts: mpsc::UnboundedReceiver<String>,
    answers: Arc<Semaphore>,
}

type CarrierState = (mpsc::UnboundedSender<String>, Arc<Semaphore>);

impl Carrier {
    /// Starts a carrier that answers this many messages at first.
    async fn start(answers: usize) -> Self {
        let (sender, texts) = mpsc::unbounded_channel();
        let answers = Arc::new(Semaphore::new(answers));
        let app = Router::new()
            .route("/2010-04-01/Accounts/AC1/Messages.json", post(accept))
            .with_state((sender, answers.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url,
            texts,
            answers,
        }
    }

    /// Returns the texts of the next messages.
    async fn take(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::with_capacity(count);
        while texts.len() < count {
            let text = timeout(WAIT_TIMEOUT, self.texts.recv()).await;
            texts.push(text.unwrap_or_else(|_| panic!("no message came")).unwrap());
        }
        texts
    }

    fn answer_all(&self) {
        self.answers.add_permits(CHATS * MESSAGES_OF_CHAT);
    }

    /// Returns the texts that have come and were not taken.
    fn take_all(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.texts.try_recv().ok()).collect()
    }
}

async fn accept(
    State((sender, answers)): State<CarrierState>,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let mut fields = form_urlencoded::parse(&body);
    let (_, text) = fields.find(|(name, _)| name == "Body").unwrap();
    sender.send(text.into_owned()).unwrap();
    answers.acquire().await.unwrap().forget();
    (StatusCode::CREATED, r#"{"sid":"SM1","status":"queued"}"#)
}

/// Key of all nodes of a server.
fn master_key() -> String {
    "5c".repeat(32)
}

fn start(data: &Path, database: Option<&str>, carrier: &Carrier) -> Program {
    let mut command = command(binary());
    command.args(["--listen", "127.0.0.1:0", "--log-format", "json", "--data"]);
    command.arg(data);
    if let Some(database) = database {
        command.args(["--connections", "4", "--database", database]);
    }
    command.envs([
        ("PARLOR_MASTER_KEY", &*master_key()),
        ("PARLOR_SMS__KIND", "twilio"),
        ("PARLOR_SMS__BASE_URL", &carrier.url),
        ("PARLOR_SMS__ACCOUNT_SID", "AC1"),
        ("PARLOR_SMS__AUTH_TOKEN", "secret"),
        // Longer than it takes to kill a server, on a busy machine; the lease of a killed one is a little longer.
        ("PARLOR_SMS__TIMEOUT", "20s"),
        ("PARLOR_WEBHOOKS__TIMEOUT", "1s"),
    ]);
    Program::spawn(command, data).unwrap_or_else(|ended| panic!("{ended:?}"))
}

/// The API of a workspace, whichever server answers.
struct Api {
    workspace: String,
    key: String,
    database: Option<String>,
}

impl Api {
    fn of(program: &Program, database: Option<&str>) -> Self {
        let credentials = program.credentials();
        Self {
            workspace: credentials["workspaceId"].as_str().unwrap().to_owned(),
            key: program.key(),
            database: database.map(str::to_owned),
        }
    }

    fn set_quiet_hours(&self, program: &Program, hours: &str) {
        let update = ["workspace", "update", "--json", "--quiet-hours", hours];
        let database = self.database.as_deref();
        let database = database
            .map(|url| vec!["--database", url])
            .unwrap_or_default();
        let data = ["--data", program.data.to_str().unwrap()];
        let words = [&update[..], &database, &data].concat();
        run(&words, &[("PARLOR_MASTER_KEY", &master_key())]).json();
    }

    async fn post(&self, program: &Program, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", program.url);
        let request = client().post(url).bearer_auth(&self.key);
        let response = request.header("x-api-key", &self.key).json(&body);
        let response = response.send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn create(&self, program: &Program, path: &str, body: Value) -> Value {
        let path = format!("/api/v2/w/{}{path}", self.workspace);
        self.post(program, &path, body).await
    }

    /// Creates a chat over text messages with a member of its own.
    async fn create_chat(&self, program: &Program, number: &Value, index: usize) -> Value {
        let phone = format!("+150055502{index:02}");
        let member = json!({ "name": format!("Member {index}"), "phone": phone });
        let member = self.create(program, "/members", member).await;
        let chat = json!({
            "channel": "phone-sms", "assistantEnabled": false, "memberId": member["id"], "phoneNumberId": number,
        });
        self.create(program, "/chats", chat).await
    }

    async fn say(&self, program: &Program, chat: &Value, text: &str) {
        let path = format!("/api/v1/chats/{}/messages", chat["uuid"].as_str().unwrap());
        let body = json!({ "content": text, "sender_role": "assistant" });
        self.post(program, &path, body).await;
    }

    /// Returns text and delivery state of the messages of a chat, oldest first.
    async fn states(&self, program: &Program, chat: &Value) -> Vec<(String, String)> {
        let url = format!(
            "{}/api/v2/w/{}/chats/{}/messages?limit=100",
            program.url, self.workspace, chat["id"]
        );
        let request = client().get(url).bearer_auth(&self.key);
        let page: Value = request.send().await.unwrap().json().await.unwrap();
        let rows = page.as_array().unwrap().iter().rev();
        let field = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        rows.map(|row| (field(row, "content"), field(row, "deliveryStatus")))
            .collect()
    }
}

/// Returns quiet hours of the next two hours and of the last two, in UTC.
fn quiet_hours_around_now() -> String {
    let now = SystemClock.now().seconds();
    let time = |hours: i64| {
        let minute = (now / 60 + hours * 60) % (24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    format!("{}-{}", time(22), time(2))
}

/// Queues messages in all chats, which begin to leave when all are queued.
async fn queue_messages(api: &Api, nodes: &[&Program]) -> Vec<Value> {
    api.set_quiet_hours(nodes[0], &quiet_hours_around_now());
    let number = json!({ "number": "+15005550001" });
    let number = api.create(nodes[0], "/phone-numbers", number).await["id"].clone();
    let mut chats = Vec::new();
    for index in 0..CHATS {
        chats.push(api.create_chat(nodes[0], &number, index).await);
    }
    let say_all = chats.iter().enumerate().map(async |(index, chat)| {
        let node = nodes[index % nodes.len()];
        for message in 0..MESSAGES_OF_CHAT {
            api.say(node, chat, &format!("{index}/{message}")).await;
        }
    });
    join_all(say_all).await;
    api.set_quiet_hours(nodes[0], "none");
    chats
}

/// Waits until nothing waits any more, and returns what became of each message.
async fn wait_for_states(
    api: &Api,
    program: &Program,
    chats: &[Value],
) -> Vec<Vec<(String, String)>> {
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    let looks = async {
        loop {
            ticks.tick().await;
            let mut all = Vec::new();
            for chat in chats {
                all.push(api.states(program, chat).await);
            }
            if all.iter().flatten().all(|(_, state)| state != "queued") {
                return all;
            }
        }
    };
    timeout(WAIT_TIMEOUT * 2, looks)
        .await
        .unwrap_or_else(|_| panic!("messages still wait"))
}

/// Checks that each message has left once at most and in the order of its chat, and that those of which nobody knows are
/// those that were under way, whose number is returned.
fn check(received: &[String], states: &[Vec<(String, String)>]) -> usize {
    let left: HashSet<&String> = received.iter().collect();
    assert_eq!(left.len(), received.len(), "a message has left twice");
    let mut newest = HashMap::new();
    for text in received {
        let (chat, message) = text.split_once('/').unwrap();
        let message: usize = message.parse().unwrap();
        let before = newest.insert(chat, message);
        assert!(
            before.is_none_or(|before| before < message),
            "{text} is late"
        );
    }
    let mut unknown = 0;
    for (chat, messages) in states.iter().enumerate() {
        assert_eq!(messages.len(), MESSAGES_OF_CHAT, "chat {chat}");
        for (text, state) in messages {
            match state.as_str() {
                "sent" => assert!(left.contains(text), "{text} has not left"),
                "unknown" => unknown += 1,
                _ => panic!("{text} is {state}"),
            }
        }
    }
    unknown
}
