//! Tool calls that arrive in parts.

use parlor_model::redacted::Redacted;
use serde_json::Value;

use super::chunk::ToolCallDelta;
use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::request::ToolCall;

/// Maximum number of calls in one response.
const MAX_CALLS: usize = 128;
/// Maximum length of arguments that are parsed to tell two calls with one index apart, so that a server cannot cause
/// work that grows with the square of its response.
const MAX_PARSED_BYTES: usize = 32 * 1024;

/// Joins parts of tool calls by their index.
#[derive(Default)]
pub(super) struct ToolCallCollector {
    calls: Vec<PartialCall>,
}

struct PartialCall {
    index: Option<u32>,
    id: String,
    name: String,
    arguments: String,
}

impl ToolCallCollector {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Adds a part to its call, or begins a call.
    ///
    /// # Errors
    /// `TooLarge` if there are too many calls.
    pub(super) fn add(&mut self, delta: &ToolCallDelta) -> Result<(), ProviderError> {
        let id = delta.id.as_deref().unwrap_or_default();
        let function = delta.function.as_ref();
        let name = function
            .and_then(|function| function.name.as_deref())
            .unwrap_or_default();
        let arguments = function
            .map(|function| function.arguments_text())
            .unwrap_or_default();
        if let Some(call) = self.find(delta.index, id, name) {
            if call.id.is_empty() {
                id.clone_into(&mut call.id);
            }
            if call.name.is_empty() {
                name.clone_into(&mut call.name);
            }
            call.arguments.push_str(&arguments);
        } else if self.calls.len() == MAX_CALLS {
            return Err(ProviderError::new(ProviderErrorKind::TooLarge)
                .with_context("there are too many tool calls"));
        } else {
            self.calls.push(PartialCall {
                index: delta.index,
                id: id.to_owned(),
                name: name.to_owned(),
                arguments: arguments.into_owned(),
            });
        }
        Ok(())
    }

    /// Finds the call that a part continues. Without an index, an id that is known or the absence of a name continues
    /// a call.
    fn find(&mut self, index: Option<u32>, id: &str, name: &str) -> Option<&mut PartialCall> {
        if index.is_some() {
            let call = self
                .calls
                .iter_mut()
                .rev()
                .find(|call| call.index == index)?;
            return (!call.is_followed_by_other(id, name)).then_some(call);
        }
        if !id.is_empty() && self.calls.iter().any(|call| call.id == id) {
            return self.calls.iter_mut().find(|call| call.id == id);
        }
        self.calls.last_mut().filter(|_| name.is_empty())
    }

    /// Returns the calls. Ids that are missing or repeated are replaced by ids that are unique in a conversation: the message
    /// count grows with each round.
    pub(super) fn finish(&mut self, message_count: usize) -> Vec<ToolCall> {
        let mut calls: Vec<ToolCall> = Vec::with_capacity(self.calls.len());
        for (position, call) in std::mem::take(&mut self.calls).into_iter().enumerate() {
            let is_unique = !call.id.is_empty() && calls.iter().all(|other| other.id != call.id);
            calls.push(ToolCall {
                id: if is_unique {
                    call.id
                } else {
                    format!("call_{message_count}_{position}")
                },
                name: call.name,
                arguments: Redacted(if call.arguments.trim().is_empty() {
                    "{}".to_owned()
                } else {
                    call.arguments
                }),
            });
        }
        calls
    }
}

impl PartialCall {
    /// Returns whether a part with the same index begins another call. Some servers give all calls the index 0, and
    /// some give each part of a call another id.
    fn is_followed_by_other(&self, id: &str, name: &str) -> bool {
        let is_other_id = !id.is_empty() && !self.id.is_empty() && id != self.id;
        let is_complete = || {
            self.arguments.len() <= MAX_PARSED_BYTES
                && serde_json::from_str::<Value>(&self.arguments).is_ok()
        };
        is_other_id && !name.is_empty() && (name != self.name || is_complete())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn collect(deltas: &[Value]) -> Vec<(String, String, String)> {
        let mut collector = ToolCallCollector::default();
        for delta in deltas {
            let delta = serde_json::from_value(delta.clone()).unwrap();
            collector.add(&delta).unwrap();
        }
        let calls = collector.finish(7).into_iter();
        calls
            .map(|call| (call.id, call.name, call.arguments.0))
            .collect()
    }

    fn call(id: &str, name: &str, arguments: &str) -> (String, String, String) {
        (id.to_owned(), name.to_owned(), arguments.to_owned())
    }

    #[test]
    fn parts_are_joined_by_index() {
        let calls = collect(&[
            json!({ "index": 0, "id": "a", "function": { "name": "x", "arguments": "" } }),
            json!({ "index": 1, "id": "b", "function": { "name": "y", "arguments": "{\"n" } }),
            json!({ "index": 0, "function": { "arguments": "{}" } }),
            json!({ "index": 1, "function": { "arguments": "\":1}" } }),
        ]);
        assert_eq!(calls, [call("a", "x", "{}"), call("b", "y", "{\"n\":1}")]);
    }

    #[test]
    fn id_that_changes_with_each_part_does_not_split_a_call() {
        let calls = collect(&[
            json!({ "index": 0, "id": "a", "function": { "name": "x", "arguments": "{\"n" } }),
            json!({ "index": 0, "id": "b", "function": { "name": "x", "arguments": "\":" } }),
            json!({ "index": 0, "id": "c", "function": { "name": null, "arguments": "1}" } }),
        ]);
        assert_eq!(calls, [call("a", "x", "{\"n\":1}")]);
    }

    #[test]
    fn calls_with_one_index_for_all_are_split_by_id() {
        let calls = collect(&[
            json!({ "index": 0, "id": "a", "function": { "name": "x", "arguments": "{}" } }),
            json!({ "index": 0, "id": "b", "function": { "name": "x", "arguments": "{}" } }),
            json!({ "index": 0, "id": "c", "function": { "name": "y", "arguments": "{}" } }),
        ]);
        assert_eq!(
            calls,
            [
                call("a", "x", "{}"),
                call("b", "x", "{}"),
                call("c", "y", "{}")
            ]
        );
    }

    #[test]
    fn calls_without_index_are_split_by_id_or_name() {
        let calls = collect(&[
            json!({ "id": "a", "function": { "name": "x", "arguments": "{\"n" } }),
            json!({ "id": "a", "function": { "arguments": "\":" } }),
            json!({ "function": { "arguments": "1}" } }),
            json!({ "function": { "name": "y" } }),
        ]);
        assert_eq!(
            calls,
            [call("a", "x", "{\"n\":1}"), call("call_7_1", "y", "{}")]
        );
    }

    #[test]
    fn missing_and_repeated_ids_are_replaced() {
        let calls = collect(&[
            json!({ "index": 0, "function": { "name": "x", "arguments": { "n": 1 } } }),
            json!({ "index": 1, "id": "a", "function": { "name": "y", "arguments": null } }),
            json!({ "index": 2, "id": "a", "function": { "name": "z" } }),
        ]);
        let expected = [
            call("call_7_0", "x", "{\"n\":1}"),
            call("a", "y", "{}"),
            call("call_7_2", "z", "{}"),
        ];
        assert_eq!(calls, expected);
    }

    #[test]
    fn number_of_calls_is_bounded() {
        let mut collector = ToolCallCollector::default();
        for index in 0..=MAX_CALLS {
            let delta =
                json!({ "index": index, "id": index.to_string(), "function": { "name": "x" } });
            let result = collector.add(&serde_json::from_value(delta).unwrap());
            assert_eq!(result.is_ok(), index < MAX_CALLS);
        }
    }
}
