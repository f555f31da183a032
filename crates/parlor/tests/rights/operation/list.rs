//! Operations that list, export and search.

use http::Method;
use serde_json::json;

use super::{Expected, Operation, OperationRequest, Target, TargetKind, TryPolicy};
use crate::model::{CredentialIndex, Dialect, ListRight, MemberIndex, Model, SpaceIndex};
use crate::stage::TestStage;

fn expected_list(model: &Model, held: CredentialIndex, list: ListRight) -> Expected {
    let rows = model
        .known_conversations()
        .map(|conversation| (conversation, model.may_show(held, list, conversation)));
    Expected::List {
        verdict: model.may_list(held, list),
        rows: rows.collect(),
    }
}

const fn space_of_target(target: Target) -> SpaceIndex {
    match target {
        Target::Space(room) => room,
        _ => panic!("an operation on a space"),
    }
}

const fn member_of_target(target: Target) -> MemberIndex {
    match target {
        Target::Member(who) => who,
        _ => panic!("an operation on a member"),
    }
}

macro_rules! list_operation {
    ($name:literal, $about:ident, $ask:expr, $list:expr) => {
        Operation {
            name: $name,
            dialect: DIALECT,
            target_kind: TargetKind::$about,
            try_policy: TryPolicy::Always,
            build_request: $ask,
            expect: |model: &Model, held: CredentialIndex, target: Target| {
                expected_list(model, held, $list(target))
            },
        }
    };
}

fn gravity_rail_request(stage: &TestStage<'_>, rest: &str) -> Option<OperationRequest> {
    OperationRequest::get(format!("/api/v2/w/{}/{rest}", stage.tenant.workspace))
}

pub(super) fn operations() -> Vec<Operation> {
    let mut all = sharely_operations();
    all.extend(gravity_rail_operations());
    all.extend(other_operations());
    all
}

fn sharely_operations() -> Vec<Operation> {
    const DIALECT: Dialect = ListRight::Threads.dialect();
    vec![
        list_operation!(
            "GET groups",
            Space,
            |stage, _, target| OperationRequest::get(format!(
                "{}/group",
                stage.space_path(space_of_target(target))
            )),
            |target| ListRight::Groups(space_of_target(target))
        ),
        list_operation!(
            "GET space",
            Space,
            |stage, _, target| OperationRequest::get(stage.space_path(space_of_target(target))),
            |target| ListRight::Groups(space_of_target(target))
        ),
        list_operation!(
            "GET widget space",
            Space,
            |stage, _, target| OperationRequest::get(format!(
                "/spaces/{}",
                stage.spaces[space_of_target(target)]
            )),
            |target| ListRight::Groups(space_of_target(target))
        ),
        list_operation!(
            "POST rag",
            Space,
            |stage, _, target| {
                let path = format!("{}/rag", stage.space_path(space_of_target(target)));
                let text = format!("mark{}x", stage.seed);
                OperationRequest::with(Method::POST, path, json!({ "text": text, "topK": 10 }))
            },
            |target| ListRight::SearchHits(space_of_target(target))
        ),
        list_operation!(
            "GET threads",
            All,
            |stage, _, _| {
                let workspace = &stage.tenant.workspace;
                OperationRequest::get(format!("/v1/workspaces/{workspace}/agent/threads?limit=50"))
            },
            |_| ListRight::Threads
        ),
    ]
}

fn gravity_rail_operations() -> Vec<Operation> {
    const DIALECT: Dialect = ListRight::Chats.dialect();
    vec![
        list_operation!(
            "GET chats",
            All,
            |stage, _, _| gravity_rail_request(stage, "chats?pageSize=100"),
            |_| ListRight::Chats
        ),
        list_operation!(
            "GET chats of the caller",
            All,
            |stage, _, _| gravity_rail_request(stage, "chats?pageSize=100&mine=true"),
            |_| ListRight::OwnChats
        ),
        list_operation!(
            "GET chats/export",
            All,
            |stage, _, _| gravity_rail_request(stage, "chats/export"),
            |_| ListRight::ChatExport
        ),
    ]
}

fn other_operations() -> Vec<Operation> {
    let mut all = channel_operations();
    all.extend(chatbotkit_operations());
    all.extend(user_list_operations());
    all
}

fn channel_operations() -> Vec<Operation> {
    const DIALECT: Dialect = ListRight::Channels.dialect();
    vec![list_operation!(
        "GET userChannels/list",
        All,
        |_, _, _| OperationRequest::get("/api/v1/userChannels/list?limit=100".to_owned()),
        |_| ListRight::Channels
    )]
}

fn chatbotkit_operations() -> Vec<Operation> {
    const DIALECT: Dialect = ListRight::Conversations.dialect();
    vec![
        list_operation!(
            "GET conversation/list",
            All,
            |_, _, _| OperationRequest::get("/api/v1/conversation/list?take=100".to_owned()),
            |_| ListRight::Conversations
        ),
        list_operation!(
            "GET conversation/export",
            All,
            |_, _, _| OperationRequest::get("/v1/conversation/export".to_owned()),
            |_| ListRight::Conversations
        ),
    ]
}

fn user_list_operations() -> Vec<Operation> {
    const DIALECT: Dialect = Dialect::TenantChats;
    vec![list_operation!(
        "GET chats/user",
        Member,
        |stage, model, target| {
            // A deleted user is unknown, and its list is empty.
            if !model.is_active(member_of_target(target)) {
                return None;
            }
            OperationRequest::get(format!(
                "/api/v1/chats/user/{}?limit=100",
                stage.user_id(member_of_target(target))
            ))
        },
        |target| ListRight::OfUser(member_of_target(target))
    )]
}
