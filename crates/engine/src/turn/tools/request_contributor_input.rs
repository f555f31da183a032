//! `request_contributor_input`: asks the contributors of a chat.

use parlor_model::member::MemberRef;
use parlor_model::redacted::Redacted;
use serde_json::json;

use super::arguments::Arguments;
use super::{Tool, ToolEffect, ToolFailure, ToolReply};
use crate::turn::TurnWork;

pub(super) const NAME: &str = "request_contributor_input";
/// Maximum length of a question.
const MAX_QUESTION_CHARS: usize = 2_000;
/// Maximum length of a contributor's name.
const MAX_NAME_CHARS: usize = 255;

/// Returns whether the chat has contributors.
pub(super) fn is_offered(work: &TurnWork) -> bool {
    !work.contributors.is_empty()
}

pub(super) fn definition() -> Tool {
    Tool {
        name: NAME,
        description: "Asks the contributors of this conversation, people who know more about it. Your question is a \
            message in the conversation that mentions them. Their answer is a later message; do not wait for it.",
        parameters: json!({
            "type": "object",
            "properties": {
                "question": {
                    "type": "string",
                    "description": "The question, complete in itself.",
                    "maxLength": MAX_QUESTION_CHARS,
                },
                "contributor": {
                    "type": "string",
                    "description": "The name of one contributor. Without it all are asked.",
                },
            },
            "required": ["question"],
            "additionalProperties": false,
        }),
    }
}

pub(super) fn call(work: &TurnWork, arguments: &Arguments) -> Result<ToolReply, ToolFailure> {
    let question = arguments.text("question", MAX_QUESTION_CHARS)?;
    let wanted = arguments.optional_text("contributor", MAX_NAME_CHARS)?;
    let asked: Vec<&MemberRef> = work
        .contributors
        .iter()
        .filter(|member| {
            wanted
                .as_deref()
                .is_none_or(|wanted| name(member).to_lowercase() == wanted.to_lowercase())
        })
        .collect();
    if asked.is_empty() {
        let names: Vec<&str> = work.contributors.iter().map(name).collect();
        let message = format!("contributor must be one of: {}", names.join(", "));
        return Err(ToolFailure::invalid(message));
    }
    let names: Vec<&str> = asked.iter().map(|member| name(member)).collect();
    Ok(ToolReply {
        result: json!({ "asked": names }),
        effect: Some(ToolEffect::Ask {
            question: Redacted(question),
            members: asked.iter().map(|member| member.number).collect(),
        }),
    })
}

fn name(member: &MemberRef) -> &str {
    let name = member.name.as_deref();
    name.or(member.external_id.as_deref())
        .unwrap_or(&member.handle)
}
