//! Finding one member.

use parlor_model::error::Noun;
use parlor_model::member::{Member, MemberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::member as repo;

use super::resolve::stored;
use crate::Engine;

/// A member with the names only lookups use.
#[derive(Debug, Clone)]
pub struct Found {
    /// The member.
    pub member: Member,
    /// Its fingerprint.
    pub fingerprint: Option<String>,
    /// Its wallet address.
    pub wallet: Option<String>,
}

impl From<repo::Stored> for Found {
    fn from(stored: repo::Stored) -> Self {
        Self {
            member: stored.member,
            fingerprint: stored.fingerprint,
            wallet: stored.wallet,
        }
    }
}

/// One member; nobody is made. Oneself without a scope, anybody with `members:read`.
pub async fn find(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Found> {
    let ctx = *ctx;
    let found = engine
        .store
        .read(move |tx| stored(tx, ctx.ws(), &key))
        .await?;
    if !found
        .as_ref()
        .is_some_and(|found| ctx.is_actor(found.member.key.number))
    {
        ctx.require(Scope::read(Resource::Members))?;
    }
    found
        .map(Found::from)
        .ok_or_else(|| Error::not_found(Noun::Member))
}
