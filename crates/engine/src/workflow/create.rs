//! Creates a workflow.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::scope::{Resource, Scope};
use parlor_model::workflow::{Workflow, WorkflowDraft};
use parlor_model::workflow_commands::CreateWorkflow;
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::workflow as repo;

use super::{access, draft};
use crate::{Engine, slug};

/// Maximum number of slug variants that are tried.
const MAX_SLUG_ATTEMPTS: usize = 1_000;

/// Creates a workflow without a published version. A slug derived from the name gets a number if it is used. Requires
/// `workflows:write`.
///
/// # Errors
/// `AlreadyExists` for a used slug.
pub async fn create(engine: &Engine, ctx: &Ctx, command: CreateWorkflow) -> Result<Workflow> {
    ctx.require(Scope::write(Resource::Workflows))?;
    let name = text::normalize_required(&command.name, "name", limit::NAME.max_chars)?;
    let given = command.slug.as_deref().map(slug::validated).transpose()?;
    draft::check_tasks(&command.tasks)?;
    let description = draft::normalize_text(command.description.as_deref(), "description")?;
    let opening = draft::normalize_text(command.opening_message.as_deref(), "opening_message")?;
    access::check_permissions(command.permissions.as_ref())?;
    access::check_roles(&command.role_access)?;
    let ws = ctx.ws();
    engine
        .store
        .write(move |tx| {
            let agent = command.agent.as_ref();
            let mut new = WorkflowDraft {
                slug: given.clone().unwrap_or_else(|| slug::slugify(&name)),
                name: name.clone(),
                agent: agent
                    .map(|key| draft::resolve_agent(tx, ws, key))
                    .transpose()?,
                default_phone_number: command
                    .default_phone_number
                    .map(|key| draft::resolve_phone_number(tx, ws, key))
                    .transpose()?,
                default_inbox: command
                    .default_inbox
                    .map(|key| draft::resolve_inbox(tx, ws, key))
                    .transpose()?,
                tasks: command.tasks.clone(),
                description: description.clone(),
                opening_message: opening.clone(),
            };
            let base = new.slug.clone();
            let tries = if given.is_some() {
                1
            } else {
                MAX_SLUG_ATTEMPTS
            };
            for count in 1..=tries {
                if count > 1 {
                    new.slug = format!("{base}-{count}");
                }
                let permissions = command.permissions.as_ref();
                let made = repo::insert(tx, ws, &new, permissions, &command.role_access)?;
                if let Some(made) = made {
                    return Ok(made);
                }
            }
            Err(already_exists_error())
        })
        .await
}

pub(super) fn already_exists_error() -> Error {
    Error::new(ErrorKind::AlreadyExists {
        noun: EntityKind::Workflow,
        field: "slug",
    })
}
