//! Codes of failed deliveries. They reveal nothing about the recipient.

use parlor_model::chat::DeliveryFailure;
use parlor_model::conversation::Medium;

/// Returns the code of a failed delivery over a medium.
pub(crate) fn failure_code(failure: DeliveryFailure, medium: Medium) -> &'static str {
    match failure {
        DeliveryFailure::NoPhoneNumber => "missing_phone_number",
        DeliveryFailure::NoInbox => "missing_inbox",
        DeliveryFailure::NoRecipientPhone => "missing_recipient_phone",
        DeliveryFailure::NoRecipientEmail => "missing_recipient_email",
        DeliveryFailure::OptedOut => "recipient_opted_out",
        DeliveryFailure::AddressBounced => "recipient_address_bounced",
        DeliveryFailure::FilesTooLarge => "attachments_too_large",
        DeliveryFailure::FileTypeRefused => "attachment_type_refused",
        DeliveryFailure::Dispatch if medium == Medium::Email => "email_dispatch_failed",
        DeliveryFailure::Dispatch => "sms_dispatch_failed",
    }
}
