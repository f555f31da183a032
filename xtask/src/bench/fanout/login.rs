//! Login of a client: a path, and frames that are exchanged before the first message.

use serde::{Deserialize, Serialize};

/// Login at a server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct LoginScript {
    /// WebSocket path; `None` for plain TCP.
    pub(crate) path: Option<String>,
    pub(crate) steps: Vec<LoginStep>,
    /// Frame that the server sends at times, and the reply that it expects.
    pub(crate) auto_reply: Option<(String, String)>,
}

/// Step of a login; `{user}` is replaced by the user's number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum LoginStep {
    Send(String),
    Expect(String),
}

impl LoginScript {
    /// Builds the login of a WebSocket, whose first frame may be expected to contain a text.
    pub(crate) fn websocket(path: impl Into<String>, greeting: Option<&str>) -> Self {
        Self {
            path: Some(path.into()),
            steps: greeting
                .map(|text| LoginStep::Expect(text.to_owned()))
                .into_iter()
                .collect(),
            auto_reply: None,
        }
    }
}
