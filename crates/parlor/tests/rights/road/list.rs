//! Lists, exports and searches.

use http::Method;
use serde_json::json;

use super::{About, Asked, Expected, Road, Target, Trial};
use crate::model::{Dialect, Held, ListRight, Model, Room, Who};
use crate::stage::Stage;

fn expected(model: &Model, held: Held, list: ListRight) -> Expected {
    let rows = model
        .talks()
        .map(|talk| (talk, model.shows(held, list, talk)));
    Expected::List {
        verdict: model.lists(held, list),
        rows: rows.collect(),
    }
}

const fn room(target: Target) -> Room {
    match target {
        Target::Room(room) => room,
        _ => panic!("a road about a space"),
    }
}

const fn who(target: Target) -> Who {
    match target {
        Target::Member(who) => who,
        _ => panic!("a road about a member"),
    }
}

macro_rules! listing {
    ($name:literal, $about:ident, $ask:expr, $list:expr) => {
        Road {
            name: $name,
            dialect: DIALECT,
            about: About::$about,
            trial: Trial::Always,
            ask: $ask,
            expect: |model: &Model, held: Held, target: Target| {
                expected(model, held, $list(target))
            },
        }
    };
}

fn rail(stage: &Stage<'_>, rest: &str) -> Option<Asked> {
    Asked::get(format!("/api/v2/w/{}/{rest}", stage.tenant.workspace))
}

pub(super) fn roads() -> Vec<Road> {
    let mut all = of_sharely();
    all.extend(of_rail());
    all.extend(of_others());
    all
}

fn of_sharely() -> Vec<Road> {
    const DIALECT: Dialect = ListRight::Threads.dialect();
    vec![
        listing!(
            "GET groups",
            Room,
            |stage, _, target| Asked::get(format!("{}/group", stage.space_path(room(target)))),
            |target| ListRight::Groups(room(target))
        ),
        listing!(
            "GET space",
            Room,
            |stage, _, target| Asked::get(stage.space_path(room(target))),
            |target| ListRight::Groups(room(target))
        ),
        listing!(
            "GET widget space",
            Room,
            |stage, _, target| Asked::get(format!("/spaces/{}", stage.rooms[room(target)])),
            |target| ListRight::Groups(room(target))
        ),
        listing!(
            "POST rag",
            Room,
            |stage, _, target| {
                let path = format!("{}/rag", stage.space_path(room(target)));
                let text = format!("mark{}x", stage.seed);
                Asked::with(Method::POST, path, json!({ "text": text, "topK": 10 }))
            },
            |target| ListRight::Finds(room(target))
        ),
        listing!(
            "GET threads",
            All,
            |stage, _, _| {
                let workspace = &stage.tenant.workspace;
                Asked::get(format!("/v1/workspaces/{workspace}/agent/threads?limit=50"))
            },
            |_| ListRight::Threads
        ),
    ]
}

fn of_rail() -> Vec<Road> {
    const DIALECT: Dialect = ListRight::Chats.dialect();
    vec![
        listing!(
            "GET chats",
            All,
            |stage, _, _| rail(stage, "chats?pageSize=100"),
            |_| ListRight::Chats
        ),
        listing!(
            "GET chats of the caller",
            All,
            |stage, _, _| rail(stage, "chats?pageSize=100&mine=true"),
            |_| ListRight::OwnChats
        ),
        listing!(
            "GET chats/export",
            All,
            |stage, _, _| rail(stage, "chats/export"),
            |_| ListRight::ChatExport
        ),
    ]
}

fn of_others() -> Vec<Road> {
    let mut all = of_channels();
    all.extend(of_kit());
    all.extend(of_users());
    all
}

fn of_channels() -> Vec<Road> {
    const DIALECT: Dialect = ListRight::Channels.dialect();
    vec![listing!(
        "GET userChannels/list",
        All,
        |_, _, _| Asked::get("/api/v1/userChannels/list?limit=100".to_owned()),
        |_| ListRight::Channels
    )]
}

fn of_kit() -> Vec<Road> {
    const DIALECT: Dialect = ListRight::Conversations.dialect();
    vec![
        listing!(
            "GET conversation/list",
            All,
            |_, _, _| Asked::get("/api/v1/conversation/list?take=100".to_owned()),
            |_| ListRight::Conversations
        ),
        listing!(
            "GET conversation/export",
            All,
            |_, _, _| Asked::get("/v1/conversation/export".to_owned()),
            |_| ListRight::Conversations
        ),
    ]
}

fn of_users() -> Vec<Road> {
    const DIALECT: Dialect = Dialect::TenantChats;
    vec![listing!(
        "GET chats/user",
        Member,
        |stage, model, target| {
            // A deleted user is nobody, whose list is empty.
            if !model.is_here(who(target)) {
                return None;
            }
            Asked::get(format!(
                "/api/v1/chats/user/{}?limit=100",
                stage.user(who(target))
            ))
        },
        |target| ListRight::OfUser(who(target))
    )]
}
