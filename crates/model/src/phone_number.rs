//! Phone numbers of a workspace.

use crate::id::{IdOrNumber, PhoneNumberId, kind};
use crate::phone_options::{PhoneOptions, UpdatePhoneOptions};
use crate::time::Timestamp;

/// Key by which a caller addresses a phone number of the workspace.
pub type PhoneNumberKey = IdOrNumber<kind::PhoneNumber>;

/// Phone number of the workspace.
#[derive(Debug, Clone)]
pub struct PhoneNumber {
    /// Row number (not the number that is dialled).
    pub number: i64,
    /// Public id.
    pub id: PhoneNumberId,
    /// E.164, such as `+15005550006`; unique in the workspace.
    pub e164: String,
    /// Display name.
    pub name: Option<String>,
    /// Supports text messages.
    pub sms: bool,
    /// Supports voice calls.
    pub voice: bool,
    /// Default of the workspace.
    pub is_default: bool,
    /// Answering options.
    pub options: PhoneOptions,
    /// Number of the workflow that handles incoming messages and calls.
    pub default_workflow: Option<i64>,
    /// Archive time; `None` while in use.
    pub archived_at: Option<Timestamp>,
    /// Creation time.
    pub created_at: Timestamp,
}

/// Command that creates a phone number.
#[derive(Debug, Clone)]
pub struct CreatePhoneNumber {
    /// Phone number with country code, in any common notation.
    pub e164: String,
    /// Display name.
    pub name: Option<String>,
    /// Supports text messages.
    pub sms: bool,
    /// Supports voice calls.
    pub voice: bool,
    /// Becomes the default of the workspace; the previous default loses the flag.
    pub is_default: bool,
    /// Answering options that differ from the default.
    pub options: UpdatePhoneOptions,
}

/// Changes to a phone number. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of PhoneNumber")]
pub struct UpdatePhoneNumber {
    pub name: Option<Option<String>>,
    pub sms: Option<bool>,
    pub voice: Option<bool>,
    pub is_default: Option<bool>,
    pub archived: Option<bool>,
    pub options: UpdatePhoneOptions,
}
