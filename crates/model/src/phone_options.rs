//! How a phone number answers: what its carrier is to do with what comes in. Kept for whatever connects a carrier.

use serde::{Deserialize, Serialize};

use crate::workflow::WorkflowKey;

/// When what comes in over a phone number is put through, and when it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkMode {
    /// To the person behind it, always.
    AlwaysForward,
    /// To the person behind it, out of hours.
    ForwardOffHours,
    /// By a message, always.
    AlwaysMessage,
    /// By a message, out of hours.
    MessageOffHours,
    /// By the voicemail, always.
    Voicemail,
    /// By the voicemail, out of hours.
    VoicemailOffHours,
}

/// How a phone number answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneOptions {
    /// What recipients see in place of the number.
    pub brand_name: Option<String>,
    /// Whoever calls or writes becomes a member.
    pub allow_signup: bool,
    /// Those members become users of the workspace.
    pub signup_is_user: bool,
    /// Who is not known may call and write.
    pub allow_anonymous: bool,
    /// Those become users of the workspace.
    pub anonymous_is_user: bool,
    /// A conversation that was quiet for so many seconds begins anew.
    pub restart_delay_seconds: i64,
    /// What is said then.
    pub restart_prompt: Option<String>,
    /// May carry messages of the messenger of that name.
    pub enable_whatsapp: bool,
    /// An assistant answers.
    pub assistant_enabled: bool,
    /// Said when a call is answered.
    pub voice_greeting: Option<String>,
    /// Said to callers when nobody can answer.
    pub voice_unavailable: Option<String>,
    /// Said to those who are not known, where they may not call.
    pub anonymous_rejection: Option<String>,
    /// Written when nobody can answer.
    pub sms_unavailable: Option<String>,
    /// Said before a message can be left.
    pub voicemail_greeting: Option<String>,
    /// What happens to calls.
    pub voice_work_mode: Option<WorkMode>,
    /// What happens to text messages.
    pub sms_work_mode: Option<WorkMode>,
    /// What the carrier calls the number.
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

/// What to change of how a phone number answers. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of PhoneOptions")]
pub struct UpdatePhoneOptions {
    /// The workflow that runs what comes in.
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
