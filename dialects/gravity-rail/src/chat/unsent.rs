//! Why words did not leave, as codes that tell nothing about the recipient.

use parlor_model::chat::Unsent;
use parlor_model::conversation::Medium;

/// The code for what did not leave over a medium.
pub(crate) fn code(why: Unsent, medium: Medium) -> &'static str {
    match why {
        Unsent::NoPhoneNumber => "missing_phone_number",
        Unsent::NoInbox => "missing_inbox",
        Unsent::NoRecipientPhone => "missing_recipient_phone",
        Unsent::NoRecipientEmail => "missing_recipient_email",
        Unsent::OptedOut => "recipient_opted_out",
        Unsent::Dispatch if medium == Medium::Email => "email_dispatch_failed",
        Unsent::Dispatch => "sms_dispatch_failed",
    }
}
