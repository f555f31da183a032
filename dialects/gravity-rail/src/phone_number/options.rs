//! Settings of a phone number's behaviour. They are stored and returned; this server has no carrier to apply them.

use parlor_kit::request_body::double_option;
use parlor_model::access::WorkspaceRole;
use parlor_model::phone_options::{PhoneOptions, UpdatePhoneOptions, WorkMode};
use parlor_model::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::EntityRef;
use crate::member::role;

/// When what comes in is put through, and when it is answered.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PhoneWorkMode {
    AlwaysForward,
    ForwardOffHours,
    AlwaysMessage,
    MessageOffHours,
    Voicemail,
    VoicemailOffHours,
}

impl PhoneWorkMode {
    fn from_mode(mode: WorkMode) -> Self {
        match mode {
            WorkMode::AlwaysForward => Self::AlwaysForward,
            WorkMode::ForwardOffHours => Self::ForwardOffHours,
            WorkMode::AlwaysMessage => Self::AlwaysMessage,
            WorkMode::MessageOffHours => Self::MessageOffHours,
            WorkMode::Voicemail => Self::Voicemail,
            WorkMode::VoicemailOffHours => Self::VoicemailOffHours,
        }
    }

    fn to_mode(self) -> WorkMode {
        match self {
            Self::AlwaysForward => WorkMode::AlwaysForward,
            Self::ForwardOffHours => WorkMode::ForwardOffHours,
            Self::AlwaysMessage => WorkMode::AlwaysMessage,
            Self::MessageOffHours => WorkMode::MessageOffHours,
            Self::Voicemail => WorkMode::Voicemail,
            Self::VoicemailOffHours => WorkMode::VoicemailOffHours,
        }
    }
}

/// How a phone number answers. Kept for whatever connects a carrier.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneOptionsResponse {
    brand_name: Option<String>,
    /// The workflow that runs what comes in; what goes out is run by the workflow that names the number.
    default_workflow_id: Option<i64>,
    allow_signup: bool,
    signup_member_role_id: Option<i64>,
    allow_anonymous: bool,
    anonymous_member_role_id: Option<i64>,
    /// Seconds of silence after which a conversation begins anew.
    restart_delay: i64,
    restart_prompt: Option<String>,
    #[serde(rename = "enableWhatsApp")]
    enable_whatsapp: bool,
    assistant_enabled: bool,
    voice_greeting_message: Option<String>,
    voice_unavailable_message: Option<String>,
    anonymous_rejection_message: Option<String>,
    sms_unavailable_message: Option<String>,
    voicemail_greeting: Option<String>,
    voice_work_mode: Option<PhoneWorkMode>,
    sms_work_mode: Option<PhoneWorkMode>,
    /// What the carrier calls the number.
    provider_phone_uuid: Option<String>,
}

impl PhoneOptionsResponse {
    pub(super) fn from_options(options: PhoneOptions, default_workflow: Option<i64>) -> Self {
        let user = |is_user: bool| is_user.then_some(role::to_id(WorkspaceRole::User));
        Self {
            brand_name: options.brand_name,
            default_workflow_id: default_workflow,
            allow_signup: options.allow_signup,
            signup_member_role_id: user(options.signup_is_user),
            allow_anonymous: options.allow_anonymous,
            anonymous_member_role_id: user(options.anonymous_is_user),
            restart_delay: options.restart_delay_seconds,
            restart_prompt: options.restart_prompt,
            enable_whatsapp: options.enable_whatsapp,
            assistant_enabled: options.assistant_enabled,
            voice_greeting_message: options.voice_greeting,
            voice_unavailable_message: options.voice_unavailable,
            anonymous_rejection_message: options.anonymous_rejection,
            sms_unavailable_message: options.sms_unavailable,
            voicemail_greeting: options.voicemail_greeting,
            voice_work_mode: options.voice_work_mode.map(PhoneWorkMode::from_mode),
            sms_work_mode: options.sms_work_mode.map(PhoneWorkMode::from_mode),
            provider_phone_uuid: options.provider_id,
        }
    }
}

/// How a phone number is to answer; what is left out stays, or is as usual.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneOptionsRequest {
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 255)]
    brand_name: Option<Option<String>>,
    /// The workflow that runs what comes in.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    default_workflow_id: Option<Option<EntityRef>>,
    allow_signup: Option<bool>,
    /// 3, a user; null for no role. Signing up by telephone gives no more.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 3, maximum = 3)]
    signup_member_role_id: Option<Option<i64>>,
    allow_anonymous: Option<bool>,
    /// The same for those who are not known.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<i64>, minimum = 3, maximum = 3)]
    anonymous_member_role_id: Option<Option<i64>>,
    /// Seconds; 900 at first.
    #[schema(minimum = 0, maximum = 2_592_000)]
    restart_delay: Option<i64>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    restart_prompt: Option<Option<String>>,
    #[serde(rename = "enableWhatsApp")]
    enable_whatsapp: Option<bool>,
    assistant_enabled: Option<bool>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    voice_greeting_message: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    voice_unavailable_message: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    anonymous_rejection_message: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    sms_unavailable_message: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    voicemail_greeting: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<PhoneWorkMode>)]
    voice_work_mode: Option<Option<PhoneWorkMode>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<PhoneWorkMode>)]
    sms_work_mode: Option<Option<PhoneWorkMode>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 512)]
    provider_phone_uuid: Option<Option<String>>,
}

impl PhoneOptionsRequest {
    pub(super) fn into_command(self) -> Result<UpdatePhoneOptions> {
        let mode = |given: Option<Option<PhoneWorkMode>>| {
            given.map(|mode| mode.map(PhoneWorkMode::to_mode))
        };
        Ok(UpdatePhoneOptions {
            default_workflow: self
                .default_workflow_id
                .map(|id| id.map(EntityRef::to_id_or_number)),
            brand_name: self.brand_name,
            allow_signup: self.allow_signup,
            signup_is_user: parse_is_user(self.signup_member_role_id, "signupMemberRoleId")?,
            allow_anonymous: self.allow_anonymous,
            anonymous_is_user: parse_is_user(
                self.anonymous_member_role_id,
                "anonymousMemberRoleId",
            )?,
            restart_delay_seconds: self.restart_delay,
            restart_prompt: self.restart_prompt,
            enable_whatsapp: self.enable_whatsapp,
            assistant_enabled: self.assistant_enabled,
            voice_greeting: self.voice_greeting_message,
            voice_unavailable: self.voice_unavailable_message,
            anonymous_rejection: self.anonymous_rejection_message,
            sms_unavailable: self.sms_unavailable_message,
            voicemail_greeting: self.voicemail_greeting,
            voice_work_mode: mode(self.voice_work_mode),
            sms_work_mode: mode(self.sms_work_mode),
            provider_id: self.provider_phone_uuid,
        })
    }
}

fn parse_is_user(given: Option<Option<i64>>, field: &'static str) -> Result<Option<bool>> {
    match given {
        None => Ok(None),
        Some(None) => Ok(Some(false)),
        Some(Some(id)) if role::from_id(id) == Some(WorkspaceRole::User) => Ok(Some(true)),
        Some(Some(_)) => Err(Error::invalid(field, "must be 3 or null")),
    }
}

/// Names of the engine's fields in the bodies.
pub(super) const FIELD_NAMES: &[(&str, &str)] = &[
    ("phone", "number"),
    ("brand_name", "brandName"),
    ("restart_delay", "restartDelay"),
    ("restart_prompt", "restartPrompt"),
    ("voice_greeting", "voiceGreetingMessage"),
    ("voice_unavailable", "voiceUnavailableMessage"),
    ("anonymous_rejection", "anonymousRejectionMessage"),
    ("sms_unavailable", "smsUnavailableMessage"),
    ("voicemail_greeting", "voicemailGreeting"),
    ("provider_id", "providerPhoneUuid"),
];
