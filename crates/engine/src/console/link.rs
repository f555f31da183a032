//! Creates links to the console.

use std::time::Duration;

use parlor_model::error::EntityKind;
use parlor_model::id::MemberId;
use parlor_model::member::MemberRef;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, Timestamp};
use parlor_store::repo::{actor, audit, console as repo, member};
use secrecy::SecretString;
use serde_json::json;

use super::secret::{self, SecretPurpose};
use crate::{Engine, authority};

/// Time in which a link can be used.
pub const LINK_TTL: Duration = Duration::from_secs(30 * 60);

/// A created link.
#[derive(Debug)]
pub struct CreateLinkResult {
    /// Secret of the link, which is not stored.
    pub secret: SecretString,
    /// Member that it signs in.
    pub member: MemberRef,
    /// Time at which it expires unused.
    pub expires_at: Timestamp,
}

/// Creates a link that signs a member in once; without a member, the first one that owns the workspace. Requires
/// `admin:write`, and the right to act as the member.
pub async fn create_link(
    engine: &Engine,
    ctx: &Ctx,
    member_id: Option<MemberId>,
) -> Result<CreateLinkResult> {
    ctx.require(Scope::write(Resource::Admin))?;
    let secret = secret::generate(engine, ctx.workspace.id);
    let hash = secret::hash(engine, SecretPurpose::Link, &secret);
    let now = engine.now();
    let expires_at = now.saturating_add(LINK_TTL);
    let ctx = *ctx;
    let member = engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let unknown = || Error::not_found(EntityKind::Member);
            let id = match member_id {
                Some(id) => id,
                None => repo::first_owner(tx, ws)?.ok_or_else(unknown)?,
            };
            let found = member::find(tx, ws, member::MemberLookup::Id(id))?.ok_or_else(unknown)?;
            let key = found.member.key;
            authority::authorize_act_as(tx, &ctx, key.number)?;
            let grant = actor::find_actor_by_id(tx, ws, id)?.ok_or_else(unknown)?;
            let link = repo::NewLinkRow {
                hash: &hash,
                member: id,
                token_epoch: grant.token_epoch,
                expires_at,
            };
            repo::insert_link(tx, ws, now, &link)?;
            let noun = EntityKind::Member;
            audit::insert(tx, &ctx, "console.link", noun, id.uuid(), &json!({}))?;
            Ok(key)
        })
        .await?;
    Ok(CreateLinkResult {
        secret: secret.into(),
        member,
        expires_at,
    })
}
