//! `parlor member ...`

use parlor_engine::member::MergeMembers;
use parlor_engine::{Engine, member};
use parlor_model::access::WorkspaceRole;
use parlor_model::error::{ConflictReason, ErrorKind};
use parlor_model::member::{CreateMember, Member, MemberKind, Profile, UpdateMember};
use parlor_model::{Ctx, Error};
use serde_json::{Value, json};

use super::{find_member, parse_scopes, render_id, scope_names};
use crate::cli_error::{CliError, ExitKind};
use crate::control::{CreateMemberArgs, MergeMembersArgs, UpdateMemberArgs};

/// Members read at a time.
const PAGE_SIZE: i64 = 500;

pub(super) async fn create(
    engine: &Engine,
    ctx: &Ctx,
    new: CreateMemberArgs,
) -> Result<Value, CliError> {
    if new.name.trim().is_empty() {
        return Err(CliError::new(ExitKind::Usage, "--name must not be empty")
            .with_hint("say what the member is called: --name Ada"));
    }
    let kind = MemberKind::from_name(&new.kind)
        .ok_or_else(|| unknown_value_error("kind", &new.kind, "person, contact or assistant"))?;
    let command = CreateMember {
        role: new.role.as_deref().map(parse_role).transpose()?,
        scopes: parse_scopes(new.scopes.as_deref().unwrap_or_default())?,
        profile: Profile {
            name: Some(new.name),
            email: new.email,
            phone: new.phone,
            ..Profile::default()
        },
        external_id: new.external_id,
        ..CreateMember::new(kind)
    };
    let made = member::create(engine, ctx, command).await?;
    Ok(json!({ "id": render_id(made.id), "number": made.number, "relationId": made.handle }))
}

pub(super) async fn update(
    engine: &Engine,
    ctx: &Ctx,
    change: UpdateMemberArgs,
) -> Result<Value, CliError> {
    let member = find_member(engine, ctx, &change.id).await?;
    let command = UpdateMember {
        name: change.name.map(Some),
        role: match change.role.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some(word) => Some(Some(parse_role(word)?)),
        },
        scopes: change.scopes.as_deref().map(parse_scopes).transpose()?,
        ..UpdateMember::default()
    };
    let found = member::update(engine, ctx, member.key.id, command).await?;
    Ok(render_member(&found.member))
}

pub(super) async fn list(engine: &Engine, ctx: &Ctx) -> Result<Value, CliError> {
    let mut all = Vec::new();
    loop {
        let offset = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let (members, _) = member::page(engine, ctx, None, PAGE_SIZE, offset).await?;
        if members.is_empty() {
            return Ok(Value::Array(all));
        }
        all.extend(members.iter().map(render_member));
    }
}

pub(super) async fn duplicates(engine: &Engine, ctx: &Ctx) -> Result<Value, CliError> {
    let groups = member::list_duplicates(engine, ctx).await?;
    let group = |group: &member::DuplicateGroup| {
        json!({
            "field": group.field,
            "address": group.address,
            "members": group.members.iter().map(render_member).collect::<Vec<_>>(),
        })
    };
    Ok(groups.iter().map(group).collect())
}

pub(super) async fn merge(
    engine: &Engine,
    ctx: &Ctx,
    merge: MergeMembersArgs,
) -> Result<Value, CliError> {
    let (from, into) = (
        find_member(engine, ctx, &merge.id).await?,
        find_member(engine, ctx, &merge.into).await?,
    );
    let command = MergeMembers {
        from: from.key.id,
        into: into.key.id,
        discard_ids: merge.discard_ids,
        is_dry_run: merge.dry_run,
    };
    let merged = member::merge(engine, ctx, command).await;
    let merged = merged.map_err(|error| merge_error(error, &from, &into))?;
    let (moved, places) = (merged.moved, merged.participations);
    Ok(json!({
        "id": render_id(merged.member.id),
        "number": merged.member.number,
        "relationId": merged.member.handle,
        "merged": render_id(from.key.id),
        "dryRun": merge.dry_run,
        "conversations": places.moved + places.merged,
        "messages": moved.messages,
        "mentions": moved.mentions,
        "ratings": moved.ratings,
        "spaces": moved.spaces,
        "assignments": moved.assignments,
        "keysEnded": moved.keys,
        "discarded": merged.discarded,
    }))
}

/// Why two are not made one, and what to do about it.
fn merge_error(error: Error, from: &Member, into: &Member) -> CliError {
    let refused =
        |message: String, fix: String| CliError::new(ExitKind::Refused, message).with_hint(fix);
    let (one, other) = (from.key.number, into.key.number);
    match error.kind() {
        ErrorKind::AlreadyExists { field, .. } => refused(
            format!("the two members differ in their {field}"),
            format!(
                "look whether they are one person: parlor member list. If so, --discard-ids gives up what member {one} has"
            ),
        ),
        ErrorKind::Conflict(ConflictReason::HasRole) => refused(
            format!("member {one} has a role that member {other} has not"),
            format!("merge the other way round: parlor member merge {other} --into {one}"),
        ),
        ErrorKind::Conflict(_) => refused(
            format!("member {one} signs in with a wallet, or member {other} is archived"),
            format!("merge the other way round: parlor member merge {other} --into {one}"),
        ),
        ErrorKind::Invalid { rule, .. } => refused(
            format!("members {one} and {other} are not merged: each {rule}"),
            "see who has one address: parlor member duplicates".to_owned(),
        ),
        _ => error.into(),
    }
}

fn render_member(member: &Member) -> Value {
    json!({
        "id": render_id(member.key.id),
        "number": member.key.number,
        "relationId": member.key.handle,
        "kind": member.key.kind.as_str(),
        "name": member.profile.name,
        "role": member.role.map(WorkspaceRole::as_str),
        "scopes": scope_names(member.scopes),
        "email": member.profile.email,
        "phone": member.profile.phone,
        "externalId": member.key.external_id,
    })
}

fn parse_role(word: &str) -> Result<WorkspaceRole, CliError> {
    WorkspaceRole::from_name(word)
        .ok_or_else(|| unknown_value_error("role", word, "owner, manager or user"))
}

fn unknown_value_error(what: &str, word: &str, known: &str) -> CliError {
    CliError::new(ExitKind::Usage, format!("there is no {what} {word:?}"))
        .with_hint(format!("use {known}"))
}
