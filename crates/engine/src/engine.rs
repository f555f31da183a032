//! The engine: the store, the clock, the secrets, and what may be remembered of them.

use std::sync::{Arc, OnceLock};

use parlor_bus::Bus;
use parlor_model::time::{Clock, RandomSource};
use parlor_model::{Result, Timestamp};
use parlor_store::Store;
use uuid::Uuid;

use crate::api_key::AuthCache;
use crate::conversation::ConversationHeaderCache;
use crate::file::{BlobStore, DatabaseBlobs};
use crate::outbound::{AgentClient, Carrier, Downloads, NoDownloads, NoopAgentClient, NoopCarrier};
use crate::signing::SignerCache;
use crate::vault::Vault;
use crate::workspace::WorkspaceCache;

/// What an engine is made of.
pub struct EngineDeps {
    /// The database.
    pub store: Store,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn RandomSource>,
    /// The master key: hashes API keys and seals signing keys.
    pub vault: Vault,
    /// What the operator chose.
    pub settings: EngineSettings,
    /// How other nodes hear of what happens on this one.
    pub bus: Arc<dyn Bus>,
}

/// What the operator chose for the whole server.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Whether an automatic title gives way to the first line of the first message.
    pub title_from_first_message: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            title_from_first_message: true,
        }
    }
}

/// The product behind every dialect. Shared behind an `Arc`; two of them can live in one process.
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
    pub(crate) carrier: Arc<dyn Carrier>,
    agent_client: Arc<dyn AgentClient>,
    downloads: Arc<dyn Downloads>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) bus: Arc<dyn Bus>,
    /// Which history the logs are part of, once it is known.
    pub(crate) epoch: OnceLock<Uuid>,
}

impl Engine {
    /// Puts the parts together.
    pub fn new(parts: EngineDeps) -> Self {
        Self {
            downloads: Arc::new(NoDownloads),
            blobs: Arc::new(DatabaseBlobs::new(parts.store.clone())),
            store: parts.store,
            clock: parts.clock,
            random: parts.random,
            vault: parts.vault,
            settings: parts.settings,
            auth_cache: AuthCache::default(),
            signers: SignerCache::default(),
            workspace_cache: WorkspaceCache::default(),
            header_cache: ConversationHeaderCache::default(),
            carrier: Arc::new(NoopCarrier),
            agent_client: Arc::new(NoopAgentClient),
            bus: parts.bus,
            epoch: OnceLock::new(),
        }
    }

    /// The same engine with a way out; without this call it has none.
    #[must_use]
    pub fn with_carrier(mut self, outbound: Arc<dyn Carrier>) -> Self {
        self.carrier = outbound;
        self
    }

    /// The same engine with a way to customers' servers; without this call it reaches none.
    #[must_use]
    pub fn with_agent_client(mut self, agent_servers: Arc<dyn AgentClient>) -> Self {
        self.agent_client = agent_servers;
        self
    }

    /// The same engine with a way to files elsewhere; without this call it reaches none.
    #[must_use]
    pub fn with_downloads(mut self, downloads: Arc<dyn Downloads>) -> Self {
        self.downloads = downloads;
        self
    }

    /// The same engine with another place for the bytes of files; without this call they are in the database.
    #[must_use]
    pub fn with_blobs(mut self, blobs: Arc<dyn BlobStore>) -> Self {
        self.blobs = blobs;
        self
    }

    /// The way to files elsewhere.
    pub fn downloads(&self) -> &Arc<dyn Downloads> {
        &self.downloads
    }

    /// The way to customers' servers that answer.
    pub fn agent_client(&self) -> &Arc<dyn AgentClient> {
        &self.agent_client
    }

    /// Where logs that grew, and passing signals, are told.
    pub fn bus(&self) -> &Arc<dyn Bus> {
        &self.bus
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An id above everything made before this call: where a walk ends that must not follow what is made meanwhile.
    pub fn scan_upper_bound(&self) -> Uuid {
        self.store.stamps().next().id
    }

    /// Unpredictable bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// An unpredictable UUID (version 4 layout), for request ids and token ids.
    pub fn random_uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random()).into_uuid()
    }

    /// Whether no other process changes the database, so that this one learns of every change when it is made.
    pub fn is_exclusive(&self) -> bool {
        self.store.is_exclusive()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.store.ping().await
    }

    /// Whether the database stores something: a row is written again as it is, and committed.
    ///
    /// # Errors
    /// Those of any write. An end of the wait is the caller's to set.
    pub async fn verify_writable(&self) -> Result<()> {
        self.store.probe_write().await
    }

    /// Finishes what is queued and closes the database. Blocks; nothing works afterwards.
    pub fn close(&self) {
        self.store.close();
        // Last: what was committed to the end is published.
        self.bus.close();
    }
}
