//! Channels: text messages and mails in both directions, webhooks, calls from the server to customers' agent servers, and downloads
//! of files from URLs that callers give.
//!
//! Keeps INV-32 (`docs/invariants.md`).

mod agent_server;
mod allowed_networks;
mod carrier;
mod dial;
mod download;
pub mod duration;
mod email;
mod secret;
mod settings_error;
mod sms;
mod tls;
pub mod webhook;

pub use agent_server::{AgentClientLimits, HttpAgentClient};
pub use allowed_networks::AllowedNetworks;
pub use carrier::{CarrierSettings, ConfiguredCarriers};
pub use download::HttpDownloads;
pub use email::{
    MailInSettings, MailInVerifier, MailKind, MailParseError, ParsedMail, SmtpSettings, SmtpTls,
    parse_mail,
};
pub use secret::{SecretSource, SecretUnreadable};
pub use settings_error::ChannelSettingsError;
pub use sms::{SmsCarrierKind, SmsForm, SmsSettings, SmsWebhookVerifier};
pub use tls::tls_client_config;
