//! `PUT /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}` and the widget's
//! `PUT /spaces/{space}/groups/{conversation}`: a group's new name. Without one, the group is called after the first
//! line that a person has said in it, or `General` until somebody does.
//!
//! Accepted and ignored: `groupId`, which the path says already.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::conversation;
use parlor_kit::body::typed;
use parlor_kit::ids::dashed;
use parlor_kit::time::iso;
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::conversation::{Conversation, ConversationKey, UpdateConversation};
use parlor_model::{Result as Tried, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::get::{found, named};
use crate::auth::{Caller, Visitor};
use crate::body::{self, Object};
use crate::{Sharely, ids, reply};

/// The body; it may be absent.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Rename {
    /// What to call the group, 1 to 255 characters. Absent, null or blank: a name made of what was said.
    #[schema(max_length = 255)]
    name: Option<String>,
}

/// A group under its new name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Renamed {
    id: String,
    name: String,
    /// The name once more.
    group_name: String,
    created_at: String,
    updated_at: String,
}

/// The new name, as the widget reads it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Named {
    group_name: String,
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let group = rename(&app, &caller, &params, object).await?;
    let name = super::name(group.title, group.kind);
    Ok(reply::ok(&Renamed {
        id: dashed(group.id),
        group_name: name.clone(),
        name,
        created_at: iso(group.created_at),
        updated_at: iso(group.updated_at),
    }))
}

pub(crate) async fn visit(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let group = rename(&app, &caller, &params, object).await?;
    let group_name = super::name(group.title, group.kind);
    Ok(reply::ok(&Named { group_name }))
}

async fn rename(
    app: &App,
    caller: &Caller,
    params: &Params,
    object: Object,
) -> Tried<Conversation> {
    let space = ids::space(params)?;
    let ctx = caller.within(space)?;
    let group = named(app, &ctx, space, params).await?;
    found(app, &ctx, space, group).await?;
    let rename: Rename = typed(object.map)?;
    let key = ConversationKey::Id(group);
    match text::optional(rename.name.as_deref(), "name", 255)? {
        None => {
            conversation::retitle(&app.engine, &ctx, key).await?;
        }
        name @ Some(_) => {
            let command = UpdateConversation {
                title: Some(name),
                ..UpdateConversation::default()
            };
            conversation::update(&app.engine, &ctx, key, command).await?;
        }
    }
    found(app, &ctx, space, group).await
}
