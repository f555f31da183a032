//! The prompt of a turn: instructions, then as much of the conversation as the budget allows.
//!
//! Content is data: only the operator's own configuration, and what is stored without an author or by an assistant,
//! speaks as the system. What a member writes under the role `system` reaches the model as a person's message.

use parlor_engine::turn::TurnWork;
use parlor_model::member::MemberKind;
use parlor_model::message::{Message, MessageRole};
use parlor_model::redacted::Redacted;
use parlor_model::workflow::WorkflowDraft;
use serde_json::Value;

use self::history_unit::{HistoryUnit, split_units, to_prompt_round};
use super::prompt_budget::PromptBudget;
use crate::provider::PromptMessage;

mod history_unit;

/// Bytes of the longest name of a speaker.
const MAX_NAME_BYTES: usize = 64;

/// Builds the prompt: all instructions, and the newest messages that fit into the budget. At least the newest message, or
/// round of tool calls, and the newest question are kept, and calls of tools and their results together. Where several people speak, their messages have their names.
pub fn build_prompt(work: &TurnWork, budget: PromptBudget) -> Vec<PromptMessage> {
    let instructions = instructions(work);
    let mut left = budget.tokens;
    let mut prompt = Vec::new();
    if !instructions.is_empty() {
        let instructions = PromptMessage::system(instructions);
        left = left.saturating_sub(budget.count_tokens(&instructions));
        prompt.push(instructions);
    }
    let has_names = has_several_speakers(&work.messages);
    let mut newest_first: Vec<Vec<PromptMessage>> = Vec::new();
    let mut has_question = false;
    for unit in split_units(&work.messages).iter().rev() {
        let Some(said) = to_prompt_unit(unit, has_names) else {
            continue;
        };
        let tokens = said.iter().map(|said| budget.count_tokens(said)).sum();
        if tokens > left && !newest_first.is_empty() {
            if has_question {
                break;
            }
            left = 0;
            if !unit.is_question() {
                continue;
            }
        }
        left = left.saturating_sub(tokens);
        has_question |= unit.is_question();
        newest_first.push(said);
    }
    prompt.extend(newest_first.into_iter().rev().flatten());
    prompt
}

/// Returns the instructions of the assistant, of the workflow and its current task, and of the bot.
fn instructions(work: &TurnWork) -> String {
    let mut parts = Vec::new();
    parts.extend(work.instructions.clone());
    if let Some(workflow) = &work.workflow {
        parts.extend(workflow.description.clone());
        parts.extend(current_task(workflow, work.current_task));
    }
    let backstory = work.conversation.responder.backstory.as_ref();
    parts.extend(backstory.map(|text| text.0.clone()));
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n\n")
}

/// Returns the text of the current task: what its author has named `instructions`, `prompt` or `description`, after its
/// name.
fn current_task(workflow: &WorkflowDraft, current: Option<i64>) -> Option<String> {
    let index = usize::try_from(current.unwrap_or(1).checked_sub(1)?).ok()?;
    let task = workflow.tasks.get(index)?;
    let text = |key: &str| task.get(key).and_then(Value::as_str);
    let name = text("name").or_else(|| text("title"));
    let body = text("instructions")
        .or_else(|| text("prompt"))
        .or_else(|| text("description"));
    match (name, body) {
        (Some(name), Some(body)) => Some(format!("Current task: {name}\n{body}")),
        (Some(name), None) => Some(format!("Current task: {name}")),
        (None, Some(body)) => Some(format!("Current task:\n{body}")),
        (None, None) => None,
    }
}

/// Returns whether more than one person speaks.
fn has_several_speakers(messages: &[Message]) -> bool {
    let mut speakers = messages
        .iter()
        .filter(|message| message.role == MessageRole::User)
        .filter_map(|message| Some(message.author.as_ref()?.number));
    let first = speakers.next();
    speakers.any(|speaker| Some(speaker) != first)
}

/// Returns the name of a person in one line: a name with line breaks could speak for others.
fn speaker_of(message: &Message) -> Option<Redacted<String>> {
    let author = message.author.as_ref()?;
    let name = author.name.as_deref().unwrap_or(&author.handle);
    let words: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || c.is_control())
        .collect();
    let mut name = words.join(" ");
    name.truncate(name.floor_char_boundary(MAX_NAME_BYTES));
    Some(Redacted(name))
}

/// Returns the messages of a unit; `None` for one that a model has no use for.
fn to_prompt_unit(unit: &HistoryUnit<'_>, has_names: bool) -> Option<Vec<PromptMessage>> {
    match unit {
        HistoryUnit::Message(message) => {
            to_prompt_message(message, has_names).map(|said| vec![said])
        }
        HistoryUnit::ToolRound {
            message,
            calls,
            results,
        } => Some(to_prompt_round(message, calls, results)),
    }
}

/// Returns a message for the prompt; `None` for one that a model has no use for. Of tool traffic only whole rounds are
/// used, so that no result stands without its call.
fn to_prompt_message(message: &Message, has_names: bool) -> Option<PromptMessage> {
    let text = message.text.trim();
    if text.is_empty() {
        return None;
    }
    Some(match message.role {
        MessageRole::Assistant => PromptMessage::assistant(text),
        MessageRole::System | MessageRole::Context if is_trusted(message) => {
            PromptMessage::system(text)
        }
        MessageRole::User | MessageRole::System | MessageRole::Context => PromptMessage::User {
            speaker: has_names.then(|| speaker_of(message)).flatten(),
            text: Redacted(text.to_owned()),
        },
        MessageRole::Tool => return None,
    })
}

/// Returns whether a message may speak as the system: no person wrote it.
fn is_trusted(message: &Message) -> bool {
    let author = message.author.as_ref();
    author.is_none_or(|author| author.kind == MemberKind::Assistant)
}

#[cfg(test)]
mod tests;
