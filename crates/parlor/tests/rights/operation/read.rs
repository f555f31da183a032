//! Operations that read one conversation.

use parlor_kit::ids::{format_hex, format_prefixed};
use parlor_model::id::ConversationId;

use super::{Expected, Operation, OperationRequest, Target, TargetKind, TryPolicy};
use crate::model::{ConversationIndex, CredentialIndex, Dialect, Kind, Model, Resource};
use crate::stage::TestStage;

pub(super) const fn conversation_of_target(target: Target) -> ConversationIndex {
    match target {
        Target::Conversation(conversation) | Target::ConversationAs(conversation, _) => {
            conversation
        }
        _ => panic!("an operation on a conversation"),
    }
}

pub(super) fn relation_id(stage: &TestStage<'_>, target: Target) -> String {
    format_hex(ConversationId::new(
        stage.conversations[conversation_of_target(target)],
    ))
}

pub(super) fn chatbotkit_id(stage: &TestStage<'_>, target: Target) -> String {
    format_prefixed(
        "conversation_",
        ConversationId::new(stage.conversations[conversation_of_target(target)]),
    )
}

/// The path of a group within its space.
pub(super) fn group_path(
    stage: &TestStage<'_>,
    model: &Model,
    target: Target,
    rest: &str,
) -> Option<String> {
    let room = model.conversations[conversation_of_target(target)].room?;
    Some(format!("{}/{rest}", stage.space_path(room)))
}

macro_rules! read_operation {
    ($name:literal, $dialect:ident, $asks:ident, $ask:expr) => {
        read_operation!($name, $dialect, $asks, $ask, true)
    };
    // Only the first event of a stream is read, which may name nothing.
    ($name:literal, $dialect:ident, $asks:ident, $ask:expr, $reads:literal) => {
        Operation {
            name: $name,
            dialect: Dialect::$dialect,
            target_kind: TargetKind::Conversation,
            try_policy: TryPolicy::Always,
            build_request: $ask,
            expect: |model: &Model, held: CredentialIndex, target: Target| {
                let conversation = conversation_of_target(target);
                Expected::One {
                    verdict: model.may_read(held, Dialect::$dialect, Resource::$asks, conversation),
                    conversation: Some(conversation),
                    reads: $reads,
                }
            },
        }
    };
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        read_operation!(
            "GET group",
            Sharely,
            Conversations,
            |stage, model, target| {
                let id = stage.conversations[conversation_of_target(target)];
                OperationRequest::get(group_path(stage, model, target, &format!("group/{id}"))?)
            }
        ),
        read_operation!(
            "GET message",
            Sharely,
            Conversations,
            |stage, model, target| {
                let id = stage.conversations[conversation_of_target(target)];
                OperationRequest::get(group_path(
                    stage,
                    model,
                    target,
                    &format!("message?groupId={id}"),
                )?)
            }
        ),
        read_operation!(
            "GET group events",
            Sharely,
            Conversations,
            |stage, model, target| {
                let id = stage.conversations[conversation_of_target(target)];
                OperationRequest::get(group_path(
                    stage,
                    model,
                    target,
                    &format!("group/{id}/events?last_event_id=0"),
                )?)
            },
            false
        ),
        read_operation!(
            "GET widget messages",
            Sharely,
            Conversations,
            |stage, model, target| {
                let room = stage.spaces[model.conversations[conversation_of_target(target)].room?];
                let id = stage.conversations[conversation_of_target(target)];
                OperationRequest::get(format!("/spaces/{room}/messages?groupId={id}"))
            }
        ),
        read_operation!(
            "GET thread",
            Sharely,
            Conversations,
            |stage, model, target| {
                if model.conversations[conversation_of_target(target)].kind != Kind::Thread {
                    return None;
                }
                let id = stage.conversations[conversation_of_target(target)];
                let workspace = &stage.tenant.workspace;
                OperationRequest::get(format!("/v1/workspaces/{workspace}/agent/threads/{id}"))
            }
        ),
        read_operation!(
            "GET chat",
            GravityRail,
            Conversations,
            |stage, _, target| { OperationRequest::get(chat_path(stage, target, "")) }
        ),
        read_operation!(
            "GET chat messages",
            GravityRail,
            Conversations,
            |stage, _, target| {
                OperationRequest::get(chat_path(stage, target, "/messages?limit=100"))
            }
        ),
        read_operation!(
            "GET chat events",
            GravityRail,
            Conversations,
            |stage, _, target| {
                OperationRequest::get(chat_path(stage, target, "/events?last_event_id=0"))
            },
            false
        ),
        read_operation!(
            "GET channel/info",
            Relation,
            Conversations,
            |stage, _, target| {
                let id = relation_id(stage, target);
                OperationRequest::get(format!("/api/v1/channel/info?channelUuid={id}"))
            }
        ),
        read_operation!(
            "GET message/list",
            Relation,
            Messages,
            |stage, _, target| {
                let id = relation_id(stage, target);
                OperationRequest::get(format!("/api/v1/message/list?limit=100&channelUuid={id}"))
            }
        ),
        read_operation!(
            "GET conversation fetch",
            ChatBotKit,
            Conversations,
            |stage, _, target| {
                OperationRequest::get(format!(
                    "/api/v1/conversation/{}/fetch",
                    chatbotkit_id(stage, target)
                ))
            }
        ),
        read_operation!(
            "GET conversation message/list",
            ChatBotKit,
            Messages,
            |stage, _, target| {
                OperationRequest::get(format!(
                    "/v1/conversation/{}/message/list?take=100",
                    chatbotkit_id(stage, target)
                ))
            }
        ),
        read_operation!(
            "GET chats",
            TenantChats,
            Conversations,
            |stage, _, target| {
                OperationRequest::get(format!(
                    "/api/v1/chats/{}",
                    stage.conversations[conversation_of_target(target)]
                ))
            }
        ),
        read_operation!(
            "GET chats messages",
            TenantChats,
            Messages,
            |stage, _, target| {
                let id = stage.conversations[conversation_of_target(target)];
                OperationRequest::get(format!("/api/v1/chats/{id}/messages?limit=100"))
            }
        ),
        read_operation!(
            "GET chats log",
            TenantChats,
            Messages,
            |stage, _, target| {
                let id = stage.conversations[conversation_of_target(target)];
                OperationRequest::get(format!("/api/v1/chats/{id}/log?limit=100"))
            }
        ),
    ]
}

pub(super) fn chat_path(stage: &TestStage<'_>, target: Target, rest: &str) -> String {
    let id = stage.conversations[conversation_of_target(target)];
    format!("/api/v2/w/{}/chats/{id}{rest}", stage.tenant.workspace)
}
