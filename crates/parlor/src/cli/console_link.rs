//! What the console has from the start of a server: a link that signs its owner in, and calls that work when pasted.

use std::path::Path;

use parlor_console::ExampleCall;
use parlor_engine::workspace;
use parlor_kit::AppState;
use secrecy::ExposeSecret;

use crate::first_run::curl::CurlCommand;

/// Creates a link for the owner of the first workspace; `None` if that fails, which is logged: `parlor console link` makes
/// another.
pub(super) async fn first_link(app: &AppState) -> Option<String> {
    let created = async {
        let workspaces = workspace::list(&app.engine).await?;
        let Some(first) = workspaces.first() else {
            return Ok(None);
        };
        let ctx = workspace::operator_context(&app.engine, first);
        parlor_engine::console::create_link(&app.engine, &ctx, None)
            .await
            .map(Some)
    };
    let created: parlor_model::Result<_> = created.await;
    match created {
        Ok(link) => link.map(|link| {
            parlor_console::setup_url(&app.settings.public_url, link.secret.expose_secret())
        }),
        Err(error) => {
            tracing::warn!(?error, "no link to the console");
            None
        }
    }
}

/// Returns the commands as the console shows them.
pub(super) fn example_calls(commands: &[CurlCommand], data: &Path) -> Vec<ExampleCall> {
    let modules = crate::dialects::all();
    let title = |name: &str| {
        let found = modules.iter().find(|module| module.name == name);
        found.map_or(name, |module| module.title).to_owned()
    };
    let calls = commands.iter().map(|command| ExampleCall {
        title: title(&command.dialect),
        dialect: command.dialect.clone(),
        command: command.to_shell(data),
    });
    calls.collect()
}
