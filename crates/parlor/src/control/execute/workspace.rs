//! `parlor workspace ...`

use parlor_engine::{Engine, workspace};
use parlor_model::call_language::CallLanguage;
use parlor_model::error::ErrorKind;
use parlor_model::sending_policy::{QuietHours, UpdateSendingPolicy};
use parlor_model::web_chat::UpdateWebChat;
use parlor_model::workspace::{ListShape, Region, SpaceDeletePolicy, UpdateWorkspace, Workspace};
use parlor_model::{Ctx, Error, Metadata};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{render_id, render_time};
use crate::cli_error::{CliError, ExitKind};
use crate::control::UpdateWorkspaceArgs;

pub(super) async fn create(engine: &Engine, name: &str) -> Result<Value, CliError> {
    let created = workspace::create(engine, name, false)
        .await?
        .ok_or_else(|| CliError::new(ExitKind::Failed, "no workspace was made"))?;
    Ok(json!({
        "organizationId": render_id(created.organization),
        "workspaceId": render_id(created.workspace.id),
        "ownerMemberId": render_id(created.owner.id),
        "apiKey": created.secret.expose_secret(),
    }))
}

pub(super) async fn list(engine: &Engine) -> Result<Value, CliError> {
    let all = workspace::list(engine).await?;
    Ok(all
        .into_iter()
        .map(|workspace| {
            json!({
                "organizationId": render_id(workspace.key.organization),
                "workspaceId": render_id(workspace.key.id),
                "name": workspace.name,
                "createdAt": render_time(Some(workspace.created_at)),
            })
        })
        .collect())
}

/// Word that takes a value away.
const NONE: &str = "none";
/// Hint that refers to the help of the options.
const HELP_HINT: &str = "see: parlor workspace update --help";

pub(super) async fn show(engine: &Engine, ctx: &Ctx) -> Result<Value, CliError> {
    let workspace = workspace::find(engine, ctx.workspace.id).await?;
    Ok(render_workspace(&workspace))
}

pub(super) async fn update(
    engine: &Engine,
    ctx: &Ctx,
    args: UpdateWorkspaceArgs,
) -> Result<Value, CliError> {
    let web_chat = web_chat_update(&args)?;
    let sending = sending_update(&args)?;
    let command = UpdateWorkspace {
        web_chat,
        name: args.name,
        region: args.region.as_deref().map(parse_region).transpose()?,
        space_delete: args
            .space_delete
            .as_deref()
            .map(parse_space_delete_policy)
            .transpose()?,
        require_scope_for_others: args.require_scope_for_others,
        require_roles: args.require_roles,
        list_shape: args
            .list_shape
            .as_deref()
            .map(parse_list_shape)
            .transpose()?,
        sending,
        call_language: args
            .call_language
            .as_deref()
            .map(parse_call_language)
            .transpose()?,
    };
    if command == UpdateWorkspace::default() {
        return Err(
            CliError::new(ExitKind::Usage, "nothing to change was named").with_hint(HELP_HINT),
        );
    }
    let updated = workspace::update(engine, ctx, command).await;
    let updated = updated.map_err(|error| option_error(error).with_hint(HELP_HINT))?;
    Ok(render_workspace(&updated))
}

/// Names the option whose value is refused, which is called like the field.
fn option_error(error: Error) -> CliError {
    match error.kind() {
        ErrorKind::Invalid { field, rule } => {
            let option = field.replace('_', "-");
            CliError::new(ExitKind::Usage, format!("--{option} {rule}"))
        }
        _ => CliError::from(error),
    }
}

fn render_workspace(workspace: &Workspace) -> Value {
    let (policy, web_chat) = (&workspace.policy, &workspace.web_chat);
    json!({
        "organizationId": render_id(workspace.key.organization),
        "organizationName": workspace.organization_name,
        "workspaceId": render_id(workspace.key.id),
        "name": workspace.name,
        "region": policy.region.as_ref().map(Region::as_str),
        "spaceDelete": policy.space_delete.as_str(),
        "requireScopeForOthers": policy.require_scope_for_others,
        "requireRoles": policy.require_roles,
        "listShape": policy.list_shape.as_str(),
        "callLanguage": policy.call_language.as_ref().map(CallLanguage::as_str),
        "quietHours": policy.sending.quiet_hours.map(|hours| hours.to_string()),
        "timeZone": policy.sending.time_zone,
        "textsPerMinute": policy.sending.texts_per_minute,
        "mailsPerMinute": policy.sending.mails_per_minute,
        "description": web_chat.description,
        "photo": web_chat.photo,
        "spaceName": web_chat.space_name,
        "greeting": web_chat.greeting,
        "questions": web_chat.questions,
        "startMode": web_chat.start_mode,
        "styling": web_chat.styling.map(),
        "agentServer": web_chat.agent_server,
        "createdAt": render_time(Some(workspace.created_at)),
    })
}

/// Builds the update of the web chat settings. An empty text removes the current value.
fn web_chat_update(args: &UpdateWorkspaceArgs) -> Result<UpdateWebChat, CliError> {
    let text = |value: &Option<String>| {
        let value = value.clone();
        value.map(|text| Some(text).filter(|text| !text.is_empty()))
    };
    let questions = args.question.iter().filter(|text| !text.is_empty());
    Ok(UpdateWebChat {
        description: text(&args.description),
        photo: text(&args.photo),
        space_name: text(&args.space_name),
        greeting: text(&args.greeting),
        questions: (!args.question.is_empty()).then(|| questions.cloned().collect()),
        start_mode: text(&args.start_mode),
        styling: args.styling.as_deref().map(parse_styling).transpose()?,
        agent_server: text(&args.agent_server),
    })
}

fn sending_update(args: &UpdateWorkspaceArgs) -> Result<UpdateSendingPolicy, CliError> {
    let zone = args.time_zone.as_ref();
    let rate = |text: &Option<String>| text.as_deref().map(parse_rate).transpose();
    Ok(UpdateSendingPolicy {
        quiet_hours: args
            .quiet_hours
            .as_deref()
            .map(parse_quiet_hours)
            .transpose()?,
        time_zone: zone.map(|zone| Some(zone.clone()).filter(|zone| zone != NONE)),
        texts_per_minute: rate(&args.texts_per_minute)?,
        mails_per_minute: rate(&args.mails_per_minute)?,
    })
}

fn parse_quiet_hours(text: &str) -> Result<Option<QuietHours>, CliError> {
    if text == NONE {
        return Ok(None);
    }
    QuietHours::parse(text).map(Some).ok_or_else(|| {
        CliError::new(
            ExitKind::Usage,
            format!("{text:?} is not a time of the day"),
        )
        .with_hint("write two different times such as 21:00-08:00, or none")
    })
}

fn parse_call_language(text: &str) -> Result<Option<CallLanguage>, CliError> {
    if text == NONE {
        return Ok(None);
    }
    CallLanguage::parse(text).map(Some).ok_or_else(|| {
        CliError::new(
            ExitKind::Usage,
            format!("{text:?} is not the tag of a language"),
        )
        .with_hint("write a tag such as de or pt-BR, or none")
    })
}

fn parse_rate(text: &str) -> Result<Option<u32>, CliError> {
    if text == NONE {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        CliError::new(
            ExitKind::Usage,
            format!("{text:?} is not a number of messages"),
        )
        .with_hint("write a number such as 60, or none")
    })
}

fn parse_styling(text: &str) -> Result<Metadata, CliError> {
    let text = if text.is_empty() { "{}" } else { text };
    let invalid = || {
        CliError::new(ExitKind::Usage, "the styling is not a JSON object")
            .with_hint("write an object of at most 64 KiB, such as '{\"styles\":{}}'")
    };
    match parlor_model::json::parse(text.as_bytes()) {
        Ok(Value::Object(map)) => Metadata::new(map, "styling").map_err(|_| invalid()),
        _ => Err(invalid()),
    }
}

fn parse_region(text: &str) -> Result<Option<Region>, CliError> {
    if text == NONE {
        return Ok(None);
    }
    Region::parse(text).map(Some).ok_or_else(|| {
        CliError::new(ExitKind::Usage, format!("{text:?} is not a region"))
            .with_hint("write two letters as in ISO 3166, such as US or DE, or none")
    })
}

fn parse_space_delete_policy(text: &str) -> Result<SpaceDeletePolicy, CliError> {
    SpaceDeletePolicy::from_name(text).ok_or_else(|| {
        CliError::new(
            ExitKind::Usage,
            format!("there is no way {text:?} to delete a space"),
        )
        .with_hint("use detach, refuse or delete")
    })
}

fn parse_list_shape(text: &str) -> Result<ListShape, CliError> {
    ListShape::from_name(text).ok_or_else(|| {
        CliError::new(ExitKind::Usage, format!("lists have no shape {text:?}"))
            .with_hint("use documented, envelope or array")
    })
}
