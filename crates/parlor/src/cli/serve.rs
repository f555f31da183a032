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

use super::console_link;
use super::open_error::explain_open_error;
use super::print;
use super::shutdown_signals::ShutdownSignals;
use crate::backup::{BackupRunner, BackupSource, ScheduledBackups, require_no_cut_off_restore};
use crate::cli_error::{CliError, ExitKind};
use crate::config::{ListenAddress, ServerConfig};
use crate::control::server::ControlContext;
use crate::first_run::curl::{CurlCommand, CurlError, CurlFileWriter};
use crate::first_run::{self, DataDir, FirstRunOutcome, master_key, private_file};
use crate::local_url::local_url;
use crate::server::{self, BoundServer};
use crate::simulator::ServerSimulator;
use crate::telemetry::{self, LogStyle};

/// Runs the server until a termination signal.
pub(super) fn run(settings: &ServerConfig) -> Result<(), CliError> {
    let style = telemetry::select_style(settings);
    telemetry::install(settings, style)?;
    let runtime = build_runtime()?;
    let ended = runtime.block_on(run_server(settings, style));
    // After a second signal, running tasks are not awaited.
    runtime.shutdown_background();
    ended
}

/// Builds the runtime; single-threaded on one core, where work stealing has no benefit.
pub(super) fn build_runtime() -> Result<Runtime, CliError> {
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
    let mut signals = ShutdownSignals::new()?;
    first_run::file_permissions::check_permissions(settings)?;
    let sqlite_path = settings.sqlite_path()?;
    require_no_cut_off_restore(&settings.data)?;
    let data_dir = DataDir::open(&settings.data)?;
    if !data_dir.is_used() {
        data_dir.restrict_permissions()?;
    }
    let _locks = data_dir.lock(sqlite_path.as_deref())?;
    let listeners = bind(&settings.listen).await?;
    let metrics_listeners = match &settings.metrics_listen {
        Some(address) => bind(address).await?,
        None => Vec::new(),
    };
    let key = master_key::load(settings)?;
    let mut options = settings.server_options(key.key.clone())?;
    if let Some(file) = &sqlite_path {
        private_file::create_private_file(file)?;
    }
    let address = listeners
        .first()
        .ok_or_else(|| CliError::new(ExitKind::Failed, "there is no port to listen on"))?
        .local_addr()
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
    let url = options.public_url_at(address);
    let simulator = ServerSimulator::bind(settings).await?;
    if let Some(simulator) = &simulator {
        simulator.configure(&mut options, &url);
    }
    let engine_options = options.clone();
    let engine = tokio::task::spawn_blocking(move || server::build_engine(&engine_options))
        .await
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?
        .map_err(explain_open_error)?;
    let engine = Arc::new(engine);
    let outcome = first_run::prepare(&engine, &data_dir, &key, &url).await?;
    let is_new = matches!(outcome, FirstRunOutcome::Created(_));
    let server = BoundServer::new(&options, engine, listeners, metrics_listeners).await?;
    let local_url = local_url(server.address);
    let simulator_url = simulator.as_ref().map(ServerSimulator::url);
    let simulator = match simulator {
        Some(simulator) => Some(simulator.start(&server.app, &local_url).await?),
        None => None,
    };
    let curl_writer = match outcome {
        FirstRunOutcome::OtherNode => None,
        FirstRunOutcome::Created(credentials) | FirstRunOutcome::Existing(credentials) => {
            Some(CurlFileWriter {
                app: server.app.clone(),
                data_dir: data_dir.clone(),
                credentials,
                url: local_url.clone(),
                disabled: options.disabled_dialects.clone(),
            })
        }
    };
    let mut curl_commands = Vec::new();
    let mut curl_errors = Vec::new();
    if let Some(writer) = &curl_writer {
        for result in writer.write_all().await? {
            match result {
                Ok(command) => curl_commands.push(command),
                Err(error) => curl_errors.push(error),
            }
        }
    }
    if let Some(console) = &server.console {
        console.set_examples(console_link::example_calls(&curl_commands, data_dir.path()));
    }
    let console_link = match (&server.console, is_new) {
        (Some(_), true) => console_link::first_link(&server.app).await,
        _ => None,
    };
    let backups = sqlite_path.map(|database| {
        Arc::new(BackupRunner::new(BackupSource {
            engine: server.app.engine.clone(),
            database,
            files: options.files.clone(),
            master_key: options.master_key.clone(),
        }))
    });
    let context = ControlContext {
        backups: backups.clone(),
        app: server.app.clone(),
        providers: server.providers.clone(),
        url: local_url,
        curl_writer,
    };
    let socket = crate::control::server::open(&data_dir, context)?;
    let report = StartupReport {
        url: &url,
        data_dir: &data_dir,
        is_new,
        curl_commands: &curl_commands,
        simulator_url: simulator_url.as_deref(),
        console: server
            .console
            .is_some()
            .then(|| console_link.unwrap_or_else(|| format!("{url}{}", parlor_console::PATH))),
        startup_time: started.elapsed(),
    };
    match style {
        LogStyle::Human => report.print_text(),
        LogStyle::Json => report.print_json(),
    }
    // After the report, which must be the first line of the output.
    for CurlError { dialect, reason } in curl_errors {
        tracing::warn!(dialect, %reason, "no curl line");
    }
    let server = server.serve();
    let backups = backups.map(|runner| ScheduledBackups::start(runner, settings.backup_schedule()));
    signals.recv().await;
    tracing::info!("stopping");
    socket.close();
    if let Some(backups) = backups {
        backups.stop().await;
    }
    // It stays until the server has sent what is under way.
    if let Some(simulator) = &simulator {
        simulator.end_calls();
    }
    tokio::select! {
        () = server.stop() => Ok(()),
        () = signals.recv() => {
            Err(CliError::new(ExitKind::Failed, "stopped at once by a second signal"))
        }
    }
}

/// Binds all addresses of a listen address, with the same port number. An address family that the machine lacks is
/// skipped if another address was bound.
async fn bind(listen: &ListenAddress) -> Result<Vec<TcpListener>, CliError> {
    let name = listen.clone();
    let addresses = tokio::task::spawn_blocking(move || name.resolve())
        .await
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))??;
    let mut listeners: Vec<TcpListener> = Vec::new();
    for mut address in addresses {
        // Port 0: the port chosen for the first address is used for all.
        if address.port() == 0
            && let Some(first) = listeners.first().and_then(|first| first.local_addr().ok())
        {
            address.set_port(first.port());
        }
        match TcpListener::bind(address).await {
            Ok(listener) => listeners.push(listener),
            Err(error) if !listeners.is_empty() && error.kind() == ErrorKind::AddrNotAvailable => {}
            Err(error) => return Err(listen_error(address, &error)),
        }
    }
    Ok(listeners)
}

fn listen_error(address: SocketAddr, error: &std::io::Error) -> CliError {
    let mut alternative = address;
    alternative.set_port(address.port().checked_add(1).unwrap_or(8080));
    let failure = match error.kind() {
        ErrorKind::AddrInUse => CliError::new(ExitKind::Failed, format!("{address} is in use")),
        _ => CliError::new(
            ExitKind::Failed,
            format!("cannot listen on {address}: {error}"),
        ),
    };
    failure.with_hint(format!("parlor serve --listen {alternative}"))
}

/// Output at the end of the startup.
struct StartupReport<'b> {
    url: &'b str,
    data_dir: &'b DataDir,
    is_new: bool,
    curl_commands: &'b [CurlCommand],
    simulator_url: Option<&'b str>,
    /// Link that signs the owner in at the first start; later the console's URL.
    console: Option<String>,
    startup_time: Duration,
}

impl StartupReport<'_> {
    /// Prints readable text.
    fn print_text(&self) {
        let path = self.data_dir.path();
        print::line(&format!("Parlor {}", env!("CARGO_PKG_VERSION")));
        let verb = if self.is_new { "made" } else { "using" };
        print::line(&format!(
            "  {verb:8}  {}   (database, master key, credentials.json: readable by you only)",
            path.display()
        ));
        print::line(&format!("  address   {}", self.url));
        if let Some(console) = &self.console {
            let note = match self.is_new {
                true => "   works once, for 30 minutes",
                false => "   (parlor console link signs you in)",
            };
            print::line(&format!("  console   {console}{note}"));
        }
        print::line(&format!("  docs      {}/docs", self.url));
        if let Some(url) = self.simulator_url {
            print::line(&format!(
                "  simulator {url}   (what is simulated reaches nobody: see parlor channels)"
            ));
        }
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
        for command in self.curl_commands {
            print::line(&format!(
                "  {:12}  {}",
                command.dialect,
                command.to_shell(path)
            ));
        }
        let seconds = self.startup_time.as_secs_f64();
        print::line(&format!("Ready in {seconds:.2} s. Ctrl-C stops."));
    }

    /// Prints one JSON object.
    fn print_json(&self) {
        let path: &Path = self.data_dir.path();
        let commands = self.curl_commands.iter();
        let commands: Map<_, _> = commands
            .map(|command| (command.dialect.clone(), json!(command.to_shell(path))))
            .collect();
        let mut report = json!({
            "event": "ready",
            "version": env!("CARGO_PKG_VERSION"),
            "url": self.url,
            "docs": format!("{}/docs", self.url),
            "data": path.display().to_string(),
            "made": self.is_new,
            "curl": commands,
        });
        if let Some(console) = &self.console {
            report["console"] = json!(console);
        }
        if let Some(url) = self.simulator_url {
            report["simulator"] = json!(url);
        }
        print::line(&report.to_string());
    }
}
