//! Answering options of a phone number. Those that no carrier of this server uses are stored for an external integration.

use serde::{Deserialize, Serialize};

use crate::workflow::WorkflowKey;

/// Forwarding mode of incoming messages or calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkMode {
    /// Always forwards to a person.
    AlwaysForward,
    /// Forwards to a person out of hours.
    ForwardOffHours,
    /// Always answers with a message.
    AlwaysMessage,
    /// Answers with a message out of hours.
    MessageOffHours,
    /// Always answers with voicemail.
    Voicemail,
    /// Answers with voicemail out of hours.
    VoicemailOffHours,
}

/// Answering options of a phone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneOptions {
    /// Sender name shown to recipients in place of the number.
    pub brand_name: Option<String>,
    /// Unknown callers and senders become members.
    pub allow_signup: bool,
    /// Members created this way get the user role.
    pub signup_is_user: bool,
    /// Anonymous callers and senders are accepted.
    pub allow_anonymous: bool,
    /// Anonymous members get the user role.
    pub anonymous_is_user: bool,
    /// Seconds of inactivity after which a conversation restarts.
    pub restart_delay_seconds: i64,
    /// Prompt at such a restart.
    pub restart_prompt: Option<String>,
    /// Supports WhatsApp messages.
    pub enable_whatsapp: bool,
    /// An assistant answers.
    pub assistant_enabled: bool,
    /// Greeting when a call is answered.
    pub voice_greeting: Option<String>,
    /// Announcement to callers when no one is available.
    pub voice_unavailable: Option<String>,
    /// Announcement to anonymous callers when they are not accepted.
    pub anonymous_rejection: Option<String>,
    /// Text message when no one is available.
    pub sms_unavailable: Option<String>,
    /// Greeting before a voicemail is recorded.
    pub voicemail_greeting: Option<String>,
    /// Forwarding mode of calls.
    pub voice_work_mode: Option<WorkMode>,
    /// Forwarding mode of text messages.
    pub sms_work_mode: Option<WorkMode>,
    /// Carrier's id of the number.
    pub provider_id: Option<String>,
}

impl Default for PhoneOptions {
    fn default() -> Self {
        Self {
            brand_name: None,
            allow_signup: false,
            signup_is_user: false,
            allow_anonymous: false,
            anonymous_is_user: false,
            restart_delay_seconds: 900,
            restart_prompt: None,
            enable_whatsapp: false,
            assistant_enabled: true,
            voice_greeting: None,
            voice_unavailable: None,
            anonymous_rejection: None,
            sms_unavailable: None,
            voicemail_greeting: None,
            voice_work_mode: None,
            sms_work_mode: None,
            provider_id: None,
        }
    }
}

/// Changes to [`PhoneOptions`]. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of PhoneOptions")]
pub struct UpdatePhoneOptions {
    /// Workflow that handles incoming messages and calls.
    pub default_workflow: Option<Option<WorkflowKey>>,
    pub brand_name: Option<Option<String>>,
    pub allow_signup: Option<bool>,
    pub signup_is_user: Option<bool>,
    pub allow_anonymous: Option<bool>,
    pub anonymous_is_user: Option<bool>,
    pub restart_delay_seconds: Option<i64>,
    pub restart_prompt: Option<Option<String>>,
    pub enable_whatsapp: Option<bool>,
    pub assistant_enabled: Option<bool>,
    pub voice_greeting: Option<Option<String>>,
    pub voice_unavailable: Option<Option<String>>,
    pub anonymous_rejection: Option<Option<String>>,
    pub sms_unavailable: Option<Option<String>>,
    pub voicemail_greeting: Option<Option<String>>,
    pub voice_work_mode: Option<Option<WorkMode>>,
    pub sms_work_mode: Option<Option<WorkMode>>,
    pub provider_id: Option<Option<String>>,
}
