//! `parlor member ...`

use parlor_engine::member::MergeMembers;
use parlor_engine::{Engine, member};
use parlor_model::access::Role;
use parlor_model::error::{Conflict, Kind as ErrorKind};
use parlor_model::member::{CreateMember, Kind, Member, Profile, UpdateMember};
use parlor_model::{Ctx, Error};
use serde_json::{Value, json};

use super::{dashed, find_member, names, scopes};
use crate::control::{MemberChange, MemberMerge, NewMember};
use crate::fault::{Exit, Fault};

/// Members read at a time.
const PAGE: i64 = 500;

pub(super) async fn create(engine: &Engine, ctx: &Ctx, new: NewMember) -> Result<Value, Fault> {
    if new.name.trim().is_empty() {
        return Err(Fault::new(Exit::Usage, "--name must not be empty")
            .fix("say what the member is called: --name Ada"));
    }
    let kind = Kind::parse(&new.kind)
        .ok_or_else(|| unknown("kind", &new.kind, "person, contact or assistant"))?;
    let command = CreateMember {
        role: new.role.as_deref().map(role).transpose()?,
        scopes: scopes(new.scopes.as_deref().unwrap_or_default())?,
        profile: Profile {
            name: Some(new.name),
            email: new.email,
            phone: new.phone,
            ..Profile::default()
        },
        external_id: new.external_id,
        ..CreateMember::of(kind)
    };
    let made = member::create(engine, ctx, command).await?;
    Ok(json!({ "id": dashed(made.id), "number": made.number, "relationId": made.handle }))
}

pub(super) async fn update(
    engine: &Engine,
    ctx: &Ctx,
    change: MemberChange,
) -> Result<Value, Fault> {
    let member = find_member(engine, ctx, &change.id).await?;
    let command = UpdateMember {
        name: change.name.map(Some),
        role: match change.role.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some(word) => Some(Some(role(word)?)),
        },
        scopes: change.scopes.as_deref().map(scopes).transpose()?,
        ..UpdateMember::default()
    };
    let found = member::update(engine, ctx, member.key.id, command).await?;
    Ok(shown(&found.member))
}

pub(super) async fn list(engine: &Engine, ctx: &Ctx) -> Result<Value, Fault> {
    let mut all = Vec::new();
    loop {
        let offset = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let (members, _) = member::page(engine, ctx, None, PAGE, offset).await?;
        if members.is_empty() {
            return Ok(Value::Array(all));
        }
        all.extend(members.iter().map(shown));
    }
}

pub(super) async fn duplicates(engine: &Engine, ctx: &Ctx) -> Result<Value, Fault> {
    let groups = member::duplicates(engine, ctx).await?;
    let group = |group: &member::DuplicateGroup| {
        json!({
            "field": group.field,
            "address": group.address,
            "members": group.members.iter().map(shown).collect::<Vec<_>>(),
        })
    };
    Ok(groups.iter().map(group).collect())
}

pub(super) async fn merge(engine: &Engine, ctx: &Ctx, merge: MemberMerge) -> Result<Value, Fault> {
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
    let merged = merged.map_err(|error| refused_merge(error, &from, &into))?;
    let (moved, places) = (merged.moved, merged.places);
    Ok(json!({
        "id": dashed(merged.member.id),
        "number": merged.member.number,
        "relationId": merged.member.handle,
        "merged": dashed(from.key.id),
        "dryRun": merge.dry_run,
        "conversations": places.moved + places.joined,
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
fn refused_merge(error: Error, from: &Member, into: &Member) -> Fault {
    let refused = |message: String, fix: String| Fault::new(Exit::Refused, message).fix(fix);
    let (one, other) = (from.key.number, into.key.number);
    match error.kind() {
        ErrorKind::AlreadyExists { field, .. } => refused(
            format!("the two members differ in their {field}"),
            format!(
                "look whether they are one person: parlor member list. If so, --discard-ids gives up what member {one} has"
            ),
        ),
        ErrorKind::Conflict(Conflict::HasRole) => refused(
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

fn shown(member: &Member) -> Value {
    json!({
        "id": dashed(member.key.id),
        "number": member.key.number,
        "relationId": member.key.handle,
        "kind": member.key.kind.word(),
        "name": member.profile.name,
        "role": member.role.map(Role::word),
        "scopes": names(member.scopes),
        "email": member.profile.email,
        "phone": member.profile.phone,
        "externalId": member.key.external_id,
    })
}

fn role(word: &str) -> Result<Role, Fault> {
    Role::parse(word).ok_or_else(|| unknown("role", word, "owner, manager or user"))
}

fn unknown(what: &str, word: &str, known: &str) -> Fault {
    Fault::new(Exit::Usage, format!("there is no {what} {word:?}")).fix(format!("use {known}"))
}
