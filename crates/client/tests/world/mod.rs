//! What the tests begin with.
#![allow(dead_code, reason = "each test uses some of it")]

use std::time::Duration;

use parlor_client::{Backoff, Chat, Client, Entry, NewChat};
use parlor_testkit::TestServer;

pub(crate) struct World {
    /// By the address that was given.
    pub(crate) client: Client,
    /// By the server's own.
    pub(crate) direct: Client,
    pub(crate) chat: Chat,
}

impl World {
    pub(crate) async fn of(server: &TestServer, url: &str) -> Self {
        let client = Client::new(url, &server.a.key).unwrap();
        let direct = Client::new(&server.url, &server.a.key).unwrap();
        let chat = client.create_chat(NewChat::of("ada").title("Parcel")).await;
        Self {
            client,
            direct,
            chat: chat.unwrap(),
        }
    }
}

/// Comes back soon, always after the same times.
pub(crate) fn quick() -> Backoff {
    Backoff {
        base: Duration::from_millis(5),
        cap: Duration::from_millis(50),
        shutdown: Duration::from_millis(50),
        crowded: Duration::from_millis(50),
        broken: Duration::from_millis(5),
        seed: Some(7),
        ..Backoff::default()
    }
}

/// What was said.
pub(crate) fn contents(entries: &[Entry]) -> Vec<String> {
    let said = entries.iter().filter_map(Entry::message);
    said.map(|message| message.content.clone()).collect()
}
