//! Server of the control socket.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use parlor_assistant::registry::ProviderRegistry;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::WriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::task::JoinHandle;

use super::client::socket_path;
use super::execute::CommandContext;
use super::{ControlCommand, ControlRequest, ControlResponse, PROTOCOL_VERSION, execute, requests};
use crate::backup::{BackupProgress, BackupRunner};
use crate::cli_error::{CliError, ExitKind};
use crate::first_run::DataDir;
use crate::first_run::curl::CurlFileWriter;

/// Maximum bytes that are read from one connection.
const MAX_REQUEST_BYTES: u64 = 1024 * 1024;

/// Delay after a failed `accept`; doubles up to [`MAX_ACCEPT_RETRY_DELAY`].
const MIN_ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(20);
const MAX_ACCEPT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// Data that commands use.
pub(crate) struct ControlContext {
    /// State of the running server.
    pub(crate) app: parlor_kit::AppState,
    /// Providers of assistants.
    pub(crate) providers: Arc<ProviderRegistry>,
    /// URL of the server for local programs.
    pub(crate) url: String,
    /// Maker of backups; `None` on PostgreSQL.
    pub(crate) backups: Option<Arc<BackupRunner>>,
    /// Writer of header files; `None` on a node without credentials.
    pub(crate) curl_writer: Option<CurlFileWriter>,
}

/// Open control socket.
pub(crate) struct ControlSocket {
    path: PathBuf,
    task: JoinHandle<()>,
}

/// Opens the socket in a data folder that this process has locked. Replaces a socket left by an earlier process.
///
/// # Errors
/// `Failed` if the socket cannot be bound.
pub(crate) fn open(data_dir: &DataDir, context: ControlContext) -> Result<ControlSocket, CliError> {
    let path = data_dir.file_path(super::SOCKET_FILE);
    let bind = || -> std::io::Result<UnixListener> {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let socket = socket_path(data_dir.path())?;
        let listener = UnixListener::bind(&socket.path)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(listener)
    };
    let listener = bind().map_err(|error| {
        CliError::new(
            ExitKind::Failed,
            format!("cannot listen on {}: {error}", path.display()),
        )
        .with_hint("choose a data folder on a file system that has sockets")
    })?;
    Ok(ControlSocket {
        path,
        task: tokio::spawn(run_accept_loop(listener, Arc::new(context))),
    })
}

impl ControlSocket {
    /// Stops accepting connections and removes the socket.
    pub(crate) fn close(self) {
        self.task.abort();
        // A remaining file is replaced at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn run_accept_loop(listener: UnixListener, context: Arc<ControlContext>) {
    let mut delay = MIN_ACCEPT_RETRY_DELAY;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                delay = MIN_ACCEPT_RETRY_DELAY;
                let context = context.clone();
                tokio::spawn(async move {
                    if let Err(error) = handle_connection(stream, &context).await {
                        tracing::debug!(%error, "a command broke off");
                    }
                });
            }
            // Usually a temporary lack of file descriptors. The loop must survive it, so that revocations arrive later.
            Err(error) => {
                tracing::warn!(%error, "a command was not accepted");
                tokio::time::sleep(delay).await;
                delay = (delay * 2).min(MAX_ACCEPT_RETRY_DELAY);
            }
        }
    }
}

async fn handle_connection(
    mut stream: UnixStream,
    context: &ControlContext,
) -> std::io::Result<()> {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read.take(MAX_REQUEST_BYTES)).lines();
    while let Some(line) = lines.next_line().await? {
        let (progress, mut steps) = mpsc::unbounded_channel();
        let mut handling = pin!(handle_line(&line, context, progress));
        let response = loop {
            tokio::select! {
                biased;
                Some(step) = steps.recv() => {
                    // A client that is gone ends what it has begun, with the receiver of its progress.
                    send_response(&mut write, &ControlResponse::Progress(step)).await?;
                }
                result = &mut handling => break result,
            }
        };
        let response = match response {
            Ok(value) => ControlResponse::Result(value),
            Err(error) => ControlResponse::Fault(error),
        };
        send_response(&mut write, &response).await?;
    }
    Ok(())
}

async fn send_response(
    write: &mut WriteHalf<'_>,
    response: &ControlResponse,
) -> std::io::Result<()> {
    let mut line = serde_json::to_string(response)?;
    line.push('\n');
    write.write_all(line.as_bytes()).await
}

async fn handle_line(
    line: &str,
    context: &ControlContext,
    progress: UnboundedSender<BackupProgress>,
) -> Result<Value, CliError> {
    let version_error = || {
        let running = env!("CARGO_PKG_VERSION");
        CliError::new(
            ExitKind::Refused,
            format!("the running server is Parlor {running} and does not know this command"),
        )
        .with_hint("use the program of the version that runs, or restart the server")
    };
    let version = serde_json::from_str::<Value>(line)
        .ok()
        .map(|line| line["version"].clone());
    if version != Some(json!(PROTOCOL_VERSION)) {
        return Err(version_error());
    }
    let request: ControlRequest = serde_json::from_str(line).map_err(|_| version_error())?;
    match request.command {
        ControlCommand::Status => Ok(json!({ "url": context.url })),
        ControlCommand::RequestList(args) => requests::list(&context.app, &args).await,
        ControlCommand::RequestExplain { id } => requests::explain(&context.app, &id).await,
        ControlCommand::Backup(command) => match &context.backups {
            Some(runner) => {
                let made = runner.run(command, progress).await?;
                Ok(made.to_json())
            }
            None => Err(CliError::new(
                ExitKind::Usage,
                "the running server has no embedded database",
            )),
        },
        ControlCommand::Curl { dialect } => match &context.curl_writer {
            Some(writer) => {
                let command = writer.write_one(&dialect).await?;
                serde_json::to_value(command)
                    .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))
            }
            None => Err(CliError::new(
                ExitKind::NotFound,
                "this node has no credentials.json for its database",
            )
            .with_hint("make a key with `parlor key create`")),
        },
        command => {
            let command_context = CommandContext {
                engine: &context.app.engine,
                issuer: &context.app.settings.issuer,
                url: &context.app.settings.public_url,
                providers: &context.providers,
            };
            execute::execute(command_context, request.workspace.as_deref(), command).await
        }
    }
}
