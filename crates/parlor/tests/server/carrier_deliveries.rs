//! Text messages of the program: a killed server sends none twice and loses none unseen.
//!
//! Proves INV-78 (`docs/invariants.md`).

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use http::StatusCode;
use parlor_testkit::tokio::sync::{Semaphore, mpsc};
use parlor_testkit::tokio::{self, net::TcpListener, time::timeout};
use serde_json::{Value, json};

use crate::program::{Program, WAIT_TIMEOUT, binary, block_on, client, command, temp_dir};

const CHATS: usize = 20;
const MESSAGES_OF_CHAT: usize = 50;
/// Messages of each chat that the carrier answers before a server is killed.
const ANSWERED: usize = 25;
/// Messages of each chat that are queued when a server is killed. The first of them is under way.
const QUEUED: usize = 5;

/// Carrier that accepts messages, and says which it has got. It answers as often as it is allowed to.
struct Carrier {
    url: String,
    texts: mpsc::UnboundedReceiver<String>,
    answers: Arc<Semaphore>,
}

type CarrierState = (mpsc::UnboundedSender<String>, Arc<Semaphore>);

impl Carrier {
    async fn start() -> Self {
        let (sender, texts) = mpsc::unbounded_channel();
        let answers = Arc::new(Semaphore::new(CHATS * ANSWERED));
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

fn start(data: &Path, database: Option<&str>, carrier: &Carrier) -> Program {
    let mut command = command(binary());
    command.args(["--listen", "127.0.0.1:0", "--log-format", "json", "--data"]);
    command.arg(data);
    if let Some(database) = database {
        command.args(["--connections", "4", "--database", database]);
    }
    command.envs([
        ("PARLOR_MASTER_KEY", &*"5c".repeat(32)),
        ("PARLOR_SMS__KIND", "twilio"),
        ("PARLOR_SMS__BASE_URL", &carrier.url),
        ("PARLOR_SMS__ACCOUNT_SID", "AC1"),
        ("PARLOR_SMS__AUTH_TOKEN", "secret"),
        // Longer than all is queued, on a busy machine; the lease of a killed server is a little longer.
        ("PARLOR_SMS__TIMEOUT", "25s"),
        ("PARLOR_WEBHOOKS__TIMEOUT", "1s"),
    ]);
    Program::spawn(command, data).unwrap_or_else(|ended| panic!("{ended:?}"))
}

/// The API of a workspace, whichever server answers.
struct Api {
    workspace: String,
    key: String,
}

impl Api {
    fn of(program: &Program) -> Self {
        let credentials = program.credentials();
        Self {
            workspace: credentials["workspaceId"].as_str().unwrap().to_owned(),
            key: program.key(),
        }
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

fn killed_server_sends_no_message_twice(database: Option<&str>) {
    let folder = temp_dir();
    let data = ["one", "two"].map(|name| folder.path().join(name));
    block_on(async {
        let mut carrier = Carrier::start().await;
        let first = start(&data[0], database, &carrier);
        let api = Api::of(&first);
        let second = database.map(|_| start(&data[1], database, &carrier));
        let number = json!({ "number": "+15005550001" });
        let number = api.create(&first, "/phone-numbers", number).await["id"].clone();
        let mut chats = Vec::new();
        for index in 0..CHATS {
            chats.push(api.create_chat(&first, &number, index).await);
        }
        let say = async |program: &Program, messages: Range<usize>| {
            for message in messages {
                for (index, chat) in chats.iter().enumerate() {
                    api.say(program, chat, &format!("{index}/{message}")).await;
                }
            }
        };
        say(&first, 0..ANSWERED).await;
        let mut received = carrier.take(CHATS * ANSWERED).await;
        say(&first, ANSWERED..ANSWERED + QUEUED).await;
        received.extend(carrier.take(CHATS).await);
        let mut killed = first;
        killed.signal("KILL");
        killed.wait();
        carrier.answers.add_permits(CHATS * MESSAGES_OF_CHAT);
        let again = start(&data[0], database, &carrier);
        say(&again, ANSWERED + QUEUED..MESSAGES_OF_CHAT).await;
        let states = wait_for_states(&api, &again, &chats).await;
        received.extend(carrier.take_all());
        let unknown = check(&received, &states);
        // Those of the other node were answered.
        let is_right = match database {
            Some(_) => unknown <= CHATS,
            None => unknown == CHATS,
        };
        assert!(is_right, "{unknown} are unknown");
        again.stop();
        if let Some(second) = second {
            second.stop();
        }
    });
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

#[test]
fn killed_server_sends_no_message_twice_sqlite() {
    killed_server_sends_no_message_twice(None);
}

#[test]
fn killed_server_sends_no_message_twice_postgres() {
    let database = parlor_test_postgres::create_database();
    killed_server_sends_no_message_twice(Some(database.url()));
}
