//! `GET /v1/workspaces/{workspace}/spaces/{space}`, after the page `api-reference/spaces/get`.

use std::cmp::Reverse;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::space::{self, Person, Whole};
use parlor_engine::workspace;
use parlor_kit::ids::dashed;
use parlor_kit::time::iso;
use parlor_kit::{App, Fail, Params};
use parlor_model::conversation::Kind;
use parlor_model::id::SpaceId;
use parlor_model::member::MemberRef;
use parlor_model::space::SpaceConversation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Caller, Reader};
use crate::group::pieces::Groups;
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
    /// Its groups: oldest first, on the widget's paths those that were last spoken in first.
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
    /// `PUBLIC`, or `THREAD` for a talk with an agent; on the widget's paths `SPACE`.
    #[serde(rename = "type")]
    kind: Type,
    /// When somebody last said something in it; on the widget's paths when it was made, where nobody has.
    last_message_at: Option<String>,
    created_at: String,
    updated_at: String,
    /// Empty before the first message; afterwards one id, always the same.
    conversations: Vec<Talk>,
    /// Only on the widget's paths: whether more than one thing was said in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_more_than_one_message: Option<bool>,
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
    read(app, &caller, ids::space(&params)?, View::Documented).await
}

/// For whom a space is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// As the vendor's page has it: every group, oldest first.
    Documented,
    /// As the browser widget reads it: what was talked about last comes first. Threads are left out, which it would open
    /// as groups, and so is the space's first group until something is said there: the widget opens any group that it
    /// finds, and greets only where it finds none.
    Widget,
}

/// What a caller sees of a space, on whichever path it asks.
pub(crate) async fn read(
    app: App,
    caller: &Caller,
    id: SpaceId,
    view: View,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches(id)?;
    let whole = space::whole(&app.engine, &caller.ctx, id).await?;
    let place = workspace::find(&app.engine, caller.ctx.workspace.id).await?;
    let numbers = groups(&whole, view);
    let name = whole
        .space
        .name
        .or_else(|| whole.owner.as_ref().and_then(|owner| called(&owner.member)));
    let envelope = Space {
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
        space_group_conversation: Vec::new(),
    };
    let conversations = space::Conversations::new(&caller.ctx, id, numbers);
    let show = match view {
        View::Documented => SpaceGroup::from,
        View::Widget => SpaceGroup::of_widget,
    };
    Ok(reply::pieces(&envelope, Groups::new(app, conversations, show)).await?)
}

/// The groups of a view, by number and in its order.
fn groups(whole: &Whole, view: View) -> Vec<i64> {
    let mut keys = whole.conversations.clone();
    if view == View::Widget {
        let first = whole.space.default_conversation;
        keys.retain(|key| {
            let is_silent = Some(key.id) == first && key.last_message_at.is_none();
            key.kind != Kind::Thread && !is_silent
        });
        keys.sort_by_key(|key| Reverse((key.last_message_at.unwrap_or(key.created_at), key.id)));
    }
    keys.into_iter().map(|key| key.number).collect()
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

impl From<SpaceConversation> for SpaceGroup {
    fn from(conversation: SpaceConversation) -> Self {
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
            has_more_than_one_message: None,
        }
    }
}

impl SpaceGroup {
    /// As the widget reads it, which draws a group without a time as one of 1970.
    fn of_widget(conversation: SpaceConversation) -> Self {
        let at = conversation
            .last_message_at
            .unwrap_or(conversation.created_at);
        let has_several = conversation.has_several_messages;
        Self {
            kind: Type::Space,
            last_message_at: Some(iso(at)),
            has_more_than_one_message: Some(has_several),
            ..Self::from(conversation)
        }
    }
}
