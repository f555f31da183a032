//! Every setting, once: from this table come the flags, the variables, the check for unknown names and the docs' table.

/// How a setting's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// As it is.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Comma-separated texts; an array in a file.
    List,
    /// `500ms`, `30s`, `5m`, `12h`, `7d`; a bare number means seconds.
    Duration,
    /// `65536`, `64KiB`, `1MiB`; a bare number means bytes.
    Size,
    /// A section for each dialect.
    DialectTables,
}

/// Where a setting stands in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingGroup {
    /// Where the data is.
    Storage,
    /// What clients meet.
    Network,
    /// What is printed.
    Output,
    /// What the APIs do.
    Behaviour,
}

impl SettingGroup {
    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Storage => "Storage",
            Self::Network => "Network",
            Self::Output => "Output",
            Self::Behaviour => "Behaviour",
        }
    }
}

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct SettingSpec {
    /// Its name in a file; `--with-dashes` as a flag, `PARLOR_IN_CAPITALS` as a variable.
    pub name: &'static str,
    /// What stands for its value in the help.
    pub value_name: &'static str,
    /// How it is read.
    pub kind: SettingKind,
    /// What it is when nobody says, as text; empty for nothing.
    pub default: &'static str,
    /// One line.
    pub help: &'static str,
    /// Where it stands.
    pub group: SettingGroup,
    /// Whether every command takes it, not only `serve`.
    pub is_global: bool,
    /// Whether it is a flag as well: a secret is not, since other users can see a process's arguments.
    pub has_flag: bool,
}

impl SettingSpec {
    /// The flag's name without its dashes in front.
    pub fn flag_name(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The variable's name.
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

/// The name in every token's `iss` claim unless the operator says otherwise. Software written for the vendor whose
/// tokens carry this name checks for it.
const DEFAULT_ISSUER: &str = "relationlabs.ai";

use SettingGroup::{Behaviour, Network, Output, Storage};
use SettingKind::{Boolean, DialectTables, Duration, List, Number, Size, Text};

/// All of them, in the order they are shown.
#[rustfmt::skip]
pub const SETTINGS: &[SettingSpec] = &[
    global(setting(Storage, "data", "DIR", Text, "./parlor-data", "Folder of the database, keys and credentials")),
    global(setting(Storage, "database", "URL", Text, "", "sqlite:PATH or postgres://...; default sqlite:DIR/parlor.db")),
    global(setting(Storage, "database_file", "FILE", Text, "", "File that holds the database's URL")),
    without_flag(setting(Storage, "master_key", "HEX", Text, "", "The master key itself: 64 hex digits")),
    global(setting(Storage, "master_key_file", "FILE", Text, "", "File that holds the master key; default DIR/master.key")),
    setting(Storage, "connections", "N", Number, "16", "Connections to a PostgreSQL server"),
    setting(Storage, "database_queue", "N", Number, "10000", "Writes that may wait for the database; more are refused"),
    setting(Storage, "waiting_searches", "N", Number, "1000", "Searches and lists of one workspace that may wait"),
    setting(Storage, "search_wait", "TIME", Duration, "10s", "How long each of those waits"),
    setting(Storage, "postgres_statement_timeout", "TIME", Duration, "30s", "Longest statement on PostgreSQL; 0 is no limit"),
    setting(Storage, "postgres_lock_timeout", "TIME", Duration, "10s", "Longest wait for a lock on PostgreSQL; 0 is no limit"),
    setting(Storage, "postgres_idle_timeout", "TIME", Duration, "60s", "Longest standstill of a transaction there; 0 is no limit"),
    setting(Storage, "postgres_tcp_timeout", "TIME", Duration, "30s", "Longest silence of PostgreSQL's host; 0 is the system's own"),
    setting(Storage, "files", "PLACE", Text, "", "Where files are kept: database, or a folder; default by the database"),
    setting(Storage, "file_limit", "SIZE", Size, "25MiB", "Longest file"),
    setting(Network, "listen", "ADDRESS", Text, "127.0.0.1:8080", "Address or name and port to listen on"),
    setting(Network, "metrics_listen", "ADDRESS", Text, "", "Where /metrics is had instead, on its own address and port"),
    setting(Network, "metrics_access", "WHO", Text, "local", "Who gets /metrics at listen: local, all or none"),
    setting(Network, "public_url", "URL", Text, "", "Where clients reach the server, if not where it listens"),
    setting(Network, "bus", "URL", Text, "", "How nodes reach each other: postgres: or memory:; default by the database"),
    setting(Network, "single_node", "BOOL", Boolean, "false", "Whether no other node uses this PostgreSQL database"),
    setting(Network, "body_limit", "SIZE", Size, "1MiB", "Longest request body"),
    setting(Network, "timeout", "TIME", Duration, "30s", "How long a request may take to be answered"),
    setting(Network, "write_timeout", "TIME", Duration, "30s", "How long a client may take nothing; 0 is no limit"),
    setting(Network, "requests_per_minute", "N", Number, "0", "Requests a minute per credential and endpoint; 0 is no limit"),
    setting(Network, "failed_credentials_per_minute", "N", Number, "60", "Wrong credentials a minute per address; 0 is no limit"),
    setting(Network, "anonymous_requests_per_minute", "N", Number, "60", "Requests a minute per address without any; 0 is no limit"),
    setting(Network, "trusted_proxies", "LIST", List, "", "Addresses and networks whose X-Forwarded-For is believed"),
    setting(Network, "agent_server_networks", "LIST", List, "", "Inside networks in which agent servers and fetched files may be"),
    setting(Network, "cors_origins", "LIST", List, "*", "Origins whose pages may call; * is any"),
    setting(Output, "log", "FILTER", Text, "info", "What is logged: error, warn, info, debug, trace"),
    setting(Output, "log_format", "FORMAT", Text, "auto", "human, json, or auto: human on a terminal"),
    setting(Behaviour, "issuer", "NAME", Text, DEFAULT_ISSUER, "The issuer in tokens"),
    setting(Behaviour, "title_from_first_message", "BOOL", Boolean, "true", "Whether an automatic title gives way to the first message"),
    setting(Behaviour, "search_interval", "TIME", Duration, "1s", "How long the search index rests when nothing is new"),
    setting(Behaviour, "disabled_dialects", "LIST", List, "", "Dialects that are switched off"),
    without_flag(setting(Behaviour, "dialects", "SECTIONS", DialectTables, "", "Settings of each dialect, by its name")),
];

/// A setting by its name in a file.
pub fn find(name: &str) -> Option<&'static SettingSpec> {
    SETTINGS.iter().find(|key| key.name == name)
}
