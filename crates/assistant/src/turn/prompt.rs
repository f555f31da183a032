//! The prompt of a turn: instructions, then as much of the conversation as the budget allows.
//!
//! Content is data: only the operator's own configuration, and what is stored without an author or by an assistant,
//! speaks as the system. What a member writes under the role `system` reaches the model as a person's message.

use parlor_engine::turn::TurnWork;
use parlor_model::member::MemberKind;
use parlor_model::message::{Message, MessageRole};
use parlor_model::workflow::WorkflowDraft;
use serde_json::Value;

use crate::provider::PromptMessage;

/// Bytes that are counted as one token. English text has about four; other languages and code have fewer.
const BYTES_PER_TOKEN: usize = 3;
/// Tokens that are counted for the role of each message.
const TOKENS_PER_MESSAGE: usize = 4;

/// Builds the prompt: all instructions, and the newest messages that fit into `budget` tokens, by an estimate. At least
/// the newest message is kept.
pub fn build_prompt(work: &TurnWork, budget: usize) -> Vec<PromptMessage> {
    let instructions = instructions(work);
    let mut left = budget;
    let mut prompt = Vec::new();
    if !instructions.is_empty() {
        left = left.saturating_sub(count_tokens(&instructions));
        prompt.push(PromptMessage::system(instructions));
    }
    let mut newest_first = Vec::new();
    for message in work.messages.iter().rev() {
        let Some((said, tokens)) = to_prompt_message(message) else {
            continue;
        };
        if tokens > left && !newest_first.is_empty() {
            break;
        }
        left = left.saturating_sub(tokens);
        newest_first.push(said);
    }
    prompt.extend(newest_first.into_iter().rev());
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

/// Returns a message for the prompt and its tokens; `None` for one that a model has no use for. Tool traffic is left
/// out, so that no result stands without its call.
fn to_prompt_message(message: &Message) -> Option<(PromptMessage, usize)> {
    let text = message.text.trim();
    if text.is_empty() {
        return None;
    }
    let prompt = match message.role {
        MessageRole::User => PromptMessage::user(text),
        MessageRole::Assistant => PromptMessage::assistant(text),
        MessageRole::System | MessageRole::Context if is_trusted(message) => {
            PromptMessage::system(text)
        }
        MessageRole::System | MessageRole::Context => PromptMessage::user(text),
        MessageRole::Tool => return None,
    };
    Some((prompt, count_tokens(text)))
}

/// Returns whether a message may speak as the system: no person wrote it.
fn is_trusted(message: &Message) -> bool {
    let author = message.author.as_ref();
    author.is_none_or(|author| author.kind == MemberKind::Assistant)
}

fn count_tokens(text: &str) -> usize {
    text.len().div_ceil(BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE
}

#[cfg(test)]
mod tests;
