//! `GET /roles`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::custom_role as engine;
use parlor_kit::AppState;
use parlor_model::access::WorkspaceRole;
use parlor_model::scope::{Resource, Scope};

use super::{MemberRoleResponse, built_in, own};
use crate::auth::Caller;
use crate::{HandlerError, page};

page::page! {
    /// A page of roles.
    MemberRolesPage of MemberRoleResponse as MemberRoles
}

/// All of them, which is one page. Asks for `members:read`; the workspace's own are shown to who has `admin:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Members))?;
    let mut roles: Vec<_> = WorkspaceRole::ALL.iter().copied().map(built_in).collect();
    if ctx.allows(Scope::read(Resource::Admin)) {
        let all = engine::list(&app.engine, &ctx).await?;
        roles.extend(all.into_iter().map(own));
    }
    let total = i64::try_from(roles.len()).unwrap_or_default();
    let page = MemberRolesPage::of(page::PageQuery::unpaged(), roles, total);
    Ok(page.answer(&app, &ctx).await?)
}
