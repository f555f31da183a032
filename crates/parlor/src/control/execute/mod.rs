//! The commands themselves, against an engine.

mod key;
mod member;
mod token;
mod workspace;

use parlor_engine::{Engine, workspace as workspaces};
use parlor_kit::ids;
use parlor_model::Ctx;
use parlor_model::id::MemberId;
use parlor_model::member::{Member, MemberKey};
use parlor_model::scope::Scopes;
use serde_json::{Value, json};

use super::Command;
use crate::fault::{Exit, Fault};

/// Does what was asked.
pub async fn run(
    engine: &Engine,
    issuer: &str,
    place: Option<&str>,
    command: Command,
) -> Result<Value, Fault> {
    match command {
        Command::WorkspaceCreate { name } => workspace::create(engine, &name).await,
        Command::WorkspaceList => workspace::list(engine).await,
        Command::WorkspaceShow { id } => {
            workspace::show(engine, &context(engine, id.as_deref().or(place)).await?).await
        }
        Command::WorkspaceUpdate(change) => {
            let ctx = context(engine, change.id.as_deref().or(place)).await?;
            workspace::update(engine, &ctx, *change).await
        }
        Command::Status | Command::Curl { .. } => {
            Err(Fault::new(Exit::Away, "no server runs on this data folder")
                .fix("start one: parlor serve"))
        }
        command => {
            let ctx = context(engine, place).await?;
            match command {
                Command::KeyCreate(new) => key::create(engine, &ctx, new).await,
                Command::KeyList => key::list(engine, &ctx).await,
                Command::KeyRevoke { id } => key::revoke(engine, &ctx, &id).await,
                Command::MemberCreate(new) => member::create(engine, &ctx, new).await,
                Command::MemberUpdate(change) => member::update(engine, &ctx, change).await,
                Command::MemberList => member::list(engine, &ctx).await,
                Command::MemberDuplicates => member::duplicates(engine, &ctx).await,
                Command::MemberMerge(merge) => member::merge(engine, &ctx, merge).await,
                Command::TokenCreate(new) => token::create(engine, issuer, &ctx, new).await,
                Command::TokenRevoke(whose) => token::revoke(engine, &ctx, &whose).await,
                Command::WorkspaceCreate { .. }
                | Command::WorkspaceList
                | Command::WorkspaceShow { .. }
                | Command::WorkspaceUpdate(_)
                | Command::Status
                | Command::Curl { .. } => Ok(Value::Null),
            }
        }
    }
}

/// The context of the workspace that is meant: the one named, or the only one.
async fn context(engine: &Engine, place: Option<&str>) -> Result<Ctx, Fault> {
    let all = workspaces::list(engine).await?;
    let found = match place {
        Some(id) => all
            .iter()
            .find(|workspace| ids::parse_dashed(id).is_some_and(|id| workspace.key.id == id)),
        None if all.len() > 1 => {
            return Err(
                Fault::new(Exit::Usage, format!("there are {} workspaces", all.len()))
                    .fix("name one with --workspace ID; `parlor workspace list` shows them"),
            );
        }
        None => all.first(),
    };
    found
        .map(|workspace| workspaces::owner_ctx(engine, workspace))
        .ok_or_else(|| match place {
            Some(_) => Fault::new(Exit::NotFound, "there is no such workspace")
                .fix("`parlor workspace list` shows them"),
            None => Fault::new(Exit::NotFound, "the database has no workspace yet")
                .fix("start the server once: parlor serve"),
        })
}

/// A member by UUID, number or principal; nobody is made.
async fn find_member(engine: &Engine, ctx: &Ctx, id: &str) -> Result<Member, Fault> {
    let key = match (ids::parse_dashed(id), ids::parse_number(id)) {
        (Some(id), _) => MemberKey::Id(id),
        (None, Some(number)) => MemberKey::Number(number),
        (None, None) => MemberKey::Handle(id.to_owned()),
    };
    Ok(parlor_engine::member::find(engine, ctx, key).await?.member)
}

fn scopes(text: &str) -> Result<Scopes, Fault> {
    text.parse()
        .map_err(|error: parlor_model::scope::UnknownScope| {
            Fault::new(Exit::Usage, error.to_string())
        })
}

/// A set of scopes as a list of names.
fn names(scopes: Scopes) -> Value {
    let text = scopes.to_string();
    text.split(',').filter(|name| !name.is_empty()).collect()
}

fn dashed<K>(id: parlor_model::Id<K>) -> Value {
    json!(ids::dashed(id))
}

fn optional(member: Option<MemberId>) -> Value {
    member.map_or(Value::Null, dashed)
}

fn time(time: Option<parlor_model::Timestamp>) -> Value {
    time.map_or(Value::Null, |time| json!(parlor_kit::time::iso(time)))
}

fn life(text: &str) -> Result<std::time::Duration, Fault> {
    crate::config::read::duration(text)
        .filter(|life| !life.is_zero())
        .ok_or_else(|| {
            Fault::new(Exit::Usage, format!("--ttl {text:?} is not a time"))
                .fix("write 30s, 5m, 12h or 7d")
        })
}
