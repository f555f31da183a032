//! What a client asks for: one JSON object a frame, after api-reference/chats/websocket, and the actions of version 2.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A frame of the client's. Fields that its action does not know are ignored.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// `send` where it is absent.
    pub(crate) action: Option<String>,
    pub(crate) content: Option<Value>,
    pub(crate) metadata: Option<Map<String, Value>>,
    pub(crate) client_message_id: Option<String>,
    #[serde(rename = "ref")]
    pub(crate) reference: Option<String>,
    /// `start` or `stop`.
    pub(crate) state: Option<String>,
    pub(crate) seq: Option<i64>,
    pub(crate) before_seq: Option<i64>,
    pub(crate) limit: Option<i64>,
}

/// Why a frame was not followed; the socket stays open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) code: &'static str,
    pub(crate) said: String,
}

impl Mistake {
    pub(crate) fn new(code: &'static str, said: impl Into<String>) -> Self {
        Self {
            code,
            said: said.into(),
        }
    }

    /// What is no text.
    pub(crate) fn binary() -> Self {
        Self::new("INVALID_JSON", "A frame is text")
    }
}

/// Longest content, in characters.
const LONGEST: usize = 32_768;
/// Longest reference of the client's own, in characters.
const LONGEST_REFERENCE: usize = 64;

impl Asked {
    /// Reads a frame.
    pub(crate) fn read(text: &str) -> Result<Self, Mistake> {
        Self::of(Self::object(text)?)
    }

    /// The object that a frame is.
    pub(crate) fn object(text: &str) -> Result<Map<String, Value>, Mistake> {
        let bad = |_| Mistake::new("INVALID_JSON", "A frame is one JSON object");
        serde_json::from_str(text).map_err(bad)
    }

    /// What is said of a field of a wrong type.
    pub(crate) fn wrong(_: serde_json::Error) -> Mistake {
        Mistake::new("INVALID_JSON", "A field has the wrong type")
    }

    /// Reads a frame's object.
    pub(crate) fn of(object: Map<String, Value>) -> Result<Self, Mistake> {
        let asked: Self = serde_json::from_value(Value::Object(object)).map_err(Self::wrong)?;
        let reference = asked.reference.as_deref().unwrap_or_default();
        if reference.chars().count() > LONGEST_REFERENCE {
            return Err(Mistake::new("INVALID_JSON", "ref is at most 64 characters"));
        }
        Ok(asked)
    }

    /// What is to be done.
    pub(crate) fn action(&self) -> &str {
        self.action.as_deref().unwrap_or("send")
    }

    /// What is to be said.
    pub(crate) fn content(&self) -> Result<&str, Mistake> {
        let content = self.content.as_ref().and_then(Value::as_str);
        let content = content.filter(|content| !content.trim().is_empty());
        let content =
            content.ok_or_else(|| Mistake::new("CONTENT_REQUIRED", "content must be a text"))?;
        if content.chars().count() > LONGEST {
            return Err(Mistake::new(
                "CONTENT_TOO_LONG",
                "content is at most 32,768 characters",
            ));
        }
        Ok(content)
    }
}
