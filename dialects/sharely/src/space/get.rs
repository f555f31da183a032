//! `GET /v1/workspaces/{workspace}/spaces/{space}`, after the page `api-reference/spaces/get`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space::{self, Person};
use parlor_engine::workspace;
use parlor_kit::ids::dashed;
use parlor_kit::time::iso;
use parlor_kit::{App, Fail, Params};
use parlor_model::conversation::Conversation;
use parlor_model::id::SpaceId;
use parlor_model::member::MemberRef;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Caller, Reader};
use crate::group::{self, Type};
use crate::{Sharely, ids, reply};

/// A space. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Space {
    id: String,
    /// Its own name, or else its user's.
    name: String,
    description: Option<String>,
    /// `ACTIVE`: a space that is not is gone.
    status: &'static str,
    created_at: String,
    workspace: Workspace,
    /// Whose space it is.
    hosts: Vec<Host>,
    /// Nobody: spaces have one host at the most.
    co_hosts: Vec<CoHost>,
    /// The contact it is associated with.
    guests: Vec<Guest>,
    /// Its groups, oldest first.
    space_group_conversation: Vec<SpaceGroup>,
}

/// The workspace of a space. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Workspace {
    id: String,
    name: String,
    organization_name: String,
    organization_id: String,
}

/// A host, one level deeper. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Host {
    host: User,
}

/// A second host, in the same form. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoHost {
    co_host: User,
}

/// A guest, one level deeper. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Guest {
    guest: User,
}

/// Somebody. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
pub(crate) struct User {
    id: String,
    name: Option<String>,
    /// Absent as `null` for callers that may not read it.
    email: Option<String>,
}

/// A group. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpaceGroup {
    id: String,
    name: String,
    /// `PUBLIC`, or `THREAD` for a talk with an agent.
    #[serde(rename = "type")]
    kind: Type,
    last_message_at: Option<String>,
    created_at: String,
    updated_at: String,
    /// Empty before the first message; afterwards one id, always the same.
    conversations: Vec<Talk>,
}

/// The talk of a group. After `api-reference/spaces/get`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Talk {
    id: String,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Reader(caller): Reader,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    read(&app, &caller, ids::space(&params)?, |_| true).await
}

/// What a caller sees of a space, on whichever path it asks, with those of its conversations that the path shows.
pub(crate) async fn read(
    app: &App,
    caller: &Caller,
    id: SpaceId,
    shows: impl Fn(&Conversation) -> bool,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches(id)?;
    let whole = space::whole(&app.engine, &caller.ctx, id).await?;
    let place = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
    let name = whole
        .space
        .name
        .or_else(|| whole.owner.as_ref().and_then(|owner| called(&owner.member)));
    Ok(reply::ok(&Space {
        id: dashed(whole.space.id),
        name: name.unwrap_or_else(|| "Space".to_owned()),
        description: whole.space.description,
        status: "ACTIVE",
        created_at: iso(whole.space.created_at),
        workspace: Workspace {
            id: dashed(place.key.id),
            name: place.name.clone(),
            organization_name: place.organization_name.clone(),
            organization_id: dashed(place.key.organization),
        },
        hosts: one(whole.owner.map(|owner| Host { host: owner.into() })),
        co_hosts: Vec::new(),
        guests: one(whole.contact.map(|contact| Guest {
            guest: contact.into(),
        })),
        space_group_conversation: whole
            .conversations
            .into_iter()
            .filter(shows)
            .map(SpaceGroup::from)
            .collect(),
    }))
}

fn one<T>(item: Option<T>) -> Vec<T> {
    item.into_iter().collect()
}

/// What somebody is called: by name, or else as the customer knows it.
fn called(member: &MemberRef) -> Option<String> {
    member.name.clone().or_else(|| member.external_id.clone())
}

impl From<Person> for User {
    fn from(person: Person) -> Self {
        Self {
            id: dashed(person.member.id),
            name: called(&person.member),
            email: person.email,
        }
    }
}

impl From<Conversation> for SpaceGroup {
    fn from(conversation: Conversation) -> Self {
        let id = dashed(conversation.id);
        let spoken = conversation
            .last_message_at
            .map(|_| Talk { id: id.clone() });
        Self {
            id,
            name: group::name(conversation.title, conversation.kind),
            kind: Type::of(conversation.kind),
            last_message_at: conversation.last_message_at.map(iso),
            created_at: iso(conversation.created_at),
            updated_at: iso(conversation.updated_at),
            conversations: one(spoken),
        }
    }
}
