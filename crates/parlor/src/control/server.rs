//! The answering end of the socket.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

use super::client::socket_path;
use super::{ControlCommand, ControlRequest, ControlResponse, PROTOCOL_VERSION, execute};
use crate::cli_error::{CliError, ExitKind};
use crate::first_run::DataDir;
use crate::first_run::curl::CurlFileWriter;

/// Longer than any request.
const MAX_REQUEST_BYTES: u64 = 64 * 1024;

/// After a failed accept, and after many in a row.
const MIN_ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(20);
const MAX_ACCEPT_RETRY_DELAY: Duration = Duration::from_secs(1);

/// What the server answers from.
pub struct ControlContext {
    /// Its handle.
    pub app: parlor_kit::AppState,
    /// Where this machine reaches it.
    pub url: String,
    /// What makes header files; nothing on a node that holds no credentials.
    pub curl_writer: Option<CurlFileWriter>,
}

/// The open socket. Closing it removes it.
pub struct ControlSocket {
    path: PathBuf,
    task: JoinHandle<()>,
}

/// Opens the socket in a data folder this process holds the lock of.
pub fn open(folder: &DataDir, host: ControlContext) -> Result<ControlSocket, CliError> {
    let path = folder.file_path(super::SOCKET_FILE);
    let bind = || -> std::io::Result<UnixListener> {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let place = socket_path(folder.path())?;
        let listener = UnixListener::bind(&place.path)?;
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
        task: tokio::spawn(run_accept_loop(listener, Arc::new(host))),
    })
}

impl ControlSocket {
    /// Takes no further request.
    pub fn close(self) {
        self.task.abort();
        // One that stays is replaced at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn run_accept_loop(listener: UnixListener, host: Arc<ControlContext>) {
    let mut wait = MIN_ACCEPT_RETRY_DELAY;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                wait = MIN_ACCEPT_RETRY_DELAY;
                let host = host.clone();
                tokio::spawn(async move {
                    if let Err(error) = handle_connection(stream, &host).await {
                        tracing::debug!(%error, "a command broke off");
                    }
                });
            }
            // Too many open files, mostly: that passes, and a command such as a revocation must reach the server then.
            Err(error) => {
                tracing::warn!(%error, "a command was not accepted");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(MAX_ACCEPT_RETRY_DELAY);
            }
        }
    }
}

async fn handle_connection(mut stream: UnixStream, host: &ControlContext) -> std::io::Result<()> {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read.take(MAX_REQUEST_BYTES)).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = match handle_line(&line, host).await {
            Ok(value) => ControlResponse::Result(value),
            Err(fault) => ControlResponse::Fault(fault),
        };
        let mut line = serde_json::to_string(&answer)?;
        line.push('\n');
        write.write_all(line.as_bytes()).await?;
    }
    Ok(())
}

async fn handle_line(line: &str, host: &ControlContext) -> Result<Value, CliError> {
    let other = || {
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
        return Err(other());
    }
    let request: ControlRequest = serde_json::from_str(line).map_err(|_| other())?;
    match request.command {
        ControlCommand::Status => Ok(json!({ "url": host.url })),
        ControlCommand::Curl { dialect } => match &host.curl_writer {
            Some(kitchen) => {
                let line = kitchen.write_one(&dialect).await?;
                serde_json::to_value(line)
                    .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))
            }
            None => Err(CliError::new(
                ExitKind::NotFound,
                "this node has no credentials.json for its database",
            )
            .with_hint("make a key with `parlor key create`")),
        },
        command => {
            let (engine, issuer) = (&host.app.engine, &host.app.settings.issuer);
            execute::execute(engine, issuer, request.workspace.as_deref(), command).await
        }
    }
}
