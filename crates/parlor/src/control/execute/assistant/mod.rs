//! `parlor assistant ...`

mod set;
mod show;
mod test;

use parlor_engine::assistant_settings;
use parlor_model::Ctx;
use serde_json::{Value, json};

use super::CommandContext;
use crate::cli_error::{CliError, ExitKind};
use crate::control::ControlCommand;

/// Executes a command about assistants, of a workspace or of the server.
pub(super) async fn execute(
    context: CommandContext<'_>,
    ctx: Option<&Ctx>,
    command: ControlCommand,
) -> Result<Value, CliError> {
    match (command, ctx) {
        (ControlCommand::AssistantShow, _) => show::show(context, ctx).await,
        (ControlCommand::AssistantTest(args), _) => test::test(context, ctx, args).await,
        (ControlCommand::AssistantSet(args), Some(ctx)) => set::set(context, ctx, *args).await,
        (ControlCommand::AssistantClear, Some(ctx)) => {
            let cleared = assistant_settings::clear(context.engine, ctx).await?;
            Ok(json!({ "workspaceId": super::render_id(ctx.workspace.id), "cleared": cleared }))
        }
        _ => Err(workspace_required_error()),
    }
}

/// Returns the error of a change of the server's own settings.
pub(crate) fn workspace_required_error() -> CliError {
    CliError::new(
        ExitKind::Usage,
        "the server's own assistant is set in its configuration, not by this command",
    )
    .with_hint(
        "name a workspace with --workspace ID, or set the section `assistant` of the configuration file \
         (PARLOR_ASSISTANT__KIND, PARLOR_ASSISTANT__BASE_URL, ...)",
    )
}
