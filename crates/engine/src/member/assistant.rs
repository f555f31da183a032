//! Assistants: members that are programs, with scopes of their own.

use parlor_model::error::EntityKind;
use parlor_model::member::{CreateMember, Member, MemberKey, MemberKind, MemberRef, UpdateMember};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::member as repo;

use super::resolve::find_row;
use super::{MemberRecord, create, update};
use crate::{Engine, authority};

/// Returns a numbered page of assistants, oldest first, either the archived or the other ones, and their total.
/// Requires `agents:read`.
pub async fn list_assistants(
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
        .read(move |tx| repo::page_assistants(tx, ws, archived, limit, offset))
        .await
}

/// Returns an assistant, archived or not. Requires `agents:read`.
///
/// # Errors
/// `NotFound` also for a member of another kind.
pub async fn find_assistant(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Member> {
    ctx.require(Scope::read(Resource::Agents))?;
    let ws = ctx.ws();
    let found = engine.store.read(move |tx| find_row(tx, ws, &key)).await?;
    found
        .map(|stored| stored.member)
        .filter(|member| member.key.kind == MemberKind::Assistant)
        .ok_or_else(|| Error::not_found(EntityKind::Assistant))
}

/// Creates an assistant. Requires `agents:write`.
pub async fn create_assistant(engine: &Engine, ctx: &Ctx, command: CreateMember) -> Result<Member> {
    ctx.require(Scope::write(Resource::Agents))?;
    authority::authorize_role_grant(ctx, command.role, command.scopes)?;
    let mut command = create::validated(engine, ctx, command).await?;
    command.kind = MemberKind::Assistant;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let MemberRef { number, .. } = create::insert(tx, ws, &command)?;
            repo::find(tx, ws, repo::MemberLookup::Number(number))?
                .map(|stored| stored.member)
                .ok_or_else(|| Error::internal("member vanished within its transaction"))
        })
        .await
}

/// Archives an assistant: it serves no conversation and its tokens are refused. Requires `agents:write`.
pub async fn archive_assistant(engine: &Engine, ctx: &Ctx, key: MemberKey) -> Result<Member> {
    let archive = UpdateMember {
        archived: Some(true),
        ..UpdateMember::default()
    };
    change(engine, ctx, key, archive).await
}

/// Changes of an assistant. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct UpdateAssistant {
    /// New name.
    pub name: Option<String>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New instructions.
    pub instructions: Option<Option<String>>,
    /// New model that it answers with.
    pub chat_model: Option<Option<String>>,
}

/// Changes an assistant and returns it. Its next answers follow the change. Requires `agents:write`.
pub async fn update_assistant(
    engine: &Engine,
    ctx: &Ctx,
    key: MemberKey,
    command: UpdateAssistant,
) -> Result<Member> {
    let changes = UpdateMember {
        name: command.name.map(Some),
        description: command.description,
        instructions: command.instructions,
        chat_model: command.chat_model,
        ..UpdateMember::default()
    };
    change(engine, ctx, key, changes).await
}

async fn change(
    engine: &Engine,
    ctx: &Ctx,
    key: MemberKey,
    changes: UpdateMember,
) -> Result<Member> {
    ctx.require(Scope::write(Resource::Agents))?;
    let (ctx, ws) = (*ctx, ctx.ws());
    let member = engine
        .store
        .write(move |tx| {
            let mut found = find_row(tx, ws, &key)?
                .filter(|stored| stored.member.key.kind == MemberKind::Assistant)
                .ok_or_else(|| Error::not_found(EntityKind::Assistant))?;
            authority::authorize_manage_member(&ctx, &found.member)?;
            update::apply_changes(&mut found, &changes, tx.next_stamp().at)?;
            found.member.updated_at = repo::update(tx, ws, &found)?;
            Ok(MemberRecord::from(found).member)
        })
        .await?;
    Ok(member)
}
