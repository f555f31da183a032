//! Execution of control commands by an engine.

mod assistant;
mod console;
mod conversation_key;
mod delivery;
mod key;
mod log;
mod mcp;
mod member;
mod token;
mod workspace;

use std::sync::Arc;

use parlor_assistant::registry::ProviderRegistry;
use parlor_engine::Engine;
use parlor_kit::ids;
use parlor_model::Ctx;
use parlor_model::id::MemberId;
use parlor_model::member::{Member, MemberKey};
use parlor_model::scope::Scopes;
use serde_json::{Value, json};

pub(crate) use self::assistant::workspace_required_error;
use super::ControlCommand;
use crate::cli_error::{CliError, ExitKind};

/// What commands use.
#[derive(Clone, Copy)]
pub(crate) struct CommandContext<'c> {
    /// Engine.
    pub(crate) engine: &'c Arc<Engine>,
    /// Issuer of tokens.
    pub(crate) issuer: &'c str,
    /// URL at which browsers reach the server.
    pub(crate) url: &'c str,
    /// Providers of assistants.
    pub(crate) providers: &'c ProviderRegistry,
}

/// Executes a command. `workspace_id` selects the workspace if more than one exists.
///
/// # Errors
/// `Unreachable` for commands that need a running server, otherwise the errors of the command.
pub(crate) async fn execute(
    context: CommandContext<'_>,
    workspace_id: Option<&str>,
    command: ControlCommand,
) -> Result<Value, CliError> {
    let CommandContext { engine, issuer, .. } = context;
    match command {
        ControlCommand::AssistantShow
        | ControlCommand::AssistantSet(_)
        | ControlCommand::AssistantClear
        | ControlCommand::AssistantTest(_) => {
            let ctx = match workspace_id {
                Some(_) => Some(resolve_workspace(engine, workspace_id).await?),
                None => None,
            };
            assistant::execute(context, ctx.as_ref(), command).await
        }
        ControlCommand::WorkspaceCreate { name } => workspace::create(engine, &name).await,
        ControlCommand::WorkspaceList => workspace::list(engine).await,
        ControlCommand::WorkspaceShow { id } => {
            workspace::show(
                engine,
                &resolve_workspace(engine, id.as_deref().or(workspace_id)).await?,
            )
            .await
        }
        ControlCommand::WorkspaceUpdate(change) => {
            let ctx = resolve_workspace(engine, change.id.as_deref().or(workspace_id)).await?;
            workspace::update(engine, &ctx, *change).await
        }
        ControlCommand::Mcp { key, message } => mcp::answer(engine, &key, message.0).await,
        ControlCommand::Status
        | ControlCommand::Curl { .. }
        | ControlCommand::RequestList(_)
        | ControlCommand::RequestExplain { .. }
        | ControlCommand::Backup(_) => Err(CliError::new(
            ExitKind::Unreachable,
            "no server runs on this data folder",
        )
        .with_hint("start one: parlor serve")),
        command @ (ControlCommand::DeliveryList(_)
        | ControlCommand::DeliveryShow { .. }
        | ControlCommand::DeliveryReplay(_)
        | ControlCommand::DeliveryResume { .. }
        | ControlCommand::DeliveryUndeliverable(_)
        | ControlCommand::DeliveryClear { .. }
        | ControlCommand::DeliveryUnmatched(_)) => {
            let ctx = resolve_workspace(engine, workspace_id).await?;
            delivery::execute(engine, &ctx, command).await
        }
        command => {
            let ctx = resolve_workspace(engine, workspace_id).await?;
            match command {
                ControlCommand::KeyCreate(new) => key::create(engine, &ctx, new).await,
                ControlCommand::ConsoleLink { member } => {
                    console::create_link(context, &ctx, member.as_deref()).await
                }
                ControlCommand::KeyList => key::list(engine, &ctx).await,
                ControlCommand::KeyRevoke { id } => key::revoke(engine, &ctx, &id).await,
                ControlCommand::MemberCreate(new) => member::create(engine, &ctx, new).await,
                ControlCommand::MemberUpdate(change) => member::update(engine, &ctx, change).await,
                ControlCommand::MemberList => member::list(engine, &ctx).await,
                ControlCommand::MemberDuplicates => member::duplicates(engine, &ctx).await,
                ControlCommand::MemberMerge(merge) => member::merge(engine, &ctx, merge).await,
                ControlCommand::TokenCreate(new) => token::create(engine, issuer, &ctx, new).await,
                ControlCommand::LogRead(args) => log::read(engine, &ctx, &args).await,
                ControlCommand::MessageSend(args) => log::send(engine, &ctx, args).await,
                ControlCommand::TokenRevoke(args) => token::revoke(engine, &ctx, &args).await,
                ControlCommand::WorkspaceCreate { .. }
                | ControlCommand::WorkspaceList
                | ControlCommand::WorkspaceShow { .. }
                | ControlCommand::WorkspaceUpdate(_)
                | ControlCommand::AssistantShow
                | ControlCommand::AssistantSet(_)
                | ControlCommand::AssistantClear
                | ControlCommand::AssistantTest(_)
                | ControlCommand::DeliveryList(_)
                | ControlCommand::DeliveryShow { .. }
                | ControlCommand::DeliveryReplay(_)
                | ControlCommand::DeliveryResume { .. }
                | ControlCommand::DeliveryUndeliverable(_)
                | ControlCommand::DeliveryClear { .. }
                | ControlCommand::DeliveryUnmatched(_)
                | ControlCommand::Mcp { .. }
                | ControlCommand::Status
                | ControlCommand::RequestList(_)
                | ControlCommand::RequestExplain { .. }
                | ControlCommand::Backup(_)
                | ControlCommand::Curl { .. } => Ok(Value::Null),
            }
        }
    }
}

/// Returns the operator's context in the named workspace, or in the only one.
///
/// # Errors
/// `Usage` if none is named and several exist, `NotFound` if there is none.
async fn resolve_workspace(engine: &Engine, workspace_id: Option<&str>) -> Result<Ctx, CliError> {
    let all = parlor_engine::workspace::list(engine).await?;
    let found = match workspace_id {
        Some(id) => all
            .iter()
            .find(|workspace| ids::parse_uuid(id).is_some_and(|id| workspace.key.id == id)),
        None if all.len() > 1 => {
            return Err(CliError::new(
                ExitKind::Usage,
                format!("there are {} workspaces", all.len()),
            )
            .with_hint("name one with --workspace ID; `parlor workspace list` shows them"));
        }
        None => all.first(),
    };
    found
        .map(|workspace| parlor_engine::workspace::operator_context(engine, workspace))
        .ok_or_else(|| match workspace_id {
            Some(_) => CliError::new(ExitKind::NotFound, "there is no such workspace")
                .with_hint("`parlor workspace list` shows them"),
            None => CliError::new(ExitKind::NotFound, "the database has no workspace yet")
                .with_hint("start the server once: parlor serve"),
        })
}

/// Finds a member by UUID, number or handle.
async fn find_member(engine: &Engine, ctx: &Ctx, id: &str) -> Result<Member, CliError> {
    let key = match (ids::parse_uuid(id), ids::parse_number(id)) {
        (Some(id), _) => MemberKey::Id(id),
        (None, Some(number)) => MemberKey::Number(number),
        (None, None) => MemberKey::Handle(id.to_owned()),
    };
    Ok(parlor_engine::member::find(engine, ctx, key).await?.member)
}

fn parse_scopes(text: &str) -> Result<Scopes, CliError> {
    text.parse()
        .map_err(|error: parlor_model::scope::ParseScopeError| {
            CliError::new(ExitKind::Usage, error.to_string())
        })
}

/// Returns the names of the scopes as a JSON array.
fn scope_names(scopes: Scopes) -> Value {
    let text = scopes.to_string();
    text.split(',').filter(|name| !name.is_empty()).collect()
}

fn render_id<K>(id: parlor_model::Id<K>) -> Value {
    json!(ids::format_uuid(id))
}

fn render_optional_id(member: Option<MemberId>) -> Value {
    member.map_or(Value::Null, render_id)
}

fn render_time(time: Option<parlor_model::Timestamp>) -> Value {
    time.map_or(Value::Null, |time| {
        json!(parlor_kit::time::format_iso(time))
    })
}

fn parse_ttl(text: &str) -> Result<std::time::Duration, CliError> {
    crate::config::parse::parse_duration(text)
        .filter(|ttl| !ttl.is_zero())
        .ok_or_else(|| {
            CliError::new(ExitKind::Usage, format!("--ttl {text:?} is not a time"))
                .with_hint("write 30s, 5m, 12h or 7d")
        })
}
