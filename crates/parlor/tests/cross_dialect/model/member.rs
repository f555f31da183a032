//! Members.

use uuid::Uuid;

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberNature {
    Owner,
    Person,
    Contact,
    Assistant,
}

/// A member under all its names.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) id: Uuid,
    pub(crate) number: i64,
    pub(crate) handle: String,
    pub(crate) external: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) nature: MemberNature,
    /// Holds every scope.
    pub(crate) has_all_scopes: bool,
    /// Signs in for itself.
    pub(crate) token: Option<String>,
    pub(crate) is_deleted: bool,
}

impl Member {
    /// What a customer calls it: by its own id for it, or by the server's.
    pub(crate) fn user_id(&self) -> String {
        let id = || self.id.hyphenated().to_string();
        self.external.clone().unwrap_or_else(id)
    }

    /// Whether it is a contact: everybody but assistants and the owner.
    pub(crate) fn is_contact(&self) -> bool {
        !matches!(self.nature, MemberNature::Owner | MemberNature::Assistant)
    }
}
