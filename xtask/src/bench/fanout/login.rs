//! How one comes in: an address, and what is said and heard before the first message.

use serde::{Deserialize, Serialize};

/// A way into a server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct LoginScript {
    /// Without one, the words go over plain TCP.
    pub(crate) path: Option<String>,
    pub(crate) steps: Vec<LoginStep>,
    /// What is heard now and then, and has to be answered.
    pub(crate) auto_reply: Option<(String, String)>,
}

/// `{user}` becomes the number of the user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum LoginStep {
    Send(String),
    Expect(String),
}

impl LoginScript {
    /// A WebSocket that says something first.
    pub(crate) fn websocket(path: impl Into<String>, greeting: Option<&str>) -> Self {
        Self {
            path: Some(path.into()),
            steps: greeting
                .map(|words| LoginStep::Expect(words.to_owned()))
                .into_iter()
                .collect(),
            auto_reply: None,
        }
    }
}
