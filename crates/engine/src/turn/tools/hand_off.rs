//! `hand_off`: puts a chat before a person.

use parlor_model::conversation::ConversationKind;
use parlor_model::redacted::Redacted;
use serde_json::json;

use super::arguments::Arguments;
use super::{Tool, ToolEffect, ToolFailure, ToolReply};
use crate::turn::TurnWork;

pub(super) const NAME: &str = "hand_off";
/// Maximum length of the reason.
const MAX_REASON_CHARS: usize = 500;

/// Returns whether somebody could take over: in a direct conversation nobody else can respond, in a group and in a thread
/// the assistant answers only who asks it.
pub(super) fn is_offered(work: &TurnWork) -> bool {
    work.conversation.kind == ConversationKind::Chat
}

pub(super) fn definition() -> Tool {
    Tool {
        name: NAME,
        description: "Hands this conversation to a person, who answers from now on. Use it when the person asks for a \
            human, or when you cannot help. It ends your answer: say what you want to say before you call it.",
        parameters: json!({
            "type": "object",
            "properties": {
                "reason": {
                    "type": "string",
                    "description": "Why a person has to take over, in one sentence for that person.",
                    "maxLength": MAX_REASON_CHARS,
                },
            },
            "required": ["reason"],
            "additionalProperties": false,
        }),
    }
}

pub(super) fn call(arguments: &Arguments) -> Result<ToolReply, ToolFailure> {
    let reason = arguments.text("reason", MAX_REASON_CHARS)?;
    Ok(ToolReply {
        result: json!({ "handed_off": true }),
        effect: Some(ToolEffect::HandOff(Redacted(reason))),
    })
}
