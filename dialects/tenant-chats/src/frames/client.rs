//! Frames from the client: one JSON object each, after api-reference/chats/websocket, with the actions of version 2.

use parlor_kit::request_body;
use parlor_model::error::ErrorKind;
use parlor_model::json::{self, exact_object};
use parlor_model::turn::TurnError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A frame from the client. Fields that its action does not use are ignored.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ClientFrame {
    /// `send` if absent.
    pub(crate) action: Option<String>,
    pub(crate) content: Option<Value>,
    #[serde(default, deserialize_with = "exact_object")]
    pub(crate) metadata: Option<Map<String, Value>>,
    pub(crate) client_message_id: Option<String>,
    /// The answer to cancel.
    pub(crate) message_id: Option<String>,
    #[serde(rename = "ref")]
    pub(crate) reference: Option<String>,
    /// `start` or `stop`.
    pub(crate) state: Option<String>,
    pub(crate) seq: Option<i64>,
    pub(crate) before_seq: Option<i64>,
    pub(crate) limit: Option<i64>,
}

/// Why a frame was refused. The socket stays open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl FrameError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// Returns the field `fix`: how to avoid the error.
    pub(crate) fn hint(&self) -> &'static str {
        match self.code {
            "CONTENT_REQUIRED" => "Send {\"content\": \"your text\"}",
            "CONTENT_TOO_LONG" => "Split the text into several messages",
            "UNKNOWN_ACTION" => "Leave out action to send a message",
            "NOT_FOUND" => "Look at the id",
            "CHAT_NOT_FOUND" => "Create the chat first with POST /api/v1/chats/",
            "CHAT_CLOSED" => "Create another chat, or open this one again",
            "FORBIDDEN" => "Use a key with the scope, or name a user who takes part",
            "RATE_LIMITED" => "Wait before you send again, longer each time",
            "AGENT_ERROR" => "Wait for a person, or send the message again later",
            "INTERNAL_ERROR" => "Send the same again; with a client_message_id it is stored once",
            _ => "Send one JSON object a frame, with the fields that the documentation names",
        }
    }

    /// Whether the frame counts as invalid. A client is disconnected after [`MAX_INVALID_FRAMES`] of them in a row.
    pub(crate) fn is_client_fault(&self) -> bool {
        self.code != "RATE_LIMITED"
    }

    /// Returns the error of an assistant that has no answer.
    pub(crate) fn assistant(error: TurnError) -> Self {
        Self::new(
            "AGENT_ERROR",
            format!("The agent did not answer: {}", error.as_str()),
        )
    }

    /// Returns the error of a binary frame.
    pub(crate) fn binary_frame() -> Self {
        Self::new("INVALID_JSON", "A frame is text")
    }
}

/// Invalid frames in a row after which the socket is closed.
pub(crate) const MAX_INVALID_FRAMES: u32 = 10;

/// Maximum length of a message's content, in characters.
const MAX_CONTENT_CHARS: usize = 32_768;
/// Maximum length of `ref`, in characters.
const MAX_REFERENCE_CHARS: usize = 64;

impl ClientFrame {
    /// Parses a frame.
    ///
    /// # Errors
    /// `INVALID_JSON`.
    pub(crate) fn parse(text: &str) -> Result<Self, FrameError> {
        Self::from_object(Self::parse_object(text)?)
    }

    /// Parses a frame's JSON object.
    ///
    /// # Errors
    /// `INVALID_JSON` for any other JSON or text.
    pub(crate) fn parse_object(text: &str) -> Result<Map<String, Value>, FrameError> {
        match json::parse(text.as_bytes()) {
            Ok(Value::Object(map)) => Ok(map),
            _ => Err(FrameError::new(
                "INVALID_JSON",
                "A frame is one JSON object",
            )),
        }
    }

    /// Deserializes fields of a frame's object.
    ///
    /// # Errors
    /// `INVALID_JSON` with the name of the field that has the wrong type.
    pub(crate) fn parse_fields<T: DeserializeOwned>(
        object: Map<String, Value>,
    ) -> Result<T, FrameError> {
        request_body::deserialize_map(object).map_err(|error| match error.kind() {
            ErrorKind::Invalid { field, rule } => {
                FrameError::new("INVALID_JSON", format!("{field} {rule}"))
            }
            _ => FrameError::new("INVALID_JSON", "A field has the wrong type"),
        })
    }

    /// Deserializes a frame's object.
    ///
    /// # Errors
    /// `INVALID_JSON` for a field of the wrong type or a `ref` that is too long.
    pub(crate) fn from_object(object: Map<String, Value>) -> Result<Self, FrameError> {
        let frame: Self = Self::parse_fields(object)?;
        let reference = frame.reference.as_deref().unwrap_or_default();
        if reference.chars().count() > MAX_REFERENCE_CHARS {
            return Err(FrameError::new(
                "INVALID_JSON",
                "ref is at most 64 characters",
            ));
        }
        Ok(frame)
    }

    /// Returns the action.
    pub(crate) fn action(&self) -> &str {
        self.action.as_deref().unwrap_or("send")
    }

    /// Returns the content to send.
    ///
    /// # Errors
    /// `CONTENT_REQUIRED`, `CONTENT_TOO_LONG` or `INVALID_JSON`.
    pub(crate) fn validated_content(&self) -> Result<&str, FrameError> {
        let required = |rule| FrameError::new("CONTENT_REQUIRED", rule);
        let content = match &self.content {
            None | Some(Value::Null) => return Err(required("content is required")),
            Some(Value::String(content)) => content,
            Some(_) => return Err(required("content must be a string")),
        };
        if content.trim().is_empty() {
            return Err(required("content must not be blank"));
        }
        if content.contains('\0') {
            return Err(FrameError::new(
                "INVALID_JSON",
                "content must not contain U+0000",
            ));
        }
        if content.chars().count() > MAX_CONTENT_CHARS {
            return Err(FrameError::new(
                "CONTENT_TOO_LONG",
                "content is at most 32,768 characters",
            ));
        }
        Ok(content)
    }
}
