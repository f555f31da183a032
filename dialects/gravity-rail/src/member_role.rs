//! `GET /roles`: what a member can be in the workspace. The vendor lets a workspace make roles of its own; here there are
//! the three that every workspace has, and scopes beyond them are given to members one by one.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::App;
use parlor_model::access::Role;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::member::{role, scope_names};
use crate::{Fail, page};

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
pub(crate) async fn handle(State(app): State<App>, Caller(ctx): Caller) -> Result<Response, Fail> {
    ctx.require(Scope::read(Resource::Members))?;
    let roles: Vec<_> = Role::ALL.iter().copied().map(shown).collect();
    let total = i64::try_from(roles.len()).unwrap_or_default();
    let page = MemberRolesPage::of(page::Asked::whole(), roles, total);
    Ok(page.answer(&app, &ctx).await?)
}

fn shown(role: Role) -> MemberRoleResponse {
    MemberRoleResponse {
        id: role::number(role),
        name: role.word(),
        description: match role {
            Role::Owner => "May do everything, and is nobody's to change.",
            Role::Manager => "May do everything that can be granted.",
            Role::User => "Sees the agents, and what is its own.",
        },
        scopes: scope_names(role.scopes()),
        is_built_in: true,
        is_grantable: role != Role::Owner,
    }
}
