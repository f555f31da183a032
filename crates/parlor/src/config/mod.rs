//! Configuration from command-line flags, `PARLOR_*` variables and one TOML file, in this order of precedence.

mod assistant;
mod backups;
mod bus;
mod carriers;
mod connections;
mod effective;
mod files;
mod listen;
mod locate;
pub(crate) mod parse;
mod password;
mod secret;
mod server_options;
mod servers;
pub mod settings_table;
mod simulator;
mod source;
mod suggest;
mod value_error;
mod webhooks;

use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use parlor_assistant::TurnLimits;
use parlor_assistant::provider::ProviderSettings;
use parlor_channels::{CarrierAccountSettings, MailInSettings, SmtpSettings};
use parlor_files::S3Section;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::bus::BusKind;
use crate::cli_error::{CliError, ExitKind};
use crate::server::MetricsAccess;
pub(crate) use backups::BackupSchedule;
pub(crate) use effective::EffectiveSetting;
use effective::effective_settings;
pub(crate) use listen::ListenAddress;
pub(crate) use secret::SecretSetting;
use settings_table::SettingSpec;
pub(crate) use simulator::{SimulatedChannels, SimulatorSection};

/// Complete configuration of a process.
#[derive(Clone, Deserialize)]
pub(crate) struct ServerConfig {
    /// Data folder.
    pub(crate) data: PathBuf,
    database: Option<SecretSetting>,
    database_file: Option<PathBuf>,
    /// Master key as hexadecimal text.
    pub(crate) master_key: Option<SecretSetting>,
    /// File that holds the master key.
    pub(crate) master_key_file: Option<PathBuf>,
    connections: Option<usize>,
    /// Main listen address.
    pub(crate) listen: ListenAddress,
    /// Separate listen address of `/metrics`.
    pub(crate) metrics_listen: Option<ListenAddress>,
    metrics_access: MetricsAccess,
    /// URL under which others reach the server.
    pub(crate) public_url: Option<String>,
    #[serde(default)]
    bus: Option<SecretSetting>,
    nats_credentials_file: Option<PathBuf>,
    nats_certificates_file: Option<PathBuf>,
    nats_subject: Option<String>,
    single_node: bool,
    mcp: bool,
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
    s3: Option<S3Section>,
    #[serde(deserialize_with = "parse::deserialize_size")]
    file_limit: u64,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    backup_every: Duration,
    backup_keep: usize,
    #[serde(default)]
    backup_folder: Option<PathBuf>,
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
    /// Log filter.
    pub(crate) log: String,
    /// Log format.
    pub(crate) log_format: LogFormat,
    /// `iss` claim of issued tokens.
    pub(crate) issuer: String,
    title_from_first_message: bool,
    #[serde(deserialize_with = "parse::deserialize_duration")]
    search_interval: Duration,
    disabled_dialects: Vec<String>,
    console: ConsoleSwitch,
    assistant: Option<ProviderSettings>,
    #[serde(default)]
    assistant_turns: TurnLimits,
    sms: Option<CarrierAccountSettings>,
    voice: Option<CarrierAccountSettings>,
    smtp: Option<SmtpSettings>,
    mail_in: Option<MailInSettings>,
    /// Simulator that this process starts, and how `parlor channels` finds it.
    #[serde(default)]
    pub(crate) simulator: SimulatorSection,
    #[serde(default)]
    webhooks: webhooks::WebhookSection,
    #[serde(default)]
    dialects: Map<String, Value>,
}

/// Whether the console is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ConsoleSwitch {
    /// At `/console/`.
    On,
    /// Not at all.
    Off,
}

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// [`LogFormat::Human`] on a terminal, otherwise [`LogFormat::Json`].
    Auto,
    /// Readable text.
    Human,
    /// One JSON object per line.
    Json,
}

/// Inputs of [`load`].
#[derive(Default)]
pub(crate) struct ConfigSources {
    /// Settings given as flags, with their texts.
    pub(crate) flags: Vec<(&'static SettingSpec, String)>,
    /// Configuration file named by `--config`.
    pub(crate) file: Option<PathBuf>,
    /// Environment variables; names without the prefix `PARLOR_` are ignored.
    pub(crate) variables: Vec<(String, String)>,
}

/// Merges the sources into a configuration, and tells where each setting comes from.
///
/// # Errors
/// `Usage` for unknown settings or dialects, values of a wrong form, and settings that contradict each other.
pub(crate) fn load(
    sources: &ConfigSources,
) -> Result<(ServerConfig, Vec<EffectiveSetting>), CliError> {
    let modules = crate::dialects::all();
    let dialects: Vec<&'static str> = modules.iter().map(|module| module.name).collect();
    let config_variable = sources
        .variables
        .iter()
        .find(|(name, _)| name == "PARLOR_CONFIG");
    let path = sources
        .file
        .clone()
        .or_else(|| config_variable.map(|(_, path)| PathBuf::from(path)));
    password::reject_password_flags(&sources.flags)?;
    let text = path.as_deref().map(read_file).transpose()?;
    let mut figment = Figment::from(source::from_defaults()?);
    if let (Some(path), Some(text)) = (&path, &text) {
        figment = figment.merge(source::from_file(path, text, &dialects)?);
    }
    let figment = figment
        .merge(source::from_variables(
            sources.variables.iter().cloned(),
            &dialects,
        )?)
        .merge(source::from_flags(&sources.flags)?);
    let settings: ServerConfig = figment
        .extract()
        .map_err(|error| value_error::value_error(&error, path.as_deref(), text.as_deref()))?;
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
    Ok((settings, effective_settings(&figment)))
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

/// Builds the error of a dialect's section. `message` is the dialect's own error; for an unknown field it lists the
/// known ones in backticks, from which a suggestion is made.
fn dialect_settings_error(
    dialect: &str,
    message: &str,
    path: Option<&Path>,
    text: Option<&str>,
) -> CliError {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if message.starts_with("unknown field")
        && let Some(name) = quoted.next()
    {
        let location = match (path, text) {
            (Some(path), Some(text)) => locate::locate_key(
                &path.display().to_string(),
                text,
                &["dialects", dialect, name],
            ),
            _ => format!("the section of {dialect}"),
        };
        return source::unknown_setting_error(
            format!("unknown key `dialects.{dialect}.{name}` in {location}"),
            suggest::nearest(name, quoted),
        );
    }
    CliError::new(ExitKind::Usage, format!("dialects.{dialect}: {message}"))
}

impl ServerConfig {
    fn dialect_settings(&self, dialect: &str) -> Value {
        self.dialects
            .get(dialect)
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// Checks settings that depend on each other, before any file is created.
    fn validate(&self) -> Result<(), CliError> {
        self.allowed_origins()?;
        self.networks()?;
        self.validate_assistant()?;
        self.validate_files()?;
        self.validate_carriers()?;
        self.validate_simulator()?;
        self.validate_webhooks()?;
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
        self.validate_backups()?;
        self.bus_kind(&self.database_url()?).map(drop)
    }

    /// Resolves the bus for a database URL.
    fn bus_kind(&self, database: &str) -> Result<BusKind, CliError> {
        let is_postgres = !database.starts_with("sqlite:");
        let settings = bus::BusSettings {
            bus: self.bus.as_ref().map_or("", SecretSetting::expose),
            is_postgres,
            is_single: self.single_node,
            credentials_file: self.nats_credentials_file.clone(),
            certificates_file: self.nats_certificates_file.clone(),
            subject: self.nats_subject.clone(),
        };
        settings.resolve()
    }

    /// Returns the database URL: the setting, the content of `database_file`, or SQLite in the data folder.
    ///
    /// # Errors
    /// `Usage` if the file cannot be read or the URL has an unknown scheme.
    pub(crate) fn database_url(&self) -> Result<String, CliError> {
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

    /// Returns the file with which a node proves to NATS who it is, if configured.
    pub(crate) fn nats_credentials_file(&self) -> Option<&Path> {
        self.nats_credentials_file.as_deref()
    }

    /// Returns the URL at which browsers reach a server of this configuration, as far as it is known before it starts.
    pub(crate) fn local_public_url(&self) -> String {
        let url = self.public_url.clone();
        url.unwrap_or_else(|| format!("http://{}", self.listen.as_str()))
    }

    /// Returns the file that holds the database URL, if configured.
    pub(crate) fn database_url_file(&self) -> Option<&Path> {
        self.database_file.as_deref()
    }

    /// Returns the database file if the database is SQLite.
    pub(crate) fn sqlite_path(&self) -> Result<Option<PathBuf>, CliError> {
        Ok(self
            .database_url()?
            .strip_prefix("sqlite:")
            .map(PathBuf::from))
    }
}

/// Error of a setting in a section that cannot be used.
fn section_error(section: &str, field: &str, reason: &str) -> CliError {
    CliError::new(ExitKind::Usage, format!("`{section}.{field}` {reason}"))
        .with_hint("see the section in docs/configuration.md")
}

fn conflicting_settings_error(name: &str) -> CliError {
    CliError::new(
        ExitKind::Usage,
        format!("both `{name}` and `{name}_file` are given"),
    )
    .with_hint("keep one of them")
}
