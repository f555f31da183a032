//! The rights that a credential has at this moment.

use super::scopes::{Level, Resource, Scopes};
use super::{
    Credential, CredentialIndex, MemberIndex, MemberStatus, Model, Participation, Role, RoleIndex,
    SpaceIndex,
};

/// The member that a credential acts as, and its rights.
#[derive(Debug, Clone)]
pub(crate) struct EffectiveRights {
    /// The member it acts for.
    pub(crate) actor: Option<MemberIndex>,
    /// Effective scopes: the credential's and, for a member, those of its role or its own.
    pub(crate) scopes: Scopes,
    /// Scopes of the credential itself, before they are reduced to the member's rights.
    pub(crate) granted: Scopes,
    /// The credential is narrower than its member: how far self-access then goes is unspecified.
    pub(crate) is_narrowed: bool,
    pub(crate) gate: Option<RoleIndex>,
    /// The only space that it reaches.
    pub(crate) only_space: Option<SpaceIndex>,
}

impl EffectiveRights {
    pub(crate) fn has(&self, resource: Resource, level: Level) -> bool {
        self.scopes.has(resource, level)
    }
}

impl Model {
    /// The rights of a member without a narrowing credential. Gravity Rail: a manager holds every scope that can be
    /// granted, a user `agents:read`; a member's own scopes are added.
    pub(crate) fn member_scopes(&self, who: MemberIndex) -> Scopes {
        let member = &self.members[who];
        let role = match member.role {
            Some(Role::Owner | Role::Manager) => Scopes::all(),
            Some(Role::User) => Scopes::from_pairs(&[(Resource::Agents, Level::Read)]),
            None => Scopes::default(),
        };
        role.union(&member.own)
    }

    /// Every dialect: the end of a right ends everything that depends on it. A credential ends with its key, with the
    /// member that it or its key acts for and, for a conversation's token, with the user's participation in the
    /// conversation.
    pub(crate) fn effective_rights(
        &self,
        held: CredentialIndex,
    ) -> Result<EffectiveRights, &'static str> {
        if self.revoked.contains(&held) {
            return Err("it is revoked");
        }
        match &self.credentials[held] {
            Credential::Key { member, scopes } => {
                if let Some(member) = member {
                    self.check_member(
                        *member,
                        "the member of its key is archived",
                        "the member of its key is deleted",
                    )?;
                }
                let effective = match member {
                    Some(member) => scopes.intersection(&self.member_scopes(*member)),
                    None => scopes.clone(),
                };
                Ok(EffectiveRights {
                    actor: *member,
                    scopes: effective,
                    granted: scopes.clone(),
                    is_narrowed: true,
                    gate: None,
                    only_space: None,
                })
            }
            Credential::MemberToken { member, scopes } => {
                self.check_member(*member, "its member is archived", "its member is deleted")?;
                let rights = self.member_scopes(*member);
                Ok(EffectiveRights {
                    actor: Some(*member),
                    scopes: match scopes {
                        Some(scopes) => scopes.intersection(&rights),
                        None => rights,
                    },
                    granted: scopes.clone().unwrap_or_else(Scopes::all),
                    is_narrowed: scopes.is_some(),
                    gate: None,
                    only_space: None,
                })
            }
            Credential::Session { key, gate } => {
                let of_key = self.effective_rights(*key)?;
                Ok(EffectiveRights {
                    gate: *gate,
                    ..of_key
                })
            }
            Credential::SpaceToken {
                key,
                member,
                room,
                gate,
            } => {
                self.effective_rights(*key)?;
                self.check_member(*member, "its user is archived", "its user is deleted")?;
                Ok(EffectiveRights {
                    actor: Some(*member),
                    scopes: Scopes::default(),
                    granted: Scopes::default(),
                    is_narrowed: false,
                    gate: *gate,
                    only_space: Some(*room),
                })
            }
            Credential::ChatToken {
                key,
                user,
                conversation,
            } => {
                let of_key = self.effective_rights(*key)?;
                self.check_member(*user, "its user is archived", "its user is deleted")?;
                let part = self.conversations[*conversation].participation(*user);
                if part.is_some_and(|part| part != Participation::Joined) {
                    return Err("its user was removed from its conversation, or left it");
                }
                Ok(EffectiveRights {
                    actor: Some(*user),
                    ..of_key
                })
            }
            Credential::UserToken { key, user } => {
                let of_key = self.effective_rights(*key)?;
                self.check_member(*user, "its user is archived", "its user is deleted")?;
                Ok(EffectiveRights {
                    actor: Some(*user),
                    ..of_key
                })
            }
        }
    }

    fn check_member(
        &self,
        who: MemberIndex,
        archived: &'static str,
        deleted: &'static str,
    ) -> Result<(), &'static str> {
        match self.members[who].presence {
            MemberStatus::Active => Ok(()),
            MemberStatus::Archived => Err(archived),
            MemberStatus::Deleted => Err(deleted),
        }
    }
}
