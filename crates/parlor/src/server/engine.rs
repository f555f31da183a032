//! Construction of the engine: database, bus, file storage and outbound clients.

use std::sync::Arc;

use parlor_assistant::registry::{ProviderRegistry, ProviderRegistryDependencies};
use parlor_bus::BusMessage;
use parlor_channels::webhook::WebhookClient;
use parlor_channels::{
    AgentClientLimits, AllowedNetworks, ConfiguredCarriers, DeliveryWorker, HttpAgentClient,
    HttpDownloads,
};
use parlor_engine::vault::Vault;
use parlor_engine::{Engine, EngineDeps, EngineSettings};
use parlor_files::{FolderBlobs, S3Blobs};
use parlor_kit::DialectModule;
use parlor_model::{Error, Result};
use parlor_store::{CommitListener, Store, StoreOptions, Tables};

use super::options::{FileStorage, ServerOptions};
use crate::bus;

/// Builds the registry of assistants' providers.
///
/// # Errors
/// `Invalid` for a setting of the server that cannot be used.
pub(crate) fn build_provider_registry(options: &ServerOptions) -> Result<ProviderRegistry> {
    let networks = AllowedNetworks::with_allowed(options.agent_server_networks.clone());
    let dependencies = ProviderRegistryDependencies {
        clock: options.clock.clone(),
        random: options.random.clone(),
        workspace_networks: networks,
    };
    ProviderRegistry::new(options.assistant.clone(), dependencies)
        .map_err(|error| Error::invalid("assistant", error.to_string()))
}

/// Builds the worker of deliveries; `None` without a dialect that writes events for receivers.
pub(super) fn build_delivery_worker(
    options: &ServerOptions,
    engine: &Arc<Engine>,
    modules: &[DialectModule],
) -> Option<DeliveryWorker> {
    let encoder = modules
        .iter()
        .find_map(|module| module.event_payload_encoder.clone())?;
    let networks = AllowedNetworks::with_allowed(options.agent_server_networks.clone());
    let client = WebhookClient::new(networks, &options.webhooks, options.clock.clone());
    Some(DeliveryWorker::new(
        engine.clone(),
        encoder,
        client,
        options.random.clone(),
        options.webhooks,
    ))
}

/// Opens the database and builds the engine. Blocks while migrations run.
///
/// # Errors
/// If the database cannot be opened or migrated, or if the master key has a wrong length, or if a setting of a
/// carrier cannot be used.
pub fn build_engine(options: &ServerOptions) -> Result<Engine> {
    let vault = Vault::new(&options.master_key)?;
    let database = (options.database.as_str(), options.queue_bounds);
    let bus = bus::open(&options.bus, database, &vault, &*options.random)?;
    let update_bus = bus.clone();
    let rights_bus = bus.clone();
    let store = Store::open(&StoreOptions {
        commit_listener: CommitListener::new(move |updates| {
            let messages: Vec<BusMessage> =
                updates.iter().copied().map(BusMessage::LogUpdate).collect();
            update_bus.publish(&messages);
        })
        .with_invalidations(move |changes| {
            let rights_tables = Tables::MEMBER
                | Tables::API_KEY
                | Tables::ROLE
                | Tables::WORKSPACE
                | Tables::CONSOLE_SESSION;
            let changed = changes
                .iter()
                .filter(|change| change.tables.intersects(rights_tables));
            let messages: Vec<BusMessage> = changed
                .map(|change| BusMessage::RightsChanged(change.ws))
                .collect();
            if !messages.is_empty() {
                rights_bus.publish(&messages);
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
    let carrier_networks = networks.clone();
    let agent_servers = HttpAgentClient::new(networks, AgentClientLimits::default());
    let engine = Engine::new(EngineDeps {
        store,
        clock: options.clock.clone(),
        random: options.random.clone(),
        vault,
        settings: EngineSettings {
            has_assistant_provider: options.assistant.provider.is_some(),
            allow_http_webhooks: options.webhooks.allow_http,
            ..options.engine.clone()
        },
        bus,
    });
    let engine = match &options.files {
        FileStorage::Database => engine,
        FileStorage::Folder(path) => engine.with_blobs(Arc::new(FolderBlobs::new(path.clone()))),
        FileStorage::Bucket { settings, uploads } => {
            engine.with_blobs(Arc::new(S3Blobs::new(settings, uploads.clone())?))
        }
    };
    let carriers = ConfiguredCarriers::new(
        &options.carriers,
        options.public_url.as_deref(),
        carrier_networks,
    )
    .map_err(|error| Error::invalid("carriers", error.to_string()))?;
    let engine = engine
        .with_downloads(Arc::new(downloads))
        .with_carrier(Arc::new(carriers));
    Ok(engine.with_agent_client(Arc::new(agent_servers)))
}
