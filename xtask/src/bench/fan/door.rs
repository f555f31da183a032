//! How one comes in: an address, and what is said and heard before the first message.

use serde::{Deserialize, Serialize};

/// A way into a server.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Door {
    /// Without one, the words go over plain TCP.
    pub(crate) path: Option<String>,
    pub(crate) steps: Vec<Step>,
    /// What is heard now and then, and has to be answered.
    pub(crate) reply: Option<(String, String)>,
}

/// `{user}` becomes the number of the user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Step {
    Say(String),
    Await(String),
}

impl Door {
    /// A WebSocket that says something first.
    pub(crate) fn socket(path: impl Into<String>, greeting: Option<&str>) -> Self {
        Self {
            path: Some(path.into()),
            steps: greeting
                .map(|words| Step::Await(words.to_owned()))
                .into_iter()
                .collect(),
            reply: None,
        }
    }
}
