//! Rows that come back from a backup: they keep the ids and the times they had.

use crate::id::{MemberId, SpaceId};
use crate::member::Profile;
use crate::metadata::Metadata;
use crate::time::Timestamp;

/// When a row was made and last changed, as far as the backup says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// When it was made; where it is not said, a new row was made when its id was.
    pub created_at: Option<Timestamp>,
    /// When it last changed; where it is not said, a new row has not changed and another changes now.
    pub updated_at: Option<Timestamp>,
}

/// A contact as it was.
#[derive(Debug, Clone)]
pub struct ImportContact {
    /// Its id.
    pub id: MemberId,
    /// What identifies it.
    pub fingerprint: Option<String>,
    /// Its texts; a picture is none of them.
    pub profile: Profile,
    /// When an address was verified.
    pub verified_at: Option<Timestamp>,
    /// Free JSON.
    pub metadata: Metadata,
    /// Its times.
    pub times: Times,
}

/// A space as it was.
#[derive(Debug, Clone)]
pub struct ImportSpace {
    /// Its id.
    pub id: SpaceId,
    /// What it is called.
    pub name: Option<String>,
    /// A text about it.
    pub description: Option<String>,
    /// The contact it is associated with, which must exist.
    pub contact: Option<MemberId>,
    /// A name unique in the workspace.
    pub alias: Option<String>,
    /// An outside blueprint's id.
    pub blueprint: Option<String>,
    /// Free JSON.
    pub metadata: Metadata,
    /// Its times.
    pub times: Times,
}

/// One of them.
#[derive(Debug, Clone)]
pub enum Import {
    /// A contact.
    Contact(Box<ImportContact>),
    /// A space.
    Space(Box<ImportSpace>),
}
