//! Archives and restores members, shared by `/archive` and `/unarchive`.

use axum::response::Response;
use parlor_engine::member;
use parlor_kit::AppState;
use parlor_model::member::UpdateMember;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

use super::render_member;
use crate::ids;
use crate::respond::ok_json;

/// Required to archive and to restore a member.
pub(super) const SCOPE: Scope = Scope::write(Resource::Members);

/// Archives or restores a member and responds with the member.
pub(super) async fn set_archived(
    app: &AppState,
    ctx: &Ctx,
    member: &str,
    archived: bool,
) -> Result<Response> {
    let key = ids::parse_member_key(member)?;
    ctx.require(SCOPE)?;
    let found = member::find(&app.engine, ctx, key).await?;
    let command = UpdateMember {
        archived: Some(archived),
        ..UpdateMember::default()
    };
    let changed = member::update(&app.engine, ctx, found.member.key.id, command).await?;
    let body = render_member(app, ctx, changed.member).await?;
    Ok(ok_json(&body))
}
