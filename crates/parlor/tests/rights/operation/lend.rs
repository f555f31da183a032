//! Operations that issue tokens acting for a user, which later open sockets and spaces.

use http::Method;
use serde_json::json;

use super::{Expected, Operation, OperationRequest, Target, TargetKind, TryPolicy};
use crate::model::{CredentialIndex, Dialect, Model, Resource};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation {
            name: "POST users tokens",
            dialect: Dialect::TenantChats,
            target_kind: TargetKind::Member,
            try_policy: TryPolicy::IfDecided,
            build_request: |stage, _, target| {
                let Target::Member(who) = target else {
                    return None;
                };
                let path = format!("/api/v1/users/{}/tokens", stage.user_id(who));
                OperationRequest::with(Method::POST, path, json!({ "ttl_seconds": 60 }))
            },
            expect: |model: &Model, held: CredentialIndex, target: Target| {
                let Target::Member(who) = target else {
                    panic!("an operation on a member")
                };
                Expected::One {
                    verdict: model.may_issue_token_for(held, Resource::Messages, who, None),
                    conversation: None,
                    reads: false,
                }
            },
        },
        Operation {
            name: "POST chats tokens",
            dialect: Dialect::TenantChats,
            target_kind: TargetKind::ConversationAs,
            try_policy: TryPolicy::IfDecided,
            build_request: |stage, _, target| {
                let Target::ConversationAs(conversation, who) = target else {
                    return None;
                };
                let path = format!("/api/v1/chats/{}/tokens", stage.conversations[conversation]);
                let body = json!({ "user_id": stage.user_id(who), "ttl_seconds": 60 });
                OperationRequest::with(Method::POST, path, body)
            },
            expect: |model: &Model, held: CredentialIndex, target: Target| {
                let Target::ConversationAs(conversation, who) = target else {
                    panic!("an operation on a user")
                };
                Expected::One {
                    verdict: model.may_issue_token_for(
                        held,
                        Resource::Messages,
                        who,
                        Some(conversation),
                    ),
                    conversation: Some(conversation),
                    reads: false,
                }
            },
        },
        Operation {
            name: "PUT activate-or-retrieve-user-space",
            dialect: Dialect::Sharely,
            target_kind: TargetKind::Member,
            // It creates a space for a user without one.
            try_policy: TryPolicy::IfRefused,
            build_request: |stage, _, target| {
                let Target::Member(who) = target else {
                    return None;
                };
                let workspace = &stage.tenant.workspace;
                let path = format!("/workspaces/{workspace}/activate-or-retrieve-user-space");
                let id = stage.members[who].id.uuid();
                OperationRequest::with(Method::PUT, path, json!({ "userId": id.to_string() }))
            },
            expect: |model: &Model, held: CredentialIndex, target: Target| {
                let Target::Member(who) = target else {
                    panic!("an operation on a member")
                };
                Expected::One {
                    verdict: model.may_issue_token_for(held, Resource::Spaces, who, None),
                    conversation: None,
                    reads: false,
                }
            },
        },
    ]
}
