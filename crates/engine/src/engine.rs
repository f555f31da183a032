//! The engine: the injected services and the caches.
//!
//! Keeps INV-3 (`docs/invariants.md`).

use std::sync::{Arc, OnceLock};

use parlor_bus::Bus;
use parlor_model::time::{Clock, RandomSource};
use parlor_model::{Result, Timestamp};
use parlor_store::{CommitCounts, Store};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::blob::{BlobStore, DatabaseBlobs, RemovalHolds};
use crate::cache::{
    AuthCache, ConversationHeaderCache, EventQueueCache, OwnProviderCache, SignerCache,
    WorkspaceCache,
};
use crate::delivery_counts::DeliveryCounts;
use crate::live_turn::{self, LiveTurns, TurnCounts};
use crate::outbound::{
    AgentClient, Carrier, Completions, Downloads, NoDownloads, NoopAgentClient, NoopCarrier,
};
use crate::vault::Vault;

/// What an [`Engine`] is built from.
pub struct EngineDeps {
    /// The database.
    pub store: Store,
    /// Source of time.
    pub clock: Arc<dyn Clock>,
    /// Source of randomness.
    pub random: Arc<dyn RandomSource>,
    /// Keys derived from the master key.
    pub vault: Vault,
    /// Settings of the server.
    pub settings: EngineSettings,
    /// Messages between nodes.
    pub bus: Arc<dyn Bus>,
}

/// Settings of the whole server.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Whether the first line of the first user message replaces an automatic title.
    pub title_from_first_message: bool,
    /// Whether the server has a provider for the assistants of workspaces without one of their own.
    pub has_assistant_provider: bool,
    /// Whether webhooks may go to addresses without TLS.
    pub allow_http_webhooks: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            title_from_first_message: true,
            has_assistant_provider: false,
            allow_http_webhooks: false,
        }
    }
}

/// The services behind every dialect. Shared by an `Arc`; one process may have several.
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn RandomSource>,
    pub(crate) vault: Vault,
    pub(crate) settings: EngineSettings,
    pub(crate) auth_cache: AuthCache,
    pub(crate) signers: SignerCache,
    pub(crate) workspace_cache: WorkspaceCache,
    pub(crate) header_cache: ConversationHeaderCache,
    pub(crate) own_provider_cache: OwnProviderCache,
    pub(crate) event_queue_cache: EventQueueCache,
    pub(crate) carrier: Arc<dyn Carrier>,
    agent_client: Arc<dyn AgentClient>,
    downloads: Arc<dyn Downloads>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    /// While there is one, no bytes of files are removed.
    pub(crate) removal_holds: RemovalHolds,
    pub(crate) live_turns: Arc<LiveTurns>,
    turn_counts: TurnCounts,
    pub(crate) completions: OnceLock<Arc<dyn Completions>>,
    /// URL at which carriers reach this server.
    pub(crate) public_url: OnceLock<String>,
    /// Notified when a turn was requested on this node.
    pub(crate) turn_requested: Arc<Notify>,
    /// Notified when something may have been queued on this node for receivers of events.
    pub(crate) event_queued: Arc<Notify>,
    /// Notified when a message of this node has files that are to be fetched.
    pub(crate) fetch_requested: Arc<Notify>,
    pub(crate) delivery_counts: DeliveryCounts,
    pub(crate) bus: Arc<dyn Bus>,
    /// The epoch of the logs, once it is known.
    pub(crate) epoch: OnceLock<Uuid>,
}

impl Engine {
    /// Builds an engine without a carrier and without an agent client.
    pub fn new(deps: EngineDeps) -> Self {
        Self {
            downloads: Arc::new(NoDownloads),
            blobs: Arc::new(DatabaseBlobs::new(deps.store.clone())),
            removal_holds: RemovalHolds::default(),
            store: deps.store,
            clock: deps.clock,
            random: deps.random,
            vault: deps.vault,
            settings: deps.settings,
            auth_cache: AuthCache::default(),
            signers: SignerCache::default(),
            workspace_cache: WorkspaceCache::default(),
            header_cache: ConversationHeaderCache::default(),
            own_provider_cache: OwnProviderCache::default(),
            event_queue_cache: EventQueueCache::default(),
            carrier: Arc::new(NoopCarrier),
            agent_client: Arc::new(NoopAgentClient),
            live_turns: live_turn::subscribe_to_bus(&*deps.bus),
            turn_counts: TurnCounts::default(),
            completions: OnceLock::new(),
            public_url: OnceLock::new(),
            turn_requested: Arc::default(),
            event_queued: Arc::default(),
            fetch_requested: Arc::default(),
            delivery_counts: DeliveryCounts::default(),
            bus: deps.bus,
            epoch: OnceLock::new(),
        }
    }

    /// Sets the carrier of texts, emails and calls; without one nothing is delivered.
    #[must_use]
    pub fn with_carrier(mut self, carrier: Arc<dyn Carrier>) -> Self {
        self.carrier = carrier;
        self
    }

    /// Sets what completes one-off prompts; a second call changes nothing. Without it no provider is reachable.
    pub fn set_completions(&self, completions: Arc<dyn Completions>) {
        // The first one stays.
        let _ = self.completions.set(completions);
    }

    /// Sets the URL at which carriers reach this server, without a trailing slash; a second call changes nothing. Without it
    /// no call is placed.
    pub fn set_public_url(&self, url: String) {
        // The first one stays.
        let _ = self.public_url.set(url);
    }

    /// Returns the counts of turns, for metrics.
    pub const fn turn_counts(&self) -> &TurnCounts {
        &self.turn_counts
    }

    /// Returns the counts of deliveries, for metrics.
    pub const fn delivery_counts(&self) -> &DeliveryCounts {
        &self.delivery_counts
    }

    /// Returns the turns under way that this node knows of.
    pub fn live_turns(&self) -> &Arc<LiveTurns> {
        &self.live_turns
    }

    /// Sets the client of customers' agent servers; without one none is reachable.
    #[must_use]
    pub fn with_agent_client(mut self, agent_client: Arc<dyn AgentClient>) -> Self {
        self.agent_client = agent_client;
        self
    }

    /// Returns the engine with a client for files at addresses that callers name; without this call it fetches none.
    #[must_use]
    pub fn with_downloads(mut self, downloads: Arc<dyn Downloads>) -> Self {
        self.downloads = downloads;
        self
    }

    /// Returns the engine with another store for the bytes of files; without this call they are in the database.
    #[must_use]
    pub fn with_blobs(mut self, blobs: Arc<dyn BlobStore>) -> Self {
        self.blobs = blobs;
        self
    }

    /// Returns the client for files at addresses that callers name.
    pub fn downloads(&self) -> &Arc<dyn Downloads> {
        &self.downloads
    }

    /// Returns the client of customers' agent servers.
    pub fn agent_client(&self) -> &Arc<dyn AgentClient> {
        &self.agent_client
    }

    /// Returns the bus for log updates and ephemeral events.
    pub fn bus(&self) -> &Arc<dyn Bus> {
        &self.bus
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns an id above every id generated before this call. A scan that ends there does not follow concurrent
    /// inserts.
    pub fn scan_upper_bound(&self) -> Uuid {
        self.store.stamps().next().id
    }

    /// Returns random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// Returns a random UUID (version 4 layout), for request ids and token ids.
    pub fn random_uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random()).into_uuid()
    }

    /// Returns whether no other process changes the database, so that this one sees every commit.
    pub fn is_exclusive(&self) -> bool {
        self.store.is_exclusive()
    }

    /// Checks that the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.store.ping().await
    }

    /// Checks that the database is writable, by rewriting a row unchanged.
    ///
    /// # Errors
    /// Those of any write. The caller sets the time limit.
    pub async fn verify_writable(&self) -> Result<()> {
        self.store.probe_write().await
    }

    /// Returns how much was committed since the start.
    pub fn commit_counts(&self) -> CommitCounts {
        self.store.commit_counts()
    }

    /// Returns how many transactions were retried since the start, by cause.
    pub fn database_retries(&self) -> [(&'static str, u64); 3] {
        let counts = self.store.retry_counts();
        [
            ("conflict", counts.conflicts),
            ("constraint", counts.constraint_violations),
            ("connection_lost", counts.lost_connections),
        ]
    }

    /// Ends the leases of jobs that an earlier process of an embedded database held. Call it when a server starts.
    pub async fn end_stale_leases(&self) -> Result<()> {
        self.store.end_stale_leases().await
    }

    /// Finishes queued work and closes the database. Blocks; the engine is unusable afterwards.
    pub fn close(&self) {
        self.store.close();
        // Last, so that updates of the final commits are published.
        self.bus.close();
    }
}
