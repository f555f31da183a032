//! The bodies of webhooks.

use parlor_engine::delivery::{EventPayload, EventPayloadEncoder};
use parlor_kit::time;
use parlor_model::{Error, Result};
use serde::Serialize;

use super::names::event_name;
use crate::chat::ChatResponse;
use crate::ids;
use crate::message::OpenAIMessageResponse;

/// Body of a webhook about a chat.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChatEventBody {
    /// The delivery's; repeats have the same.
    id: String,
    event: &'static str,
    created_at: String,
    event_rule: EventRuleData,
    workspace: WorkspaceData,
    /// The chat when it was sent first. `unreadCount` and `muted` are nobody's: 0 and false.
    chat: ChatResponse,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<OpenAIMessageResponse>,
}

#[derive(Serialize)]
struct EventRuleData {
    id: i64,
    uuid: String,
    name: Option<String>,
}

#[derive(Serialize)]
struct WorkspaceData {
    uuid: String,
}

/// Writes events of chats.
pub(crate) struct ChatEventPayloads;

impl EventPayloadEncoder for ChatEventPayloads {
    fn encode(&self, event: EventPayload) -> Result<Vec<u8>> {
        let EventPayload {
            ctx,
            delivery,
            rule,
            conversation,
            labels,
            message,
        } = event;
        let chat = conversation.conversation.number;
        let body = ChatEventBody {
            id: ids::format_uuid(delivery.id),
            event: event_name(delivery.event),
            created_at: time::format_iso(delivery.created_at),
            event_rule: EventRuleData {
                id: rule.number,
                uuid: ids::format_uuid(rule.id),
                name: rule.name,
            },
            workspace: WorkspaceData {
                uuid: ids::format_uuid(ctx.workspace.id),
            },
            chat: ChatResponse::from_details(&ctx, conversation, labels),
            message: message.map(|message| OpenAIMessageResponse::from_message(chat, message)),
        };
        serde_json::to_vec(&body).map_err(|_| Error::internal("a webhook cannot be written"))
    }
}
