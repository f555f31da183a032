//! Phone numbers of a workspace.

use crate::id::{IdOrNumber, PhoneNumberId, kind};
use crate::phone_options::{PhoneOptions, UpdatePhoneOptions};
use crate::time::Timestamp;

/// How a caller names a phone number of the workspace.
pub type PhoneNumberKey = IdOrNumber<kind::PhoneNumber>;

/// A phone number of the workspace.
#[derive(Debug, Clone)]
pub struct PhoneNumber {
    /// Its number (the entity's, not the one that is dialled).
    pub number: i64,
    /// Its id.
    pub id: PhoneNumberId,
    /// E.164, such as `+15005550006`; unique in the workspace.
    pub e164: String,
    /// What it is called.
    pub name: Option<String>,
    /// May carry text messages.
    pub sms: bool,
    /// May carry calls.
    pub voice: bool,
    /// Used where nothing else is named.
    pub is_default: bool,
    /// How it answers.
    pub options: PhoneOptions,
    /// The number of the workflow that runs what comes in.
    pub default_workflow: Option<i64>,
    /// Put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What to make a phone number of.
#[derive(Debug, Clone)]
pub struct CreatePhoneNumber {
    /// With its country code, as people write it.
    pub e164: String,
    /// What it is called.
    pub name: Option<String>,
    /// May carry text messages.
    pub sms: bool,
    /// May carry calls.
    pub voice: bool,
    /// Used where nothing else is named; the one that was so far no longer is.
    pub is_default: bool,
    /// How it answers, where that is not as usual.
    pub options: UpdatePhoneOptions,
}

/// What to change of a phone number. `None` keeps; `Some(None)` clears.
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
