//! `parlor token ...`

use parlor_engine::{Engine, member};
use parlor_kit::token::{LONGEST_LIFE, issue_member};
use parlor_model::Ctx;
use parlor_model::member::MemberKey;
use serde_json::{Value, json};

use super::{dashed, find_member, life, scopes, time};
use crate::control::{NewToken, RevokeTokens};
use crate::fault::{Exit, Fault};

pub(super) async fn create(
    engine: &Engine,
    issuer: &str,
    ctx: &Ctx,
    new: NewToken,
) -> Result<Value, Fault> {
    let member = find_member(engine, ctx, &new.member).await?;
    let life = life(&new.ttl)?;
    if life > LONGEST_LIFE {
        return Err(
            Fault::new(Exit::Usage, "a token lives 366 days at the most").fix(
                "give a shorter time, such as --ttl 366d, or a key, which may have no end: parlor key create --member ID",
            ),
        );
    }
    let narrowed = new.scopes.as_deref().map(scopes).transpose()?;
    let issued = issue_member(
        engine,
        issuer,
        ctx.workspace,
        &member.key.handle,
        narrowed,
        life,
    );
    let (token, end) = issued.await?;
    Ok(json!({ "token": token, "expiresAt": time(Some(end)) }))
}

pub(super) async fn revoke(
    engine: &Engine,
    ctx: &Ctx,
    whose: &RevokeTokens,
) -> Result<Value, Fault> {
    let found = find_member(engine, ctx, &whose.member).await?;
    member::revoke_tokens(engine, ctx, MemberKey::Id(found.key.id)).await?;
    Ok(json!({ "member": dashed(found.key.id), "revoked": true }))
}
