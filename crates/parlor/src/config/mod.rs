//! Settings: flags over `PARLOR_*` variables over one TOML file, the same names everywhere.

mod bus;
mod listen;
mod locate;
pub mod parse;
mod password;
mod secret;
pub mod settings_table;
mod source;
mod suggest;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use figment::Figment;
use http::HeaderValue;
use ipnet::IpNet;
use parlor_kit::deserialize_error;
use secrecy::SecretSlice;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::bus::BusKind;
use crate::cli_error::{CliError, ExitKind};
use crate::middleware::AllowedOrigins;
use crate::server::{Bounds, FilePlace, MetricsAccess, ServerOptions};
use crate::system::{SystemClock, SystemRandom};
pub use listen::ListenAddress;
pub use secret::SecretSetting;
use settings_table::SettingSpec;

/// What the operator chose, whole.
#[derive(Clone, Deserialize)]
pub struct ServerConfig {
    /// Folder of everything this node keeps.
    pub data: PathBuf,
    database: Option<SecretSetting>,
    database_file: Option<PathBuf>,
    /// The master key itself.
    pub master_key: Option<SecretSetting>,
    /// The file it stands in.
    pub master_key_file: Option<PathBuf>,
    connections: usize,
    /// Where to listen.
    pub listen: ListenAddress,
    /// Where the figures are had, if not where everything is.
    pub metrics_listen: Option<ListenAddress>,
    metrics_access: MetricsAccess,
    public_url: Option<String>,
    #[serde(default)]
    bus: String,
    single_node: bool,
    #[serde(deserialize_with = "parse::deserialize_size")]
    body_limit: u64,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    timeout: Duration,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    write_timeout: Duration,
    requests_per_minute: u32,
    failed_credentials_per_minute: u32,
    anonymous_requests_per_minute: u32,
    trusted_proxies: Vec<String>,
    agent_server_networks: Vec<String>,
    #[serde(default)]
    files: String,
    #[serde(deserialize_with = "parse::deserialize_size")]
    file_limit: u64,
    database_queue: usize,
    waiting_searches: usize,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    search_wait: Duration,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    postgres_statement_timeout: Duration,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    postgres_lock_timeout: Duration,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    postgres_idle_timeout: Duration,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    postgres_tcp_timeout: Duration,
    cors_origins: Vec<String>,
    /// Which log lines are written.
    pub log: String,
    /// How they are written.
    pub log_format: LogFormat,
    /// The issuer in tokens.
    pub issuer: String,
    title_from_first_message: bool,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    search_interval: Duration,
    disabled_dialects: Vec<String>,
    #[serde(default)]
    dialects: Map<String, Value>,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Human,
    /// A JSON object a line.
    Json,
}

/// What was said where.
#[derive(Default)]
pub struct ConfigSources {
    /// Flags, by their settings.
    pub flags: Vec<(&'static SettingSpec, String)>,
    /// The file that was named.
    pub file: Option<PathBuf>,
    /// Variables; those not ours are ignored.
    pub variables: Vec<(String, String)>,
}

/// Puts the settings together and refuses what nobody knows.
pub fn load(said: &ConfigSources) -> Result<ServerConfig, CliError> {
    let modules = crate::dialects::all();
    let dialects: Vec<&'static str> = modules.iter().map(|module| module.name).collect();
    let named = said
        .variables
        .iter()
        .find(|(name, _)| name == "PARLOR_CONFIG");
    let path = said
        .file
        .clone()
        .or_else(|| named.map(|(_, path)| PathBuf::from(path)));
    password::reject_password_flags(&said.flags)?;
    let text = path.as_deref().map(read_file).transpose()?;
    let mut figment = Figment::from(source::from_defaults()?);
    if let (Some(path), Some(text)) = (&path, &text) {
        figment = figment.merge(source::from_file(path, text, &dialects)?);
    }
    let settings: ServerConfig = figment
        .merge(source::from_variables(
            said.variables.iter().cloned(),
            &dialects,
        )?)
        .merge(source::from_flags(&said.flags)?)
        .extract()
        .map_err(|error| type_error(&error))?;
    for name in &settings.disabled_dialects {
        if !dialects.contains(&name.as_str()) {
            return Err(source::unknown_setting_error(
                format!("unknown dialect `{name}` in disabled_dialects"),
                suggest::nearest(name, dialects.iter().copied()),
            ));
        }
    }
    for module in &modules {
        let section = settings.dialect_settings(module.name);
        (module.configure)(&mut http::Extensions::new(), section).map_err(|error| {
            dialect_settings_error(module.name, &error, path.as_deref(), text.as_deref())
        })?;
    }
    settings.validate()?;
    Ok(settings)
}

/// Addresses and networks.
fn parse_networks(key: &str, these: &[String]) -> Result<Vec<IpNet>, CliError> {
    let these = these.iter().map(|text| {
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| {
                CliError::new(ExitKind::Usage, format!("`{key}`: {text:?} is no address"))
                    .with_hint("an address such as 10.0.0.1, or a network such as 10.0.0.0/8")
            })
    });
    these.collect()
}

fn read_file(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| {
        CliError::new(
            ExitKind::Usage,
            format!("cannot read {}: {error}", path.display()),
        )
        .with_hint("name an existing file with --config, or leave it out")
    })
}

/// A value of the wrong type or form.
fn type_error(error: &figment::Error) -> CliError {
    let origin = error
        .metadata
        .as_ref()
        .map_or_else(String::new, |metadata| format!(" in {}", metadata.name));
    let key = error.path.join(".");
    let rule = deserialize_error::describe_rule(&error.kind.to_string());
    CliError::new(ExitKind::Usage, format!("`{key}`{origin}: {rule}"))
        .with_hint("see its line in: parlor serve --help")
}

/// What a dialect says of its section; an unknown name in it is found and corrected.
fn dialect_settings_error(
    dialect: &str,
    said: &str,
    path: Option<&Path>,
    text: Option<&str>,
) -> CliError {
    let mut quoted = said.split('`').skip(1).step_by(2);
    if said.starts_with("unknown field")
        && let Some(name) = quoted.next()
    {
        let place = match (path, text) {
            (Some(path), Some(text)) => locate::locate_key(
                &path.display().to_string(),
                text,
                &["dialects", dialect, name],
            ),
            _ => format!("the section of {dialect}"),
        };
        return source::unknown_setting_error(
            format!("unknown key `dialects.{dialect}.{name}` in {place}"),
            suggest::nearest(name, quoted),
        );
    }
    CliError::new(ExitKind::Usage, format!("dialects.{dialect}: {said}"))
}

impl ServerConfig {
    fn dialect_settings(&self, dialect: &str) -> Value {
        self.dialects
            .get(dialect)
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// What only makes sense together.
    fn validate(&self) -> Result<(), CliError> {
        // Refused before anything is made on the disk.
        self.allowed_origins()?;
        self.networks()?;
        if self.metrics_listen.is_some() && self.metrics_access == MetricsAccess::All {
            return Err(CliError::new(
                ExitKind::Usage,
                "`metrics_listen` gives /metrics a port of its own, and `metrics_access` gives it to everybody at `listen`",
            )
            .with_hint("keep one of them"));
        }
        if self.database.is_some() && self.database_file.is_some() {
            return Err(conflicting_settings_error("database"));
        }
        if self.master_key.is_some() && self.master_key_file.is_some() {
            return Err(conflicting_settings_error("master_key"));
        }
        self.bus_kind(&self.database_url()?).map(drop)
    }

    /// How this node reaches others that use the database at a URL.
    fn bus_kind(&self, database: &str) -> Result<BusKind, CliError> {
        let is_postgres = !database.starts_with("sqlite:");
        bus::resolve_bus_kind(&self.bus, is_postgres, self.single_node)
    }

    /// The database's URL.
    pub fn database_url(&self) -> Result<String, CliError> {
        let url = match (&self.database, &self.database_file) {
            (Some(url), _) => url.expose().to_owned(),
            (None, Some(file)) => read_file(file)?.trim().to_owned(),
            (None, None) => format!("sqlite:{}", self.data.join("parlor.db").display()),
        };
        if ["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            return Ok(url);
        }
        Err(CliError::new(
            ExitKind::Usage,
            "the database's URL is neither sqlite:PATH nor postgres://...",
        )
        .with_hint("for example --database sqlite:./parlor.db"))
    }

    /// The file that holds the database's URL, where one is named.
    pub fn database_url_file(&self) -> Option<&Path> {
        self.database_file.as_deref()
    }

    /// The file of an embedded database.
    pub fn sqlite_path(&self) -> Result<Option<PathBuf>, CliError> {
        Ok(self
            .database_url()?
            .strip_prefix("sqlite:")
            .map(PathBuf::from))
    }

    /// What a server is made of.
    pub fn server_options(&self, master_key: SecretSlice<u8>) -> Result<ServerOptions, CliError> {
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
            max_connections: self.connections,
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
            timeouts: parlor_gateway::socket::ConnectionTimeouts::default(),
            engine: parlor_engine::EngineSettings {
                title_from_first_message: self.title_from_first_message,
            },
            dialect_settings: self.dialects.clone(),
            disabled_dialects: self.disabled_dialects.clone(),
        })
    }

    /// Who gets the figures at `listen`: not even this machine's own programs where proxies are spoken of, since a proxy on
    /// this machine may pass requests on as if they were its own.
    fn effective_metrics_access(&self) -> MetricsAccess {
        let has_proxy = self.public_url.is_some() || !self.trusted_proxies.is_empty();
        match self.metrics_access {
            MetricsAccess::Local if has_proxy || self.metrics_listen.is_some() => {
                MetricsAccess::None
            }
            access => access,
        }
    }

    /// The folder of an embedded database has its files too; nodes on one PostgreSQL database share no folder by themselves.
    fn files(&self, database: &str) -> FilePlace {
        match self.files.as_str() {
            "" if database.starts_with("sqlite:") => FilePlace::Folder(self.data.join("files")),
            "" | "database" => FilePlace::Database,
            folder => FilePlace::Folder(PathBuf::from(folder)),
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

    /// The trusted proxies, and where agent servers may be.
    fn networks(&self) -> Result<(Vec<IpNet>, Vec<IpNet>), CliError> {
        Ok((
            parse_networks("trusted_proxies", &self.trusted_proxies)?,
            parse_networks("agent_server_networks", &self.agent_server_networks)?,
        ))
    }

    fn allowed_origins(&self) -> Result<AllowedOrigins, CliError> {
        if self.cors_origins.iter().any(|origin| origin == "*") {
            return Ok(AllowedOrigins::Any);
        }
        let these = self.cors_origins.iter().map(|origin| {
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
        these.collect::<Result<_, _>>().map(AllowedOrigins::Listed)
    }
}

fn conflicting_settings_error(name: &str) -> CliError {
    CliError::new(
        ExitKind::Usage,
        format!("both `{name}` and `{name}_file` are given"),
    )
    .with_hint("keep one of them")
}
