//! Starting a chat: a conversation for one member over one medium, answered by an assistant or a person and optionally
//! driven by a workflow. Missing entities that the chat needs are found or created with it.

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

/// Command that starts a chat.
#[derive(Debug, Clone)]
pub struct StartChat {
    /// Medium.
    pub medium: Medium,
    /// Workflow to run; an assignment is created with the chat.
    pub workflow: Option<WorkflowKey>,
    /// Published version to pin; if absent the active version, or the draft if no version is active.
    pub workflow_version: Option<i64>,
    /// Subject; the acting member if absent.
    pub subject: Option<MemberKey>,
    /// Phone number to send from, if the medium needs one; if absent that of the workflow or the workspace.
    pub phone_number: Option<PhoneNumberKey>,
    /// Inbox to send from, if the medium needs one; if absent that of the workflow or the workspace.
    pub inbox: Option<InboxKey>,
    /// Further participants. The creator, the subject and the assistant are ignored here; a duplicate within the list
    /// is refused.
    pub participants: Vec<NewParticipant>,
    /// Whether an assistant answers.
    pub assistant_enabled: bool,
    /// Assistant; the workflow's if absent.
    pub assistant: Option<MemberKey>,
    /// Language model for text turns.
    pub chat_model: Option<String>,
    /// Language model for voice turns.
    pub realtime_model: Option<String>,
    /// First message of the acting member, sent over the medium.
    pub opening: Option<Redacted<String>>,
    /// Title.
    pub title: Option<String>,
    /// Site on which the chat began; its workflow is used if none is given.
    pub site: Option<SiteKey>,
    /// Marked as a test.
    pub is_test: bool,
    /// Category chosen by the creator.
    pub category: Option<String>,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Labels to attach. An unknown label is refused as not found.
    pub labels: Vec<LabelRef>,
}

impl StartChat {
    /// Creates a command with defaults for everything but the medium.
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

/// Reason why a text was not sent. No reason reveals anything about the recipient that the sender did not provide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryFailure {
    /// No phone number of the workspace can send it.
    NoPhoneNumber,
    /// No inbox of the workspace can send it.
    NoInbox,
    /// The recipient has no phone number.
    NoRecipientPhone,
    /// The recipient has no email address.
    NoRecipientEmail,
    /// The recipient has opted out of this medium.
    OptedOut,
    /// The recipient's address does not exist, as was said of this message or an earlier one.
    AddressBounced,
    /// The carrier takes no files as many or as large as these.
    FilesTooLarge,
    /// The carrier takes no files of such a type.
    FileTypeRefused,
    /// The carrier refused it, or none is configured.
    Dispatch,
}
