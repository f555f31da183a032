//! `parlor token ...`

use parlor_engine::{Engine, member};
use parlor_kit::member_token::{MAX_TOKEN_TTL, issue_member_token};
use parlor_model::Ctx;
use parlor_model::member::MemberKey;
use serde_json::{Value, json};

use super::{find_member, parse_scopes, parse_ttl, render_id, render_time};
use crate::cli_error::{CliError, ExitKind};
use crate::control::{CreateTokenArgs, RevokeTokensArgs};

pub(super) async fn create(
    engine: &Engine,
    issuer: &str,
    ctx: &Ctx,
    args: CreateTokenArgs,
) -> Result<Value, CliError> {
    let member = find_member(engine, ctx, &args.member).await?;
    let ttl = parse_ttl(&args.ttl)?;
    if ttl > MAX_TOKEN_TTL {
        return Err(
            CliError::new(ExitKind::Usage, "a token lives 366 days at the most").with_hint(
                "give a shorter time, such as --ttl 366d, or a key, which may have no end: parlor key create --member ID",
            ),
        );
    }
    let scopes = args.scopes.as_deref().map(parse_scopes).transpose()?;
    let issued = issue_member_token(
        engine,
        issuer,
        ctx.workspace,
        &member.key.handle,
        scopes,
        ttl,
    );
    let (token, end) = issued.await?;
    Ok(json!({ "token": token, "expiresAt": render_time(Some(end)) }))
}

pub(super) async fn revoke(
    engine: &Engine,
    ctx: &Ctx,
    args: &RevokeTokensArgs,
) -> Result<Value, CliError> {
    let found = find_member(engine, ctx, &args.member).await?;
    member::revoke_tokens(engine, ctx, MemberKey::Id(found.key.id)).await?;
    Ok(json!({ "member": render_id(found.key.id), "revoked": true }))
}
