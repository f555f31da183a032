//! Members: every identity of a workspace, whatever made it.

use crate::access::WorkspaceRole;
use crate::id::MemberId;
use crate::metadata::Metadata;
use crate::redacted::Redacted;
use crate::scope::Scopes;
use crate::string_enum::string_enum;
use crate::time::Timestamp;

string_enum! {
    /// What a member is.
    MemberKind {
        /// Somebody who signs in.
        Person = "person",
        /// Somebody who is talked to.
        Contact = "contact",
        /// A program that answers.
        Assistant = "assistant",
    }
}

/// A member as conversations and lists name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRef {
    /// Its number, for vendors that count.
    pub number: i64,
    /// Its id.
    pub id: MemberId,
    /// What it is.
    pub kind: MemberKind,
    /// Its principal text, unique in the workspace.
    pub handle: String,
    /// The customer's own id for it, unique in the workspace.
    pub external_id: Option<String>,
    /// What it is called.
    pub name: Option<String>,
}

/// A member whole.
#[derive(Debug, Clone)]
pub struct Member {
    /// Number, id, kind, handle, external id, name.
    pub key: MemberRef,
    /// Role in the workspace.
    pub role: Option<WorkspaceRole>,
    /// Scopes beyond the role's.
    pub scopes: Scopes,
    /// Contact details and texts.
    pub profile: Profile,
    /// Free JSON.
    pub metadata: Metadata,
    /// When an address was verified.
    pub verified_at: Option<Timestamp>,
    /// No text message may be sent to it.
    pub sms_opted_out: bool,
    /// No email may be sent to it.
    pub email_opted_out: bool,
    /// Put away; an archived assistant answers nobody.
    pub archived_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The optional texts of a member. Addresses are personal: see [`crate::redacted`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// What it is called.
    pub name: Option<String>,
    /// A text about it.
    pub description: Option<String>,
    /// Email address as it was given, checked for form.
    pub email: Option<String>,
    /// Phone number in E.164.
    pub phone: Option<String>,
    /// A short name.
    pub nick: Option<String>,
    /// Address of a picture.
    pub photo: Option<String>,
    /// What it prefers, free text.
    pub preferences: Option<String>,
    /// For an assistant: what it is told to do, at most 65,536 characters.
    pub instructions: Option<String>,
}

/// What others see of a member.
#[derive(Debug, Clone)]
pub struct PublicProfile {
    /// Number, id, kind, handle, external id, name.
    pub member: MemberRef,
    /// Address of a picture.
    pub photo: Option<String>,
    /// The wallet address it signs in with, in vocabularies where such an address is a public name.
    pub wallet: Option<Redacted<String>>,
}

/// What a member says of itself. `None` keeps; an empty picture is none.
#[derive(Debug, Clone, Default)]
pub struct UpdateOwnProfile {
    /// What it is called.
    pub name: Option<String>,
    /// Address of a picture.
    pub photo: Option<String>,
}

/// How a caller names a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberKey {
    /// By id; unknown is refused.
    Id(MemberId),
    /// By number; unknown is refused.
    Number(i64),
    /// By the customer's own id; made on first use.
    External(String),
    /// By an id whose member has none of the customer's, or else by the customer's own id; made on first use.
    ExternalOr(String, MemberId),
    /// By handle; made on first use.
    Handle(String),
}

/// What to make a member of.
#[derive(Debug, Clone)]
pub struct CreateMember {
    /// What it is.
    pub kind: MemberKind,
    /// Role in the workspace.
    pub role: Option<WorkspaceRole>,
    /// Scopes beyond the role's.
    pub scopes: Scopes,
    /// Texts.
    pub profile: Profile,
    /// The customer's own id.
    pub external_id: Option<String>,
    /// A text that identifies a contact; unique in the workspace.
    pub fingerprint: Option<String>,
    /// A wallet address in lower case; unique in the workspace.
    pub wallet: Option<String>,
    /// The handle, where the maker determines it; otherwise it is made of the id.
    pub handle: Option<String>,
    /// Free JSON.
    pub metadata: Metadata,
    /// When an address was verified.
    pub verified_at: Option<Timestamp>,
}

impl CreateMember {
    /// A member of a kind with nothing known about it.
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

/// What to change of a member. `None` keeps; `Some(None)` clears.
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
    /// New fingerprint; one that another member owns is refused.
    pub fingerprint: Option<String>,
    /// New verification time.
    pub verified_at: Option<Option<Timestamp>>,
    /// New role.
    pub role: Option<Option<WorkspaceRole>>,
    /// New scopes beyond the role's.
    pub scopes: Option<Scopes>,
    /// Whether text messages are refused.
    pub sms_opted_out: Option<bool>,
    /// Whether emails are refused.
    pub email_opted_out: Option<bool>,
    /// Archive or bring back.
    pub archived: Option<bool>,
    /// Merged into the metadata at the top level.
    pub metadata: Option<Metadata>,
    /// The customer's own id; one that another member has, or that is the id of another, is refused.
    pub external_id: Option<Option<String>>,
    /// The names of all its labels; those that the workspace does not have are made.
    pub labels: Option<Vec<String>>,
    /// What an assistant is told to do.
    pub instructions: Option<Option<String>>,
}
