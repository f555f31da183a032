//! `GET /roles`: what a member can be in the workspace. The vendor lets a workspace make roles of its own; here there are
//! the three that every workspace has, and scopes beyond them are given to members one by one.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::AppState;
use parlor_model::access::WorkspaceRole;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::member::{role, scope_names};
use crate::{HandlerError, page};

/// A role in the workspace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberRoleResponse {
    /// What members have as `memberRoleId`.
    id: i64,
    /// `owner`, `manager` or `user`.
    name: &'static str,
    description: &'static str,
    /// What comes with it.
    scopes: Vec<String>,
    /// Every workspace has it, and nobody changes it.
    is_built_in: bool,
    /// Whether members can be given it.
    is_grantable: bool,
}

page::page! {
    /// A page of roles.
    MemberRolesPage of MemberRoleResponse as MemberRoles
}

/// All three, which is one page. Asks for `members:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
) -> Result<Response, HandlerError> {
    ctx.require(Scope::read(Resource::Members))?;
    let roles: Vec<_> = WorkspaceRole::ALL
        .iter()
        .copied()
        .map(render_role)
        .collect();
    let total = i64::try_from(roles.len()).unwrap_or_default();
    let page = MemberRolesPage::of(page::PageQuery::unpaged(), roles, total);
    Ok(page.answer(&app, &ctx).await?)
}

fn render_role(role: WorkspaceRole) -> MemberRoleResponse {
    MemberRoleResponse {
        id: role::to_id(role),
        name: role.as_str(),
        description: match role {
            WorkspaceRole::Owner => "May do everything, and is nobody's to change.",
            WorkspaceRole::Manager => "May do everything that can be granted.",
            WorkspaceRole::User => "Sees the agents, and what is its own.",
        },
        scopes: scope_names(role.scopes()),
        is_built_in: true,
        is_grantable: role != WorkspaceRole::Owner,
    }
}
