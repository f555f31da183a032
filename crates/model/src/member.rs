//! Members: all identities of a workspace, of any origin.

use crate::access::WorkspaceRole;
use crate::id::MemberId;
use crate::metadata::Metadata;
use crate::redacted::Redacted;
use crate::scope::Scopes;
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// Kind of a member.
    MemberKind {
        /// A person who signs in.
        Person = "person",
        /// A contact of the workspace, who does not sign in.
        Contact = "contact",
        /// A program that answers.
        Assistant = "assistant",
    }
}

/// Reference to a member, as shown in conversations and lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRef {
    /// Row number, for dialects that use numbers.
    pub number: i64,
    /// Public id.
    pub id: MemberId,
    /// Kind.
    pub kind: MemberKind,
    /// Principal text (see [`crate::principal`]), unique in the workspace.
    pub handle: String,
    /// Customer-assigned id, unique in the workspace.
    pub external_id: Option<String>,
    /// Display name.
    pub name: Option<String>,
}

/// Member with all its columns.
#[derive(Debug, Clone)]
pub struct Member {
    /// Number, id, kind, handle, external id and name.
    pub key: MemberRef,
    /// Role in the workspace.
    pub role: Option<WorkspaceRole>,
    /// Scopes beyond the role's.
    pub scopes: Scopes,
    /// Contact details and texts.
    pub profile: Profile,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Time at which an address was verified.
    pub verified_at: Option<Timestamp>,
    /// The member has opted out of text messages.
    pub sms_opted_out: bool,
    /// The member has opted out of email.
    pub email_opted_out: bool,
    /// Archive time; an archived assistant answers no conversation.
    pub archived_at: Option<Timestamp>,
    /// Creation time.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// Optional texts of a member. Addresses are personal data: see [`crate::redacted`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Display name.
    pub name: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Email address as given, with its form validated.
    pub email: Option<String>,
    /// Phone number in E.164.
    pub phone: Option<String>,
    /// Short name.
    pub nick: Option<String>,
    /// URL of a picture.
    pub photo: Option<String>,
    /// Preferences, free text.
    pub preferences: Option<String>,
    /// Instructions of an assistant, at most 65,536 characters.
    pub instructions: Option<String>,
    /// Model that an assistant answers with, unless its conversation names one.
    pub chat_model: Option<String>,
}

/// Public profile of a member.
#[derive(Debug, Clone)]
pub struct PublicProfile {
    /// Number, id, kind, handle, external id and name.
    pub member: MemberRef,
    /// URL of a picture.
    pub photo: Option<String>,
    /// Wallet address used for sign-in, for dialects in which it is public.
    pub wallet: Option<Redacted<String>>,
}

/// Changes of a member to its own public profile. `None` keeps a field; an empty picture removes it.
#[derive(Debug, Clone, Default)]
pub struct UpdateOwnProfile {
    /// Display name.
    pub name: Option<String>,
    /// URL of a picture.
    pub photo: Option<String>,
}

/// Key by which a caller addresses a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberKey {
    /// By id; an unknown id is refused.
    Id(MemberId),
    /// By number; an unknown number is refused.
    Number(i64),
    /// By customer-assigned id; the member is created on first use.
    External(String),
    /// By the id of a member without a customer-assigned id, otherwise by customer-assigned id; created on first use.
    ExternalOr(String, MemberId),
    /// By handle; the member is created on first use.
    Handle(String),
}

/// Command that creates a member.
#[derive(Debug, Clone)]
pub struct CreateMember {
    /// Kind.
    pub kind: MemberKind,
    /// Role in the workspace.
    pub role: Option<WorkspaceRole>,
    /// Scopes beyond the role's.
    pub scopes: Scopes,
    /// Profile texts.
    pub profile: Profile,
    /// Customer-assigned id.
    pub external_id: Option<String>,
    /// Fingerprint that identifies a contact, unique in the workspace.
    pub fingerprint: Option<String>,
    /// Wallet address in lower case, unique in the workspace.
    pub wallet: Option<String>,
    /// Handle; derived from the id if absent.
    pub handle: Option<String>,
    /// Free-form JSON.
    pub metadata: Metadata,
    /// Time at which an address was verified.
    pub verified_at: Option<Timestamp>,
}

impl CreateMember {
    /// Creates a command with defaults for everything but the kind.
    pub fn new(kind: MemberKind) -> Self {
        Self {
            kind,
            role: None,
            scopes: Scopes::NONE,
            profile: Profile::default(),
            external_id: None,
            fingerprint: None,
            wallet: None,
            handle: None,
            metadata: Metadata::default(),
            verified_at: None,
        }
    }
}

/// Changes to a member. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct UpdateMember {
    /// New name.
    pub name: Option<Option<String>>,
    /// New description.
    pub description: Option<Option<String>>,
    /// New email address.
    pub email: Option<Option<String>>,
    /// New phone number.
    pub phone: Option<Option<String>>,
    /// New short name.
    pub nick: Option<Option<String>>,
    /// New preferences.
    pub preferences: Option<Option<String>>,
    /// New fingerprint; one of another member is refused.
    pub fingerprint: Option<String>,
    /// New verification time.
    pub verified_at: Option<Option<Timestamp>>,
    /// New role.
    pub role: Option<Option<WorkspaceRole>>,
    /// New scopes beyond the role's.
    pub scopes: Option<Scopes>,
    /// Whether the member opts out of text messages.
    pub sms_opted_out: Option<bool>,
    /// Whether the member opts out of email.
    pub email_opted_out: Option<bool>,
    /// Archives or restores.
    pub archived: Option<bool>,
    /// Merged into the metadata at the top level; null removes a key.
    pub metadata: Option<Metadata>,
    /// New customer-assigned id; one that another member has, or that equals another member's id, is refused.
    pub external_id: Option<Option<String>>,
    /// Names of all labels of the member; unknown labels are created.
    pub labels: Option<Vec<String>>,
    /// New instructions of an assistant.
    pub instructions: Option<Option<String>>,
    /// New model of an assistant.
    pub chat_model: Option<Option<String>>,
}
