//! Options of a server.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use parlor_assistant::registry::ServerAssistantSettings;
use parlor_channels::CarrierSettings;
use parlor_channels::webhook::WebhookSettings;
use parlor_engine::EngineSettings;
use parlor_files::S3Settings;
use parlor_gateway::ConnectionTimeouts;
use parlor_model::time::{Clock, RandomSource};
use parlor_store::Bounds;
use secrecy::SecretSlice;
use serde_json::{Map, Value};

use crate::bus::BusKind;
use crate::local_url::local_url;
use crate::middleware::{AllowedOrigins, MetricsAccess};

/// Configuration of a server. Nothing is read from the environment.
#[derive(Clone)]
pub struct ServerOptions {
    /// Access to `/metrics` on the main port.
    pub metrics_access: MetricsAccess,
    /// Public URL, if it differs from the listen address.
    pub public_url: Option<String>,
    /// `sqlite:PATH` or `postgres://...`.
    pub database: String,
    /// Size of the connection pool for PostgreSQL.
    pub max_connections: usize,
    /// Master key, 32 bytes.
    pub master_key: SecretSlice<u8>,
    /// Clock of the engine.
    pub clock: Arc<dyn Clock>,
    /// Random source of the engine.
    pub random: Arc<dyn RandomSource>,
    /// `iss` claim of issued tokens.
    pub issuer: String,
    /// Maximum request body, in bytes.
    pub body_limit: u64,
    /// Maximum time until a request is answered.
    pub deadline: Duration,
    /// Maximum time in which a client reads nothing of a response; zero disables the limit.
    pub write_timeout: Duration,
    /// Requests per minute for each credential and endpoint; `None` disables the limit.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Rejected credentials per minute for each client address; `None` disables the limit.
    pub failed_credentials_per_minute: Option<NonZeroU32>,
    /// Requests per minute without a credential, for each client address; `None` disables the limit.
    pub anonymous_requests_per_minute: Option<NonZeroU32>,
    /// Proxies whose `X-Forwarded-For` header is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Transport of the bus between nodes.
    pub bus: BusKind,
    /// Private networks in which customers' agent servers and receivers of webhooks may be called.
    pub agent_server_networks: Vec<IpNet>,
    /// Storage of the bytes of files.
    pub files: FileStorage,
    /// Maximum size of a file, in bytes.
    pub file_limit: u64,
    /// Bounds of the database queues and timeouts.
    pub queue_bounds: Bounds,
    /// Polling interval of the search indexer when it is idle.
    pub search_interval: Duration,
    /// Origins allowed by CORS.
    pub allowed_origins: AllowedOrigins,
    /// Whether `/mcp` is served.
    pub mcp: bool,
    /// Timeouts of live connections.
    pub timeouts: ConnectionTimeouts,
    /// Settings of the engine.
    pub engine: EngineSettings,
    /// Settings of assistants.
    pub assistant: ServerAssistantSettings,
    /// Settings of the carriers of text messages and mail.
    pub carriers: CarrierSettings,
    /// Settings of webhooks.
    pub webhooks: WebhookSettings,
    /// Whether the console is served.
    pub console: bool,
    /// Settings of each dialect, by dialect name.
    pub dialect_settings: Map<String, Value>,
    /// Names of the dialects that are not served.
    pub disabled_dialects: Vec<String>,
}

/// Storage of the bytes of files.
#[derive(Debug, Clone)]
pub enum FileStorage {
    /// Rows of the database.
    Database,
    /// Files in this folder.
    Folder(PathBuf),
    /// Objects of a bucket.
    Bucket {
        /// The bucket, and how it is reached.
        settings: S3Settings,
        /// Folder of this node where bytes are received before they are sent there.
        uploads: PathBuf,
    },
}

impl ServerOptions {
    /// Returns the public URL of a server that listens on `address`.
    pub fn public_url_at(&self, address: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| local_url(address))
    }
}
