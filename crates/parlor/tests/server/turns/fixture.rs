//! Many conversations with a question each, and what is checked about their answers.

use std::path::{Path, PathBuf};

use parlor_test_postgres::TestDatabase;
use parlor_testkit::tokio::task::JoinSet;
use parlor_testkit::{TestBackend, wait_for_count};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Program, WAIT_TIMEOUT, binary, client, command, temp_dir};

/// Questions that are asked at the same time.
const CONCURRENT_QUESTIONS: usize = 8;

/// A delay in which no answer ends while a test runs.
pub const ENDLESS: &str = "20s";
/// A delay in which an answer has many parts.
pub const BRISK: &str = "5ms";

/// A database, and the folders of the programs that use it.
pub struct Stage {
    folder: TempDir,
    database: Option<TestDatabase>,
}

impl Stage {
    pub fn new(backend: TestBackend) -> Self {
        let database = match backend {
            TestBackend::Sqlite => None,
            TestBackend::Postgres => Some(parlor_test_postgres::create_database()),
        };
        Self {
            folder: temp_dir(),
            database,
        }
    }

    /// Starts a program whose assistants wait before each word. `name` is that of its data folder.
    pub fn start(&self, name: &str, delay: &str) -> Program {
        let data = self.data(name);
        let mut command = command(binary());
        command.args(["--listen", "127.0.0.1:0", "--log-format", "json", "--data"]);
        command.arg(&data);
        if let Some(database) = &self.database {
            command.args(["--connections", "4", "--database", database.url()]);
        }
        command.envs([
            ("PARLOR_MASTER_KEY", &*"5c".repeat(32)),
            ("PARLOR_ASSISTANT__KIND", "echo"),
            ("PARLOR_ASSISTANT__ECHO_DELAY", delay),
            ("PARLOR_ASSISTANT_TURNS__MAX_CONCURRENT_TURNS", "400"),
            (
                "PARLOR_ASSISTANT_TURNS__MAX_CONCURRENT_TURNS_PER_WORKSPACE",
                "400",
            ),
        ]);
        Program::spawn(command, &data).unwrap_or_else(|ended| panic!("{ended:?}"))
    }

    fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Counts rows.
    pub fn count(&self, query: &str) -> i64 {
        match &self.database {
            Some(database) => database.count(query),
            None => count_in_file(&self.data("one").join("parlor.db"), query),
        }
    }

    /// Waits until a count is a number.
    pub async fn wait_for_count(&self, query: &str, wanted: i64) {
        wait_for_count(query, wanted, |query| self.count(query)).await;
    }

    /// Waits until no turn is queued or running.
    pub async fn wait_until_idle(&self) {
        let under_way = "select count(*) from turn where state in ('queued', 'running')";
        self.wait_for_count(under_way, 0).await;
    }
}

fn count_in_file(file: &Path, query: &str) -> i64 {
    let database = rusqlite::Connection::open(file).unwrap();
    database.busy_timeout(WAIT_TIMEOUT).unwrap();
    database.query_row(query, (), |row| row.get(0)).unwrap()
}

/// A caller of tenant chats.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    pub url: String,
    pub key: String,
}

impl Caller {
    /// Calls a program with the key of the first run.
    pub fn new(program: &Program, key: &str) -> Self {
        Self {
            client: client(),
            url: program.url.clone(),
            key: key.to_owned(),
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self
            .client
            .post(format!("{}/api/v1/chats/{path}", self.url));
        let request = request
            .header("x-api-key", &self.key)
            .header("content-type", "application/json")
            .body(body.to_string());
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        assert_eq!(status, 201, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Creates a chat and returns its id.
    pub async fn create_chat(&self) -> String {
        let chat = self.post("", &json!({ "user_id": "u1" })).await;
        chat["id"].as_str().unwrap().to_owned()
    }

    /// Says something in a chat.
    pub async fn say(&self, chat: &str, content: &str) {
        let path = format!("{chat}/messages");
        self.post(&path, &json!({ "content": content })).await;
    }

    /// Returns role and text of all messages of a chat.
    pub async fn read(&self, chat: &str) -> Vec<(String, String)> {
        let url = format!("{}/api/v1/chats/{chat}/messages", self.url);
        let request = self.client.get(url).header("x-api-key", &self.key);
        let text = request.send().await.unwrap().text().await.unwrap();
        let page: Value = serde_json::from_str(&text).unwrap();
        let text = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
        page["messages"]
            .as_array()
            .unwrap_or_else(|| panic!("{page}"))
            .iter()
            .map(|item| (text(item, "sender_role"), text(item, "content")))
            .collect()
    }

    /// Creates a chat for each question and asks it; returns the chats in this order.
    pub async fn ask_all(&self, questions: &[String]) -> Vec<String> {
        let mut chats = vec![String::new(); questions.len()];
        for first in (0..questions.len()).step_by(CONCURRENT_QUESTIONS) {
            let mut asked = JoinSet::new();
            let end = questions.len().min(first + CONCURRENT_QUESTIONS);
            for (at, question) in questions.iter().enumerate().take(end).skip(first) {
                let (caller, question) = (self.clone(), question.clone());
                asked.spawn(async move {
                    let chat = caller.create_chat().await;
                    caller.say(&chat, &question).await;
                    (at, chat)
                });
            }
            while let Some(asked) = asked.join_next().await {
                let (at, chat) = asked.unwrap();
                chats[at] = chat;
            }
        }
        chats
    }

    /// Checks that each chat holds its question and its answer, once.
    pub async fn assert_answered(&self, chats: &[String], questions: &[String]) {
        for (chat, question) in chats.iter().zip(questions) {
            let wanted = [
                ("user".to_owned(), question.clone()),
                ("assistant".to_owned(), answer_to(question)),
            ];
            assert_eq!(self.read(chat).await, wanted);
        }
    }
}

/// Returns what `echo` answers.
pub fn answer_to(question: &str) -> String {
    let said = question.strip_prefix("/slow 0\n").unwrap_or(question);
    format!("You said: {said}")
}

/// Questions that differ.
pub fn questions(count: usize) -> Vec<String> {
    (0..count)
        .map(|n| format!("question {n} of many, with enough words for an answer in many parts"))
        .collect()
}
