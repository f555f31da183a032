//! The lines a workspace has to the outside: phone numbers and inboxes.

use crate::id::{IdOrNumber, InboxId, PhoneNumberId, kind};
use crate::phone_options::{PhoneOptions, UpdatePhoneOptions};
use crate::time::Timestamp;
use crate::workflow::WorkflowKey;

/// How a caller names a phone number of the workspace.
pub type PhoneNumberKey = IdOrNumber<kind::PhoneNumber>;
/// How a caller names an inbox.
pub type InboxKey = IdOrNumber<kind::Inbox>;

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
    /// What stands under every mail from it, at most 10,000 characters.
    pub footer: Option<String>,
    /// What is done with mail that comes to it: at most 100 objects of the caller's own form, 64 KiB of JSON in all.
    pub rules: Vec<serde_json::Value>,
    /// Used where nothing else is named.
    pub is_default: bool,
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

/// What to make an inbox of.
#[derive(Debug, Clone)]
pub struct CreateInbox {
    /// Unique in the workspace; made of the address when absent.
    pub slug: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// The address mail comes to.
    pub address: String,
    /// The workflow that answers it.
    pub workflow: Option<WorkflowKey>,
    /// What stands under every mail from it.
    pub footer: Option<String>,
    /// What is done with mail that comes to it.
    pub rules: Vec<serde_json::Value>,
    /// Used where nothing else is named; the one that was so far no longer is.
    pub is_default: bool,
}

/// What to change of an inbox. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the fields are those of Inbox")]
pub struct UpdateInbox {
    pub slug: Option<String>,
    pub name: Option<Option<String>>,
    pub address: Option<String>,
    pub workflow: Option<Option<WorkflowKey>>,
    pub footer: Option<Option<String>>,
    pub rules: Option<Vec<serde_json::Value>>,
    pub is_default: Option<bool>,
}
