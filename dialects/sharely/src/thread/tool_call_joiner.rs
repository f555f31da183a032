//! Tools that an assistant has called, as `toolCalls` of its messages: the calls and results of a round are messages of
//! their own in the conversation, and belong to what the assistant says with or after them.

use parlor_model::message::{Message, MessageRole};
use parlor_model::message_details::ToolResult;
use serde_json::{Map, Value};

use super::message::ThreadMessage;
use super::tool_call::{error_text, from_function, parse};

type JsonObject = Map<String, Value>;

/// Joins the calls of rounds to the messages of a thread, oldest first.
#[derive(Default)]
pub(super) struct ToolCallJoiner {
    /// Calls whose message follows.
    pending: Vec<JsonObject>,
    /// A message whose calls have their results after it.
    held: Option<ThreadMessage>,
}

impl ToolCallJoiner {
    /// Takes a message; returns those that are complete.
    pub(super) fn push(&mut self, message: Message) -> Vec<ThreadMessage> {
        let details = &message.details;
        if message.role == MessageRole::Tool {
            if let (Some(call), Some(result)) = (&details.tool_call, &details.tool_result) {
                self.add_result(call, result, &message.text);
            }
            let calls = details.tool_calls.as_ref().and_then(Value::as_array);
            let calls = calls.into_iter().flatten().filter_map(from_function);
            self.pending.extend(calls);
            return Vec::new();
        }
        let is_answer = message.role == MessageRole::Assistant;
        let mut complete: Vec<_> = self.held.take().into_iter().collect();
        // Calls that nothing was said about belong to no message.
        let pending = std::mem::take(&mut self.pending);
        let mut item = ThreadMessage::from_message(message);
        if is_answer {
            let own = std::mem::replace(&mut item.tool_calls, pending);
            let has_own = !own.is_empty();
            item.tool_calls.extend(own);
            if has_own {
                self.held = Some(item);
                return complete;
            }
        }
        complete.push(item);
        complete
    }

    /// Returns the last message.
    pub(super) fn finish(&mut self) -> Option<ThreadMessage> {
        self.held.take()
    }

    fn add_result(&mut self, id: &str, result: &ToolResult, text: &str) {
        let held = self.held.as_mut().map(|held| held.tool_calls.iter_mut());
        let mut calls = held.into_iter().flatten().chain(self.pending.iter_mut());
        let Some(call) = calls.find(|call| call.get("id").and_then(Value::as_str) == Some(id))
        else {
            return;
        };
        let output = parse(text);
        match result.is_error {
            true => {
                call.insert("status".to_owned(), "error".into());
                call.insert("error".to_owned(), error_text(&output));
            }
            false => {
                call.insert("output".to_owned(), output);
            }
        }
        call.insert("durationMs".to_owned(), result.millis.into());
    }
}
