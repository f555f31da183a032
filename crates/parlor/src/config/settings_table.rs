//! Table of all settings. Flags, variables, the check for unknown names and the table in the documentation are derived
//! from it.

/// Type of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SettingKind {
    /// Any text.
    Text,
    /// Unsigned integer.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Comma-separated texts; an array in a file.
    List,
    /// Duration: `500ms`, `30s`, `5m`, `12h`, `7d`; a bare number means seconds.
    Duration,
    /// Size: `65536`, `64KiB`, `1MiB`; a bare number means bytes.
    Size,
    /// One table per dialect; configuration file and variables only.
    DialectTables,
    /// One table of settings with names of their own; configuration file and variables only.
    Section,
    /// The same with a key `enabled`, which the flag sets.
    SwitchedSection,
}

/// Help section of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SettingGroup {
    /// Data folder and database.
    Storage,
    /// Addresses, limits and timeouts.
    Network,
    /// Logging.
    Output,
    /// Behaviour of the APIs.
    Behaviour,
}

impl SettingGroup {
    /// Returns the heading of the section.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Storage => "Storage",
            Self::Network => "Network",
            Self::Output => "Output",
            Self::Behaviour => "Behaviour",
        }
    }
}

/// Definition of a setting.
#[derive(Debug, Clone, Copy)]
pub struct SettingSpec {
    /// Name in the file; the flag is `--with-dashes`, the variable `PARLOR_IN_CAPITALS`.
    pub name: &'static str,
    /// Placeholder of the value in the help.
    pub(crate) value_name: &'static str,
    /// Type of the value.
    pub(crate) kind: SettingKind,
    /// Default as text; empty for none.
    pub default: &'static str,
    /// Help text of one line.
    pub(crate) help: &'static str,
    /// Help section.
    pub(crate) group: SettingGroup,
    /// Whether all commands accept it, not only `serve`.
    pub(crate) is_global: bool,
    /// Whether it has a flag. Secrets have none, because process arguments are visible to other users.
    pub has_flag: bool,
}

impl SettingSpec {
    /// Returns the flag's name without the leading dashes.
    pub fn flag_name(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Returns the name of the environment variable.
    pub fn variable_name(&self) -> String {
        format!("PARLOR_{}", self.name.to_ascii_uppercase())
    }
}

const fn setting(
    group: SettingGroup,
    name: &'static str,
    value: &'static str,
    kind: SettingKind,
    default: &'static str,
    help: &'static str,
) -> SettingSpec {
    SettingSpec {
        name,
        value_name: value,
        kind,
        default,
        help,
        group,
        is_global: false,
        has_flag: true,
    }
}

const fn global(mut key: SettingSpec) -> SettingSpec {
    key.is_global = true;
    key
}

const fn without_flag(mut key: SettingSpec) -> SettingSpec {
    key.has_flag = false;
    key
}

/// Default of the tokens' `iss` claim: the issuer that clients of that vendor check for.
const DEFAULT_ISSUER: &str = "relationlabs.ai";

use SettingGroup::{Behaviour, Network, Output, Storage};
use SettingKind::{
    Boolean, DialectTables, Duration, List, Number, Section, Size, SwitchedSection, Text,
};

/// All settings, in display order.
#[rustfmt::skip]
pub const SETTINGS: &[SettingSpec] = &[
    global(setting(Storage, "data", "DIR", Text, "./parlor-data", "Folder of database, keys and credentials")),
    global(setting(Storage, "database", "URL", Text, "", "sqlite:PATH or postgres://...; default sqlite:DIR/parlor.db")),
    global(setting(Storage, "database_file", "FILE", Text, "", "File that holds the database's URL")),
    without_flag(setting(Storage, "master_key", "HEX", Text, "", "The master key itself: 64 hex digits")),
    global(setting(Storage, "master_key_file", "FILE", Text, "", "File that holds the master key; default DIR/master.key")),
    setting(Storage, "connections", "N", Number, "", "Connections to a PostgreSQL server; default by the processors"),
    setting(Storage, "database_queue", "N", Number, "10000", "Writes that may wait for the database; more are refused"),
    setting(Storage, "waiting_searches", "N", Number, "1000", "Searches and lists of one workspace that may wait"),
    setting(Storage, "search_wait", "TIME", Duration, "10s", "How long each of those waits"),
    setting(Storage, "postgres_statement_timeout", "TIME", Duration, "30s", "Longest statement on PostgreSQL; 0 is no limit"),
    setting(Storage, "postgres_lock_timeout", "TIME", Duration, "10s", "Longest wait for a lock on PostgreSQL; 0 is no limit"),
    setting(Storage, "postgres_idle_timeout", "TIME", Duration, "60s", "Longest standstill of a transaction there; 0 is no limit"),
    setting(Storage, "postgres_tcp_timeout", "TIME", Duration, "30s", "Longest silence of PostgreSQL's host; 0 is the system's own"),
    setting(Storage, "files", "PLACE", Text, "", "Where files are kept: database, a folder, or s3://BUCKET/PREFIX; default by the database"),
    without_flag(setting(Storage, "s3", "SECTION", Section, "", "The S3-compatible store of the bucket that files names")),
    setting(Storage, "file_limit", "SIZE", Size, "25MiB", "Longest file"),
    setting(Storage, "backup_every", "TIME", Duration, "0", "Time between two backups of an embedded database; 0 is none"),
    setting(Storage, "backup_keep", "N", Number, "7", "How many of those stay, the newest ones; 0 is all"),
    setting(Storage, "backup_folder", "DIR", Text, "", "Folder of backups; default DATA/backups"),
    setting(Network, "listen", "ADDRESS", Text, "127.0.0.1:8080", "Address or name and port to listen on"),
    setting(Network, "metrics_listen", "ADDRESS", Text, "", "Where /metrics is had instead, on its own address and port"),
    setting(Network, "metrics_access", "WHO", Text, "local", "Who gets /metrics at listen: local, all or none"),
    setting(Network, "public_url", "URL", Text, "", "Where clients reach the server, if not where it listens"),
    setting(Network, "bus", "URL", Text, "", "How nodes reach each other: postgres:, memory: or nats://HOST:PORT; default by the database"),
    setting(Network, "nats_credentials_file", "FILE", Text, "", "A file with what proves this node to NATS"),
    setting(Network, "nats_certificates_file", "FILE", Text, "", "A file with the authorities of the NATS server's certificate"),
    setting(Network, "nats_subject", "NAME", Text, "", "The subject of the nodes' messages on NATS; default by the master key"),
    setting(Network, "single_node", "BOOL", Boolean, "false", "Whether no other node uses this PostgreSQL database"),
    setting(Network, "body_limit", "SIZE", Size, "1MiB", "Longest request body"),
    setting(Network, "timeout", "TIME", Duration, "30s", "How long a request may take to be answered"),
    setting(Network, "write_timeout", "TIME", Duration, "30s", "How long a client may take nothing; 0 is no limit"),
    setting(Network, "requests_per_minute", "N", Number, "0", "Requests a minute per credential and endpoint; 0 is no limit"),
    setting(Network, "failed_credentials_per_minute", "N", Number, "60", "Wrong credentials a minute per address; 0 is no limit"),
    setting(Network, "anonymous_requests_per_minute", "N", Number, "60", "Requests a minute per address without any; 0 is no limit"),
    setting(Network, "trusted_proxies", "LIST", List, "", "Addresses and networks whose X-Forwarded-For is believed"),
    setting(Network, "agent_server_networks", "LIST", List, "", "Inside networks that agent servers, webhooks and files may be in"),
    setting(Network, "cors_origins", "LIST", List, "*", "Origins whose pages may call; * is any"),
    setting(Output, "log", "FILTER", Text, "info", "What is logged: error, warn, info, debug, trace"),
    setting(Output, "log_format", "FORMAT", Text, "auto", "human, json, or auto: human on a terminal"),
    setting(Behaviour, "issuer", "NAME", Text, DEFAULT_ISSUER, "The issuer in tokens"),
    setting(Behaviour, "title_from_first_message", "BOOL", Boolean, "true", "Whether an automatic title gives way to the first message"),
    setting(Behaviour, "search_interval", "TIME", Duration, "1s", "How long the search index rests when nothing is new"),
    setting(Behaviour, "mcp", "BOOL", Boolean, "true", "Whether /mcp is served, for the tools of models"),
    setting(Behaviour, "disabled_dialects", "LIST", List, "", "Dialects that are switched off"),
    setting(Behaviour, "console", "WHETHER", Text, "on", "Whether the console is served at /console/: on or off"),
    without_flag(setting(Behaviour, "assistant", "SECTION", Section, "", "The model that answers, and how it is called")),
    without_flag(setting(Behaviour, "assistant_turns", "SECTION", Section, "", "Limits of answers")),
    without_flag(setting(Behaviour, "sms", "SECTION", Section, "", "The carrier of text messages")),
    without_flag(setting(Behaviour, "voice", "SECTION", Section, "", "The carrier of calls")),
    without_flag(setting(Behaviour, "smtp", "SECTION", Section, "", "The mail server that sends")),
    without_flag(setting(Behaviour, "mail_in", "SECTION", Section, "", "How mails come in: a token, or a listener for SMTP or LMTP")),
    setting(Behaviour, "simulator", "", SwitchedSection, "", "Simulate text messages, calls and mail, to try them without a carrier"),
    without_flag(setting(Behaviour, "webhooks", "SECTION", Section, "", "Webhooks of event rules: attempts, pauses, limits")),
    without_flag(setting(Behaviour, "dialects", "SECTIONS", DialectTables, "", "Settings of each dialect, by its name")),
];

/// Finds a setting by its name in the file.
pub(super) fn find(name: &str) -> Option<&'static SettingSpec> {
    SETTINGS.iter().find(|key| key.name == name)
}
