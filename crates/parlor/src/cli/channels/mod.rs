//! `parlor channels ...`: a simulated carrier, and the people who use it.

mod act;
mod args;
mod configuration;
mod credentials_file;
mod event_text;
mod follow;
mod list;
mod person;
mod simulate;

use parlor_carrier_simulator::SimulatorClientError;

pub(super) use self::args::{ChannelsCommand, EXAMPLES};
use super::serve::build_runtime;
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;

/// What to look at if the server has not taken what a person has sent.
const SERVER_HINT: &str =
    "see whether the workspace has the number or the inbox, and what the server's log says";

/// Runs a command.
///
/// # Errors
/// `Unreachable` without a simulator, otherwise the errors of the command.
pub(super) fn run(
    settings: &ServerConfig,
    workspace: Option<&str>,
    command: ChannelsCommand,
    json: bool,
) -> Result<(), CliError> {
    let runtime = build_runtime()?;
    let ended = runtime.block_on(async {
        match command {
            ChannelsCommand::Simulate(args) => simulate::run(settings, workspace, args, json).await,
            ChannelsCommand::Watch(args) => follow::watch(settings, &args, json).await,
            command => act::run(settings, workspace, command, json).await,
        }
    });
    runtime.shutdown_background();
    ended
}

fn client_error(error: &SimulatorClientError) -> CliError {
    let exit = match error {
        SimulatorClientError::Unreachable(_) => ExitKind::Unreachable,
        SimulatorClientError::Refused { status, .. } => match status {
            400 => ExitKind::Usage,
            403 | 409 => ExitKind::Refused,
            404 => ExitKind::NotFound,
            _ => ExitKind::Failed,
        },
    };
    let hint = match exit {
        ExitKind::Unreachable => {
            "start one: parlor serve --simulator, or parlor channels simulate; or name its URL with --simulator-url"
        }
        ExitKind::NotFound => {
            "see what there is: parlor channels list calls, parlor channels list mails"
        }
        ExitKind::Failed => SERVER_HINT,
        _ => "see: parlor channels --help",
    };
    CliError::new(exit, error.to_string()).with_hint(hint)
}
