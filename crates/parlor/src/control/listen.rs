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

use super::connect::place;
use super::{Answer, Command, Request, VERSION, execute};
use crate::fault::{Exit, Fault};
use crate::first_run::Folder;
use crate::first_run::curl::Kitchen;

/// Longer than any request.
const LONGEST: u64 = 64 * 1024;

/// After a failed accept, and after many in a row.
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// What the server answers from.
pub struct Host {
    /// Its handle.
    pub app: parlor_kit::App,
    /// Where this machine reaches it.
    pub url: String,
    /// What makes header files; nothing on a node that holds no credentials.
    pub kitchen: Option<Kitchen>,
}

/// The open socket. Closing it removes it.
pub struct Socket {
    path: PathBuf,
    task: JoinHandle<()>,
}

/// Opens the socket in a data folder this process holds the lock of.
pub fn open(folder: &Folder, host: Host) -> Result<Socket, Fault> {
    let path = folder.file(super::SOCKET);
    let bind = || -> std::io::Result<UnixListener> {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let place = place(folder.path())?;
        let listener = UnixListener::bind(&place.path)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(listener)
    };
    let listener = bind().map_err(|error| {
        Fault::new(
            Exit::Failed,
            format!("cannot listen on {}: {error}", path.display()),
        )
        .fix("choose a data folder on a file system that has sockets")
    })?;
    Ok(Socket {
        path,
        task: tokio::spawn(serve(listener, Arc::new(host))),
    })
}

impl Socket {
    /// Takes no further request.
    pub fn close(self) {
        self.task.abort();
        // One that stays is replaced at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn serve(listener: UnixListener, host: Arc<Host>) {
    let mut wait = FIRST_WAIT;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                wait = FIRST_WAIT;
                let host = host.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &host).await {
                        tracing::debug!(%error, "a command broke off");
                    }
                });
            }
            // Too many open files, mostly: that passes, and a command such as a revocation must reach the server then.
            Err(error) => {
                tracing::warn!(%error, "a command was not accepted");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

async fn converse(mut stream: UnixStream, host: &Host) -> std::io::Result<()> {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read.take(LONGEST)).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = match answer(&line, host).await {
            Ok(value) => Answer::Result(value),
            Err(fault) => Answer::Fault(fault),
        };
        let mut line = serde_json::to_string(&answer)?;
        line.push('\n');
        write.write_all(line.as_bytes()).await?;
    }
    Ok(())
}

async fn answer(line: &str, host: &Host) -> Result<Value, Fault> {
    let other = || {
        let running = env!("CARGO_PKG_VERSION");
        Fault::new(
            Exit::Refused,
            format!("the running server is Parlor {running} and does not know this command"),
        )
        .fix("use the program of the version that runs, or restart the server")
    };
    let version = serde_json::from_str::<Value>(line)
        .ok()
        .map(|line| line["version"].clone());
    if version != Some(json!(VERSION)) {
        return Err(other());
    }
    let request: Request = serde_json::from_str(line).map_err(|_| other())?;
    match request.command {
        Command::Status => Ok(json!({ "url": host.url })),
        Command::Curl { dialect } => match &host.kitchen {
            Some(kitchen) => {
                let line = kitchen.make_one(&dialect).await?;
                serde_json::to_value(line)
                    .map_err(|error| Fault::new(Exit::Failed, error.to_string()))
            }
            None => Err(Fault::new(
                Exit::NotFound,
                "this node has no credentials.json for its database",
            )
            .fix("make a key with `parlor key create`")),
        },
        command => {
            let (engine, issuer) = (&host.app.engine, &host.app.settings.issuer);
            execute::run(engine, issuer, request.workspace.as_deref(), command).await
        }
    }
}
