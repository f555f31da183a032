//! Starting a chat: a conversation for one member, over one medium, served by an assistant or a person, perhaps by a
//! workflow. What it needs is found or made with it.

use uuid::Uuid;

use crate::conversation::Medium;
use crate::inbox::InboxKey;
use crate::label::LabelRef;
use crate::member::MemberKey;
use crate::metadata::Metadata;
use crate::participant::NewParticipant;
use crate::phone_number::PhoneNumberKey;
use crate::redacted::Redacted;
use crate::site::SiteKey;
use crate::workflow::WorkflowKey;

/// What to start a chat with.
#[derive(Debug, Clone)]
pub struct StartChat {
    /// The medium it runs over.
    pub medium: Medium,
    /// The workflow to run; an assignment is made with the chat.
    pub workflow: Option<WorkflowKey>,
    /// The published version to pin it to; the active one when absent, the draft when none is active.
    pub workflow_version: Option<i64>,
    /// Whom it is for; the acting member when absent.
    pub subject: Option<MemberKey>,
    /// The phone number it runs over, where the medium has one; the workflow's or the workspace's when absent.
    pub phone_number: Option<PhoneNumberKey>,
    /// The inbox it runs over, where the medium has one; the workflow's or the workspace's when absent.
    pub inbox: Option<InboxKey>,
    /// Everybody else. Naming the maker, the subject or the assistant again adds nobody; naming somebody twice here
    /// is refused.
    pub participants: Vec<NewParticipant>,
    /// Whether an assistant runs it.
    pub assistant_enabled: bool,
    /// The assistant; the workflow's when absent.
    pub assistant: Option<MemberKey>,
    /// Model for text turns.
    pub chat_model: Option<String>,
    /// Model for voice turns.
    pub realtime_model: Option<String>,
    /// What the acting member says first, over the medium.
    pub opening: Option<Redacted<String>>,
    /// Its title.
    pub title: Option<String>,
    /// The site it began on; the site's workflow runs it where none is named.
    pub site: Option<SiteKey>,
    /// Marked as a test.
    pub is_test: bool,
    /// A word of the maker's own.
    pub category: Option<String>,
    /// Free JSON.
    pub metadata: Metadata,
    /// The labels it bears from the beginning. An unknown one is not found.
    pub labels: Vec<LabelRef>,
}

impl StartChat {
    /// A chat over a medium with nothing chosen.
    pub fn new(medium: Medium) -> Self {
        Self {
            medium,
            workflow: None,
            workflow_version: None,
            subject: None,
            phone_number: None,
            inbox: None,
            participants: Vec::new(),
            assistant_enabled: true,
            assistant: None,
            chat_model: None,
            realtime_model: None,
            opening: None,
            title: None,
            site: None,
            is_test: false,
            category: None,
            metadata: Metadata::default(),
            labels: Vec::new(),
        }
    }
}

/// A call that was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoiceCall {
    /// Its id.
    pub id: Uuid,
    /// Whether the carrier took it.
    pub is_placed: bool,
}

/// Why a text did not leave. None of them tells anything about the recipient that the sender did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryFailure {
    /// No phone number of the workspace could be found for it.
    NoPhoneNumber,
    /// No inbox of the workspace could be found for it.
    NoInbox,
    /// The recipient has no phone number.
    NoRecipientPhone,
    /// The recipient has no email address.
    NoRecipientEmail,
    /// The recipient wants no messages over this medium.
    OptedOut,
    /// The carrier did not take it, or there is none.
    Dispatch,
}
