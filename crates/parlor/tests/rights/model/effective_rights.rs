//! What a credential amounts to at this moment.

use super::scopes::{Level, Resource, Scopes};
use super::{
    Credential, CredentialIndex, MemberIndex, MemberStatus, Model, Participation, Role, RoleIndex,
    SpaceIndex,
};

/// Whom a credential stands for, and with which rights.
#[derive(Debug, Clone)]
pub(crate) struct EffectiveRights {
    /// The member it acts for.
    pub(crate) actor: Option<MemberIndex>,
    /// What it may do: the credential's scopes and, for a member, the role's or the member's own.
    pub(crate) scopes: Scopes,
    /// What the credential itself says, before the member's rights cut it down.
    pub(crate) granted: Scopes,
    /// It says less than its member may: how far self-access then goes is not written anywhere.
    pub(crate) is_narrowed: bool,
    pub(crate) gate: Option<RoleIndex>,
    /// The only space it reaches.
    pub(crate) only_space: Option<SpaceIndex>,
}

impl EffectiveRights {
    pub(crate) fn has(&self, resource: Resource, level: Level) -> bool {
        self.scopes.has(resource, level)
    }
}

impl Model {
    /// What a member may do without any credential that narrows it. Gravity Rail: a manager holds every scope that
    /// can be granted, a user `agents:read`; a member's own scopes are added.
    pub(crate) fn member_scopes(&self, who: MemberIndex) -> Scopes {
        let member = &self.members[who];
        let role = match member.role {
            Some(Role::Owner | Role::Manager) => Scopes::all(),
            Some(Role::User) => Scopes::from_pairs(&[(Resource::Agents, Level::Read)]),
            None => Scopes::default(),
        };
        role.union(&member.own)
    }

    /// Every dialect: the end of a right ends what rests on it. A credential is over with its key, with the member
    /// that it or its key acts for, and, a conversation's token, with the user's part in the conversation.
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
            Credential::ChatToken { key, user, talk } => {
                let of_key = self.effective_rights(*key)?;
                self.check_member(*user, "its user is archived", "its user is deleted")?;
                let part = self.conversations[*talk].participation(*user);
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
