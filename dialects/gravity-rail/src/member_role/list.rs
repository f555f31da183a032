//! `GET /roles`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role;
use parlor_kit::AppState;
use parlor_kit::route::{Route, get};
use parlor_model::access::WorkspaceRole;
use parlor_model::scope::{Resource, Scope};

use super::{MemberRoleResponse, render_built_in, render_own};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, page};

const SCOPE: Scope = Scope::read(Resource::Members);

page! {
    /// A page of roles.
    MemberRolesPage of MemberRoleResponse as MemberRoles
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/roles"), handle)
        .doc(
            "Lists the roles that members have, and the workspace's own",
            "",
        )
        .scope(SCOPE)
        .responds::<MemberRoles>(200, "All of them, as one page.")
        .errors::<ErrorResponse>(&[NO_SCOPE])
}

/// All roles as one page. The workspace's own roles are listed only with `admin:read`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    ctx.require(SCOPE)?;
    let mut roles: Vec<_> = WorkspaceRole::ALL
        .iter()
        .copied()
        .map(render_built_in)
        .collect();
    if ctx.allows(Scope::read(Resource::Admin)) {
        let all = custom_role::list(&app.engine, &ctx).await?;
        roles.extend(all.into_iter().map(render_own));
    }
    let total = i64::try_from(roles.len()).unwrap_or_default();
    let page = MemberRolesPage::new(PageQuery::unpaged(), roles, total);
    Ok(page.into_response(&app, &ctx).await?)
}
