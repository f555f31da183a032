//! Members as others see them: what they are called and how they look.

use std::collections::{BTreeSet, HashMap};

use parlor_engine::member;
use parlor_kit::AppState;
use parlor_model::member::{MemberKey, MemberRef, PublicProfile};
use parlor_model::{Ctx, Result};

use crate::ids;
use crate::wallet::Address;

/// Letters of a relationId that stand for a name.
const FALLBACK_NAME_CHARS: usize = 5;

/// The faces of those who occur in an answer, by number.
#[derive(Default)]
pub(crate) struct PublicProfiles(HashMap<i64, PublicProfile>);

impl PublicProfiles {
    /// Reads them all at once.
    pub(crate) async fn load(app: &AppState, ctx: &Ctx, numbers: BTreeSet<i64>) -> Result<Self> {
        if numbers.is_empty() {
            return Ok(Self::default());
        }
        let faces =
            member::public_profiles(&app.engine, ctx, numbers.into_iter().collect()).await?;
        Ok(Self(
            faces
                .into_iter()
                .map(|face| (face.member.number, face))
                .collect(),
        ))
    }

    /// What somebody is called; a word for somebody who is gone.
    pub(crate) fn display_name(&self, number: i64) -> String {
        self.0
            .get(&number)
            .map_or_else(|| "Somebody".to_owned(), |face| display_name(&face.member))
    }

    /// The address of somebody's picture, or empty.
    pub(crate) fn avatar(&self, number: i64) -> String {
        self.0
            .get(&number)
            .and_then(|face| face.photo.clone())
            .unwrap_or_default()
    }
}

/// What a member is called; for somebody who never signed in, the beginning of the relationId.
pub(crate) fn display_name(member: &MemberRef) -> String {
    member
        .name
        .clone()
        .unwrap_or_else(|| member.handle.chars().take(FALLBACK_NAME_CHARS).collect())
}

/// How the member that a field names is found, without making anybody: by relationId, or by the wallet address of somebody
/// who signed in. None for an address nobody holds.
pub(crate) async fn resolve_member(
    app: &AppState,
    ctx: &Ctx,
    (field, text): (&'static str, &str),
    strict: bool,
) -> Result<Option<MemberKey>> {
    let Some(address) = Address::parse(text) else {
        return ids::parse_handle_field(field, text, strict)
            .map(|handle| Some(MemberKey::Handle(handle)));
    };
    let face = member::public_profile_by_wallet(&app.engine, ctx, address.to_string()).await?;
    Ok(face.map(|face| MemberKey::Number(face.member.number)))
}
