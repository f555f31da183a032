//! `parlor serve`, and `parlor` alone.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::open_error::explain_open_error;
use super::print;
use crate::cli_error::{CliError, ExitKind};
use crate::config::{ListenAddress, ServerConfig};
use crate::control::server::ControlContext;
use crate::first_run::curl::{CurlCommand, CurlError, CurlFileWriter, local_url};
use crate::first_run::{self, DataDir, FirstRunOutcome, data_dir, master_key};
use crate::server::{self, BoundServer};
use crate::telemetry::{self, LogStyle};

/// Serves until told to stop.
pub(super) fn run(settings: &ServerConfig) -> Result<(), CliError> {
    let style = telemetry::select_style(settings);
    telemetry::install(settings, style)?;
    let runtime = build_runtime()?;
    let ended = runtime.block_on(run_server(settings, style));
    // A second signal waits for nothing.
    runtime.shutdown_background();
    ended
}

/// On one core, work that is handed between threads is only slower.
fn build_runtime() -> Result<Runtime, CliError> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let mut builder = match cores {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    if cores > 1 {
        builder.worker_threads(cores);
    }
    builder
        .enable_all()
        .build()
        .map_err(|error| CliError::new(ExitKind::Failed, format!("cannot start: {error}")))
}

async fn run_server(settings: &ServerConfig, style: LogStyle) -> Result<(), CliError> {
    let started = Instant::now();
    let mut stops = ShutdownSignals::new()?;
    first_run::file_permissions::check_permissions(settings)?;
    let embedded = settings.sqlite_path()?;
    let folder = DataDir::open(&settings.data)?;
    if !folder.is_used() {
        folder.restrict_permissions()?;
    }
    let _locks = folder.lock(embedded.as_deref())?;
    let listeners = bind(&settings.listen).await?;
    let figures = match &settings.metrics_listen {
        Some(place) => bind(place).await?,
        None => Vec::new(),
    };
    let key = master_key::load(settings)?;
    let options = settings.server_options(key.key.clone())?;
    if let Some(file) = &embedded {
        data_dir::create_private_file(file)?;
    }
    let opening = options.clone();
    let engine = tokio::task::spawn_blocking(move || server::build_engine(&opening))
        .await
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?
        .map_err(explain_open_error)?;
    let engine = Arc::new(engine);
    let address = listeners
        .first()
        .ok_or_else(|| CliError::new(ExitKind::Failed, "there is no port to listen on"))?
        .local_addr()
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
    let url = options.public_url_at(address);
    let found = first_run::prepare(&engine, &folder, &key, &url).await?;
    let made = matches!(found, FirstRunOutcome::Created(_));
    let server = BoundServer::new(&options, engine, listeners, figures).await?;
    let local = local_url(server.address);
    let kitchen = match found {
        FirstRunOutcome::OtherNode => None,
        FirstRunOutcome::Created(credentials) | FirstRunOutcome::Existing(credentials) => {
            Some(CurlFileWriter {
                app: server.app.clone(),
                data_dir: folder.clone(),
                credentials,
                url: local.clone(),
                disabled: options.disabled_dialects.clone(),
            })
        }
    };
    let mut lines = Vec::new();
    let mut missing = Vec::new();
    if let Some(kitchen) = &kitchen {
        for line in kitchen.write_all().await? {
            match line {
                Ok(line) => lines.push(line),
                Err(why) => missing.push(why),
            }
        }
    }
    let host = ControlContext {
        app: server.app.clone(),
        url: local,
        curl_writer: kitchen,
    };
    let socket = crate::control::server::open(&folder, host)?;
    let banner = StartupReport {
        url: &url,
        data_dir: &folder,
        is_new: made,
        curl_commands: &lines,
        startup_time: started.elapsed(),
    };
    match style {
        LogStyle::Human => banner.print_text(),
        LogStyle::Json => banner.print_json(),
    }
    // After the banner: programs rely on its being the first line.
    for CurlError { dialect, reason } in missing {
        tracing::warn!(dialect, %reason, "no curl line");
    }
    let server = server.serve();
    stops.recv().await;
    tracing::info!("stopping");
    socket.close();
    tokio::select! {
        () = server.stop() => Ok(()),
        () = stops.recv() => {
            Err(CliError::new(ExitKind::Failed, "stopped at once by a second signal"))
        }
    }
}

/// Opens every address of a place: one port number for all of them. An address of a family that this machine does not
/// have is left out where another was opened.
async fn bind(place: &ListenAddress) -> Result<Vec<TcpListener>, CliError> {
    let name = place.clone();
    let addresses = tokio::task::spawn_blocking(move || name.resolve())
        .await
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))??;
    let mut open: Vec<TcpListener> = Vec::new();
    for mut address in addresses {
        // A free port that was found for the first one is everybody's.
        if address.port() == 0
            && let Some(first) = open.first().and_then(|first| first.local_addr().ok())
        {
            address.set_port(first.port());
        }
        match TcpListener::bind(address).await {
            Ok(listener) => open.push(listener),
            Err(error) if !open.is_empty() && error.kind() == ErrorKind::AddrNotAvailable => {}
            Err(error) => return Err(listen_error(address, &error)),
        }
    }
    Ok(open)
}

fn listen_error(address: SocketAddr, error: &std::io::Error) -> CliError {
    let mut other = address;
    other.set_port(address.port().checked_add(1).unwrap_or(8080));
    let fault = match error.kind() {
        ErrorKind::AddrInUse => CliError::new(ExitKind::Failed, format!("{address} is in use")),
        _ => CliError::new(
            ExitKind::Failed,
            format!("cannot listen on {address}: {error}"),
        ),
    };
    fault.with_hint(format!("parlor serve --listen {other}"))
}

/// The signals that ask a process to end.
struct ShutdownSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl ShutdownSignals {
    fn new() -> Result<Self, CliError> {
        let on = |kind| {
            signal(kind)
                .map_err(|error| CliError::new(ExitKind::Failed, format!("no signals: {error}")))
        };
        Ok(Self {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
        })
    }

    async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// What is printed when the server is ready.
struct StartupReport<'b> {
    url: &'b str,
    data_dir: &'b DataDir,
    is_new: bool,
    curl_commands: &'b [CurlCommand],
    startup_time: Duration,
}

impl StartupReport<'_> {
    /// For people.
    fn print_text(&self) {
        let path = self.data_dir.path();
        print::line(&format!("Parlor {}", env!("CARGO_PKG_VERSION")));
        let what = if self.is_new { "made" } else { "using" };
        print::line(&format!(
            "  {what:8}  {}   (database, master key, credentials.json: readable by you only)",
            path.display()
        ));
        print::line(&format!("  address   {}", self.url));
        print::line(&format!("  docs      {}/docs", self.url));
        if self.curl_commands.is_empty() {
            print::line(
                "No credentials.json for this database here; `parlor key create` makes a key.",
            );
        } else {
            print::line(&format!(
                "Try it (the header files in {} hold the keys, so that none lands in your history):",
                path.join("curl").display()
            ));
        }
        for line in self.curl_commands {
            print::line(&format!("  {:12}  {}", line.dialect, line.to_shell(path)));
        }
        let took = self.startup_time.as_secs_f64();
        print::line(&format!("Ready in {took:.2} s. Ctrl-C stops."));
    }

    /// For programs.
    fn print_json(&self) {
        let path: &Path = self.data_dir.path();
        let commands = self.curl_commands.iter();
        let commands: Map<_, _> = commands
            .map(|line| (line.dialect.clone(), json!(line.to_shell(path))))
            .collect();
        print::line(
            &json!({
                "event": "ready",
                "version": env!("CARGO_PKG_VERSION"),
                "url": self.url,
                "docs": format!("{}/docs", self.url),
                "data": path.display().to_string(),
                "made": self.is_new,
                "curl": commands,
            })
            .to_string(),
        );
    }
}
