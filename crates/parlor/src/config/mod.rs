//! Settings: flags over `PARLOR_*` variables over one TOML file, the same names everywhere.

mod bus;
pub mod keys;
mod lines;
mod listen;
mod password;
pub mod read;
mod secret;
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
use parlor_kit::misfit;
use secrecy::SecretSlice;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::bus::BusKind;
use crate::edge::Origins;
use crate::fault::{Exit, Fault};
use crate::server::{Bounds, FilePlace, MetricsAccess, Options};
use crate::system::{SystemClock, SystemRandom};
use keys::Key;
pub use listen::Listen;
pub use secret::Secret;

/// What the operator chose, whole.
#[derive(Clone, Deserialize)]
pub struct Settings {
    /// Folder of everything this node keeps.
    pub data: PathBuf,
    database: Option<Secret>,
    database_file: Option<PathBuf>,
    /// The master key itself.
    pub master_key: Option<Secret>,
    /// The file it stands in.
    pub master_key_file: Option<PathBuf>,
    connections: usize,
    /// Where to listen.
    pub listen: Listen,
    /// Where the figures are had, if not where everything is.
    pub metrics_listen: Option<Listen>,
    metrics_access: MetricsAccess,
    public_url: Option<String>,
    #[serde(default)]
    bus: String,
    single_node: bool,
    #[serde(deserialize_with = "read::a_size")]
    body_limit: u64,
    #[serde(deserialize_with = "read::a_duration")]
    timeout: Duration,
    #[serde(deserialize_with = "read::a_duration")]
    write_timeout: Duration,
    requests_per_minute: u32,
    failed_credentials_per_minute: u32,
    anonymous_requests_per_minute: u32,
    trusted_proxies: Vec<String>,
    agent_server_networks: Vec<String>,
    #[serde(default)]
    files: String,
    #[serde(deserialize_with = "read::a_size")]
    file_limit: u64,
    database_queue: usize,
    waiting_searches: usize,
    #[serde(deserialize_with = "read::a_duration")]
    search_wait: Duration,
    #[serde(deserialize_with = "read::a_duration")]
    postgres_statement_timeout: Duration,
    #[serde(deserialize_with = "read::a_duration")]
    postgres_lock_timeout: Duration,
    #[serde(deserialize_with = "read::a_duration")]
    postgres_idle_timeout: Duration,
    #[serde(deserialize_with = "read::a_duration")]
    postgres_tcp_timeout: Duration,
    cors_origins: Vec<String>,
    /// Which log lines are written.
    pub log: String,
    /// How they are written.
    pub log_format: LogFormat,
    /// The issuer in tokens.
    pub issuer: String,
    title_from_first_message: bool,
    #[serde(deserialize_with = "read::a_duration")]
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
pub struct Said {
    /// Flags, by their settings.
    pub flags: Vec<(&'static Key, String)>,
    /// The file that was named.
    pub file: Option<PathBuf>,
    /// Variables; those not ours are ignored.
    pub variables: Vec<(String, String)>,
}

/// Puts the settings together and refuses what nobody knows.
pub fn load(said: &Said) -> Result<Settings, Fault> {
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
    password::refuse(&said.flags)?;
    let text = path.as_deref().map(read_file).transpose()?;
    let mut figment = Figment::from(source::defaults()?);
    if let (Some(path), Some(text)) = (&path, &text) {
        figment = figment.merge(source::file(path, text, &dialects)?);
    }
    let settings: Settings = figment
        .merge(source::variables(
            said.variables.iter().cloned(),
            &dialects,
        )?)
        .merge(source::flags(&said.flags)?)
        .extract()
        .map_err(|error| misfit(&error))?;
    for name in &settings.disabled_dialects {
        if !dialects.contains(&name.as_str()) {
            return Err(source::unknown(
                format!("unknown dialect `{name}` in disabled_dialects"),
                suggest::nearest(name, dialects.iter().copied()),
            ));
        }
    }
    for module in &modules {
        let section = settings.section(module.name);
        (module.configure)(&mut http::Extensions::new(), section)
            .map_err(|error| bad_section(module.name, &error, path.as_deref(), text.as_deref()))?;
    }
    settings.check()?;
    Ok(settings)
}

/// Addresses and networks.
fn networks(key: &str, these: &[String]) -> Result<Vec<IpNet>, Fault> {
    let these = these.iter().map(|text| {
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| {
                Fault::new(Exit::Usage, format!("`{key}`: {text:?} is no address"))
                    .fix("an address such as 10.0.0.1, or a network such as 10.0.0.0/8")
            })
    });
    these.collect()
}

fn read_file(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|error| {
        Fault::new(
            Exit::Usage,
            format!("cannot read {}: {error}", path.display()),
        )
        .fix("name an existing file with --config, or leave it out")
    })
}

/// A value of the wrong type or form.
fn misfit(error: &figment::Error) -> Fault {
    let origin = error
        .metadata
        .as_ref()
        .map_or_else(String::new, |metadata| format!(" in {}", metadata.name));
    let key = error.path.join(".");
    let rule = misfit::rule(&error.kind.to_string());
    Fault::new(Exit::Usage, format!("`{key}`{origin}: {rule}"))
        .fix("see its line in: parlor serve --help")
}

/// What a dialect says of its section; an unknown name in it is found and corrected.
fn bad_section(dialect: &str, said: &str, path: Option<&Path>, text: Option<&str>) -> Fault {
    let mut quoted = said.split('`').skip(1).step_by(2);
    if said.starts_with("unknown field")
        && let Some(name) = quoted.next()
    {
        let place = match (path, text) {
            (Some(path), Some(text)) => lines::place(
                &path.display().to_string(),
                text,
                &["dialects", dialect, name],
            ),
            _ => format!("the section of {dialect}"),
        };
        return source::unknown(
            format!("unknown key `dialects.{dialect}.{name}` in {place}"),
            suggest::nearest(name, quoted),
        );
    }
    Fault::new(Exit::Usage, format!("dialects.{dialect}: {said}"))
}

impl Settings {
    fn section(&self, dialect: &str) -> Value {
        self.dialects
            .get(dialect)
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// What only makes sense together.
    fn check(&self) -> Result<(), Fault> {
        // Refused before anything is made on the disk.
        self.origins()?;
        self.networks()?;
        if self.metrics_listen.is_some() && self.metrics_access == MetricsAccess::All {
            return Err(Fault::new(
                Exit::Usage,
                "`metrics_listen` gives /metrics a port of its own, and `metrics_access` gives it to everybody at `listen`",
            )
            .fix("keep one of them"));
        }
        if self.database.is_some() && self.database_file.is_some() {
            return Err(both("database"));
        }
        if self.master_key.is_some() && self.master_key_file.is_some() {
            return Err(both("master_key"));
        }
        self.bus(&self.database()?).map(drop)
    }

    /// How this node reaches others that use the database at a URL.
    fn bus(&self, database: &str) -> Result<BusKind, Fault> {
        let is_postgres = !database.starts_with("sqlite:");
        bus::kind(&self.bus, is_postgres, self.single_node)
    }

    /// The database's URL.
    pub fn database(&self) -> Result<String, Fault> {
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
        Err(Fault::new(
            Exit::Usage,
            "the database's URL is neither sqlite:PATH nor postgres://...",
        )
        .fix("for example --database sqlite:./parlor.db"))
    }

    /// The file that holds the database's URL, where one is named.
    pub fn database_url_file(&self) -> Option<&Path> {
        self.database_file.as_deref()
    }

    /// The file of an embedded database.
    pub fn embedded(&self) -> Result<Option<PathBuf>, Fault> {
        Ok(self.database()?.strip_prefix("sqlite:").map(PathBuf::from))
    }

    /// What a server is made of.
    pub fn options(&self, master_key: SecretSlice<u8>) -> Result<Options, Fault> {
        let (trusted_proxies, agent_server_networks) = self.networks()?;
        let database = self.database()?;
        Ok(Options {
            metrics: self.metrics(),
            public_url: self
                .public_url
                .as_ref()
                .map(|url| url.trim_end_matches('/').to_owned()),
            bus: self.bus(&database)?,
            files: self.files(&database),
            file_limit: self.file_limit,
            database,
            connections: self.connections,
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
            bounds: self.bounds(),
            search_interval: self.search_interval,
            origins: self.origins()?,
            pace: parlor_gateway::socket::Pace::default(),
            engine: parlor_engine::Settings {
                title_from_first_message: self.title_from_first_message,
            },
            dialects: self.dialects.clone(),
            disabled: self.disabled_dialects.clone(),
        })
    }

    /// Who gets the figures at `listen`: not even this machine's own programs where proxies are spoken of, since a proxy on
    /// this machine may pass requests on as if they were its own.
    fn metrics(&self) -> MetricsAccess {
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

    fn bounds(&self) -> Bounds {
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
    fn networks(&self) -> Result<(Vec<IpNet>, Vec<IpNet>), Fault> {
        Ok((
            networks("trusted_proxies", &self.trusted_proxies)?,
            networks("agent_server_networks", &self.agent_server_networks)?,
        ))
    }

    fn origins(&self) -> Result<Origins, Fault> {
        if self.cors_origins.iter().any(|origin| origin == "*") {
            return Ok(Origins::Any);
        }
        let these = self.cors_origins.iter().map(|origin| {
            HeaderValue::from_str(origin)
                .ok()
                .filter(|_| origin.contains("://") && !origin.ends_with('/'))
                .ok_or_else(|| {
                    Fault::new(
                        Exit::Usage,
                        format!("`cors_origins`: {origin:?} is no origin"),
                    )
                    .fix("an origin is scheme://host[:port], such as https://example.com")
                })
        });
        these.collect::<Result<_, _>>().map(Origins::These)
    }
}

fn both(name: &str) -> Fault {
    Fault::new(
        Exit::Usage,
        format!("both `{name}` and `{name}_file` are given"),
    )
    .fix("keep one of them")
}
