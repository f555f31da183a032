//! A server: its parts put together, its address, its stop.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use ipnet::IpNet;
use parlor_bus::BusMessage;
use parlor_channels::{AllowedNetworks, HttpAgentClient, HttpDownloads};
use parlor_engine::file::Upkeep;
use parlor_engine::search::Indexer;
use parlor_engine::vault::Vault;
use parlor_engine::{Engine, EngineDeps, workspace};
use parlor_files::FolderBlobs;
use parlor_gateway::Gateway;
use parlor_gateway::socket::ConnectionTimeouts;
use parlor_kit::client_address_limiter::ClientAddressLimiter;
use parlor_kit::rate_limit::RequestLimiter;
use parlor_kit::{AppState, AppStateInner, DialectModule, SharedSettings};
use parlor_model::time::{Clock, RandomSource};
use parlor_model::{Error, Result};
pub use parlor_store::Bounds;
use parlor_store::{CommitListener, Store, Tables};
use secrecy::SecretSlice;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::accept;
use crate::bus::BusKind;
pub use crate::middleware::MetricsAccess;
use crate::middleware::{self, AllowedOrigins, RequestLimits};

/// Everything a server is made of. Nothing is read from the environment here.
#[derive(Clone)]
pub struct ServerOptions {
    /// Who gets the figures at `/metrics` of the same port.
    pub metrics_access: MetricsAccess,
    /// Where clients reach the server, when not where it listens.
    pub public_url: Option<String>,
    /// `sqlite:PATH` or `postgres://...`.
    pub database: String,
    /// Connections to a PostgreSQL server.
    pub max_connections: usize,
    /// The master key: 32 bytes.
    pub master_key: SecretSlice<u8>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn RandomSource>,
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
    pub queue_bounds: Bounds,
    /// How long the search index rests when nothing is new.
    pub search_interval: Duration,
    /// Whose pages may call.
    pub allowed_origins: AllowedOrigins,
    /// The times a live connection keeps.
    pub timeouts: ConnectionTimeouts,
    /// What the engine does where the operator may choose.
    pub engine: parlor_engine::EngineSettings,
    /// The dialects' own sections, by name.
    pub dialect_settings: Map<String, Value>,
    /// Dialects that are switched off, by name.
    pub disabled_dialects: Vec<String>,
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
    indexer_task: JoinHandle<()>,
    upkeep: JoinHandle<()>,
}

/// Opens the database and puts the engine together. Blocks while it migrates.
pub fn build_engine(options: &ServerOptions) -> Result<Engine> {
    let bus = crate::bus::open(options)?;
    let told = bus.clone();
    let rights = bus.clone();
    let store = Store::open(&parlor_store::StoreOptions {
        commit_listener: CommitListener::new(move |growths| {
            let notes: Vec<BusMessage> =
                growths.iter().copied().map(BusMessage::LogUpdate).collect();
            told.publish(&notes);
        })
        .with_invalidations(move |changes| {
            let rights_of = Tables::MEMBER | Tables::API_KEY | Tables::ROLE | Tables::WORKSPACE;
            let changed = changes
                .iter()
                .filter(|change| change.tables.intersects(rights_of));
            let notes: Vec<BusMessage> = changed
                .map(|change| BusMessage::RightsChanged(change.ws))
                .collect();
            if !notes.is_empty() {
                rights.publish(&notes);
            }
        }),
        url: options.database.clone(),
        connections: options.max_connections,
        clock: options.clock.clone(),
        random: options.random.clone(),
        bounds: options.queue_bounds,
    })?;
    let networks = AllowedNetworks::with_allowed(options.agent_server_networks.clone());
    let downloads = HttpDownloads::new(networks.clone());
    let agent_servers =
        HttpAgentClient::new(networks, parlor_channels::AgentClientLimits::default());
    let engine = Engine::new(EngineDeps {
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
    Ok(engine.with_agent_client(Arc::new(agent_servers)))
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
pub struct BoundServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// The handle its requests get.
    pub app: AppState,
    router: axum::Router,
    write_timeout: Duration,
    metrics_router: axum::Router,
    listeners: Vec<TcpListener>,
    metrics_listeners: Vec<TcpListener>,
    gateway: Arc<Gateway>,
    indexer: Indexer,
}

impl BoundServer {
    /// Puts a server together on open ports: those for everybody, of which the first is the address that is told, and
    /// those for the figures alone, if any.
    pub async fn new(
        options: &ServerOptions,
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
            parlor_engine::signing::verify_master_key(&engine, first.key.number).await?;
        }
        parlor_engine::member::normalize_stored_addresses(&engine).await?;
        let gateway = Gateway::start(&engine, options.timeouts);
        let modules = crate::dialects::all();
        let app = AppState::from(AppStateInner {
            engine,
            settings: SharedSettings {
                issuer: options.issuer.clone(),
                public_url: options.public_url_at(address),
                body_limit: options.body_limit,
                file_limit: options.file_limit,
            },
            limiter: options
                .requests_per_minute
                .map(|limit| Arc::new(RequestLimiter::new(limit))),
            address_limiter: Arc::new(ClientAddressLimiter::new(
                options.failed_credentials_per_minute,
                options.anonymous_requests_per_minute,
            )),
            settings_by_type: Arc::new(collect_dialect_settings(
                options,
                &modules,
                gateway.clone(),
            )?),
        });
        let (router, figures) = build_routers(options, app.clone(), modules);
        Ok(Self {
            address,
            app,
            router,
            write_timeout: options.write_timeout,
            metrics_router: figures,
            listeners,
            metrics_listeners: figures_listeners,
            gateway,
            indexer: Indexer {
                idle_interval: options.search_interval,
            },
        })
    }

    /// Begins to answer.
    pub fn serve(self) -> Server {
        let (stop, stopped) = watch::channel(false);
        let engine = self.app.engine.clone();
        let indexing = tokio::spawn(run_indexer(self.indexer, engine.clone(), stopped.clone()));
        let upkeep = tokio::spawn(keep_files(engine, stopped.clone()));
        let ports = self
            .listeners
            .into_iter()
            .map(|port| (port, self.router.clone()));
        let figures = self
            .metrics_listeners
            .into_iter()
            .map(|port| (port, self.metrics_router.clone()));
        let timeout = self.write_timeout;
        let tasks = ports
            .chain(figures)
            .map(|(port, router)| {
                tokio::spawn(accept::run_accept_loop(
                    port,
                    router,
                    timeout,
                    stopped.clone(),
                ))
            })
            .collect();
        Server {
            address: self.address,
            url: self.app.settings.public_url.clone(),
            engine: self.app.engine.clone(),
            gateway: self.gateway,
            stop,
            tasks,
            indexer_task: indexing,
            upkeep,
        }
    }
}

impl ServerOptions {
    /// Where clients reach a server that listens on an address.
    pub fn public_url_at(&self, address: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| crate::first_run::curl::local_url(address))
    }
}

impl Server {
    /// Opens a port, where 0 is a free one, and serves an engine.
    pub async fn start(
        options: &ServerOptions,
        address: SocketAddr,
        engine: Arc<Engine>,
    ) -> Result<Self> {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            Error::unavailable(format_args!("cannot listen on {address}: {error}"))
        })?;
        let server = BoundServer::new(options, engine, vec![listener], Vec::new()).await?;
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
        if self.indexer_task.await.is_err() {
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
async fn run_indexer(indexer: Indexer, engine: Arc<Engine>, mut stopped: watch::Receiver<bool>) {
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
fn collect_dialect_settings(
    options: &ServerOptions,
    modules: &[DialectModule],
    gateway: Arc<Gateway>,
) -> Result<Extensions> {
    let known: Vec<&str> = modules.iter().map(|module| module.name).collect();
    let named = options
        .dialect_settings
        .keys()
        .chain(&options.disabled_dialects);
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
            .dialect_settings
            .get(module.name)
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()));
        (module.configure)(&mut sections, section)
            .map_err(|error| Error::invalid("dialects", format!("{}: {error}", module.name)))?;
    }
    Ok(sections)
}

/// What everybody reaches, and what the port for the figures gives.
fn build_routers(
    options: &ServerOptions,
    app: AppState,
    modules: Vec<DialectModule>,
) -> (axum::Router, axum::Router) {
    let enabled = modules.into_iter().filter(|module| {
        !options
            .disabled_dialects
            .iter()
            .any(|name| name == module.name)
    });
    let limits = RequestLimits {
        deadline: options.deadline,
        trusted_proxies: options.trusted_proxies.clone(),
        allowed_origins: options.allowed_origins.clone(),
        metrics_access: options.metrics_access,
    };
    middleware::router(app, enabled.collect(), limits)
}
