//! Parts of a conversation that a prompt has as a whole: messages, and calls of tools with all their results.

use std::collections::HashSet;

use parlor_model::message::{Message, MessageRole};
use parlor_model::redacted::Redacted;
use serde_json::Value;

use crate::provider::{PromptMessage, ToolCall};

/// A part of a conversation.
#[derive(Debug)]
pub(super) enum HistoryUnit<'a> {
    /// A message, whose calls of tools are left out: some of their results are missing.
    Message(&'a Message),
    /// A round: a message of the model that calls tools, and the results.
    ToolRound {
        message: &'a Message,
        calls: Vec<ToolCall>,
        results: &'a [Message],
    },
}

impl HistoryUnit<'_> {
    /// Returns whether a person says it.
    pub(super) fn is_question(&self) -> bool {
        matches!(self, Self::Message(message) if message.role == MessageRole::User)
    }
}

/// Splits messages, oldest first, into units.
pub(super) fn split_units(messages: &[Message]) -> Vec<HistoryUnit<'_>> {
    let mut units = Vec::with_capacity(messages.len());
    let mut rest = messages;
    while let Some((message, after)) = rest.split_first() {
        let calls = read_calls(message);
        let results = match after.get(..calls.len()) {
            Some(results) if !calls.is_empty() && are_results(&calls, results) => results,
            _ => &[],
        };
        rest = after.get(results.len()..).unwrap_or_default();
        units.push(match results.is_empty() {
            true => HistoryUnit::Message(message),
            false => HistoryUnit::ToolRound {
                message,
                calls,
                results,
            },
        });
    }
    units
}

/// Returns a round as messages of the prompt.
pub(super) fn to_prompt_round(
    message: &Message,
    calls: &[ToolCall],
    results: &[Message],
) -> Vec<PromptMessage> {
    let call = PromptMessage::Assistant {
        text: Redacted(message.text.trim().to_owned()),
        tool_calls: calls.to_vec(),
    };
    let results = results.iter().map(|result| {
        let id = result.details.tool_call.clone().unwrap_or_default();
        PromptMessage::tool(id, result.text.0.clone())
    });
    std::iter::once(call).chain(results).collect()
}

/// Returns the calls of a message of the model; none if one of them has another form.
fn read_calls(message: &Message) -> Vec<ToolCall> {
    if !matches!(message.role, MessageRole::Assistant | MessageRole::Tool) {
        return Vec::new();
    }
    let calls = message.details.tool_calls.as_ref();
    let calls = calls.and_then(Value::as_array).into_iter().flatten();
    let read = |call: &Value| {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Some(ToolCall {
            id: text(&call["id"])?,
            name: text(&call["function"]["name"])?,
            arguments: Redacted(text(&call["function"]["arguments"])?),
        })
    };
    calls.map(read).collect::<Option<_>>().unwrap_or_default()
}

/// Returns whether messages are the results of calls, each once.
fn are_results(calls: &[ToolCall], results: &[Message]) -> bool {
    let called: HashSet<&str> = calls.iter().map(|call| call.id.as_str()).collect();
    let answered: HashSet<&str> = results
        .iter()
        .filter(|result| result.role == MessageRole::Tool)
        .filter_map(|result| result.details.tool_call.as_deref())
        .collect();
    called.len() == calls.len() && called == answered
}
