//! Documentation of the frames of an agent chat, after the vendor's protocol of agent servers.

use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Payload of a frame, whose name says which of the fields it has. Frames of a workspace's own agent server are passed on as
/// they come.
pub(super) enum AgentFrame {}

/// Fields besides the ids, with the frames that have them.
const FIELDS: [(&str, Type, &str); 14] = [
    ("role", Type::String, "`message_start`: `assistant`."),
    (
        "model",
        Type::String,
        "`message_start`: the name of the model.",
    ),
    (
        "delta",
        Type::String,
        "`content_delta`, `thinking_delta`: more text.",
    ),
    (
        "toolCallId",
        Type::String,
        "`tool_call_start`, `tool_call_end`.",
    ),
    (
        "name",
        Type::String,
        "`tool_call_start`: the name of the tool.",
    ),
    ("durationMs", Type::Number, "`tool_call_end`."),
    (
        "error",
        Type::String,
        "`error`, `tool_call_end`: what went wrong.",
    ),
    (
        "finishReason",
        Type::String,
        "`message_end`: how the answer ended.",
    ),
    ("sources", Type::Array, "`sources`."),
    (
        "metadata",
        Type::Object,
        "`metadata_update`: joins that of the message.",
    ),
    ("title", Type::String, "`thinking_start`."),
    (
        "stepId",
        Type::String,
        "`thinking_start`, `thinking_delta`, `thinking_end`.",
    ),
    ("content", Type::String, "`thinking_end`: all of it."),
    ("status", Type::String, "`thinking_end`, `tool_call_end`."),
];

impl PartialSchema for AgentFrame {
    fn schema() -> RefOr<Schema> {
        let id = || {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("A UUID."))
        };
        let frame = ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(
                "Data of an event. The events of an answer: `message_start`, again where the answer begins anew; `content_delta`s; \
                    `content_end`; `message_end`, or `error` where there is no answer; `done` at last.",
            ))
            .property("threadId", id())
            .property("messageId", id())
            .required("threadId")
            .required("messageId");
        let frame = FIELDS.iter().fold(frame, |frame, (name, kind, text)| {
            let field = ObjectBuilder::new()
                .schema_type(SchemaType::Type(kind.clone()))
                .description(Some(*text));
            frame.property(*name, field)
        });
        let any = || ObjectBuilder::new().schema_type(SchemaType::AnyValue);
        frame
            .property("input", any().description(Some("`tool_call_start`.")))
            .property("output", any().description(Some("`tool_call_end`.")))
            .property(
                "tokenUsage",
                any().description(Some("`message_end`: the tokens, or null.")),
            )
            .into()
    }
}

impl ToSchema for AgentFrame {}
