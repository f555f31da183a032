//! Results and events of an answer, after the types of the vendor's Node SDK.

use parlor_model::message::Message;
use parlor_model::turn::{TurnError, TurnFinish, TurnUsage};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::encode::escape_non_ascii;
use crate::ids;

/// A stored answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Answer)]
pub(crate) struct AnswerResponse {
    /// The id of its message.
    id: String,
    /// What was said.
    text: String,
    /// What it used.
    usage: AnswerUsage,
    /// How it ended.
    end: AnswerEnd,
}

/// An answer that is not stored.
#[derive(Serialize, ToSchema)]
#[schema(as = StatelessAnswer)]
pub(crate) struct StatelessAnswerResponse {
    /// What was said.
    pub(super) text: String,
    /// What it used.
    pub(super) usage: AnswerUsage,
    /// How it ended.
    pub(super) end: AnswerEnd,
}

/// What an answer used.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerUsage {
    /// Tokens of the prompt and of the answer; 0 if the provider does not count them.
    token: i64,
}

/// How an answer ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerEnd {
    /// `stop`; `length` at the maximum length; `abort` if it was cancelled; `error`.
    reason: &'static str,
}

impl AnswerUsage {
    pub(super) const fn new(usage: TurnUsage) -> Self {
        Self {
            token: usage.total(),
        }
    }
}

impl AnswerEnd {
    pub(super) const fn new(finish: TurnFinish) -> Self {
        let reason = match finish {
            TurnFinish::Stop => "stop",
            TurnFinish::Length => "length",
            TurnFinish::Cancelled => "abort",
            TurnFinish::Error => "error",
        };
        Self { reason }
    }
}

impl AnswerResponse {
    pub(super) fn new(message: &Message, finish: TurnFinish) -> Self {
        Self {
            id: ids::format_message_id(message.id),
            text: message.text.0.clone(),
            usage: AnswerUsage::new(usage_of(message)),
            end: AnswerEnd::new(finish),
        }
    }
}

/// Returns the tokens that are stored with an answer.
pub(super) fn usage_of(message: &Message) -> TurnUsage {
    let stored = message.details.token_usage.as_ref();
    let count = |key: &str| stored.and_then(|usage| usage[key].as_i64()).unwrap_or(0);
    TurnUsage {
        input_tokens: count("inputTokens"),
        output_tokens: count("outputTokens"),
    }
}

/// Returns the sentence for an answer that failed. It begins with the error's code.
pub(super) fn failure_message(error: Option<TurnError>) -> String {
    match error {
        Some(error) => format!("{}: the assistant did not answer", error.as_str()),
        None => "the assistant was stopped before it answered".to_owned(),
    }
}

/// Metadata of a message that says what the assistant did.
#[derive(Serialize)]
pub(crate) struct MessageMeta {
    pub(super) activity: Value,
}

/// An event of a stream.
#[derive(Serialize)]
#[serde(tag = "type", content = "data", rename_all = "camelCase")]
pub(crate) enum AnswerEvent<'a, T> {
    CompleteBegin(Map<String, Value>),
    Token {
        token: &'a str,
    },
    Message {
        r#type: &'static str,
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        meta: Option<MessageMeta>,
    },
    CompleteEnd(Map<String, Value>),
    #[serde(rename_all = "camelCase")]
    Usage {
        model: &'a str,
        input_tokens_used: i64,
        output_tokens_used: i64,
    },
    Result(&'a T),
    Error {
        message: &'a str,
    },
}

impl<T: Serialize> AnswerEvent<'_, T> {
    /// Encodes the event as a line in ASCII: the vendor's client decodes each chunk alone.
    pub(super) fn to_line(&self) -> Vec<u8> {
        // Serialization fails only for maps with keys that are no strings; no event has one.
        let text = serde_json::to_string(self).unwrap_or_default();
        let mut line = escape_non_ascii(&text).into_bytes();
        line.push(b'\n');
        line
    }
}
