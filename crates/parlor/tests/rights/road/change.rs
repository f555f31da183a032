//! Changing conversations, members and spaces. Tried only where it must be refused: what is allowed is done by events,
//! which the model follows.

use http::Method;
use serde_json::json;

use super::read::{bare, chat, kit, talk, within};
use super::{About, Asked, Expected, Road, Target, Trial};
use crate::model::{Change, Dialect, Held, Kind, Model, Who};
use crate::stage::Stage;

macro_rules! changing {
    ($name:literal, $dialect:ident, $change:ident, $ask:expr) => {
        Road {
            name: $name,
            dialect: Dialect::$dialect,
            about: About::TalkAs,
            trial: Trial::IfRefused,
            ask: $ask,
            expect: |model: &Model, held: Held, target: Target| {
                let talk = talk(target);
                Expected::One {
                    verdict: model.changes(held, Dialect::$dialect, Change::$change, talk),
                    talk: Some(talk),
                    reads: false,
                }
            },
        }
    };
}

macro_rules! changing_member {
    ($name:literal, $dialect:ident, $rule:ident, $ask:expr) => {
        Road {
            name: $name,
            dialect: Dialect::$dialect,
            about: About::Member,
            trial: Trial::IfRefused,
            ask: $ask,
            expect: |model: &Model, held: Held, target: Target| Expected::One {
                verdict: model.$rule(held, member(target)),
                talk: None,
                reads: false,
            },
        }
    };
}

const fn member(target: Target) -> Who {
    match target {
        Target::Member(who) | Target::TalkAs(_, who) => who,
        _ => panic!("a road about a member"),
    }
}

pub(super) fn roads() -> Vec<Road> {
    let mut all = of_talks();
    all.extend(of_channels());
    all.extend(of_members());
    all
}

fn of_talks() -> Vec<Road> {
    vec![
        changing!("PUT group", Sharely, Rename, |stage, model, target| {
            let id = stage.talks[talk(target)];
            let path = within(stage, model, target, &format!("group/{id}"))?;
            Asked::with(Method::PUT, path, json!({ "name": "Taken over" }))
        }),
        changing!("DELETE group", Sharely, Delete, |stage, model, target| {
            let id = stage.talks[talk(target)];
            let path = within(stage, model, target, &format!("group/{id}"))?;
            Asked::get(path).map(|asked| Asked {
                method: Method::DELETE,
                ..asked
            })
        }),
        changing!(
            "DELETE widget group",
            Sharely,
            Delete,
            |stage, model, target| {
                let room = stage.rooms[model.conversations[talk(target)].room?];
                let path = format!("/spaces/{room}/groups/{}", stage.talks[talk(target)]);
                Asked::get(path).map(|asked| Asked {
                    method: Method::DELETE,
                    ..asked
                })
            }
        ),
        changing!("DELETE thread", Sharely, Delete, |stage, model, target| {
            if model.conversations[talk(target)].kind != Kind::Thread {
                return None;
            }
            let (workspace, id) = (&stage.tenant.workspace, stage.talks[talk(target)]);
            let path = format!("/v1/workspaces/{workspace}/agent/threads/{id}");
            Asked::get(path).map(|asked| Asked {
                method: Method::DELETE,
                ..asked
            })
        }),
        changing!("PUT chat", GravityRail, Rename, |stage, _, target| {
            let body = json!({ "title": "Taken over" });
            Asked::with(Method::PUT, chat(stage, target, ""), body)
        }),
        changing!("DELETE chat", GravityRail, Delete, |stage, _, target| {
            let asked = Asked::get(chat(stage, target, ""));
            asked.map(|asked| Asked {
                method: Method::DELETE,
                ..asked
            })
        }),
        changing!(
            "POST chat participants",
            GravityRail,
            AddMember,
            |stage, _, target| {
                let number = stage.members[member(target)].number;
                let path = chat(stage, target, "/participants");
                Asked::with(Method::POST, path, json!({ "memberId": number }))
            }
        ),
        changing!(
            "DELETE chat participant",
            GravityRail,
            RemoveMember,
            |stage, _, target| {
                let number = stage.members[member(target)].number;
                let asked = Asked::get(chat(stage, target, &format!("/participants/{number}")));
                asked.map(|asked| Asked {
                    method: Method::DELETE,
                    ..asked
                })
            }
        ),
        changing!(
            "POST conversation update",
            ChatBotKit,
            Rename,
            |stage, _, target| {
                let path = format!("/api/v1/conversation/{}/update", kit(stage, target));
                Asked::with(Method::POST, path, json!({ "name": "Taken over" }))
            }
        ),
        changing!(
            "POST conversation delete",
            ChatBotKit,
            Delete,
            |stage, _, target| {
                let path = format!("/v1/conversation/{}/delete", kit(stage, target));
                Asked::with(Method::POST, path, json!({}))
            }
        ),
        changing!("PATCH chats", TenantChats, Rename, |stage, _, target| {
            let path = format!("/api/v1/chats/{}", stage.talks[talk(target)]);
            Asked::with(Method::PATCH, path, json!({ "title": "Taken over" }))
        }),
        changing!("DELETE chats", TenantChats, Delete, |stage, _, target| {
            let path = format!("/api/v1/chats/{}?force=true", stage.talks[talk(target)]);
            Asked::get(path).map(|asked| Asked {
                method: Method::DELETE,
                ..asked
            })
        }),
    ]
}

fn of_channels() -> Vec<Road> {
    vec![
        changing!("POST channel/join", Relation, Join, |stage, _, target| {
            let body = json!({ "channelUuid": bare(stage, target) });
            Asked::with(Method::POST, "/api/v1/channel/join".to_owned(), body)
        }),
        changing!(
            "POST channel/update",
            Relation,
            Rename,
            |stage, _, target| {
                let body =
                    json!({ "channelUuid": bare(stage, target), "channelName": "Taken over" });
                Asked::with(Method::POST, "/api/v1/channel/update".to_owned(), body)
            }
        ),
        changing!(
            "POST channel/disband",
            Relation,
            Delete,
            |stage, _, target| {
                let body = json!({ "channelUuid": bare(stage, target) });
                Asked::with(Method::POST, "/api/v1/channel/disband".to_owned(), body)
            }
        ),
        changing!(
            "POST channel/members/add",
            Relation,
            AddMember,
            |stage, _, target| {
                Asked::with(
                    Method::POST,
                    "/api/v1/channel/members/add".to_owned(),
                    named(stage, target),
                )
            }
        ),
        changing!(
            "POST channel/members/remove",
            Relation,
            RemoveMember,
            |stage, _, target| {
                let path = "/api/v1/channel/members/remove".to_owned();
                Asked::with(Method::POST, path, named(stage, target))
            }
        ),
    ]
}

fn named(stage: &Stage<'_>, target: Target) -> serde_json::Value {
    let handle = &stage.members[member(target)].handle;
    json!({ "channelUuid": bare(stage, target), "members": [handle] })
}

fn of_members() -> Vec<Road> {
    vec![
        changing_member!(
            "PUT member",
            GravityRail,
            changes_member,
            |stage, _, target| {
                let body = json!({ "email": format!("taken{}@example.org", member(target)) });
                Asked::with(Method::PUT, of_member(stage, target), body)
            }
        ),
        changing_member!(
            "PUT member archived",
            GravityRail,
            changes_member,
            |stage, _, target| {
                Asked::with(
                    Method::PUT,
                    of_member(stage, target),
                    json!({ "isArchived": true }),
                )
            }
        ),
        changing_member!(
            "PUT member role",
            GravityRail,
            grants,
            |stage, _, target| {
                Asked::with(
                    Method::PUT,
                    of_member(stage, target),
                    json!({ "memberRoleId": 2 }),
                )
            }
        ),
        changing_member!(
            "DELETE users",
            TenantChats,
            deletes_member,
            |stage, _, target| {
                let path = format!("/api/v1/users/{}", stage.user(member(target)));
                Asked::get(path).map(|asked| Asked {
                    method: Method::DELETE,
                    ..asked
                })
            }
        ),
        changing_member!(
            "POST contact delete",
            ChatBotKit,
            deletes_member,
            |stage, _, target| {
                let path = format!("/api/v1/contact/{}/delete", contact(stage, member(target)));
                Asked::with(Method::POST, path, json!({}))
            }
        ),
        Road {
            name: "POST group",
            dialect: Dialect::Sharely,
            about: About::Room,
            trial: Trial::IfRefused,
            ask: |stage, _, target| {
                let Target::Room(room) = target else {
                    return None;
                };
                let path = format!("{}/group", stage.space_path(room));
                Asked::with(Method::POST, path, json!({ "name": "Put in" }))
            },
            expect: |model, held, target| {
                let Target::Room(room) = target else {
                    panic!("a road about a space")
                };
                Expected::One {
                    verdict: model.makes_in(held, room),
                    talk: None,
                    reads: false,
                }
            },
        },
    ]
}

fn of_member(stage: &Stage<'_>, target: Target) -> String {
    let number = stage.members[member(target)].number;
    format!("/api/v2/w/{}/members/{number}", stage.tenant.workspace)
}

pub(crate) fn contact(stage: &Stage<'_>, who: Who) -> String {
    let id = stage.members[who].id.uuid();
    parlor_kit::ids::prefixed("contact_", parlor_model::id::ConversationId::new(id))
}
