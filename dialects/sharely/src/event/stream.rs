//! `GET /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}/events`: streams a group as server-sent
//! events.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_gateway::StreamOwner;
use parlor_gateway::sse::{self, OpenStreamRequest, StreamAuthorizer};
use parlor_gateway::sse::{EVENT_STREAM_MEDIA_TYPE, LAST_EVENT_ID_HEADER, LAST_EVENT_ID_PARAM};
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, PathParams, QueryParams, WriteTimeout, credential};
use parlor_model::Result;
use parlor_model::id::{ConversationId, SpaceId, WorkspaceId};
use parlor_model::scope::{Resource, Scope};
use uuid::Uuid;

use super::encoder::{
    GroupEventData, GroupEventEncoder, GroupUpdateData, MessageDeletedData, StreamEndedData,
    StreamOpenedData,
};
use crate::auth::Caller;
use crate::documented::{NOT_FOUND, organization_required};
use crate::error::ErrorResponse;
use crate::group::find::{find_group, parse_group_id};
use crate::message::MessageResponse;
use crate::{HandlerError, ids, response};

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(get(
        "/v1/workspaces/{workspace}/spaces/{space}/group/{conversation}/events",
        handle,
    ))
    .doc("What happens in a group, as it happens.", "")
    .scope(Scope::read(Resource::Conversations))
    .header(
        LAST_EVENT_ID_HEADER,
        "The id of the last event the reader has; `0` for everything from the beginning.",
    )
    .query(
        LAST_EVENT_ID_PARAM,
        Text,
        "The same where the header is absent, for the first connection of a browser.",
    )
    .responds_stream::<MessageResponse>(
        200,
        EVENT_STREAM_MEDIA_TYPE,
        "The events, as they happen, without an end.",
    )
    .or_json_schema::<GroupEventData<GroupUpdateData>>()
    .or_json_schema::<GroupEventData<MessageDeletedData>>()
    .or_json_schema::<GroupEventData<StreamOpenedData>>()
    .or_json_schema::<GroupEventData<StreamEndedData>>()
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    query: QueryParams,
    write_timeout: WriteTimeout,
) -> Result<Response, HandlerError> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let id = parse_group_id(&app, &ctx, space, &params).await?;
    let group = find_group(&app, &ctx, space, id).await?;
    let user = ctx.actor.filter(|_| caller.own_space().is_some());
    // Streams are limited per user, and per key for a key, whose program serves several users.
    let owner = match (user, ctx.key, ctx.actor) {
        (Some(user), _, _) | (None, None, Some(user)) => StreamOwner::Member(user.number),
        (None, Some(key), _) => StreamOwner::Key(key),
        (None, None, None) => StreamOwner::Member(0),
    };
    let authorizer = GroupStreamAuthorizer {
        app: app.clone(),
        workspace: ctx.workspace.id,
        token: credential::bearer_token(&headers)
            .unwrap_or_default()
            .to_owned(),
        space,
        group: group.id,
        request: ctx.request,
    };
    let request = OpenStreamRequest {
        app: &app,
        headers: &headers,
        query: &query,
        write_timeout,
    };
    let encoder = GroupEventEncoder { group: group.id };
    let response = sse::open_stream(request, &ctx, owner, &group, encoder, authorizer).await?;
    Ok(response::with_version_header(response))
}

/// Re-authenticates the token and checks that it may still read the group.
struct GroupStreamAuthorizer {
    app: AppState,
    workspace: WorkspaceId,
    token: String,
    space: SpaceId,
    group: ConversationId,
    request: Uuid,
}

impl StreamAuthorizer for GroupStreamAuthorizer {
    async fn reauthorize(&self) -> Result<()> {
        let caller =
            Caller::reauthenticate(&self.app, self.workspace, &self.token, self.request).await?;
        let ctx = caller.context_for_space(self.space)?;
        let group = Some(self.group);
        space::find_conversation(&self.app.engine, &ctx, self.space, group)
            .await
            .map(drop)
    }
}
