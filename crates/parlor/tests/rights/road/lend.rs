//! Acting for somebody: tokens that are made for a user, which later open sockets and spaces.

use http::Method;
use serde_json::json;

use super::{About, Asked, Expected, Road, Target, Trial};
use crate::model::{Dialect, Held, Model, Resource};

pub(super) fn roads() -> Vec<Road> {
    vec![
        Road {
            name: "POST users tokens",
            dialect: Dialect::TenantChats,
            about: About::Member,
            trial: Trial::IfDecided,
            ask: |stage, _, target| {
                let Target::Member(who) = target else {
                    return None;
                };
                let path = format!("/api/v1/users/{}/tokens", stage.user(who));
                Asked::with(Method::POST, path, json!({ "ttl_seconds": 60 }))
            },
            expect: |model: &Model, held: Held, target: Target| {
                let Target::Member(who) = target else {
                    panic!("a road about a member")
                };
                Expected::One {
                    verdict: model.lends(held, Resource::Messages, who, None),
                    talk: None,
                    reads: false,
                }
            },
        },
        Road {
            name: "POST chats tokens",
            dialect: Dialect::TenantChats,
            about: About::TalkAs,
            trial: Trial::IfDecided,
            ask: |stage, _, target| {
                let Target::TalkAs(talk, who) = target else {
                    return None;
                };
                let path = format!("/api/v1/chats/{}/tokens", stage.talks[talk]);
                let body = json!({ "user_id": stage.user(who), "ttl_seconds": 60 });
                Asked::with(Method::POST, path, body)
            },
            expect: |model: &Model, held: Held, target: Target| {
                let Target::TalkAs(talk, who) = target else {
                    panic!("a road about a user")
                };
                Expected::One {
                    verdict: model.lends(held, Resource::Messages, who, Some(talk)),
                    talk: Some(talk),
                    reads: false,
                }
            },
        },
        Road {
            name: "PUT activate-or-retrieve-user-space",
            dialect: Dialect::Sharely,
            about: About::Member,
            // It makes a space of somebody who had none.
            trial: Trial::IfRefused,
            ask: |stage, _, target| {
                let Target::Member(who) = target else {
                    return None;
                };
                let workspace = &stage.tenant.workspace;
                let path = format!("/workspaces/{workspace}/activate-or-retrieve-user-space");
                let id = stage.members[who].id.uuid();
                Asked::with(Method::PUT, path, json!({ "userId": id.to_string() }))
            },
            expect: |model: &Model, held: Held, target: Target| {
                let Target::Member(who) = target else {
                    panic!("a road about a member")
                };
                Expected::One {
                    verdict: model.lends(held, Resource::Spaces, who, None),
                    talk: None,
                    reads: false,
                }
            },
        },
    ]
}
