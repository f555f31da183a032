//! `GET /v1/workspaces/{workspace}/spaces/{space}/group/{conversation}/events`: a group as a stream of server-sent
//! events.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_gateway::Holder;
use parlor_gateway::stream::{self, Asked, Guard};
use parlor_kit::{App, Fail, Params, Patience, Query, credential};
use parlor_model::Result as Tried;
use parlor_model::id::{ConversationId, SpaceId, WorkspaceId};
use uuid::Uuid;

use super::words::GroupWords;
use crate::auth::Caller;
use crate::group::get;
use crate::{Sharely, ids, reply};

/// Whoever may read the group's messages.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    query: Query,
    patience: Patience,
) -> Result<Response, Fail<Sharely>> {
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    let named = get::named(&app, &ctx, space, &params).await?;
    let group = get::found(&app, &ctx, space, named).await?;
    let user = ctx.actor.filter(|_| caller.own_space().is_some());
    // A user reads for itself; a key, for all those whom its program serves.
    let holder = match (user, ctx.key, ctx.actor) {
        (Some(user), _, _) | (None, None, Some(user)) => Holder::Member(user.number),
        (None, Some(key), _) => Holder::Key(key),
        (None, None, None) => Holder::Member(0),
    };
    let guard = GroupGuard {
        app: app.clone(),
        workspace: ctx.workspace.id,
        token: credential::bearer(&headers).unwrap_or_default().to_owned(),
        space,
        group: group.id,
        request: ctx.request,
    };
    let asked = Asked {
        app: &app,
        headers: &headers,
        query: &query,
        patience,
    };
    let words = GroupWords { group: group.id };
    let response = stream::open(asked, &ctx, holder, &group, words, guard).await?;
    Ok(reply::versioned(response))
}

struct GroupGuard {
    app: App,
    workspace: WorkspaceId,
    token: String,
    space: SpaceId,
    group: ConversationId,
    request: Uuid,
}

impl Guard for GroupGuard {
    async fn check(&self) -> Tried<()> {
        let caller = Caller::again(&self.app, self.workspace, &self.token, self.request).await?;
        let ctx = caller.within(self.space)?;
        let group = Some(self.group);
        space::conversation(&self.app.engine, &ctx, self.space, group)
            .await
            .map(drop)
    }
}
