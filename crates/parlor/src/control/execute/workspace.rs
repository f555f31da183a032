//! `parlor workspace ...`

use parlor_engine::{Engine, workspace};
use parlor_model::web_chat::UpdateWebChat;
use parlor_model::workspace::{ListShape, Region, SpaceDelete, UpdateWorkspace, Workspace};
use parlor_model::{Ctx, Metadata};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{dashed, time};
use crate::control::WorkspaceChange;
use crate::fault::{Exit, Fault};

pub(super) async fn create(engine: &Engine, name: &str) -> Result<Value, Fault> {
    let made = workspace::create(engine, name, false)
        .await?
        .ok_or_else(|| Fault::new(Exit::Failed, "no workspace was made"))?;
    Ok(json!({
        "organizationId": dashed(made.organization),
        "workspaceId": dashed(made.workspace.id),
        "ownerMemberId": dashed(made.owner.id),
        "apiKey": made.secret.expose_secret(),
    }))
}

pub(super) async fn list(engine: &Engine) -> Result<Value, Fault> {
    let all = workspace::list(engine).await?;
    Ok(all
        .into_iter()
        .map(|workspace| {
            json!({
                "organizationId": dashed(workspace.key.organization),
                "workspaceId": dashed(workspace.key.id),
                "name": workspace.name,
                "createdAt": time(Some(workspace.created_at)),
            })
        })
        .collect())
}

/// Where the options are explained.
const SEE: &str = "see: parlor workspace update --help";

pub(super) async fn show(engine: &Engine, ctx: &Ctx) -> Result<Value, Fault> {
    let found = workspace::find(engine, ctx.workspace.id).await?;
    Ok(shown(&found))
}

pub(super) async fn update(
    engine: &Engine,
    ctx: &Ctx,
    change: WorkspaceChange,
) -> Result<Value, Fault> {
    let web_chat = web_chat(&change)?;
    let command = UpdateWorkspace {
        web_chat,
        name: change.name,
        region: change.region.as_deref().map(region).transpose()?,
        space_delete: change
            .space_delete
            .as_deref()
            .map(space_delete)
            .transpose()?,
        require_scope_for_others: change.require_scope_for_others,
        require_roles: change.require_roles,
        list_shape: change.list_shape.as_deref().map(list_shape).transpose()?,
    };
    if command == UpdateWorkspace::default() {
        return Err(Fault::new(Exit::Usage, "nothing to change was named").fix(SEE));
    }
    let updated = workspace::update(engine, ctx, command).await;
    let updated = updated.map_err(|error| Fault::from(error).fix(SEE))?;
    Ok(shown(&updated))
}

fn shown(workspace: &Workspace) -> Value {
    let (policy, web_chat) = (&workspace.policy, &workspace.web_chat);
    json!({
        "organizationId": dashed(workspace.key.organization),
        "organizationName": workspace.organization_name,
        "workspaceId": dashed(workspace.key.id),
        "name": workspace.name,
        "region": policy.region.as_ref().map(Region::as_str),
        "spaceDelete": policy.space_delete.word(),
        "requireScopeForOthers": policy.require_scope_for_others,
        "requireRoles": policy.require_roles,
        "listShape": policy.list_shape.word(),
        "description": web_chat.description,
        "photo": web_chat.photo,
        "spaceName": web_chat.space_name,
        "greeting": web_chat.greeting,
        "questions": web_chat.questions,
        "startMode": web_chat.start_mode,
        "styling": web_chat.styling.map(),
        "agentServer": web_chat.agent_server,
        "createdAt": time(Some(workspace.created_at)),
    })
}

/// What changes of what visitors see. An empty text takes away what was there.
fn web_chat(change: &WorkspaceChange) -> Result<UpdateWebChat, Fault> {
    let text = |given: &Option<String>| {
        let given = given.clone();
        given.map(|text| Some(text).filter(|text| !text.is_empty()))
    };
    let questions = change.question.iter().filter(|text| !text.is_empty());
    Ok(UpdateWebChat {
        description: text(&change.description),
        photo: text(&change.photo),
        space_name: text(&change.space_name),
        greeting: text(&change.greeting),
        questions: (!change.question.is_empty()).then(|| questions.cloned().collect()),
        start_mode: text(&change.start_mode),
        styling: change.styling.as_deref().map(styling).transpose()?,
        agent_server: text(&change.agent_server),
    })
}

fn styling(text: &str) -> Result<Metadata, Fault> {
    let text = if text.is_empty() { "{}" } else { text };
    let wrong = || {
        Fault::new(Exit::Usage, "the styling is not a JSON object")
            .fix("write an object of at most 64 KiB, such as '{\"styles\":{}}'")
    };
    match parlor_model::json::parse(text.as_bytes()) {
        Ok(Value::Object(map)) => Metadata::new(map, "styling").map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

fn region(text: &str) -> Result<Option<Region>, Fault> {
    if text == "none" {
        return Ok(None);
    }
    Region::parse(text).map(Some).ok_or_else(|| {
        Fault::new(Exit::Usage, format!("{text:?} is not a region"))
            .fix("write two letters as in ISO 3166, such as US or DE, or none")
    })
}

fn space_delete(text: &str) -> Result<SpaceDelete, Fault> {
    SpaceDelete::parse(text).ok_or_else(|| {
        Fault::new(
            Exit::Usage,
            format!("there is no way {text:?} to delete a space"),
        )
        .fix("use detach, refuse or delete")
    })
}

fn list_shape(text: &str) -> Result<ListShape, Fault> {
    ListShape::parse(text).ok_or_else(|| {
        Fault::new(Exit::Usage, format!("lists have no shape {text:?}"))
            .fix("use documented, envelope or array")
    })
}
