//! The engine: the store, the clock, the secrets, and what may be remembered of them.

use std::sync::{Arc, OnceLock};

use parlor_bus::Bus;
use parlor_model::time::{Clock, Random};
use parlor_model::{Result, Timestamp};
use parlor_store::Store;
use uuid::Uuid;

use crate::conversation::Outlines;
use crate::file::{BlobStore, DatabaseBlobs};
use crate::key::Principals;
use crate::outbound::{AgentServers, Downloads, NoAgentServers, NoCarrier, NoDownloads, Outbound};
use crate::signing::Signers;
use crate::vault::Vault;
use crate::workspace::Workspaces;

/// What an engine is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// The master key: hashes API keys and seals signing keys.
    pub vault: Vault,
    /// What the operator chose.
    pub settings: Settings,
    /// How other nodes hear of what happens on this one.
    pub bus: Arc<dyn Bus>,
}

/// What the operator chose for the whole server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether an automatic title gives way to the first line of the first message.
    pub title_from_first_message: bool,
}

impl Default for Settings {
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
    pub(crate) random: Arc<dyn Random>,
    pub(crate) vault: Vault,
    pub(crate) settings: Settings,
    pub(crate) principals: Principals,
    pub(crate) signers: Signers,
    pub(crate) workspaces: Workspaces,
    pub(crate) outlines: Outlines,
    pub(crate) outbound: Arc<dyn Outbound>,
    agent_servers: Arc<dyn AgentServers>,
    downloads: Arc<dyn Downloads>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) bus: Arc<dyn Bus>,
    /// Which history the logs are part of, once it is known.
    pub(crate) epoch: OnceLock<Uuid>,
}

impl Engine {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self {
            downloads: Arc::new(NoDownloads),
            blobs: Arc::new(DatabaseBlobs::new(parts.store.clone())),
            store: parts.store,
            clock: parts.clock,
            random: parts.random,
            vault: parts.vault,
            settings: parts.settings,
            principals: Principals::default(),
            signers: Signers::default(),
            workspaces: Workspaces::default(),
            outlines: Outlines::default(),
            outbound: Arc::new(NoCarrier),
            agent_servers: Arc::new(NoAgentServers),
            bus: parts.bus,
            epoch: OnceLock::new(),
        }
    }

    /// The same engine with a way out; without this call it has none.
    #[must_use]
    pub fn with_outbound(mut self, outbound: Arc<dyn Outbound>) -> Self {
        self.outbound = outbound;
        self
    }

    /// The same engine with a way to customers' servers; without this call it reaches none.
    #[must_use]
    pub fn with_agent_servers(mut self, agent_servers: Arc<dyn AgentServers>) -> Self {
        self.agent_servers = agent_servers;
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
    pub fn agent_servers(&self) -> &Arc<dyn AgentServers> {
        &self.agent_servers
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
    pub fn horizon(&self) -> Uuid {
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
    pub async fn prove_write(&self) -> Result<()> {
        self.store.prove_write().await
    }

    /// Finishes what is queued and closes the database. Blocks; nothing works afterwards.
    pub fn close(&self) {
        self.store.close();
        // Last: what was committed to the end is published.
        self.bus.close();
    }
}
