//! Execution of a command by the running server or by this process.

use std::path::Path;
use std::sync::Arc;

use parlor_engine::Engine;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::open_error::explain_open_error;
use crate::backup::{BackupProgress, require_no_cut_off_restore};
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;
use crate::control::execute::{self, CommandContext};
use crate::control::{ControlCommand, client};
use crate::first_run::curl::CurlCommand;
use crate::first_run::{DataDir, MasterKey, file_permissions, master_key, private_file};
use crate::server::{self, ServerOptions};

/// Number of attempts to reach a server that holds the lock but does not listen yet, or not any more.
const MAX_CONNECT_ATTEMPTS: u32 = 100;
const CONNECT_RETRY_DELAY: std::time::Duration = std::time::Duration::from_millis(50);

/// Runs a command and returns its result. A SQLite database is used only by the process that holds its lock; for
/// PostgreSQL the command always runs in this process.
///
/// # Errors
/// `NotFound` without a database, `Unreachable` if the lock is held but no server responds, otherwise the errors of the
/// command.
pub(super) fn run_command(
    settings: &ServerConfig,
    workspace: Option<&str>,
    command: ControlCommand,
) -> Result<Value, CliError> {
    file_permissions::check_permissions(settings)?;
    let Some(database) = settings.sqlite_path()? else {
        return run_locally(settings, workspace, command);
    };
    let sent = command.clone();
    run_on_database(settings, &database, workspace, &sent, &mut |_| {}, || {
        run_locally(settings, workspace, command)
    })
}

/// Lets the running server of an embedded database run a command, or runs `locally` while this process holds the lock.
///
/// # Errors
/// Those of [`run_command`].
pub(super) fn run_on_database(
    settings: &ServerConfig,
    database: &Path,
    workspace: Option<&str>,
    command: &ControlCommand,
    report: &mut dyn FnMut(BackupProgress),
    locally: impl FnOnce() -> Result<Value, CliError>,
) -> Result<Value, CliError> {
    require_no_cut_off_restore(&settings.data)?;
    if !database.exists() {
        return Err(CliError::new(
            ExitKind::NotFound,
            format!("there is no database {}", database.display()),
        )
        .with_hint("name its folder with --data, or start the server once: parlor serve"));
    }
    let data_dir = DataDir::open(&settings.data)?;
    for _ in 0..MAX_CONNECT_ATTEMPTS {
        let sent = client::send_command(data_dir.path(), workspace, command.clone(), report);
        if let Some(result) = sent {
            return result;
        }
        // No server listens: run here if the lock is free.
        if let Ok(_locks) = data_dir.lock(Some(database)) {
            return locally();
        }
        std::thread::sleep(CONNECT_RETRY_DELAY);
    }
    Err(CliError::new(
        ExitKind::Unreachable,
        format!(
            "the process that holds {} does not answer",
            settings.data.display()
        ),
    )
    .with_hint("wait until it has started or stopped, and try again"))
}

/// What a command uses that runs in this process.
pub(super) struct LocalEngine {
    pub(super) engine: Arc<Engine>,
    pub(super) options: ServerOptions,
    pub(super) runtime: Runtime,
}

/// Opens the database, which no other process may use if it is embedded.
///
/// # Errors
/// `Refused` if the master key is missing or does not fit the database.
pub(super) fn open_engine(settings: &ServerConfig) -> Result<LocalEngine, CliError> {
    let key = existing_key(settings)?;
    let mut options = settings.server_options(key.key.clone())?;
    // One command needs one connection.
    options.max_connections = 1;
    if let Some(file) = settings.sqlite_path()? {
        private_file::create_private_file(&file)?;
    }
    let engine = server::build_engine(&options).map_err(explain_open_error)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
    runtime.block_on(async {
        if parlor_engine::instance::master_key_matches(&engine).await? == Some(false) {
            return Err(master_key::mismatch_error(&key));
        }
        parlor_engine::member::normalize_stored_addresses(&engine).await?;
        Ok(())
    })?;
    Ok(LocalEngine {
        engine: Arc::new(engine),
        options,
        runtime,
    })
}

fn run_locally(
    settings: &ServerConfig,
    workspace: Option<&str>,
    command: ControlCommand,
) -> Result<Value, CliError> {
    let local = open_engine(settings)?;
    let providers = server::build_provider_registry(&local.options)?;
    let context = CommandContext {
        engine: &local.engine,
        issuer: &local.options.issuer,
        url: &settings.local_public_url(),
        providers: &providers,
    };
    let result = local
        .runtime
        .block_on(execute::execute(context, workspace, command));
    local.engine.close();
    result
}

/// Loads the master key. Unlike `serve`, a command never creates one.
fn existing_key(settings: &ServerConfig) -> Result<MasterKey, CliError> {
    let configured = settings.master_key.is_some() || settings.master_key_file.is_some();
    if !configured && !settings.data.join("master.key").exists() {
        return Err(CliError::new(
            ExitKind::Refused,
            format!("there is no master key in {}", settings.data.display()),
        )
        .with_hint("name the data folder with --data, or the key with --master-key-file"));
    }
    master_key::load(settings)
}

/// Lets the running server rewrite a dialect's header file, and returns the command that uses it.
pub(super) fn create_curl_command(
    settings: &ServerConfig,
    dialect: String,
) -> Result<CurlCommand, CliError> {
    let value = run_on_server(settings, ControlCommand::Curl { dialect })?;
    serde_json::from_value(value)
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))
}

/// Runs a command that needs a running server.
///
/// # Errors
/// `Unreachable` if no server is running.
pub(super) fn run_on_server(
    settings: &ServerConfig,
    command: ControlCommand,
) -> Result<Value, CliError> {
    run_on_server_in(settings, None, command)
}

/// Runs a command that needs a running server, in a workspace.
///
/// # Errors
/// `Unreachable` if no server is running.
pub(super) fn run_on_server_in(
    settings: &ServerConfig,
    workspace: Option<&str>,
    command: ControlCommand,
) -> Result<Value, CliError> {
    client::send_command(&settings.data, workspace, command, &mut |_| {}).unwrap_or_else(|| {
        Err(CliError::new(
            ExitKind::Unreachable,
            format!("no server runs on {}", settings.data.display()),
        )
        .with_hint("start one: parlor serve"))
    })
}
