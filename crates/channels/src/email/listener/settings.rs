//! Settings of the listener for mail servers.

use std::net::SocketAddr;
use std::time::Duration;

use parlor_model::id::WorkspaceId;
use serde::Deserialize;

use super::tls::TlsFiles;

/// Protocol of the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailProtocol {
    /// SMTP: one reply to a mail.
    #[default]
    Smtp,
    /// LMTP: a reply for each recipient of a mail.
    Lmtp,
}

/// Settings of the listener, checked.
#[derive(Debug, Clone)]
pub struct MailListenerSettings {
    /// Address and port.
    pub address: SocketAddr,
    /// Protocol.
    pub protocol: MailProtocol,
    /// Name by which the server greets.
    pub hostname: String,
    /// Workspace whose inboxes get mails; all of them if absent.
    pub workspace: Option<WorkspaceId>,
    /// Certificate; without one `STARTTLS` is not offered.
    pub tls: Option<TlsFiles>,
    /// Whether `STARTTLS` must come before a mail.
    pub require_tls: bool,
    /// Recipients of a mail.
    pub max_recipients: usize,
    /// Connections at a time.
    pub max_connections: usize,
    /// Connections of a client's address at a time.
    pub max_connections_per_address: usize,
    /// Mails of a client's address a minute; 0 is no limit.
    pub mails_per_minute: u32,
    /// Refused commands after which the connection is closed.
    pub max_errors: usize,
    /// Time in which a client says nothing, or takes no reply.
    pub idle_timeout: Duration,
    /// Time for a connection.
    pub session_timeout: Duration,
}
