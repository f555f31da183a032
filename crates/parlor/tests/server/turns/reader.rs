//! A reader of a chat that loses its server and comes back.

use parlor_testkit::TestSocket;
use serde_json::Value;

use super::fixture::{Caller, answer_to};

/// A socket on a chat, and what it has received.
pub struct Reader {
    socket: TestSocket,
    chat: String,
    epoch: String,
    last_seq: i64,
    /// Text of the answer under way.
    streamed: String,
    /// Texts of the messages that the log has brought.
    received: Vec<String>,
}

impl Reader {
    /// Follows a chat from the beginning of its log on.
    pub async fn open(caller: &Caller, chat: &str) -> Self {
        let path = socket_path(caller, chat);
        let mut socket = TestSocket::open(&caller.url, &path, &[]).await;
        let first = socket.next().await;
        assert_eq!(first["event_type"], "connection_established", "{first}");
        Self {
            socket,
            chat: chat.to_owned(),
            epoch: first["epoch"].as_str().unwrap().to_owned(),
            last_seq: first["seq"].as_i64().unwrap(),
            streamed: String::new(),
            received: Vec::new(),
        }
    }

    /// Connects again, to this or another program, where it was.
    pub async fn reconnect(&mut self, caller: &Caller) {
        let (last_seq, epoch) = (self.last_seq, &self.epoch);
        let path = format!(
            "{}&last_seq={last_seq}&epoch={epoch}",
            socket_path(caller, &self.chat)
        );
        self.socket = TestSocket::open(&caller.url, &path, &[]).await;
        let first = self.socket.next().await;
        assert_eq!(first["resumed"], true, "{first}");
    }

    /// Waits until an answer is under way.
    pub async fn wait_for_stream(&mut self) {
        while self.next().await != "message_stream_started" {}
    }

    /// Waits for the server's end.
    pub async fn wait_for_end(&mut self) {
        while let Some(frame) = self.socket.next_or_end().await {
            self.accept(&frame);
        }
    }

    /// Receives the answer, then asks once more: a second copy would come before the second answer.
    pub async fn assert_answered_once(&mut self, caller: &Caller, question: &str) {
        let answer = answer_to(question);
        self.wait_for_message(&answer).await;
        caller.say(&self.chat, "/slow 0\nand now").await;
        self.wait_for_message("You said: and now").await;
        let wanted = [question, &answer, "/slow 0\nand now", "You said: and now"];
        assert_eq!(self.received, wanted);
    }

    /// Waits until the log has brought a message.
    pub async fn wait_for_message(&mut self, content: &str) {
        while !self.received.iter().any(|received| received == content) {
            self.next().await;
        }
    }

    /// Texts of the messages that the log has brought.
    pub fn received(&self) -> &[String] {
        &self.received
    }

    async fn next(&mut self) -> String {
        let frame = self.socket.next().await;
        self.accept(&frame)
    }

    /// Records a frame, which must follow those before, and returns its type.
    fn accept(&mut self, frame: &Value) -> String {
        let event_type = frame["event_type"].as_str().unwrap();
        match event_type {
            "message_stream_started" => {
                self.streamed.clear();
                self.streamed.push_str(frame["content"].as_str().unwrap());
            }
            "message_stream_token" => self.streamed.push_str(frame["token"].as_str().unwrap()),
            "message_stream_ended" => {
                assert_eq!(frame["content"], self.streamed.as_str(), "{frame}");
            }
            "message_created" => {
                assert_eq!(frame["seq"], self.last_seq + 1, "{frame}");
                let content = frame["message"]["content"].as_str().unwrap();
                self.received.push(content.to_owned());
            }
            _ => {}
        }
        if let Some(seq) = frame["seq"].as_i64().filter(|_| is_log_entry(event_type)) {
            self.last_seq = seq;
        }
        event_type.to_owned()
    }
}

/// Returns whether a frame is an entry of the log.
fn is_log_entry(event_type: &str) -> bool {
    matches!(event_type, "message_created" | "chat_updated" | "empty")
}

fn socket_path(caller: &Caller, chat: &str) -> String {
    format!(
        "/ws/chat?api_key={}&user_id=u1&chat_id={chat}&v=2",
        caller.key
    )
}
