//! Every setting, once: from this table come the flags, the variables, the check for unknown names and the docs' table.

/// How a setting's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As it is.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
    /// Comma-separated texts; an array in a file.
    List,
    /// `500ms`, `30s`, `5m`, `12h`, `7d`; a bare number means seconds.
    Duration,
    /// `65536`, `64KiB`, `1MiB`; a bare number means bytes.
    Size,
    /// A section for each dialect.
    Sections,
}

/// Where a setting stands in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Where the data is.
    Storage,
    /// What clients meet.
    Network,
    /// What is printed.
    Output,
    /// What the APIs do.
    Behaviour,
}

impl Group {
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
pub struct Key {
    /// Its name in a file; `--with-dashes` as a flag, `PARLOR_IN_CAPITALS` as a variable.
    pub name: &'static str,
    /// What stands for its value in the help.
    pub value: &'static str,
    /// How it is read.
    pub kind: Kind,
    /// What it is when nobody says, as text; empty for nothing.
    pub default: &'static str,
    /// One line.
    pub help: &'static str,
    /// Where it stands.
    pub group: Group,
    /// Whether every command takes it, not only `serve`.
    pub everywhere: bool,
    /// Whether it is a flag as well: a secret is not, since other users can see a process's arguments.
    pub flag: bool,
}

impl Key {
    /// The flag's name without its dashes in front.
    pub fn flag_name(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The variable's name.
    pub fn variable(&self) -> String {
        format!("PARLOR_{}", self.name.to_ascii_uppercase())
    }
}

const fn key(
    group: Group,
    name: &'static str,
    value: &'static str,
    kind: Kind,
    default: &'static str,
    help: &'static str,
) -> Key {
    Key {
        name,
        value,
        kind,
        default,
        help,
        group,
        everywhere: false,
        flag: true,
    }
}

const fn everywhere(mut key: Key) -> Key {
    key.everywhere = true;
    key
}

const fn without_flag(mut key: Key) -> Key {
    key.flag = false;
    key
}

/// The name in every token's `iss` claim unless the operator says otherwise. Software written for the vendor whose
/// tokens carry this name checks for it.
const ISSUER: &str = "relationlabs.ai";

use Group::{Behaviour, Network, Output, Storage};
use Kind::{Duration, List, Number, Sections, Size, Switch, Text};

/// All of them, in the order they are shown.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    everywhere(key(Storage, "data", "DIR", Text, "./parlor-data", "Folder of the database, keys and credentials")),
    everywhere(key(Storage, "database", "URL", Text, "", "sqlite:PATH or postgres://...; default sqlite:DIR/parlor.db")),
    everywhere(key(Storage, "database_file", "FILE", Text, "", "File that holds the database's URL")),
    without_flag(key(Storage, "master_key", "HEX", Text, "", "The master key itself: 64 hex digits")),
    everywhere(key(Storage, "master_key_file", "FILE", Text, "", "File that holds the master key; default DIR/master.key")),
    key(Storage, "connections", "N", Number, "16", "Connections to a PostgreSQL server"),
    key(Storage, "database_queue", "N", Number, "10000", "Writes that may wait for the database; more are refused"),
    key(Storage, "waiting_searches", "N", Number, "1000", "Searches and lists of one workspace that may wait"),
    key(Storage, "search_wait", "TIME", Duration, "10s", "How long each of those waits"),
    key(Storage, "postgres_statement_timeout", "TIME", Duration, "30s", "Longest statement on PostgreSQL; 0 is no limit"),
    key(Storage, "postgres_lock_timeout", "TIME", Duration, "10s", "Longest wait for a lock on PostgreSQL; 0 is no limit"),
    key(Storage, "postgres_idle_timeout", "TIME", Duration, "60s", "Longest standstill of a transaction there; 0 is no limit"),
    key(Storage, "postgres_tcp_timeout", "TIME", Duration, "30s", "Longest silence of PostgreSQL's host; 0 is the system's own"),
    key(Storage, "files", "PLACE", Text, "", "Where files are kept: database, or a folder; default by the database"),
    key(Storage, "file_limit", "SIZE", Size, "25MiB", "Longest file"),
    key(Network, "listen", "ADDRESS", Text, "127.0.0.1:8080", "Address or name and port to listen on"),
    key(Network, "metrics_listen", "ADDRESS", Text, "", "Where /metrics is had instead, on its own address and port"),
    key(Network, "metrics_access", "WHO", Text, "local", "Who gets /metrics at listen: local, all or none"),
    key(Network, "public_url", "URL", Text, "", "Where clients reach the server, if not where it listens"),
    key(Network, "bus", "URL", Text, "", "How nodes reach each other: postgres: or memory:; default by the database"),
    key(Network, "single_node", "BOOL", Switch, "false", "Whether no other node uses this PostgreSQL database"),
    key(Network, "body_limit", "SIZE", Size, "1MiB", "Longest request body"),
    key(Network, "timeout", "TIME", Duration, "30s", "How long a request may take to be answered"),
    key(Network, "write_timeout", "TIME", Duration, "30s", "How long a client may take nothing; 0 is no limit"),
    key(Network, "requests_per_minute", "N", Number, "0", "Requests a minute per credential and endpoint; 0 is no limit"),
    key(Network, "failed_credentials_per_minute", "N", Number, "60", "Wrong credentials a minute per address; 0 is no limit"),
    key(Network, "anonymous_requests_per_minute", "N", Number, "60", "Requests a minute per address without any; 0 is no limit"),
    key(Network, "trusted_proxies", "LIST", List, "", "Addresses and networks whose X-Forwarded-For is believed"),
    key(Network, "agent_server_networks", "LIST", List, "", "Inside networks in which agent servers and fetched files may be"),
    key(Network, "cors_origins", "LIST", List, "*", "Origins whose pages may call; * is any"),
    key(Output, "log", "FILTER", Text, "info", "What is logged: error, warn, info, debug, trace"),
    key(Output, "log_format", "FORMAT", Text, "auto", "human, json, or auto: human on a terminal"),
    key(Behaviour, "issuer", "NAME", Text, ISSUER, "The issuer in tokens"),
    key(Behaviour, "title_from_first_message", "BOOL", Switch, "true", "Whether an automatic title gives way to the first message"),
    key(Behaviour, "search_interval", "TIME", Duration, "1s", "How long the search index rests when nothing is new"),
    key(Behaviour, "disabled_dialects", "LIST", List, "", "Dialects that are switched off"),
    without_flag(key(Behaviour, "dialects", "SECTIONS", Sections, "", "Settings of each dialect, by its name")),
];

/// A setting by its name in a file.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}
