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

use super::open::explain;
use super::print;
use crate::config::{Listen, Settings};
use crate::control::listen::{self, Host};
use crate::fault::{Exit, Fault};
use crate::first_run::curl::{Kitchen, Line, Missing, local_url};
use crate::first_run::{self, Folder, Found, folder, master_key};
use crate::server::{self, Assembled};
use crate::telemetry::{self, Style};

/// Serves until told to stop.
pub(super) fn run(settings: &Settings) -> Result<(), Fault> {
    let style = telemetry::style(settings);
    telemetry::install(settings, style)?;
    let runtime = runtime()?;
    let ended = runtime.block_on(serve(settings, style));
    // A second signal waits for nothing.
    runtime.shutdown_background();
    ended
}

/// On one core, work that is handed between threads is only slower.
fn runtime() -> Result<Runtime, Fault> {
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
        .map_err(|error| Fault::new(Exit::Failed, format!("cannot start: {error}")))
}

async fn serve(settings: &Settings, style: Style) -> Result<(), Fault> {
    let started = Instant::now();
    let mut stops = Stops::new()?;
    first_run::access::check(settings)?;
    let embedded = settings.embedded()?;
    let folder = Folder::open(&settings.data)?;
    if !folder.is_used() {
        folder.tighten()?;
    }
    let _locks = folder.lock(embedded.as_deref())?;
    let listeners = bind(&settings.listen).await?;
    let figures = match &settings.metrics_listen {
        Some(place) => bind(place).await?,
        None => Vec::new(),
    };
    let key = master_key::load(settings)?;
    let options = settings.options(key.key.clone())?;
    if let Some(file) = &embedded {
        folder::reserve_private(file)?;
    }
    let opening = options.clone();
    let engine = tokio::task::spawn_blocking(move || server::engine(&opening))
        .await
        .map_err(|error| Fault::new(Exit::Failed, error.to_string()))?
        .map_err(explain)?;
    let engine = Arc::new(engine);
    let address = listeners
        .first()
        .ok_or_else(|| Fault::new(Exit::Failed, "there is no port to listen on"))?
        .local_addr()
        .map_err(|error| Fault::new(Exit::Failed, error.to_string()))?;
    let url = options.url(address);
    let found = first_run::prepare(&engine, &folder, &key, &url).await?;
    let made = matches!(found, Found::Made(_));
    let server = Assembled::new(&options, engine, listeners, figures).await?;
    let local = local_url(server.address);
    let kitchen = match found {
        Found::Begun => None,
        Found::Made(credentials) | Found::Kept(credentials) => Some(Kitchen {
            app: server.app.clone(),
            folder: folder.clone(),
            credentials,
            url: local.clone(),
            disabled: options.disabled.clone(),
        }),
    };
    let mut lines = Vec::new();
    let mut missing = Vec::new();
    if let Some(kitchen) = &kitchen {
        for line in kitchen.make_all().await? {
            match line {
                Ok(line) => lines.push(line),
                Err(why) => missing.push(why),
            }
        }
    }
    let host = Host {
        app: server.app.clone(),
        url: local,
        kitchen,
    };
    let socket = listen::open(&folder, host)?;
    let banner = Banner {
        url: &url,
        folder: &folder,
        made,
        lines: &lines,
        took: started.elapsed(),
    };
    match style {
        Style::Human => banner.show(),
        Style::Json => banner.report(),
    }
    // After the banner: programs rely on its being the first line.
    for Missing { dialect, reason } in missing {
        tracing::warn!(dialect, %reason, "no curl line");
    }
    let server = server.serve();
    stops.next().await;
    tracing::info!("stopping");
    socket.close();
    tokio::select! {
        () = server.stop() => Ok(()),
        () = stops.next() => {
            Err(Fault::new(Exit::Failed, "stopped at once by a second signal"))
        }
    }
}

/// Opens every address of a place: one port number for all of them. An address of a family that this machine does not
/// have is left out where another was opened.
async fn bind(place: &Listen) -> Result<Vec<TcpListener>, Fault> {
    let name = place.clone();
    let addresses = tokio::task::spawn_blocking(move || name.resolve())
        .await
        .map_err(|error| Fault::new(Exit::Failed, error.to_string()))??;
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
            Err(error) => return Err(taken(address, &error)),
        }
    }
    Ok(open)
}

fn taken(address: SocketAddr, error: &std::io::Error) -> Fault {
    let mut other = address;
    other.set_port(address.port().checked_add(1).unwrap_or(8080));
    let fault = match error.kind() {
        ErrorKind::AddrInUse => Fault::new(Exit::Failed, format!("{address} is in use")),
        _ => Fault::new(Exit::Failed, format!("cannot listen on {address}: {error}")),
    };
    fault.fix(format!("parlor serve --listen {other}"))
}

/// The signals that ask a process to end.
struct Stops {
    terminate: Signal,
    interrupt: Signal,
}

impl Stops {
    fn new() -> Result<Self, Fault> {
        let on = |kind| {
            signal(kind).map_err(|error| Fault::new(Exit::Failed, format!("no signals: {error}")))
        };
        Ok(Self {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// What is printed when the server is ready.
struct Banner<'b> {
    url: &'b str,
    folder: &'b Folder,
    made: bool,
    lines: &'b [Line],
    took: Duration,
}

impl Banner<'_> {
    /// For people.
    fn show(&self) {
        let path = self.folder.path();
        print::line(&format!("Parlor {}", env!("CARGO_PKG_VERSION")));
        let what = if self.made { "made" } else { "using" };
        print::line(&format!(
            "  {what:8}  {}   (database, master key, credentials.json: readable by you only)",
            path.display()
        ));
        print::line(&format!("  address   {}", self.url));
        print::line(&format!("  docs      {}/docs", self.url));
        if self.lines.is_empty() {
            print::line(
                "No credentials.json for this database here; `parlor key create` makes a key.",
            );
        } else {
            print::line(&format!(
                "Try it (the header files in {} hold the keys, so that none lands in your history):",
                path.join("curl").display()
            ));
        }
        for line in self.lines {
            print::line(&format!("  {:12}  {}", line.dialect, line.command(path)));
        }
        let took = self.took.as_secs_f64();
        print::line(&format!("Ready in {took:.2} s. Ctrl-C stops."));
    }

    /// For programs.
    fn report(&self) {
        let path: &Path = self.folder.path();
        let commands = self.lines.iter();
        let commands: Map<_, _> = commands
            .map(|line| (line.dialect.clone(), json!(line.command(path))))
            .collect();
        print::line(
            &json!({
                "event": "ready",
                "version": env!("CARGO_PKG_VERSION"),
                "url": self.url,
                "docs": format!("{}/docs", self.url),
                "data": path.display().to_string(),
                "made": self.made,
                "curl": commands,
            })
            .to_string(),
        );
    }
}
