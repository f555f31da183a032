//! Conversion of the configuration into [`ServerOptions`].

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use http::HeaderValue;
use ipnet::IpNet;
use parlor_engine::EngineSettings;
use parlor_gateway::ConnectionTimeouts;
use secrecy::SecretSlice;

use super::ServerConfig;
use crate::cli_error::{CliError, ExitKind};
use crate::middleware::AllowedOrigins;
use crate::server::{Bounds, FileStorage, MetricsAccess, ServerOptions};
use crate::system::{SystemClock, SystemRandom};

impl ServerConfig {
    /// Builds the options of a server.
    ///
    /// # Errors
    /// `Usage` for an invalid network, origin, bus or database URL.
    pub(crate) fn server_options(
        &self,
        master_key: SecretSlice<u8>,
    ) -> Result<ServerOptions, CliError> {
        let (trusted_proxies, agent_server_networks) = self.networks()?;
        let database = self.database_url()?;
        Ok(ServerOptions {
            metrics_access: self.effective_metrics_access(),
            public_url: self
                .public_url
                .as_ref()
                .map(|url| url.trim_end_matches('/').to_owned()),
            bus: self.bus_kind(&database)?,
            files: self.files(&database),
            file_limit: self.file_limit,
            database,
            max_connections: self.max_connections(),
            master_key,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            issuer: self.issuer.clone(),
            body_limit: self.body_limit,
            deadline: self.timeout,
            write_timeout: self.write_timeout,
            requests_per_minute: NonZeroU32::new(self.requests_per_minute),
            failed_credentials_per_minute: NonZeroU32::new(self.failed_credentials_per_minute),
            anonymous_requests_per_minute: NonZeroU32::new(self.anonymous_requests_per_minute),
            trusted_proxies,
            agent_server_networks,
            queue_bounds: self.queue_bounds(),
            search_interval: self.search_interval,
            allowed_origins: self.allowed_origins()?,
            timeouts: ConnectionTimeouts::default(),
            engine: EngineSettings {
                title_from_first_message: self.title_from_first_message,
                ..EngineSettings::default()
            },
            assistant: self.assistant_settings(),
            carriers: self.carrier_settings(),
            webhooks: self.webhook_settings(),
            dialect_settings: self.dialects.clone(),
            disabled_dialects: self.disabled_dialects.clone(),
        })
    }

    /// Returns the access to `/metrics` on the main port. `Local` becomes `None` if `/metrics` has its own address, or
    /// if the configuration implies a proxy: requests forwarded by a proxy on this machine look local.
    fn effective_metrics_access(&self) -> MetricsAccess {
        let has_proxy = self.public_url.is_some() || !self.trusted_proxies.is_empty();
        match self.metrics_access {
            MetricsAccess::Local if has_proxy || self.metrics_listen.is_some() => {
                MetricsAccess::None
            }
            access => access,
        }
    }

    /// Resolves where files are kept. The default is a folder beside an embedded database; with PostgreSQL it is the
    /// database, because its nodes need not share a folder.
    pub(crate) fn files(&self, database: &str) -> FileStorage {
        match self.files.as_str() {
            "" if database.starts_with("sqlite:") => FileStorage::Folder(self.data.join("files")),
            "" | "database" => FileStorage::Database,
            folder => FileStorage::Folder(PathBuf::from(folder)),
        }
    }

    fn queue_bounds(&self) -> Bounds {
        Bounds {
            queue: self.database_queue,
            waiting_scans: self.waiting_searches,
            scan_wait: self.search_wait,
            statement_timeout: self.postgres_statement_timeout,
            lock_timeout: self.postgres_lock_timeout,
            idle_transaction_timeout: self.postgres_idle_timeout,
            tcp_user_timeout: self.postgres_tcp_timeout,
        }
    }

    /// Parses `trusted_proxies` and `agent_server_networks`.
    pub(super) fn networks(&self) -> Result<(Vec<IpNet>, Vec<IpNet>), CliError> {
        Ok((
            parse_networks("trusted_proxies", &self.trusted_proxies)?,
            parse_networks("agent_server_networks", &self.agent_server_networks)?,
        ))
    }

    pub(super) fn allowed_origins(&self) -> Result<AllowedOrigins, CliError> {
        if self.cors_origins.iter().any(|origin| origin == "*") {
            return Ok(AllowedOrigins::Any);
        }
        let texts = self.cors_origins.iter().map(|origin| {
            HeaderValue::from_str(origin)
                .ok()
                .filter(|_| origin.contains("://") && !origin.ends_with('/'))
                .ok_or_else(|| {
                    CliError::new(
                        ExitKind::Usage,
                        format!("`cors_origins`: {origin:?} is no origin"),
                    )
                    .with_hint("an origin is scheme://host[:port], such as https://example.com")
                })
        });
        texts.collect::<Result<_, _>>().map(AllowedOrigins::Listed)
    }
}

/// Parses a list of addresses and networks; an address becomes a network of one.
fn parse_networks(key: &str, texts: &[String]) -> Result<Vec<IpNet>, CliError> {
    let texts = texts.iter().map(|text| {
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| {
                CliError::new(ExitKind::Usage, format!("`{key}`: {text:?} is no address"))
                    .with_hint("an address such as 10.0.0.1, or a network such as 10.0.0.0/8")
            })
    });
    texts.collect()
}
