//! The JSON body of a request.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Value, json};

use crate::provider::MaxTokensField;
use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::request::{CompletionRequest, PromptMessage, ToolCall, ToolDefinition};

/// Options that differ between servers.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestBodyOptions {
    pub(super) max_tokens_field: MaxTokensField,
    pub(super) request_usage: bool,
}

/// Encodes a request. Fields without a value are omitted, because some servers refuse nulls.
///
/// # Errors
/// `BadRequest` if a tool's schema is not JSON.
pub(super) fn encode(
    request: &CompletionRequest,
    default_model: &str,
    options: RequestBodyOptions,
) -> Result<Vec<u8>, ProviderError> {
    let uses_max_tokens = options.max_tokens_field == MaxTokensField::MaxTokens;
    let body = RequestBody {
        model: request.model.as_deref().unwrap_or(default_model),
        messages: request
            .messages
            .iter()
            .map(MessageBody::from_message)
            .collect(),
        stream: true,
        stream_options: options.request_usage.then_some(StreamOptions {
            include_usage: true,
        }),
        tools: request
            .tools
            .iter()
            .map(ToolBody::from_definition)
            .collect(),
        max_tokens: request.max_tokens.filter(|_| uses_max_tokens),
        max_completion_tokens: request.max_tokens.filter(|_| !uses_max_tokens),
        temperature: request.temperature,
        stop: &request.stop,
    };
    serde_json::to_vec(&body).map_err(|_| {
        ProviderError::new(ProviderErrorKind::BadRequest).with_context("encoding the request")
    })
}

#[derive(Serialize)]
struct RequestBody<'a> {
    model: &'a str,
    messages: Vec<MessageBody<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<ToolBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop: &'a [String],
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
enum MessageBody<'a> {
    System {
        content: &'a str,
    },
    User {
        content: Cow<'a, str>,
    },
    Assistant {
        /// Null beside tool calls without text, which is how servers send such messages themselves.
        content: Option<&'a str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<ToolCallBody<'a>>,
    },
    Tool {
        tool_call_id: &'a str,
        content: &'a str,
    },
}

impl<'a> MessageBody<'a> {
    fn from_message(message: &'a PromptMessage) -> Self {
        match message {
            PromptMessage::System(text) => Self::System { content: text },
            // The protocol's field for names is ignored by most model servers.
            PromptMessage::User { speaker, text } => Self::User {
                content: match speaker {
                    Some(speaker) => Cow::Owned(format!("{}: {}", speaker.0, text.0)),
                    None => Cow::Borrowed(text),
                },
            },
            PromptMessage::Assistant { text, tool_calls } => Self::Assistant {
                content: (!text.is_empty() || tool_calls.is_empty()).then_some(text.as_str()),
                tool_calls: tool_calls.iter().map(ToolCallBody::from_call).collect(),
            },
            PromptMessage::Tool {
                tool_call_id,
                result,
            } => Self::Tool {
                tool_call_id,
                content: result,
            },
        }
    }
}

#[derive(Serialize)]
struct ToolCallBody<'a> {
    id: &'a str,
    r#type: &'static str,
    function: FunctionBody<'a>,
}

#[derive(Serialize)]
struct FunctionBody<'a> {
    name: &'a str,
    arguments: String,
}

impl<'a> ToolCallBody<'a> {
    fn from_call(call: &'a ToolCall) -> Self {
        Self {
            id: &call.id,
            r#type: "function",
            function: FunctionBody {
                name: &call.name,
                arguments: valid_arguments(&call.arguments),
            },
        }
    }
}

/// Returns the arguments as a JSON object. Several servers parse the arguments of earlier calls and fail if the model
/// wrote something else.
fn valid_arguments(arguments: &str) -> String {
    match serde_json::from_str::<Value>(arguments) {
        Ok(Value::Object(_)) => arguments.to_owned(),
        _ if arguments.trim().is_empty() => "{}".to_owned(),
        _ => json!({ "invalid_arguments": arguments }).to_string(),
    }
}

#[derive(Serialize)]
struct ToolBody<'a> {
    r#type: &'static str,
    function: ToolFunctionBody<'a>,
}

#[derive(Serialize)]
struct ToolFunctionBody<'a> {
    name: &'a str,
    description: &'a str,
    parameters: &'a Value,
}

impl<'a> ToolBody<'a> {
    fn from_definition(tool: &'a ToolDefinition) -> Self {
        Self {
            r#type: "function",
            function: ToolFunctionBody {
                name: &tool.name,
                description: &tool.description,
                parameters: &tool.parameters,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use parlor_model::redacted::Redacted;

    use super::*;

    fn encoded(request: &CompletionRequest, options: RequestBodyOptions) -> Value {
        serde_json::from_slice(&encode(request, "small", options).unwrap()).unwrap()
    }

    const OPTIONS: RequestBodyOptions = RequestBodyOptions {
        max_tokens_field: MaxTokensField::MaxTokens,
        request_usage: true,
    };

    #[test]
    fn request_has_messages_tools_and_options() {
        let call = |arguments: &str| ToolCall {
            id: "c1".to_owned(),
            name: "weather".to_owned(),
            arguments: Redacted(arguments.to_owned()),
        };
        let request = CompletionRequest {
            messages: vec![
                PromptMessage::system("be brief"),
                PromptMessage::user("weather?"),
                PromptMessage::User {
                    speaker: Some(Redacted("Ada".to_owned())),
                    text: Redacted("In Rome.".to_owned()),
                },
                PromptMessage::Assistant {
                    text: Redacted::default(),
                    tool_calls: vec![call("{\"city\": \"Rome\"}"), call(""), call("{\"city\": ")],
                },
                PromptMessage::tool("c1", "sunny"),
                PromptMessage::assistant("sunny"),
            ],
            tools: vec![ToolDefinition {
                name: "weather".to_owned(),
                description: Redacted("tells the weather".to_owned()),
                parameters: Redacted(json!({ "type": "object" })),
            }],
            max_tokens: Some(5),
            temperature: Some(0.7),
            stop: Redacted(vec!["END".to_owned()]),
            ..CompletionRequest::default()
        };
        let call = |arguments: &str| json!({ "id": "c1", "type": "function", "function": { "name": "weather", "arguments": arguments } });
        assert_eq!(
            encoded(&request, OPTIONS),
            json!({
                "model": "small",
                "messages": [
                    { "role": "system", "content": "be brief" },
                    { "role": "user", "content": "weather?" },
                    { "role": "user", "content": "Ada: In Rome." },
                    { "role": "assistant", "content": null, "tool_calls": [
                        call("{\"city\": \"Rome\"}"),
                        call("{}"),
                        call("{\"invalid_arguments\":\"{\\\"city\\\": \"}"),
                    ] },
                    { "role": "tool", "tool_call_id": "c1", "content": "sunny" },
                    { "role": "assistant", "content": "sunny" },
                ],
                "stream": true,
                "stream_options": { "include_usage": true },
                "tools": [{ "type": "function", "function": {
                    "name": "weather",
                    "description": "tells the weather",
                    "parameters": { "type": "object" },
                } }],
                "max_tokens": 5,
                "temperature": 0.7,
                "stop": ["END"],
            })
        );
    }

    #[test]
    fn absent_values_are_omitted() {
        let request = CompletionRequest {
            model: Some("other".to_owned()),
            messages: vec![PromptMessage::user("hi")],
            max_tokens: Some(9),
            ..CompletionRequest::default()
        };
        let options = RequestBodyOptions {
            max_tokens_field: MaxTokensField::MaxCompletionTokens,
            request_usage: false,
        };
        assert_eq!(
            encoded(&request, options),
            json!({
                "model": "other",
                "messages": [{ "role": "user", "content": "hi" }],
                "stream": true,
                "max_completion_tokens": 9,
            })
        );
    }
}
