//! Updates a workflow's draft.

use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Workflow, WorkflowKey};
use parlor_model::workflow_commands::UpdateWorkflow;
use parlor_model::{Ctx, Result, limit, text};
use parlor_store::repo::workflow as repo;

use super::create::already_exists_error;
use super::find::find_in_tx;
use super::{access, draft};
use crate::{Engine, slug};

/// Changes the draft and the archived state; published versions stay unchanged. Requires `workflows:write`.
pub async fn update(
    engine: &Engine,
    ctx: &Ctx,
    key: WorkflowKey,
    mut command: UpdateWorkflow,
) -> Result<Workflow> {
    ctx.require(Scope::write(Resource::Workflows))?;
    if let Some(name) = &command.name {
        command.name = Some(text::normalize_required(
            name,
            "name",
            limit::NAME.max_chars,
        )?);
    }
    command.slug = command.slug.as_deref().map(slug::validated).transpose()?;
    if let Some(tasks) = &command.tasks {
        draft::check_tasks(tasks)?;
    }
    if let Some(text) = &command.description {
        command.description = Some(draft::normalize_text(text.as_deref(), "description")?);
    }
    if let Some(text) = &command.opening_message {
        command.opening_message = Some(draft::normalize_text(text.as_deref(), "opening_message")?);
    }
    if let Some(permissions) = &command.permissions {
        access::check_permissions(permissions.as_ref())?;
    }
    if let Some(roles) = &command.role_access {
        access::check_roles(roles)?;
    }
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let mut workflow = find_in_tx(tx, ws, key)?;
            let now = &mut workflow.draft;
            if let Some(name) = &command.name {
                now.name.clone_from(name);
            }
            if let Some(slug) = &command.slug {
                if repo::slug_exists(tx, ws, slug, workflow.number)? {
                    return Err(already_exists_error());
                }
                now.slug.clone_from(slug);
            }
            if let Some(key) = &command.agent {
                let key = key.as_ref();
                now.agent = key
                    .map(|key| draft::resolve_agent(tx, ws, key))
                    .transpose()?;
            }
            if let Some(key) = command.default_phone_number {
                now.default_phone_number = key
                    .map(|key| draft::resolve_phone_number(tx, ws, key))
                    .transpose()?;
            }
            if let Some(key) = command.default_inbox {
                now.default_inbox = key
                    .map(|key| draft::resolve_inbox(tx, ws, key))
                    .transpose()?;
            }
            if let Some(tasks) = &command.tasks {
                now.tasks.clone_from(tasks);
            }
            if let Some(text) = &command.description {
                now.description.clone_from(text);
            }
            if let Some(text) = &command.opening_message {
                now.opening_message.clone_from(text);
            }
            if let Some(permissions) = &command.permissions {
                workflow.permissions.clone_from(permissions);
            }
            if let Some(roles) = &command.role_access {
                workflow.role_access.clone_from(roles);
            }
            if let Some(archived) = command.archived {
                let at = tx.next_stamp().at;
                workflow.archived_at = archived.then(|| workflow.archived_at.unwrap_or(at));
            }
            workflow.updated_at = repo::update(tx, ws, &workflow)?;
            Ok(workflow)
        })
        .await
}
