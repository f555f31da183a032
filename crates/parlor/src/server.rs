//! A server: its parts put together, its address, its stop.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use ipnet::IpNet;
use parlor_bus::Note;
use parlor_channels::{HttpAgentServers, HttpDownloads, Networks};
use parlor_engine::file::Upkeep;
use parlor_engine::search::Indexer;
use parlor_engine::vault::Vault;
use parlor_engine::{Engine, Parts, workspace};
use parlor_files::FolderBlobs;
use parlor_gateway::Gateway;
use parlor_gateway::socket::Pace;
use parlor_kit::guard::Guard;
use parlor_kit::limit::Limiter;
use parlor_kit::{App, Module, Settings, Shared};
use parlor_model::time::{Clock, Random};
use parlor_model::{Error, Result};
pub use parlor_store::Bounds;
use parlor_store::{Store, Tables, Watch};
use secrecy::SecretSlice;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::bus::BusKind;
pub use crate::edge::MetricsAccess;
use crate::edge::{self, Limits, Origins};
use crate::serve;

/// Everything a server is made of. Nothing is read from the environment here.
#[derive(Clone)]
pub struct Options {
    /// Who gets the figures at `/metrics` of the same port.
    pub metrics: MetricsAccess,
    /// Where clients reach the server, when not where it listens.
    pub public_url: Option<String>,
    /// `sqlite:PATH` or `postgres://...`.
    pub database: String,
    /// Connections to a PostgreSQL server.
    pub connections: usize,
    /// The master key: 32 bytes.
    pub master_key: SecretSlice<u8>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// The name in every token's `iss` claim.
    pub issuer: String,
    /// Longest request body, in bytes.
    pub body_limit: u64,
    /// How long a request may take to be answered.
    pub deadline: Duration,
    /// How long a client may take nothing of what is sent to it; zero is no limit.
    pub write_timeout: Duration,
    /// Requests a minute per credential and endpoint; none is no limit.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Wrong credentials a minute per client address; none is no limit.
    pub failed_credentials_per_minute: Option<NonZeroU32>,
    /// Requests a minute per client address that show no credential where they may; none is no limit.
    pub anonymous_requests_per_minute: Option<NonZeroU32>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How this node reaches others.
    pub bus: BusKind,
    /// Inside networks in which customers' agent servers may be.
    pub agent_server_networks: Vec<IpNet>,
    /// Where the bytes of files are kept.
    pub files: FilePlace,
    /// Longest file, in bytes.
    pub file_limit: u64,
    /// How much may wait for the database.
    pub bounds: Bounds,
    /// How long the search index rests when nothing is new.
    pub search_interval: Duration,
    /// Whose pages may call.
    pub origins: Origins,
    /// The times a live connection keeps.
    pub pace: Pace,
    /// What the engine does where the operator may choose.
    pub engine: parlor_engine::Settings,
    /// The dialects' own sections, by name.
    pub dialects: Map<String, Value>,
    /// Dialects that are switched off, by name.
    pub disabled: Vec<String>,
}

/// How often bytes are looked for that belong to no file.
const FILE_UPKEEP: Duration = Duration::from_secs(60 * 60);

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where clients reach it, without a trailing slash.
    pub url: String,
    /// The product behind it.
    pub engine: Arc<Engine>,
    gateway: Arc<Gateway>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    indexing: JoinHandle<()>,
    upkeep: JoinHandle<()>,
}

/// Opens the database and puts the engine together. Blocks while it migrates.
pub fn engine(options: &Options) -> Result<Engine> {
    let bus = crate::bus::open(options)?;
    let told = bus.clone();
    let rights = bus.clone();
    let store = Store::open(&parlor_store::Options {
        watch: Watch::new(move |growths| {
            let notes: Vec<Note> = growths.iter().copied().map(Note::Grew).collect();
            told.publish(&notes);
        })
        .with_invalidations(move |changes| {
            let rights_of = Tables::MEMBER | Tables::API_KEY | Tables::ROLE | Tables::WORKSPACE;
            let changed = changes
                .iter()
                .filter(|change| change.tables.meets(rights_of));
            let notes: Vec<Note> = changed
                .map(|change| Note::RightsChanged(change.ws))
                .collect();
            if !notes.is_empty() {
                rights.publish(&notes);
            }
        }),
        url: options.database.clone(),
        connections: options.connections,
        clock: options.clock.clone(),
        random: options.random.clone(),
        bounds: options.bounds,
    })?;
    let networks = Networks::with(options.agent_server_networks.clone());
    let downloads = HttpDownloads::new(networks.clone());
    let agent_servers = HttpAgentServers::new(networks, parlor_channels::Limits::default());
    let engine = Engine::new(Parts {
        store,
        clock: options.clock.clone(),
        random: options.random.clone(),
        vault: Vault::new(&options.master_key)?,
        settings: options.engine.clone(),
        bus,
    });
    let engine = match &options.files {
        FilePlace::Database => engine,
        FilePlace::Folder(path) => engine.with_blobs(Arc::new(FolderBlobs::new(path.clone()))),
    };
    let engine = engine.with_downloads(Arc::new(downloads));
    Ok(engine.with_agent_servers(Arc::new(agent_servers)))
}

/// Where the bytes of files are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilePlace {
    /// In rows of the database.
    Database,
    /// In this folder.
    Folder(PathBuf),
}

/// A server that is put together and listens, but answers nobody yet.
pub struct Assembled {
    /// Where it listens.
    pub address: SocketAddr,
    /// The handle its requests get.
    pub app: App,
    router: axum::Router,
    write_timeout: Duration,
    figures: axum::Router,
    listeners: Vec<TcpListener>,
    figures_listeners: Vec<TcpListener>,
    gateway: Arc<Gateway>,
    indexer: Indexer,
}

impl Assembled {
    /// Puts a server together on open ports: those for everybody, of which the first is the address that is told, and
    /// those for the figures alone, if any.
    pub async fn new(
        options: &Options,
        engine: Arc<Engine>,
        listeners: Vec<TcpListener>,
        figures_listeners: Vec<TcpListener>,
    ) -> Result<Self> {
        let address = listeners
            .first()
            .ok_or_else(|| Error::internal("a server needs a port"))?
            .local_addr()
            .map_err(Error::internal)?;
        // A master key that does not fit shows now, not at the first token.
        if let Some(first) = workspace::list(&engine).await?.first() {
            parlor_engine::signing::check(&engine, first.key.number).await?;
        }
        parlor_engine::member::normalize(&engine).await?;
        let gateway = Gateway::start(&engine, options.pace);
        let modules = crate::dialects::all();
        let app = App::from(Shared {
            engine,
            settings: Settings {
                issuer: options.issuer.clone(),
                public_url: options.url(address),
                body_limit: options.body_limit,
                file_limit: options.file_limit,
            },
            limiter: options
                .requests_per_minute
                .map(|limit| Arc::new(Limiter::new(limit))),
            guard: Arc::new(Guard::new(
                options.failed_credentials_per_minute,
                options.anonymous_requests_per_minute,
            )),
            sections: Arc::new(sections(options, &modules, gateway.clone())?),
        });
        let (router, figures) = wire(options, app.clone(), modules);
        Ok(Self {
            address,
            app,
            router,
            write_timeout: options.write_timeout,
            figures,
            listeners,
            figures_listeners,
            gateway,
            indexer: Indexer {
                rest: options.search_interval,
            },
        })
    }

    /// Begins to answer.
    pub fn serve(self) -> Server {
        let (stop, stopped) = watch::channel(false);
        let engine = self.app.engine.clone();
        let indexing = tokio::spawn(index(self.indexer, engine.clone(), stopped.clone()));
        let upkeep = tokio::spawn(keep_files(engine, stopped.clone()));
        let ports = self
            .listeners
            .into_iter()
            .map(|port| (port, self.router.clone()));
        let figures = self
            .figures_listeners
            .into_iter()
            .map(|port| (port, self.figures.clone()));
        let timeout = self.write_timeout;
        let tasks = ports
            .chain(figures)
            .map(|(port, router)| tokio::spawn(serve::run(port, router, timeout, stopped.clone())))
            .collect();
        Server {
            address: self.address,
            url: self.app.settings.public_url.clone(),
            engine: self.app.engine.clone(),
            gateway: self.gateway,
            stop,
            tasks,
            indexing,
            upkeep,
        }
    }
}

impl Options {
    /// Where clients reach a server that listens on an address.
    pub fn url(&self, address: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| crate::first_run::curl::local_url(address))
    }
}

impl Server {
    /// Opens a port, where 0 is a free one, and serves an engine.
    pub async fn start(
        options: &Options,
        address: SocketAddr,
        engine: Arc<Engine>,
    ) -> Result<Self> {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            Error::unavailable(format_args!("cannot listen on {address}: {error}"))
        })?;
        let server = Assembled::new(options, engine, vec![listener], Vec::new()).await?;
        Ok(server.serve())
    }

    /// Stops: accepts nothing new, finishes what is under way, then what is queued for the database.
    pub async fn stop(self) {
        // Nobody listening any more means it has stopped already.
        let _ = self.stop.send(true);
        self.gateway.stop().await;
        for task in self.tasks {
            if task.await.is_err() {
                tracing::error!("a serving task panicked");
            }
        }
        if self.indexing.await.is_err() {
            tracing::error!("the search index's task panicked");
        }
        if self.upkeep.await.is_err() {
            tracing::error!("the task that cleans up files panicked");
        }
        let engine = self.engine;
        if tokio::task::spawn_blocking(move || engine.close())
            .await
            .is_err()
        {
            tracing::error!("closing the database panicked");
        }
    }
}

/// Keeps the search index up with what is written, until told to stop.
async fn index(indexer: Indexer, engine: Arc<Engine>, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        () = indexer.run(&engine) => {}
        // A sender that is gone means stop as well.
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// Removes bytes that belong to no file, until told to stop.
async fn keep_files(engine: Arc<Engine>, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        () = Upkeep { rest: FILE_UPKEEP }.run(&engine) => {}
        // A sender that is gone means stop as well.
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// Each dialect's settings, by type.
fn sections(options: &Options, modules: &[Module], gateway: Arc<Gateway>) -> Result<Extensions> {
    let known: Vec<&str> = modules.iter().map(|module| module.name).collect();
    let named = options.dialects.keys().chain(&options.disabled);
    for name in named {
        if !known.contains(&name.as_str()) {
            return Err(Error::invalid(
                "dialects",
                format!("knows no {name:?}; there are {}", known.join(", ")),
            ));
        }
    }
    let mut sections = Extensions::new();
    sections.insert(gateway);
    for module in modules {
        let section = options
            .dialects
            .get(module.name)
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()));
        (module.configure)(&mut sections, section)
            .map_err(|error| Error::invalid("dialects", format!("{}: {error}", module.name)))?;
    }
    Ok(sections)
}

/// What everybody reaches, and what the port for the figures gives.
fn wire(options: &Options, app: App, modules: Vec<Module>) -> (axum::Router, axum::Router) {
    let enabled = modules
        .into_iter()
        .filter(|module| !options.disabled.iter().any(|name| name == module.name));
    let limits = Limits {
        deadline: options.deadline,
        trusted_proxies: options.trusted_proxies.clone(),
        origins: options.origins.clone(),
        metrics: options.metrics,
    };
    edge::router(app, enabled.collect(), limits)
}
