//! A connection that is read all the time, whatever comes.

use std::sync::Arc;
use std::time::Duration;

use parlor_testkit::Socket;
use parlor_testkit::tokio::sync::watch;
use parlor_testkit::tokio::task::JoinHandle;
use serde_json::{Value, json};

use super::By;
use crate::model::{Dialect, Model, Talk};
use crate::stage::Stage;

/// What has come so far, and whether more can.
#[derive(Debug, Default)]
struct Heard {
    text: String,
    is_over: bool,
}

/// Closed with the value.
pub(super) struct Connection {
    heard: watch::Receiver<Heard>,
    reading: Arc<JoinHandle<()>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Connection {
    /// Opens it and waits until it follows; nothing where it was refused.
    pub(super) async fn open(stage: &Stage<'_>, by: By, talk: Talk, model: &Model) -> Option<Self> {
        let secret = &stage.secrets[by.held()];
        let id = stage.talks[talk];
        match by {
            By::ChatKey { user, .. } => {
                let user = stage.user(user);
                let path = format!("/ws/chat?api_key={secret}&user_id={user}&chat_id={id}&v=2");
                greeted(stage, &path).await.map(Self::of_socket)
            }
            By::ChatToken(_) => {
                let path = format!("/ws/chat?token={secret}&v=2");
                greeted(stage, &path).await.map(Self::of_socket)
            }
            By::LiveKey { user, .. } => {
                let path = format!("/live?api_key={secret}&user_id={}", stage.user(user));
                follow(greeted(stage, &path).await?, &id.to_string()).await
            }
            By::LiveToken(_) => {
                let path = format!("/live?token={secret}");
                follow(greeted(stage, &path).await?, &id.to_string()).await
            }
            By::Channels(_) => {
                let socket = stage
                    .server
                    .socket(&format!("/ws/?token={secret}"), &[])
                    .await;
                Some(Self::of_socket(socket))
            }
            By::ChatEvents(_) => {
                let path = format!("/api/v2/w/{}/chats/{id}/events", stage.tenant.workspace);
                Self::of_stream(stage, by, &path).await
            }
            By::GroupEvents(_) => {
                let room = model.conversations[talk].room?;
                let path = format!("{}/group/{id}/events", stage.space_path(room));
                Self::of_stream(stage, by, &path).await
            }
        }
    }

    fn of_socket(mut socket: Socket) -> Self {
        let (telling, heard) = watch::channel(Heard::default());
        let reading = parlor_testkit::tokio::spawn(async move {
            while let Some(text) = socket.next_text().await {
                let is_cut = text.contains(r#""event_type":"unsubscribed""#);
                telling.send_modify(|heard| {
                    heard.text.push_str(&text);
                    heard.is_over |= is_cut;
                });
            }
            telling.send_modify(|heard| heard.is_over = true);
        });
        Self {
            heard,
            reading: Arc::new(reading),
        }
    }

    async fn of_stream(stage: &Stage<'_>, by: By, path: &str) -> Option<Self> {
        let request = stage.server.get(path).header("accept", "text/event-stream");
        let request = request.bearer(&stage.secrets[by.held()]);
        let request = match by.dialect() {
            Dialect::Sharely => request.header("organizationid", &stage.tenant.organization),
            _ => request,
        };
        let mut response = request.open().await;
        if response.status() != 200 {
            return None;
        }
        let first = response.chunk().await.ok().flatten()?;
        let (telling, heard) = watch::channel(Heard::default());
        telling.send_modify(|heard| heard.text.push_str(&String::from_utf8_lossy(&first)));
        let reading = parlor_testkit::tokio::spawn(async move {
            while let Ok(Some(chunk)) = response.chunk().await {
                let text = String::from_utf8_lossy(&chunk).into_owned();
                telling.send_modify(|heard| heard.text.push_str(&text));
            }
            telling.send_modify(|heard| heard.is_over = true);
        });
        Some(Self {
            heard,
            reading: Arc::new(reading),
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.heard.borrow().is_over
    }

    pub(super) fn has_heard(&self, words: &str) -> bool {
        self.heard.borrow().text.contains(words)
    }

    pub(super) async fn ends_within(&mut self, limit: Duration) -> bool {
        let over = self.heard.wait_for(|heard| heard.is_over);
        parlor_testkit::tokio::time::timeout(limit, over)
            .await
            .is_ok()
    }

    pub(super) async fn hears(&mut self, words: &str, limit: Duration) -> bool {
        let came = self
            .heard
            .wait_for(|heard| heard.is_over || heard.text.contains(words));
        let came = parlor_testkit::tokio::time::timeout(limit, came)
            .await
            .is_ok();
        came && self.has_heard(words)
    }
}

async fn greeted(stage: &Stage<'_>, path: &str) -> Option<Socket> {
    let mut socket = stage.server.socket(path, &[]).await;
    let first = socket.next_or_end().await?;
    (first["event_type"] == "connection_established").then_some(socket)
}

async fn follow(mut socket: Socket, id: &str) -> Option<Connection> {
    socket
        .send(&json!({ "action": "subscribe", "conversation": id }))
        .await;
    loop {
        let frame: Value = socket.next_or_end().await?;
        match frame["event_type"].as_str() {
            Some("subscribed") => return Some(Connection::of_socket(socket)),
            Some("error") => return None,
            _ => {}
        }
    }
}
