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

/// Number of members per read.
const PAGE_SIZE: i64 = 500;

pub(super) async fn create(
    engine: &Engine,
    ctx: &Ctx,
    args: CreateMemberArgs,
) -> Result<Value, CliError> {
    if args.name.trim().is_empty() {
        return Err(CliError::new(ExitKind::Usage, "--name must not be empty")
            .with_hint("say what the member is called: --name Ada"));
    }
    let kind = MemberKind::from_name(&args.kind)
        .ok_or_else(|| unknown_value_error("kind", &args.kind, "person, contact or assistant"))?;
    let command = CreateMember {
        role: args.role.as_deref().map(parse_role).transpose()?,
        scopes: parse_scopes(args.scopes.as_deref().unwrap_or_default())?,
        profile: Profile {
            name: Some(args.name),
            email: args.email,
            phone: args.phone,
            ..Profile::default()
        },
        external_id: args.external_id,
        ..CreateMember::new(kind)
    };
    let created = member::create(engine, ctx, command).await?;
    Ok(
        json!({ "id": render_id(created.id), "number": created.number, "relationId": created.handle }),
    )
}

pub(super) async fn update(
    engine: &Engine,
    ctx: &Ctx,
    args: UpdateMemberArgs,
) -> Result<Value, CliError> {
    let member = find_member(engine, ctx, &args.id).await?;
    let command = UpdateMember {
        name: args.name.map(Some),
        role: match args.role.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some(name) => Some(Some(parse_role(name)?)),
        },
        scopes: args.scopes.as_deref().map(parse_scopes).transpose()?,
        ..UpdateMember::default()
    };
    let updated = member::update(engine, ctx, member.key.id, command).await?;
    Ok(render_member(&updated.member))
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
    args: MergeMembersArgs,
) -> Result<Value, CliError> {
    let (from, into) = (
        find_member(engine, ctx, &args.id).await?,
        find_member(engine, ctx, &args.into).await?,
    );
    let command = MergeMembers {
        from: from.key.id,
        into: into.key.id,
        discard_ids: args.discard_ids,
        is_dry_run: args.dry_run,
    };
    let merged = member::merge(engine, ctx, command).await;
    let merged = merged.map_err(|error| merge_error(error, &from, &into))?;
    let (moved, participations) = (merged.moved, merged.participations);
    Ok(json!({
        "id": render_id(merged.member.id),
        "number": merged.member.number,
        "relationId": merged.member.handle,
        "merged": render_id(from.key.id),
        "dryRun": args.dry_run,
        "conversations": participations.moved + participations.merged,
        "messages": moved.messages,
        "mentions": moved.mentions,
        "ratings": moved.ratings,
        "spaces": moved.spaces,
        "assignments": moved.assignments,
        "keysEnded": moved.keys,
        "discarded": merged.discarded,
    }))
}

/// Converts the error of a merge, with a hint for each reason.
fn merge_error(error: Error, from: &Member, into: &Member) -> CliError {
    let refused_error =
        |message: String, fix: String| CliError::new(ExitKind::Refused, message).with_hint(fix);
    let (one, other) = (from.key.number, into.key.number);
    match error.kind() {
        ErrorKind::AlreadyExists { field, .. } => refused_error(
            format!("the two members differ in their {field}"),
            format!(
                "look whether they are one person: parlor member list. If so, --discard-ids gives up what member {one} has"
            ),
        ),
        ErrorKind::Conflict(ConflictReason::HasRole) => refused_error(
            format!("member {one} has a role that member {other} has not"),
            format!("merge the other way round: parlor member merge {other} --into {one}"),
        ),
        ErrorKind::Conflict(_) => refused_error(
            format!("member {one} signs in with a wallet, or member {other} is archived"),
            format!("merge the other way round: parlor member merge {other} --into {one}"),
        ),
        ErrorKind::Invalid { rule, .. } => refused_error(
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

fn parse_role(name: &str) -> Result<WorkspaceRole, CliError> {
    WorkspaceRole::from_name(name)
        .ok_or_else(|| unknown_value_error("role", name, "owner, manager or user"))
}

fn unknown_value_error(option: &str, value: &str, known: &str) -> CliError {
    CliError::new(ExitKind::Usage, format!("there is no {option} {value:?}"))
        .with_hint(format!("use {known}"))
}
