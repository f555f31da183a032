//! `parlor console ...`

use parlor_engine::console;
use parlor_model::Ctx;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{CommandContext, find_member, render_id, render_time};
use crate::cli_error::CliError;

/// Creates a link that signs a member in once.
pub(super) async fn create_link(
    context: CommandContext<'_>,
    ctx: &Ctx,
    member: Option<&str>,
) -> Result<Value, CliError> {
    let engine = context.engine;
    let member = match member {
        Some(id) => Some(find_member(engine, ctx, id).await?.key.id),
        None => None,
    };
    let created = console::create_link(engine, ctx, member).await?;
    let secret = created.secret.expose_secret();
    Ok(json!({
        "url": parlor_console::setup_url(context.url, secret),
        "memberId": render_id(created.member.id),
        "expiresAt": render_time(Some(created.expires_at)),
    }))
}
