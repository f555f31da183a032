//! HTTP server: assembly, start and shutdown.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use parlor_assistant::RegistryCompletions;
use parlor_assistant::registry::ProviderRegistry;
use parlor_assistant::turn::{TurnTimings, TurnWorker};
use parlor_channels::{DeliveryWorker, MailListener};
use parlor_console::ConsoleSettings;
use parlor_engine::delivery::Retention;
use parlor_engine::search::Indexer;
use parlor_engine::{Engine, workspace};
use parlor_gateway::Gateway;
use parlor_kit::client_address_limiter::ClientAddressLimiter;
use parlor_kit::rate_limit::RequestLimiter;
use parlor_kit::{AppState, AppStateInner, DialectModule, SharedSettings};
use parlor_model::{Error, Result};
pub use parlor_store::Bounds;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

mod background;
mod console;
mod engine;
mod mail_listener;
mod options;

pub use crate::middleware::MetricsAccess;
use crate::middleware::{self, RequestLimits};
use crate::{accept, carrier_hooks, mcp, signed_files};
use background::{run_fetches, run_file_upkeep, run_indexer, run_removal, run_retention};
use engine::build_delivery_worker;
pub use engine::build_engine;
pub(crate) use engine::build_provider_registry;
use mail_listener::{bind_mail_listener, run_mail_listener};
pub use options::{FileStorage, ServerOptions};

/// Interval at which old deliveries are deleted.
const RETENTION_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Running server.
pub struct Server {
    /// First listen address.
    pub address: SocketAddr,
    /// Address of the listener for mail servers, if there is one.
    pub mail_address: Option<SocketAddr>,
    /// Public URL without a trailing slash.
    pub url: String,
    /// Engine that the server uses.
    pub engine: Arc<Engine>,
    gateway: Arc<Gateway>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    indexer_task: JoinHandle<()>,
    file_upkeep_task: JoinHandle<()>,
    turn_task: JoinHandle<()>,
    removal_task: JoinHandle<()>,
    fetch_task: JoinHandle<()>,
    delivery_task: JoinHandle<()>,
    retention_task: JoinHandle<()>,
    mail_task: JoinHandle<()>,
}

/// Assembled server whose sockets are bound, but which does not accept connections yet.
pub(crate) struct BoundServer {
    /// First listen address.
    pub(crate) address: SocketAddr,
    /// State shared by all handlers.
    pub(crate) app: AppState,
    /// Settings of the console, if it is served.
    pub(crate) console: Option<Arc<ConsoleSettings>>,
    /// Providers of assistants.
    pub(crate) providers: Arc<ProviderRegistry>,
    router: axum::Router,
    write_timeout: Duration,
    metrics_router: axum::Router,
    listeners: Vec<TcpListener>,
    metrics_listeners: Vec<TcpListener>,
    mail_listener: Option<MailListener>,
    mail_address: Option<SocketAddr>,
    gateway: Arc<Gateway>,
    indexer: Indexer,
    delivery_worker: Option<DeliveryWorker>,
    retention: Retention,
}

impl BoundServer {
    /// Assembles a server on bound listeners. The first of `listeners` gives [`Self::address`]; `metrics_listeners`
    /// serve `/metrics` only.
    ///
    /// # Errors
    /// `Internal` without a listener, `Invalid` for wrong dialect settings, and errors of the first database reads.
    pub(crate) async fn new(
        options: &ServerOptions,
        engine: Arc<Engine>,
        listeners: Vec<TcpListener>,
        metrics_listeners: Vec<TcpListener>,
    ) -> Result<Self> {
        let address = listeners
            .first()
            .ok_or_else(|| Error::internal("a server needs a port"))?
            .local_addr()
            .map_err(Error::internal)?;
        // Detects a wrong master key at startup instead of at the first token.
        if let Some(first) = workspace::list(&engine).await?.first() {
            parlor_engine::signing::verify_master_key(&engine, first.key.number).await?;
        }
        parlor_engine::member::normalize_stored_addresses(&engine).await?;
        engine.end_stale_leases().await?;
        let mail_listener = bind_mail_listener(options, engine.clone()).await?;
        let mail_address = mail_listener.as_ref().map(MailListener::address);
        let mail_address = mail_address.transpose().map_err(Error::internal)?;
        let gateway = Gateway::start(&engine, options.timeouts);
        let modules = crate::dialects::all();
        let delivery_worker = build_delivery_worker(options, &engine, &modules);
        let public_url = options.public_url_at(address);
        let console = console::build_settings(options, &public_url, address);
        let mut settings_by_type = collect_dialect_settings(options, &modules, gateway.clone())?;
        if let Some(console) = &console {
            settings_by_type.insert(console.clone());
        }
        let app = AppState::from(AppStateInner {
            engine,
            settings: SharedSettings {
                issuer: options.issuer.clone(),
                public_url,
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
            settings_by_type: Arc::new(settings_by_type),
            requests: Arc::default(),
        });
        let (router, metrics_router) = build_routers(options, app.clone(), modules)?;
        let providers = Arc::new(build_provider_registry(options)?);
        let completions = Arc::new(RegistryCompletions::new(providers.clone()));
        app.engine.set_completions(completions);
        app.engine.set_public_url(app.settings.public_url.clone());
        Ok(Self {
            address,
            console,
            app,
            providers,
            router,
            write_timeout: options.write_timeout,
            metrics_router,
            listeners,
            metrics_listeners,
            mail_listener,
            mail_address,
            gateway,
            indexer: Indexer {
                idle_interval: options.search_interval,
            },
            delivery_worker,
            retention: Retention {
                keep: options.webhooks.keep,
                rest: RETENTION_INTERVAL,
            },
        })
    }

    /// Starts to accept connections, and starts the search indexer, the removal of unused files and the removal of deleted
    /// conversations.
    pub(crate) fn serve(self) -> Server {
        let (stop, stopped) = watch::channel(false);
        let engine = self.app.engine.clone();
        let indexer_task = tokio::spawn(run_indexer(self.indexer, engine.clone(), stopped.clone()));
        let file_upkeep_task = tokio::spawn(run_file_upkeep(engine.clone(), stopped.clone()));
        let turn_worker = TurnWorker::new(engine.clone(), self.providers, TurnTimings::default());
        let turn_task = tokio::spawn(turn_worker.run(stopped.clone()));
        let removal_task = tokio::spawn(run_removal(engine.clone(), stopped.clone()));
        let fetch_task = tokio::spawn(run_fetches(engine.clone(), stopped.clone()));
        let retention_task = tokio::spawn(run_retention(self.retention, engine, stopped.clone()));
        let (delivery_worker, stop_deliveries) = (self.delivery_worker, stopped.clone());
        let delivery_task = tokio::spawn(async move {
            if let Some(worker) = delivery_worker {
                worker.run(stop_deliveries).await;
            }
        });
        let mail_task = tokio::spawn(run_mail_listener(self.mail_listener, stopped.clone()));
        let main_listeners = self
            .listeners
            .into_iter()
            .map(|listener| (listener, self.router.clone()));
        let metrics_listeners = self
            .metrics_listeners
            .into_iter()
            .map(|listener| (listener, self.metrics_router.clone()));
        let timeout = self.write_timeout;
        let tasks = main_listeners
            .chain(metrics_listeners)
            .map(|(listener, router)| {
                tokio::spawn(accept::run_accept_loop(
                    listener,
                    router,
                    timeout,
                    stopped.clone(),
                ))
            })
            .collect();
        Server {
            address: self.address,
            mail_address: self.mail_address,
            url: self.app.settings.public_url.clone(),
            engine: self.app.engine.clone(),
            gateway: self.gateway,
            stop,
            tasks,
            indexer_task,
            file_upkeep_task,
            turn_task,
            removal_task,
            fetch_task,
            delivery_task,
            retention_task,
            mail_task,
        }
    }
}

impl Server {
    /// Binds `address` (port 0 selects a free port) and serves `engine` on it.
    ///
    /// # Errors
    /// `Unavailable` if the address cannot be bound, `Invalid` for wrong dialect settings, and errors of the first database
    /// reads.
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

    /// Stops the server: closes live connections, finishes running requests, then closes the database after its queue
    /// is empty.
    pub async fn stop(self) {
        // Without a receiver all tasks have ended already.
        let _ = self.stop.send(true);
        self.gateway.stop().await;
        for task in self.tasks {
            if task.await.is_err() {
                tracing::error!("a serving task panicked");
            }
        }
        if self.mail_task.await.is_err() {
            tracing::error!("the listener for mail servers panicked");
        }
        if self.indexer_task.await.is_err() {
            tracing::error!("the search index's task panicked");
        }
        if self.file_upkeep_task.await.is_err() {
            tracing::error!("the task that cleans up files panicked");
        }
        if self.turn_task.await.is_err() {
            tracing::error!("the worker of assistants panicked");
        }
        if self.removal_task.await.is_err() {
            tracing::error!("the task that removes deleted conversations panicked");
        }
        if self.fetch_task.await.is_err() {
            tracing::error!("the task that fetches files of messages panicked");
        }
        if self.delivery_task.await.is_err() {
            tracing::error!("the worker of deliveries panicked");
        }
        if self.retention_task.await.is_err() {
            tracing::error!("the task that deletes old deliveries panicked");
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

/// Parses the settings of every dialect into one map keyed by type.
///
/// # Errors
/// `Invalid` for an unknown dialect name or a wrong section.
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

/// Builds the main router and the router of the metrics port.
///
/// # Errors
/// `Invalid` for a carrier without a token.
fn build_routers(
    options: &ServerOptions,
    app: AppState,
    modules: Vec<DialectModule>,
) -> Result<(axum::Router, axum::Router)> {
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
    let carrier_router = carrier_hooks::router(&app, &options.carriers)
        .map_err(|(section, error)| Error::invalid(section, error.to_string()))?;
    let mut others = carrier_router.merge(signed_files::router());
    if options.mcp {
        others = others.merge(mcp::router(&app, &options.allowed_origins));
    }
    if options.console {
        others = others.merge(parlor_console::router(&app));
    }
    Ok(middleware::router(app, enabled.collect(), others, limits))
}
