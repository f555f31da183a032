//! What `echo` answers, by the commands in the messages.

use std::time::Duration;

use parlor_model::redacted::Redacted;

use crate::provider::error::ProviderErrorKind;
use crate::provider::request::{CompletionRequest, PromptMessage, ToolCall};

/// Answer to a request.
#[derive(Debug, Default)]
pub(super) struct EchoScript {
    pub(super) text: Redacted<String>,
    pub(super) tool_calls: Vec<ToolCall>,
    pub(super) delay: Option<Duration>,
    pub(super) failure: Option<EchoFailure>,
    /// Words of the longest prompt that is answered.
    pub(super) max_prompt_words: Option<u64>,
    /// Rounds of tool calls, if there is more than one.
    rounds: usize,
}

/// Error after some words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EchoFailure {
    pub(super) kind: ProviderErrorKind,
    pub(super) after_words: usize,
}

impl EchoScript {
    /// Reads the results of tools at the end of the conversation, otherwise the last message of a person.
    pub(super) fn from_request(request: &CompletionRequest) -> Self {
        let messages = &request.messages;
        let results: Vec<&str> = messages
            .iter()
            .rev()
            .map_while(|message| match message {
                PromptMessage::Tool { result, .. } => Some(result.as_str()),
                _ => None,
            })
            .collect();
        let is_person = |message: &PromptMessage| matches!(message, PromptMessage::User { .. });
        let last = messages.iter().rposition(is_person);
        let said = match last.and_then(|at| messages.get(at)) {
            Some(PromptMessage::User { text, .. }) => text.as_str(),
            _ => "",
        };
        let script = Self::from_text(said, messages.len());
        if results.is_empty() {
            return script;
        }
        let rounds = messages
            .iter()
            .skip(last.unwrap_or(0))
            .filter(|message| match message {
                PromptMessage::Assistant { tool_calls, .. } => !tool_calls.is_empty(),
                _ => false,
            })
            .count();
        if rounds < script.rounds && !request.tools.is_empty() {
            return Self {
                text: Redacted::default(),
                ..script
            };
        }
        let results: Vec<&str> = results.into_iter().rev().collect();
        Self {
            text: Redacted(format!("The tool returned: {}", results.join("\n"))),
            ..Self::default()
        }
    }

    fn from_text(said: &str, message_count: usize) -> Self {
        let mut script = Self::default();
        let mut rest = Vec::new();
        for line in said.lines() {
            match script.read_command(line, message_count) {
                Some("") => {}
                Some(text) => rest.push(text),
                None => rest.push(line),
            }
        }
        let rest = rest.join("\n");
        script.text.0 = match rest.trim() {
            "" if !script.tool_calls.is_empty() => String::new(),
            "" => "You said nothing.".to_owned(),
            text => format!("You said: {text}"),
        };
        script
    }

    /// Reads a command and returns the text after it, or `None` if the line is none.
    fn read_command<'a>(&mut self, line: &'a str, message_count: usize) -> Option<&'a str> {
        let (command, rest) = line.trim().split_once(' ')?;
        let rest = rest.trim();
        match command {
            "/tool" => {
                let (name, arguments) = rest.split_once(' ').unwrap_or((rest, "{}"));
                let index = self.tool_calls.len();
                self.tool_calls.push(ToolCall {
                    id: format!("call_{message_count}_{index}"),
                    name: name.to_owned(),
                    arguments: Redacted(arguments.trim().to_owned()),
                });
                Some("")
            }
            "/rounds" => {
                self.rounds = rest.parse().ok()?;
                Some("")
            }
            "/slow" => {
                let (number, text) = rest.split_once(' ').unwrap_or((rest, ""));
                let millis: u16 = number.parse().ok()?;
                self.delay = Some(Duration::from_millis(millis.into()));
                Some(text)
            }
            "/fail" => {
                let (code, words) = rest.split_once(' ').unwrap_or((rest, "0"));
                self.failure = Some(EchoFailure {
                    kind: ProviderErrorKind::from_name(code)?,
                    after_words: words.trim().parse().ok()?,
                });
                Some("")
            }
            "/context" => {
                self.max_prompt_words = Some(rest.parse().ok()?);
                Some("")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_taken_out_of_the_text() {
        let script =
            EchoScript::from_text("/slow 20 hello\n/tool add {\"a\": 1}\nworld\n/tool now", 3);
        assert_eq!(script.text.0, "You said: hello\nworld");
        assert_eq!(script.delay, Some(Duration::from_millis(20)));
        let calls: Vec<_> = script
            .tool_calls
            .iter()
            .map(|call| {
                (
                    call.id.as_str(),
                    call.name.as_str(),
                    call.arguments.as_str(),
                )
            })
            .collect();
        assert_eq!(
            calls,
            [("call_3_0", "add", "{\"a\": 1}"), ("call_3_1", "now", "{}")]
        );
    }

    #[test]
    fn unknown_command_is_text() {
        for text in [
            "/fail nothing",
            "/slow fast",
            "/other 1",
            "/fail",
            "/context all",
        ] {
            let script = EchoScript::from_text(text, 1);
            assert_eq!(script.text.0, format!("You said: {text}"));
            assert_eq!(script.failure, None);
        }
    }

    #[test]
    fn failure_has_a_kind_and_a_number_of_words() {
        let script = EchoScript::from_text("one two\n/fail interrupted 2", 1);
        let failure = EchoFailure {
            kind: ProviderErrorKind::Interrupted,
            after_words: 2,
        };
        assert_eq!(script.failure, Some(failure));
    }
}
