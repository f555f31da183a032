//! `GET /roles`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::role as engine;
use parlor_kit::App;
use parlor_model::access::Role;
use parlor_model::scope::{Resource, Scope};

use super::{MemberRoleResponse, built_in, own};
use crate::auth::Caller;
use crate::{Fail, page};

page::page! {
    /// A page of roles.
    MemberRolesPage of MemberRoleResponse as MemberRoles
}

/// All of them, which is one page. Asks for `members:read`; the workspace's own are shown to who has `admin:read`.
pub(crate) async fn handle(State(app): State<App>, Caller(ctx): Caller) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Members))?;
    let mut roles: Vec<_> = Role::ALL.iter().copied().map(built_in).collect();
    if ctx.allows(Scope::read(Resource::Admin)) {
        let all = engine::list(&app.engine, &ctx).await?;
        roles.extend(all.into_iter().map(own));
    }
    let total = i64::try_from(roles.len()).unwrap_or_default();
    let page = MemberRolesPage::of(page::Asked::whole(), roles, total);
    Ok(page.answer(&app, &ctx).await?)
}
