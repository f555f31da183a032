//! Operations that send messages.

use http::Method;
use serde_json::json;

use super::read::{chat_path, chatbotkit_id, conversation_of_target, group_path, relation_id};
use super::{Expected, Operation, OperationRequest, Target, TargetKind, TryPolicy};
use crate::model::{CredentialIndex, Dialect, Kind, MemberIndex, Model, Resource};
use crate::stage::TestStage;

const fn user_of_target(target: Target) -> Option<MemberIndex> {
    match target {
        Target::ConversationAs(_, who) => Some(who),
        _ => None,
    }
}

macro_rules! send_operation {
    ($name:literal, $dialect:ident, $about:ident, $asks:ident, $ask:expr) => {
        Operation {
            name: $name,
            dialect: Dialect::$dialect,
            target_kind: TargetKind::$about,
            try_policy: TryPolicy::IfDecided,
            build_request: $ask,
            expect: |model: &Model, held: CredentialIndex, target: Target| {
                let asks = Resource::$asks;
                let (conversation, user) = (conversation_of_target(target), user_of_target(target));
                Expected::One {
                    verdict: model.may_send(held, Dialect::$dialect, asks, conversation, user),
                    conversation: Some(conversation),
                    reads: false,
                }
            },
        }
    };
}

/// The text of a trial message.
fn message_text(stage: &TestStage<'_>, target: Target) -> String {
    format!(
        "{} tried",
        stage.conversation_marker(conversation_of_target(target))
    )
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        send_operation!(
            "POST message",
            Sharely,
            Conversation,
            Messages,
            |stage, model, target| {
                let path = group_path(stage, model, target, "message")?;
                let id = stage.conversations[conversation_of_target(target)];
                let body =
                    json!({ "message": message_text(stage, target), "groupId": id.to_string() });
                OperationRequest::with(Method::POST, path, body)
            }
        ),
        send_operation!(
            "POST thread message",
            Sharely,
            Conversation,
            Messages,
            |stage, model, target| {
                if model.conversations[conversation_of_target(target)].kind != Kind::Thread {
                    return None;
                }
                let id = stage.conversations[conversation_of_target(target)];
                let workspace = &stage.tenant.workspace;
                let path = format!("/v1/workspaces/{workspace}/agent/threads/{id}/messages");
                let fresh = stage.server.engine.random_uuid();
                let body = json!({ "id": fresh.to_string(), "role": "user", "content": message_text(stage, target) });
                OperationRequest::with(Method::POST, path, body)
            }
        ),
        send_operation!(
            "POST chat messages",
            GravityRail,
            Conversation,
            Conversations,
            |stage, _, target| {
                let body = json!({ "content": message_text(stage, target) });
                OperationRequest::with(Method::POST, chat_path(stage, target, "/messages"), body)
            }
        ),
        send_operation!(
            "POST message/send",
            Relation,
            Conversation,
            Messages,
            |stage, _, target| {
                let body = json!({
                    "channelUuid": relation_id(stage, target), "type": "TEXT", "content": message_text(stage, target)
                });
                OperationRequest::with(Method::POST, "/api/v1/message/send".to_owned(), body)
            }
        ),
        send_operation!(
            "POST message/create",
            ChatBotKit,
            Conversation,
            Messages,
            |stage, _, target| {
                let path = format!(
                    "/api/v1/conversation/{}/message/create",
                    chatbotkit_id(stage, target)
                );
                let body = json!({ "type": "user", "text": message_text(stage, target) });
                OperationRequest::with(Method::POST, path, body)
            }
        ),
        send_operation!(
            "POST conversation send",
            ChatBotKit,
            Conversation,
            Messages,
            |stage, _, target| {
                let path = format!("/v1/conversation/{}/send", chatbotkit_id(stage, target));
                OperationRequest::with(
                    Method::POST,
                    path,
                    json!({ "text": message_text(stage, target) }),
                )
            }
        ),
        send_operation!(
            "POST chats messages as a user",
            TenantChats,
            ConversationAs,
            Messages,
            |stage, _, target| {
                let path = format!(
                    "/api/v1/chats/{}/messages",
                    stage.conversations[conversation_of_target(target)]
                );
                let user = stage.user_id(user_of_target(target)?);
                let body = json!({ "content": message_text(stage, target), "user_id": user });
                OperationRequest::with(Method::POST, path, body)
            }
        ),
        send_operation!(
            "POST chats messages as the assistant",
            TenantChats,
            Conversation,
            Messages,
            |stage, _, target| {
                let path = format!(
                    "/api/v1/chats/{}/messages",
                    stage.conversations[conversation_of_target(target)]
                );
                let body =
                    json!({ "content": message_text(stage, target), "sender_role": "assistant" });
                OperationRequest::with(Method::POST, path, body)
            }
        ),
    ]
}
