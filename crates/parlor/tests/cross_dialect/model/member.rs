//! Members of the model.

use uuid::Uuid;

/// The kind of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberNature {
    Owner,
    Person,
    Contact,
    Assistant,
}

/// A member with all its ids.
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
    /// Signs in itself.
    pub(crate) token: Option<String>,
    pub(crate) is_deleted: bool,
}

impl Member {
    /// Its name for a customer: the external id, or the server's id.
    pub(crate) fn user_id(&self) -> String {
        let id = || self.id.hyphenated().to_string();
        self.external.clone().unwrap_or_else(id)
    }

    /// Whether it is a contact: every member but assistants and the owner.
    pub(crate) fn is_contact(&self) -> bool {
        !matches!(self.nature, MemberNature::Owner | MemberNature::Assistant)
    }
}
