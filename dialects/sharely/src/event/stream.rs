//! `GET /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}/events`: a group as a stream of server-sent
//! events.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_gateway::StreamOwner;
use parlor_gateway::sse::{self, OpenStreamRequest, StreamAuthorizer};
use parlor_kit::{AppState, DialectError, PathParams, QueryParams, WriteTimeout, credential};
use parlor_model::Result as Tried;
use parlor_model::id::{ConversationId, SpaceId, WorkspaceId};
use uuid::Uuid;

use super::encoder::GroupEventEncoder;
use crate::auth::Caller;
use crate::group::get;
use crate::{Sharely, ids, response};

/// Whoever may read the group's messages.
pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    query: QueryParams,
    patience: WriteTimeout,
) -> Result<Response, DialectError<Sharely>> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let named = get::parse_group_id(&app, &ctx, space, &params).await?;
    let group = get::find_group(&app, &ctx, space, named).await?;
    let user = ctx.actor.filter(|_| caller.own_space().is_some());
    // A user reads for itself; a key, for all those whom its program serves.
    let holder = match (user, ctx.key, ctx.actor) {
        (Some(user), _, _) | (None, None, Some(user)) => StreamOwner::Member(user.number),
        (None, Some(key), _) => StreamOwner::Key(key),
        (None, None, None) => StreamOwner::Member(0),
    };
    let guard = GroupStreamAuthorizer {
        app: app.clone(),
        workspace: ctx.workspace.id,
        token: credential::bearer_token(&headers)
            .unwrap_or_default()
            .to_owned(),
        space,
        group: group.id,
        request: ctx.request,
    };
    let asked = OpenStreamRequest {
        app: &app,
        headers: &headers,
        query: &query,
        write_timeout: patience,
    };
    let words = GroupEventEncoder { group: group.id };
    let response = sse::open_stream(asked, &ctx, holder, &group, words, guard).await?;
    Ok(response::with_version_header(response))
}

struct GroupStreamAuthorizer {
    app: AppState,
    workspace: WorkspaceId,
    token: String,
    space: SpaceId,
    group: ConversationId,
    request: Uuid,
}

impl StreamAuthorizer for GroupStreamAuthorizer {
    async fn reauthorize(&self) -> Tried<()> {
        let caller =
            Caller::reauthenticate(&self.app, self.workspace, &self.token, self.request).await?;
        let ctx = caller.context_for_space(self.space)?;
        let group = Some(self.group);
        space::find_conversation(&self.app.engine, &ctx, self.space, group)
            .await
            .map(drop)
    }
}
