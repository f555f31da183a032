//! Channels: text messages, calls and mails in both directions, the worker that sends the deliveries of the outbox, webhooks,
//! calls from the server to customers' agent servers, and downloads
//! of files from URLs that callers give.
//!
//! Keeps INV-32 (`docs/invariants.md`).

mod agent_server;
mod allowed_networks;
mod carrier;
mod carrier_account;
mod delivery_worker;
mod dial;
mod download;
pub mod duration;
mod email;
mod secret;
mod settings_error;
mod sms;
mod tls;
mod voice;
pub mod webhook;

pub use agent_server::{AgentClientLimits, HttpAgentClient};
pub use allowed_networks::AllowedNetworks;
pub use carrier::{CarrierSettings, ConfiguredCarriers};
pub use carrier_account::{
    CarrierAccountSettings, CarrierApi, CarrierForm, CarrierWebhookVerifier,
};
pub use delivery_worker::DeliveryWorker;
pub use download::HttpDownloads;
pub use email::{
    DkimSettings, MAX_MAIL_BYTES, MailInKind, MailInSettings, MailInVerifier, MailKind,
    MailListener, MailListenerError, MailListenerSettings, MailParseError, MailProtocol,
    MailReceiptOutcome, MailSession, ParsedMail, RecipientVerdict, SessionStep, SmtpKind,
    SmtpSettings, SmtpTls, original_file, parse_mail, receive_raw_mail,
};
pub use secret::{SecretSource, SecretUnreadable};
pub use settings_error::ChannelSettingsError;
pub use tls::tls_client_config;
pub use voice::{CallHookUrl, VoiceResponse, is_answered_by_machine, parse_call_status};
