//! Operations that change conversations, members and spaces. Tried only where they must be refused: allowed changes are
//! made by events, which the model follows.

use http::Method;
use serde_json::json;

use super::read::{chat_path, chatbotkit_id, conversation_of_target, group_path, relation_id};
use super::{Expected, Operation, OperationRequest, Target, TargetKind, TryPolicy};
use crate::model::{ConversationChange, CredentialIndex, Dialect, Kind, MemberIndex, Model};
use crate::stage::TestStage;

macro_rules! conversation_change {
    ($name:literal, $dialect:ident, $change:ident, $ask:expr) => {
        Operation {
            name: $name,
            dialect: Dialect::$dialect,
            target_kind: TargetKind::ConversationAs,
            try_policy: TryPolicy::IfRefused,
            build_request: $ask,
            expect: |model: &Model, held: CredentialIndex, target: Target| {
                let conversation = conversation_of_target(target);
                Expected::One {
                    verdict: model.may_change(
                        held,
                        Dialect::$dialect,
                        ConversationChange::$change,
                        conversation,
                    ),
                    conversation: Some(conversation),
                    reads: false,
                }
            },
        }
    };
}

macro_rules! member_change {
    ($name:literal, $dialect:ident, $rule:ident, $ask:expr) => {
        Operation {
            name: $name,
            dialect: Dialect::$dialect,
            target_kind: TargetKind::Member,
            try_policy: TryPolicy::IfRefused,
            build_request: $ask,
            expect: |model: &Model, held: CredentialIndex, target: Target| Expected::One {
                verdict: model.$rule(held, member_of_target(target)),
                conversation: None,
                reads: false,
            },
        }
    };
}

const fn member_of_target(target: Target) -> MemberIndex {
    match target {
        Target::Member(who) | Target::ConversationAs(_, who) => who,
        _ => panic!("an operation on a member"),
    }
}

pub(super) fn operations() -> Vec<Operation> {
    let mut all = conversation_operations();
    all.extend(channel_operations());
    all.extend(member_operations());
    all
}

fn conversation_operations() -> Vec<Operation> {
    vec![
        conversation_change!("PUT group", Sharely, Rename, |stage, model, target| {
            let id = stage.conversations[conversation_of_target(target)];
            let path = group_path(stage, model, target, &format!("group/{id}"))?;
            OperationRequest::with(Method::PUT, path, json!({ "name": "Taken over" }))
        }),
        conversation_change!("DELETE group", Sharely, Delete, |stage, model, target| {
            let id = stage.conversations[conversation_of_target(target)];
            let path = group_path(stage, model, target, &format!("group/{id}"))?;
            OperationRequest::get(path).map(|request| OperationRequest {
                method: Method::DELETE,
                ..request
            })
        }),
        conversation_change!(
            "DELETE widget group",
            Sharely,
            Delete,
            |stage, model, target| {
                let room = stage.spaces[model.conversations[conversation_of_target(target)].room?];
                let path = format!(
                    "/spaces/{room}/groups/{}",
                    stage.conversations[conversation_of_target(target)]
                );
                OperationRequest::get(path).map(|request| OperationRequest {
                    method: Method::DELETE,
                    ..request
                })
            }
        ),
        conversation_change!("DELETE thread", Sharely, Delete, |stage, model, target| {
            if model.conversations[conversation_of_target(target)].kind != Kind::Thread {
                return None;
            }
            let (workspace, id) = (
                &stage.tenant.workspace,
                stage.conversations[conversation_of_target(target)],
            );
            let path = format!("/v1/workspaces/{workspace}/agent/threads/{id}");
            OperationRequest::get(path).map(|request| OperationRequest {
                method: Method::DELETE,
                ..request
            })
        }),
        conversation_change!("PUT chat", GravityRail, Rename, |stage, _, target| {
            let body = json!({ "title": "Taken over" });
            OperationRequest::with(Method::PUT, chat_path(stage, target, ""), body)
        }),
        conversation_change!("DELETE chat", GravityRail, Delete, |stage, _, target| {
            let request = OperationRequest::get(chat_path(stage, target, ""));
            request.map(|request| OperationRequest {
                method: Method::DELETE,
                ..request
            })
        }),
        conversation_change!(
            "POST chat participants",
            GravityRail,
            AddMember,
            |stage, _, target| {
                let number = stage.members[member_of_target(target)].number;
                let path = chat_path(stage, target, "/participants");
                OperationRequest::with(Method::POST, path, json!({ "memberId": number }))
            }
        ),
        conversation_change!(
            "DELETE chat participant",
            GravityRail,
            RemoveMember,
            |stage, _, target| {
                let number = stage.members[member_of_target(target)].number;
                let request = OperationRequest::get(chat_path(
                    stage,
                    target,
                    &format!("/participants/{number}"),
                ));
                request.map(|request| OperationRequest {
                    method: Method::DELETE,
                    ..request
                })
            }
        ),
        conversation_change!(
            "POST conversation update",
            ChatBotKit,
            Rename,
            |stage, _, target| {
                let path = format!(
                    "/api/v1/conversation/{}/update",
                    chatbotkit_id(stage, target)
                );
                OperationRequest::with(Method::POST, path, json!({ "name": "Taken over" }))
            }
        ),
        conversation_change!(
            "POST conversation delete",
            ChatBotKit,
            Delete,
            |stage, _, target| {
                let path = format!("/v1/conversation/{}/delete", chatbotkit_id(stage, target));
                OperationRequest::with(Method::POST, path, json!({}))
            }
        ),
        conversation_change!("PATCH chats", TenantChats, Rename, |stage, _, target| {
            let path = format!(
                "/api/v1/chats/{}",
                stage.conversations[conversation_of_target(target)]
            );
            OperationRequest::with(Method::PATCH, path, json!({ "title": "Taken over" }))
        }),
        conversation_change!("DELETE chats", TenantChats, Delete, |stage, _, target| {
            let path = format!(
                "/api/v1/chats/{}?force=true",
                stage.conversations[conversation_of_target(target)]
            );
            OperationRequest::get(path).map(|request| OperationRequest {
                method: Method::DELETE,
                ..request
            })
        }),
    ]
}

fn channel_operations() -> Vec<Operation> {
    vec![
        conversation_change!("POST channel/join", Relation, Join, |stage, _, target| {
            let body = json!({ "channelUuid": relation_id(stage, target) });
            OperationRequest::with(Method::POST, "/api/v1/channel/join".to_owned(), body)
        }),
        conversation_change!(
            "POST channel/update",
            Relation,
            Rename,
            |stage, _, target| {
                let body = json!({ "channelUuid": relation_id(stage, target), "channelName": "Taken over" });
                OperationRequest::with(Method::POST, "/api/v1/channel/update".to_owned(), body)
            }
        ),
        conversation_change!(
            "POST channel/disband",
            Relation,
            Delete,
            |stage, _, target| {
                let body = json!({ "channelUuid": relation_id(stage, target) });
                OperationRequest::with(Method::POST, "/api/v1/channel/disband".to_owned(), body)
            }
        ),
        conversation_change!(
            "POST channel/members/add",
            Relation,
            AddMember,
            |stage, _, target| {
                OperationRequest::with(
                    Method::POST,
                    "/api/v1/channel/members/add".to_owned(),
                    member_body(stage, target),
                )
            }
        ),
        conversation_change!(
            "POST channel/members/remove",
            Relation,
            RemoveMember,
            |stage, _, target| {
                let path = "/api/v1/channel/members/remove".to_owned();
                OperationRequest::with(Method::POST, path, member_body(stage, target))
            }
        ),
    ]
}

fn member_body(stage: &TestStage<'_>, target: Target) -> serde_json::Value {
    let handle = &stage.members[member_of_target(target)].handle;
    json!({ "channelUuid": relation_id(stage, target), "members": [handle] })
}

fn member_operations() -> Vec<Operation> {
    vec![
        member_change!(
            "PUT member",
            GravityRail,
            may_change_member,
            |stage, _, target| {
                let body =
                    json!({ "email": format!("taken{}@example.org", member_of_target(target)) });
                OperationRequest::with(Method::PUT, member_path(stage, target), body)
            }
        ),
        member_change!(
            "PUT member archived",
            GravityRail,
            may_change_member,
            |stage, _, target| {
                OperationRequest::with(
                    Method::PUT,
                    member_path(stage, target),
                    json!({ "isArchived": true }),
                )
            }
        ),
        member_change!(
            "PUT member role",
            GravityRail,
            may_grant_scopes,
            |stage, _, target| {
                OperationRequest::with(
                    Method::PUT,
                    member_path(stage, target),
                    json!({ "memberRoleId": 2 }),
                )
            }
        ),
        member_change!(
            "DELETE users",
            TenantChats,
            may_delete_member,
            |stage, _, target| {
                let path = format!("/api/v1/users/{}", stage.user_id(member_of_target(target)));
                OperationRequest::get(path).map(|request| OperationRequest {
                    method: Method::DELETE,
                    ..request
                })
            }
        ),
        member_change!(
            "POST contact delete",
            ChatBotKit,
            may_delete_member,
            |stage, _, target| {
                let path = format!(
                    "/api/v1/contact/{}/delete",
                    contact_path(stage, member_of_target(target))
                );
                OperationRequest::with(Method::POST, path, json!({}))
            }
        ),
        Operation {
            name: "POST group",
            dialect: Dialect::Sharely,
            target_kind: TargetKind::Space,
            try_policy: TryPolicy::IfRefused,
            build_request: |stage, _, target| {
                let Target::Space(room) = target else {
                    return None;
                };
                let path = format!("{}/group", stage.space_path(room));
                OperationRequest::with(Method::POST, path, json!({ "name": "Put in" }))
            },
            expect: |model, held, target| {
                let Target::Space(room) = target else {
                    panic!("an operation on a space")
                };
                Expected::One {
                    verdict: model.may_create_in(held, room),
                    conversation: None,
                    reads: false,
                }
            },
        },
    ]
}

fn member_path(stage: &TestStage<'_>, target: Target) -> String {
    let number = stage.members[member_of_target(target)].number;
    format!("/api/v2/w/{}/members/{number}", stage.tenant.workspace)
}

pub(crate) fn contact_path(stage: &TestStage<'_>, who: MemberIndex) -> String {
    let id = stage.members[who].id.uuid();
    parlor_kit::ids::format_prefixed("contact_", parlor_model::id::ConversationId::new(id))
}
