//! A server with its simulator, whose assistant repeats what it is told.

use std::time::Duration;

use parlor_testkit::tokio::{self, time::timeout};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{CommandOutcome, Program, WAIT_TIMEOUT, client, run, temp_dir};

/// Number of the workspace.
pub const NUMBER: &str = "+15005550001";
/// Inbox of the workspace.
pub const INBOX: &str = "desk@example.org";
/// A person.
pub const ADA: &str = "+15005550123";

/// Settings of every server here.
const VARIABLES: [(&str, &str); 4] = [
    ("PARLOR_ASSISTANT__KIND", "echo"),
    ("PARLOR_SIMULATOR__LISTEN", "127.0.0.1:0"),
    ("PARLOR_SIMULATOR__DELAY", "5ms"),
    ("PARLOR_WEBHOOKS__FIRST_DELAY", "50ms"),
];

/// A server with its simulator.
pub struct SimulatedServer {
    pub program: Program,
    pub simulator: String,
    workspace: String,
    key: String,
    client: Client,
    _folder: TempDir,
}

impl SimulatedServer {
    /// Starts a server, and creates an agent with a workflow, a number and an inbox.
    pub async fn start(variables: &[(&str, &str)]) -> Self {
        let folder = temp_dir();
        let variables = [&VARIABLES, variables].concat();
        let program = Program::start(folder.path(), &["--simulator"], &variables);
        let credentials = program.credentials();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let server = Self {
            simulator: text(&program.ready["simulator"]),
            workspace: text(&credentials["workspaceId"]),
            key: program.key(),
            client: client(),
            program,
            _folder: folder,
        };
        let agent = server.create("/agents", json!({ "name": "Agent" })).await;
        let workflow =
            json!({ "name": "Desk", "agentMemberId": agent["id"], "tasks": [{ "name": "Help" }] });
        let workflow = server.create("/workflows", workflow).await["id"].clone();
        let number = json!({ "number": NUMBER, "defaultWorkflowId": workflow, "allowSignup": true, "isDefault": true });
        server.create("/phone-numbers", number).await;
        let inbox = json!({ "address": INBOX, "workflowId": workflow, "isDefault": true });
        server.create("/inboxes", inbox).await;
        server
    }

    fn path(&self, rest: &str) -> String {
        format!("{}/api/v2/w/{}{rest}", self.program.url, self.workspace)
    }

    pub async fn create(&self, path: &str, body: Value) -> Value {
        let request = self.client.post(self.path(path)).bearer_auth(&self.key);
        let response = request.json(&body).send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn get(&self, path: &str) -> Value {
        let request = self.client.get(self.path(path)).bearer_auth(&self.key);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Returns the chats over a channel, the newest first.
    pub async fn chats(&self, channel: &str) -> Vec<Value> {
        let page = self
            .get(&format!(
                "/chats?channel={channel}&sortBy=createdAt&limit=100"
            ))
            .await;
        let rows = page.as_array().or_else(|| page["items"].as_array());
        rows.unwrap_or_else(|| panic!("{page}")).clone()
    }

    /// Returns the messages of a chat, oldest first: content and state of delivery.
    pub async fn messages(&self, chat: &Value) -> Vec<(String, Value)> {
        let page = self
            .get(&format!("/chats/{}/messages?limit=100", chat["id"]))
            .await;
        let rows = page
            .as_array()
            .unwrap_or_else(|| panic!("{page}"))
            .iter()
            .rev();
        let content = |row: &Value| row["content"].as_str().unwrap_or_default().to_owned();
        rows.map(|row| (content(row), row["deliveryStatus"].clone()))
            .collect()
    }

    /// Waits until the messages of a chat have these contents and states.
    pub async fn wait_for_messages(&self, chat: &Value, wanted: &[(&str, Value)]) {
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(text, state)| ((*text).to_owned(), state.clone()))
            .collect();
        wait_for(async || {
            let found = self.messages(chat).await;
            if found == wanted {
                Ok(())
            } else {
                Err(format!("{found:?}"))
            }
        })
        .await;
    }

    /// Gets `/simulator/PATH`.
    pub async fn simulated(&self, path: &str) -> Value {
        let url = format!("{}/simulator/{path}", self.simulator);
        self.client
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// Posts a command to `/simulator/PATH`; returns the status.
    pub async fn command(&self, path: &str, command: &Value) -> u16 {
        let url = format!("{}/simulator/{path}", self.simulator);
        let sent = self.client.post(url).json(command).send().await;
        sent.unwrap().status().as_u16()
    }

    /// Waits until `/simulator/PATH` has a record for which the condition holds, and returns it.
    pub async fn wait_for_record(&self, path: &str, condition: impl Fn(&Value) -> bool) -> Value {
        wait_for(async || {
            let records = self.simulated(path).await;
            let found = records
                .as_array()
                .unwrap()
                .iter()
                .find(|record| condition(record));
            found.cloned().ok_or_else(|| records.to_string())
        })
        .await
    }

    /// Runs `parlor channels ...` for this simulator.
    pub fn channels(&self, arguments: &[&str]) -> CommandOutcome {
        run_channels(&self.simulator, arguments)
    }
}

/// Runs `parlor channels ...` for a simulator.
pub fn run_channels(simulator: &str, arguments: &[&str]) -> CommandOutcome {
    let folder = temp_dir();
    let data = folder.path().to_str().unwrap().to_owned();
    let common = ["--simulator-url", simulator, "--data", &data];
    run(&[&["channels"], arguments, &common].concat(), &[])
}

/// Looks again and again until something is found.
pub async fn wait_for<T>(look: impl AsyncFn() -> Result<T, String>) -> T {
    let mut last = String::new();
    let looks = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        loop {
            ticks.tick().await;
            match look().await {
                Ok(found) => return found,
                Err(found) => last = found,
            }
        }
    };
    let found = timeout(WAIT_TIMEOUT, looks).await;
    found.unwrap_or_else(|_| panic!("at last there was {last}"))
}
