//! `POST /v1/workspaces/{workspace}/spaces/{space}/group`, after the page on creating a group conversation.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode};
use parlor_engine::conversation::{self, Created};
use parlor_kit::body::typed;
use parlor_kit::ids::dashed;
use parlor_kit::time::iso;
use parlor_kit::{App, Fail, Params, Payload, once, reply as plain};
use parlor_model::conversation::{CreateConversation, Kind as Of};
use parlor_model::id::SpaceId;
use parlor_model::idempotency::Once;
use parlor_model::{Result, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::GENERAL;
use crate::auth::Caller;
use crate::body::{self, Object};
use crate::space::unless_unknown;
use crate::{Sharely, ids, reply};

/// The body; it may be absent. After the page on creating a group conversation.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Create {
    /// What to call the group, 1 to 255 characters. `General` when absent, null or blank.
    #[schema(max_length = 255)]
    name: Option<String>,
}

/// A new group. After the page on creating a group conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewGroup {
    id: String,
    name: String,
    created_at: String,
}

impl From<&Created> for NewGroup {
    fn from(created: &Created) -> Self {
        Self {
            id: dashed(created.id),
            name: created.title.clone().unwrap_or_else(|| GENERAL.to_owned()),
            created_at: iso(created.at),
        }
    }
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let space = ids::space(&params)?;
    caller.reaches(space)?;
    let ctx = caller.ctx;
    let (command, once) = match read(&headers, object, space) {
        Ok(read) => read,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let engine = &app.engine;
    let Some(once) = once else {
        let created = conversation::create(engine, &ctx, command).await?;
        return Ok(reply::ok(&NewGroup::from(&created)));
    };
    let answer = conversation::create_once(engine, &ctx, command, once).await?;
    let response = plain::bytes_of(StatusCode::OK, "application/json", answer.body);
    let mut response = reply::versioned(response);
    if answer.replayed {
        let replayed = HeaderValue::from_static("true");
        response.headers_mut().insert(once::REPLAYED, replayed);
    }
    Ok(response)
}

/// What the body and the `Idempotency-Key` header ask for.
fn read(
    headers: &HeaderMap,
    Object { bytes, map }: Object,
    space: SpaceId,
) -> Result<(CreateConversation, Option<Once<Created>>)> {
    let create: Create = typed(map)?;
    let name = text::optional(create.name.as_deref(), "name", 255)?;
    let name = name.unwrap_or_else(|| GENERAL.to_owned());
    body::storable(&name, "name")?;
    let command = CreateConversation {
        space: Some(space),
        title: Some(name),
        ..CreateConversation::of(Of::Group)
    };
    let render =
        |created: &Created| serde_json::to_vec(&NewGroup::from(created)).unwrap_or_default();
    let scope = format!("group:{}", dashed(space));
    let once = once::read(headers, scope, &bytes, Arc::new(render))?;
    Ok((command, once))
}
