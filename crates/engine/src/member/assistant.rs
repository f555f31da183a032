//! Assistants: the members that are programs, under a scope of their own.

use parlor_model::error::Noun;
use parlor_model::member::{CreateMember, Kind, Member, MemberKey, MemberRef, UpdateMember};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::member as repo;

use super::resolve::stored;
use super::{Found, create, update};
use crate::{Engine, authority};

/// A numbered page of assistants, oldest first, and how many there are: those put away, or the others. Asks for
/// `agents:read`.
pub async fn assistants(
    engine: &Engine,
    ctx: &Ctx,
    archived: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Member>, i64)> {
    ctx.require(Scope::read(Resource::Agents))?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| repo::assistants(tx, ws, archived, limit, offset))
        .await
}

/// One assistant, put away or not; any other member is as unknown as nobody. Asks for `agents:read`.
pub async fn find_assistant(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Member> {
    ctx.require(Scope::read(Resource::Agents))?;
    let ws = ctx.ws();
    let found = engine.store.read(move |tx| stored(tx, ws, &key)).await?;
    found
        .map(|stored| stored.member)
        .filter(|member| member.key.kind == Kind::Assistant)
        .ok_or_else(|| Error::not_found(Noun::Assistant))
}

/// Makes an assistant. Asks for `agents:write`.
pub async fn create_assistant(engine: &Engine, ctx: &Ctx, command: CreateMember) -> Result<Member> {
    ctx.require(Scope::write(Resource::Agents))?;
    authority::grant(ctx, command.role, command.scopes)?;
    let mut command = create::checked(engine, ctx, command).await?;
    command.kind = Kind::Assistant;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let MemberRef { number, .. } = create::insert(tx, ws, &command)?;
            repo::find(tx, ws, repo::By::Number(number))?
                .map(|stored| stored.member)
                .ok_or_else(|| Error::internal("member vanished within its transaction"))
        })
        .await
}

/// Puts an assistant away: it answers nobody and its tokens open nothing any more. Asks for `agents:write`.
pub async fn archive_assistant(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Member> {
    ctx.require(Scope::write(Resource::Agents))?;
    let (ctx, ws) = (*ctx, ctx.ws());
    let member = engine
        .store
        .write(move |tx| {
            let mut found = stored(tx, ws, &key)?
                .filter(|stored| stored.member.key.kind == Kind::Assistant)
                .ok_or_else(|| Error::not_found(Noun::Assistant))?;
            authority::manage_member(&ctx, &found.member)?;
            let archive = UpdateMember {
                archived: Some(true),
                ..UpdateMember::default()
            };
            update::apply(&mut found, &archive, tx.stamp().at)?;
            found.member.updated_at = repo::update(tx, ws, &found)?;
            Ok(Found::from(found).member)
        })
        .await?;
    Ok(member)
}
