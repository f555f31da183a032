//! Parts of a streamed answer, in the form of OpenAI's chat completion chunks.

use parlor_model::Timestamp;
use parlor_model::id::MessageId;
use parlor_model::turn::TurnFinish;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::ErrorResponse;
use crate::ids;

/// Last event of a stream.
pub(super) const DONE_EVENT: &str = "data: [DONE]\n\n";

/// What all chunks of a stream have in common.
pub(super) struct ChunkHead {
    /// Name of the model, as the chat has it.
    pub(super) model: String,
    /// Time of the request.
    pub(super) created_at: Timestamp,
}

/// Content of a chunk.
#[derive(Default)]
pub(super) struct ChunkContent<'a> {
    /// The chunk begins the answer.
    pub(super) is_first: bool,
    /// The answer begins again: what came before is void.
    pub(super) is_restart: bool,
    /// More text.
    pub(super) text: Option<&'a str>,
    /// The tools that are called, before the answer goes on.
    pub(super) tool_calls: Option<&'a [Value]>,
    /// How the answer ended.
    pub(super) finish: Option<TurnFinish>,
}

/// A part of an answer: OpenAI's chat completion chunk.
#[derive(Serialize, ToSchema)]
#[schema(as = AnswerChunk)]
pub(crate) struct Chunk<'a> {
    /// The UUID of the message.
    id: String,
    object: &'static str,
    /// Time of the request, in seconds since 1970.
    created: i64,
    model: &'a str,
    /// The answer begins again: the text before is void.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    restarted: bool,
    #[schema(value_type = Vec<Choice<'a>>, min_items = 1, max_items = 1)]
    choices: [Choice<'a>; 1],
}

#[derive(Serialize, ToSchema)]
#[schema(as = AnswerChoice)]
struct Choice<'a> {
    index: u32,
    delta: Delta<'a>,
    /// In the last part: `stop`, `length`, `cancelled` or `error`.
    finish_reason: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AnswerDelta)]
struct Delta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_calls: Option<Vec<Value>>,
}

impl ChunkHead {
    /// Encodes a chunk as an event.
    pub(super) fn encode(&self, message: MessageId, content: &ChunkContent<'_>) -> String {
        encode_event(&Chunk {
            id: ids::format_uuid(message),
            object: "chat.completion.chunk",
            created: self.created_at.millis().div_euclid(1_000),
            model: &self.model,
            restarted: content.is_restart,
            choices: [Choice {
                index: 0,
                delta: Delta {
                    role: content.is_first.then_some("assistant"),
                    content: content.text,
                    tool_calls: content.tool_calls.map(with_indexes),
                },
                finish_reason: match content.tool_calls {
                    Some(_) => Some("tool_calls"),
                    None => content.finish.map(TurnFinish::as_str),
                },
            }],
        })
    }
}

/// Returns calls as deltas have them.
fn with_indexes(calls: &[Value]) -> Vec<Value> {
    let calls = calls.iter().enumerate().map(|(index, call)| {
        let mut call = call.clone();
        if let Some(call) = call.as_object_mut() {
            call.insert("index".to_owned(), index.into());
        }
        call
    });
    calls.collect()
}

/// Encodes an event of which clients read the data alone.
pub(super) fn encode_event(data: &impl Serialize) -> String {
    // Only maps with non-string keys could fail; no event has one.
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("data: {data}\n\n")
}

/// Encodes an error and the end of the stream.
pub(super) fn encode_failure(error: &ErrorResponse) -> String {
    format!("event: error\n{}{DONE_EVENT}", encode_event(error))
}
