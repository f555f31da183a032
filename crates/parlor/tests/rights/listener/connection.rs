//! A connection that is read continuously.

use std::sync::Arc;
use std::time::Duration;

use parlor_testkit::TestSocket;
use parlor_testkit::tokio::sync::watch;
use parlor_testkit::tokio::task::JoinHandle;
use serde_json::{Value, json};

use super::credential::ListenCredential;
use crate::model::{ConversationIndex, Dialect, Model};
use crate::stage::TestStage;

/// The text received so far, and whether the connection has ended.
#[derive(Debug, Default)]
struct ReceivedText {
    text: String,
    is_over: bool,
}

/// Closed when dropped.
pub(super) struct ReadConnection {
    received: watch::Receiver<ReceivedText>,
    reader_task: Arc<JoinHandle<()>>,
}

impl Drop for ReadConnection {
    fn drop(&mut self) {
        self.reader_task.abort();
    }
}

impl ReadConnection {
    /// Opens it and waits until it is subscribed; `None` if it was refused.
    pub(super) async fn open(
        stage: &TestStage<'_>,
        by: ListenCredential,
        conversation: ConversationIndex,
        model: &Model,
    ) -> Option<Self> {
        let secret = &stage.secrets[by.credential()];
        let id = stage.conversations[conversation];
        match by {
            ListenCredential::ChatKey { user, .. } => {
                let user = stage.user_id(user);
                let path = format!("/ws/chat?api_key={secret}&user_id={user}&chat_id={id}&v=2");
                open_greeted(stage, &path).await.map(Self::from_socket)
            }
            ListenCredential::ChatToken(_) => {
                let path = format!("/ws/chat?token={secret}&v=2");
                open_greeted(stage, &path).await.map(Self::from_socket)
            }
            ListenCredential::LiveKey { user, .. } => {
                let path = format!("/live?api_key={secret}&user_id={}", stage.user_id(user));
                subscribe(open_greeted(stage, &path).await?, &id.to_string()).await
            }
            ListenCredential::LiveToken(_) => {
                let path = format!("/live?token={secret}");
                subscribe(open_greeted(stage, &path).await?, &id.to_string()).await
            }
            ListenCredential::Channels(_) => {
                let socket = stage
                    .server
                    .open_socket(&format!("/ws/?token={secret}"), &[])
                    .await;
                Some(Self::from_socket(socket))
            }
            ListenCredential::ChatEvents(_) => {
                let path = format!("/api/v2/w/{}/chats/{id}/events", stage.tenant.workspace);
                Self::from_stream(stage, by, &path).await
            }
            ListenCredential::GroupEvents(_) => {
                let room = model.conversations[conversation].room?;
                let path = format!("{}/group/{id}/events", stage.space_path(room));
                Self::from_stream(stage, by, &path).await
            }
        }
    }

    fn from_socket(mut socket: TestSocket) -> Self {
        let (sender, received) = watch::channel(ReceivedText::default());
        let reading = parlor_testkit::tokio::spawn(async move {
            while let Some(text) = socket.next_text().await {
                let is_cut = text.contains(r#""event_type":"unsubscribed""#);
                sender.send_modify(|received| {
                    received.text.push_str(&text);
                    received.is_over |= is_cut;
                });
            }
            sender.send_modify(|received| received.is_over = true);
        });
        Self {
            received,
            reader_task: Arc::new(reading),
        }
    }

    async fn from_stream(stage: &TestStage<'_>, by: ListenCredential, path: &str) -> Option<Self> {
        let request = stage.server.get(path).header("accept", "text/event-stream");
        let request = request.bearer(&stage.secrets[by.credential()]);
        let request = match by.dialect() {
            Dialect::Sharely => request.header("organizationid", &stage.tenant.organization),
            _ => request,
        };
        let mut response = request.send_streaming().await;
        if response.status() != 200 {
            return None;
        }
        let first = response.chunk().await.ok().flatten()?;
        let (sender, received) = watch::channel(ReceivedText::default());
        sender.send_modify(|received| received.text.push_str(&String::from_utf8_lossy(&first)));
        let reading = parlor_testkit::tokio::spawn(async move {
            while let Ok(Some(chunk)) = response.chunk().await {
                let text = String::from_utf8_lossy(&chunk).into_owned();
                sender.send_modify(|received| received.text.push_str(&text));
            }
            sender.send_modify(|received| received.is_over = true);
        });
        Some(Self {
            received,
            reader_task: Arc::new(reading),
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.received.borrow().is_over
    }

    pub(super) fn has_received(&self, words: &str) -> bool {
        self.received.borrow().text.contains(words)
    }

    pub(super) async fn ends_within(&mut self, limit: Duration) -> bool {
        let over = self.received.wait_for(|received| received.is_over);
        parlor_testkit::tokio::time::timeout(limit, over)
            .await
            .is_ok()
    }

    pub(super) async fn receives_within(&mut self, words: &str, limit: Duration) -> bool {
        let came = self
            .received
            .wait_for(|received| received.is_over || received.text.contains(words));
        let came = parlor_testkit::tokio::time::timeout(limit, came)
            .await
            .is_ok();
        came && self.has_received(words)
    }
}

async fn open_greeted(stage: &TestStage<'_>, path: &str) -> Option<TestSocket> {
    let mut socket = stage.server.open_socket(path, &[]).await;
    let first = socket.next_or_end().await?;
    (first["event_type"] == "connection_established").then_some(socket)
}

async fn subscribe(mut socket: TestSocket, id: &str) -> Option<ReadConnection> {
    socket
        .send(&json!({ "action": "subscribe", "conversation": id }))
        .await;
    loop {
        let frame: Value = socket.next_or_end().await?;
        match frame["event_type"].as_str() {
            Some("subscribed") => return Some(ReadConnection::from_socket(socket)),
            Some("error") => return None,
            _ => {}
        }
    }
}
