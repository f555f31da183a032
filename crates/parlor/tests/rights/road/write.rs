//! Saying something.

use http::Method;
use serde_json::json;

use super::read::{bare, chat, kit, talk, within};
use super::{About, Asked, Expected, Road, Target, Trial};
use crate::model::{Dialect, Held, Kind, Model, Resource, Who};
use crate::stage::Stage;

const fn user(target: Target) -> Option<Who> {
    match target {
        Target::TalkAs(_, who) => Some(who),
        _ => None,
    }
}

macro_rules! saying {
    ($name:literal, $dialect:ident, $about:ident, $asks:ident, $ask:expr) => {
        Road {
            name: $name,
            dialect: Dialect::$dialect,
            about: About::$about,
            trial: Trial::IfDecided,
            ask: $ask,
            expect: |model: &Model, held: Held, target: Target| {
                let asks = Resource::$asks;
                let (talk, user) = (talk(target), user(target));
                Expected::One {
                    verdict: model.says(held, Dialect::$dialect, asks, talk, user),
                    talk: Some(talk),
                    reads: false,
                }
            },
        }
    };
}

/// What is said by a credential that tries.
fn words(stage: &Stage<'_>, target: Target) -> String {
    format!("{} tried", stage.mark(talk(target)))
}

pub(super) fn roads() -> Vec<Road> {
    vec![
        saying!(
            "POST message",
            Sharely,
            Talk,
            Messages,
            |stage, model, target| {
                let path = within(stage, model, target, "message")?;
                let id = stage.talks[talk(target)];
                let body = json!({ "message": words(stage, target), "groupId": id.to_string() });
                Asked::with(Method::POST, path, body)
            }
        ),
        saying!(
            "POST thread message",
            Sharely,
            Talk,
            Messages,
            |stage, model, target| {
                if model.conversations[talk(target)].kind != Kind::Thread {
                    return None;
                }
                let id = stage.talks[talk(target)];
                let workspace = &stage.tenant.workspace;
                let path = format!("/v1/workspaces/{workspace}/agent/threads/{id}/messages");
                let fresh = stage.server.engine.random_uuid();
                let body = json!({ "id": fresh.to_string(), "role": "user", "content": words(stage, target) });
                Asked::with(Method::POST, path, body)
            }
        ),
        saying!(
            "POST chat messages",
            GravityRail,
            Talk,
            Conversations,
            |stage, _, target| {
                let body = json!({ "content": words(stage, target) });
                Asked::with(Method::POST, chat(stage, target, "/messages"), body)
            }
        ),
        saying!(
            "POST message/send",
            Relation,
            Talk,
            Messages,
            |stage, _, target| {
                let body = json!({
                    "channelUuid": bare(stage, target), "type": "TEXT", "content": words(stage, target)
                });
                Asked::with(Method::POST, "/api/v1/message/send".to_owned(), body)
            }
        ),
        saying!(
            "POST message/create",
            ChatBotKit,
            Talk,
            Messages,
            |stage, _, target| {
                let path = format!("/api/v1/conversation/{}/message/create", kit(stage, target));
                let body = json!({ "type": "user", "text": words(stage, target) });
                Asked::with(Method::POST, path, body)
            }
        ),
        saying!(
            "POST conversation send",
            ChatBotKit,
            Talk,
            Messages,
            |stage, _, target| {
                let path = format!("/v1/conversation/{}/send", kit(stage, target));
                Asked::with(Method::POST, path, json!({ "text": words(stage, target) }))
            }
        ),
        saying!(
            "POST chats messages as a user",
            TenantChats,
            TalkAs,
            Messages,
            |stage, _, target| {
                let path = format!("/api/v1/chats/{}/messages", stage.talks[talk(target)]);
                let user = stage.user(user(target)?);
                let body = json!({ "content": words(stage, target), "user_id": user });
                Asked::with(Method::POST, path, body)
            }
        ),
        saying!(
            "POST chats messages as the assistant",
            TenantChats,
            Talk,
            Messages,
            |stage, _, target| {
                let path = format!("/api/v1/chats/{}/messages", stage.talks[talk(target)]);
                let body = json!({ "content": words(stage, target), "sender_role": "assistant" });
                Asked::with(Method::POST, path, body)
            }
        ),
    ]
}
