//! Reading one conversation.

use parlor_kit::ids::{hex, prefixed};
use parlor_model::id::ConversationId;

use super::{About, Asked, Expected, Road, Target, Trial};
use crate::model::{Dialect, Held, Kind, Model, Resource, Talk};
use crate::stage::Stage;

pub(super) const fn talk(target: Target) -> Talk {
    match target {
        Target::Talk(talk) | Target::TalkAs(talk, _) => talk,
        _ => panic!("a road about a conversation"),
    }
}

pub(super) fn bare(stage: &Stage<'_>, target: Target) -> String {
    hex(ConversationId::new(stage.talks[talk(target)]))
}

pub(super) fn kit(stage: &Stage<'_>, target: Target) -> String {
    prefixed(
        "conversation_",
        ConversationId::new(stage.talks[talk(target)]),
    )
}

/// The path of a group within its space.
pub(super) fn within(
    stage: &Stage<'_>,
    model: &Model,
    target: Target,
    rest: &str,
) -> Option<String> {
    let room = model.conversations[talk(target)].room?;
    Some(format!("{}/{rest}", stage.space_path(room)))
}

macro_rules! reading {
    ($name:literal, $dialect:ident, $asks:ident, $ask:expr) => {
        reading!($name, $dialect, $asks, $ask, true)
    };
    // Of a stream only the first event is read, which may name nothing.
    ($name:literal, $dialect:ident, $asks:ident, $ask:expr, $reads:literal) => {
        Road {
            name: $name,
            dialect: Dialect::$dialect,
            about: About::Talk,
            trial: Trial::Always,
            ask: $ask,
            expect: |model: &Model, held: Held, target: Target| {
                let talk = talk(target);
                Expected::One {
                    verdict: model.reads(held, Dialect::$dialect, Resource::$asks, talk),
                    talk: Some(talk),
                    reads: $reads,
                }
            },
        }
    };
}

pub(super) fn roads() -> Vec<Road> {
    vec![
        reading!(
            "GET group",
            Sharely,
            Conversations,
            |stage, model, target| {
                let id = stage.talks[talk(target)];
                Asked::get(within(stage, model, target, &format!("group/{id}"))?)
            }
        ),
        reading!(
            "GET message",
            Sharely,
            Conversations,
            |stage, model, target| {
                let id = stage.talks[talk(target)];
                Asked::get(within(
                    stage,
                    model,
                    target,
                    &format!("message?groupId={id}"),
                )?)
            }
        ),
        reading!(
            "GET group events",
            Sharely,
            Conversations,
            |stage, model, target| {
                let id = stage.talks[talk(target)];
                Asked::get(within(
                    stage,
                    model,
                    target,
                    &format!("group/{id}/events?last_event_id=0"),
                )?)
            },
            false
        ),
        reading!(
            "GET widget messages",
            Sharely,
            Conversations,
            |stage, model, target| {
                let room = stage.rooms[model.conversations[talk(target)].room?];
                let id = stage.talks[talk(target)];
                Asked::get(format!("/spaces/{room}/messages?groupId={id}"))
            }
        ),
        reading!(
            "GET thread",
            Sharely,
            Conversations,
            |stage, model, target| {
                if model.conversations[talk(target)].kind != Kind::Thread {
                    return None;
                }
                let id = stage.talks[talk(target)];
                let workspace = &stage.tenant.workspace;
                Asked::get(format!("/v1/workspaces/{workspace}/agent/threads/{id}"))
            }
        ),
        reading!(
            "GET chat",
            GravityRail,
            Conversations,
            |stage, _, target| { Asked::get(chat(stage, target, "")) }
        ),
        reading!(
            "GET chat messages",
            GravityRail,
            Conversations,
            |stage, _, target| { Asked::get(chat(stage, target, "/messages?limit=100")) }
        ),
        reading!(
            "GET chat events",
            GravityRail,
            Conversations,
            |stage, _, target| { Asked::get(chat(stage, target, "/events?last_event_id=0")) },
            false
        ),
        reading!(
            "GET channel/info",
            Relation,
            Conversations,
            |stage, _, target| {
                let id = bare(stage, target);
                Asked::get(format!("/api/v1/channel/info?channelUuid={id}"))
            }
        ),
        reading!(
            "GET message/list",
            Relation,
            Messages,
            |stage, _, target| {
                let id = bare(stage, target);
                Asked::get(format!("/api/v1/message/list?limit=100&channelUuid={id}"))
            }
        ),
        reading!(
            "GET conversation fetch",
            ChatBotKit,
            Conversations,
            |stage, _, target| {
                Asked::get(format!("/api/v1/conversation/{}/fetch", kit(stage, target)))
            }
        ),
        reading!(
            "GET conversation message/list",
            ChatBotKit,
            Messages,
            |stage, _, target| {
                Asked::get(format!(
                    "/v1/conversation/{}/message/list?take=100",
                    kit(stage, target)
                ))
            }
        ),
        reading!(
            "GET chats",
            TenantChats,
            Conversations,
            |stage, _, target| {
                Asked::get(format!("/api/v1/chats/{}", stage.talks[talk(target)]))
            }
        ),
        reading!(
            "GET chats messages",
            TenantChats,
            Messages,
            |stage, _, target| {
                let id = stage.talks[talk(target)];
                Asked::get(format!("/api/v1/chats/{id}/messages?limit=100"))
            }
        ),
        reading!(
            "GET chats log",
            TenantChats,
            Messages,
            |stage, _, target| {
                let id = stage.talks[talk(target)];
                Asked::get(format!("/api/v1/chats/{id}/log?limit=100"))
            }
        ),
    ]
}

pub(super) fn chat(stage: &Stage<'_>, target: Target, rest: &str) -> String {
    let id = stage.talks[talk(target)];
    format!("/api/v2/w/{}/chats/{id}{rest}", stage.tenant.workspace)
}
