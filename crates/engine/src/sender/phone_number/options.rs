//! Validates and applies the options of a phone number.

use parlor_model::phone_number::PhoneNumber;
use parlor_model::phone_options::UpdatePhoneOptions;
use parlor_model::{Error, Result, limit, text};
use parlor_store::Tx;

use crate::workflow;

/// Maximum time after which a conversation restarts: 30 days.
const MAX_RESTART_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Validates the changes and normalizes their texts; a blank one becomes `None`.
pub(super) fn validated(mut changes: UpdatePhoneOptions) -> Result<UpdatePhoneOptions> {
    if let Some(seconds) = changes.restart_delay_seconds
        && !(0..=MAX_RESTART_SECONDS).contains(&seconds)
    {
        return Err(Error::invalid("restart_delay", "must be 0 to 2592000"));
    }
    let longest = limit::DESCRIPTION.max_chars;
    for (given, field, max_chars) in [
        (&mut changes.brand_name, "brand_name", limit::NAME.max_chars),
        (&mut changes.restart_prompt, "restart_prompt", longest),
        (&mut changes.voice_greeting, "voice_greeting", longest),
        (&mut changes.voice_unavailable, "voice_unavailable", longest),
        (
            &mut changes.anonymous_rejection,
            "anonymous_rejection",
            longest,
        ),
        (&mut changes.sms_unavailable, "sms_unavailable", longest),
        (
            &mut changes.voicemail_greeting,
            "voicemail_greeting",
            longest,
        ),
        (
            &mut changes.provider_id,
            "provider_id",
            limit::REFERENCE.max_chars,
        ),
    ] {
        if let Some(value) = given {
            *value = text::normalize_optional(value.as_deref(), field, max_chars)?;
        }
    }
    Ok(changes)
}

/// Applies validated changes.
pub(super) fn apply_changes(
    tx: &mut dyn Tx,
    ws: i64,
    phone_number: &mut PhoneNumber,
    changes: &UpdatePhoneOptions,
) -> Result<()> {
    fn set<T: Clone>(field: &mut T, given: Option<&T>) {
        if let Some(given) = given {
            field.clone_from(given);
        }
    }
    if let Some(key) = changes.default_workflow {
        let found = key
            .map(|key| workflow::find_in_tx(tx, ws, key))
            .transpose()?;
        phone_number.default_workflow = found.map(|found| found.number);
    }
    let now = &mut phone_number.options;
    set(&mut now.brand_name, changes.brand_name.as_ref());
    set(&mut now.allow_signup, changes.allow_signup.as_ref());
    set(&mut now.signup_is_user, changes.signup_is_user.as_ref());
    set(&mut now.allow_anonymous, changes.allow_anonymous.as_ref());
    set(
        &mut now.anonymous_is_user,
        changes.anonymous_is_user.as_ref(),
    );
    set(
        &mut now.restart_delay_seconds,
        changes.restart_delay_seconds.as_ref(),
    );
    set(&mut now.restart_prompt, changes.restart_prompt.as_ref());
    set(&mut now.enable_whatsapp, changes.enable_whatsapp.as_ref());
    set(
        &mut now.assistant_enabled,
        changes.assistant_enabled.as_ref(),
    );
    set(&mut now.voice_greeting, changes.voice_greeting.as_ref());
    set(
        &mut now.voice_unavailable,
        changes.voice_unavailable.as_ref(),
    );
    set(
        &mut now.anonymous_rejection,
        changes.anonymous_rejection.as_ref(),
    );
    set(&mut now.sms_unavailable, changes.sms_unavailable.as_ref());
    set(
        &mut now.voicemail_greeting,
        changes.voicemail_greeting.as_ref(),
    );
    set(&mut now.voice_work_mode, changes.voice_work_mode.as_ref());
    set(&mut now.sms_work_mode, changes.sms_work_mode.as_ref());
    set(&mut now.provider_id, changes.provider_id.as_ref());
    Ok(())
}
