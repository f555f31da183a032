//! Finding one member.

use parlor_model::error::Noun;
use parlor_model::member::{Member, MemberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::member::{self as repo, By};

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
        .read(move |tx| repo::find(tx, ctx.ws(), by(&key)))
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

/// The number of a member of the workspace, for filters: tells nothing about it but that it is one. Nobody is made.
pub async fn number(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Option<i64>> {
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| Ok(repo::find(tx, ws, by(&key))?.map(|found| found.member.key.number)))
        .await
}

pub(super) fn by(key: &MemberKey) -> By<'_> {
    match key {
        MemberKey::Id(id) => By::Id(*id),
        MemberKey::Number(number) => By::Number(*number),
        MemberKey::External(external) => By::External(external),
        MemberKey::Handle(handle) => By::Handle(handle),
    }
}
