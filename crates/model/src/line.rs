//! The lines a workspace has to the outside: phone numbers and inboxes.

use crate::id::{InboxId, PhoneNumberId};
use crate::time::Timestamp;

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
    /// Put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An email inbox of the workspace.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: InboxId,
    /// Unique in the workspace.
    pub slug: String,
    /// What it is called.
    pub name: Option<String>,
    /// The address mail comes to; unique in the workspace.
    pub address: String,
    /// The workflow's number that answers it.
    pub workflow: Option<i64>,
    /// Used where nothing else is named.
    pub is_default: bool,
    /// Put away.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}
