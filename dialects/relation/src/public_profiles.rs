//! Public profiles of members: name, picture and wallet.

use std::collections::{BTreeSet, HashMap};

use parlor_engine::member;
use parlor_kit::AppState;
use parlor_model::member::{MemberKey, MemberRef, PublicProfile};
use parlor_model::{Ctx, Result};

use crate::ids;
use crate::wallet::Address;

/// Length of the handle's prefix that replaces a missing name, in characters.
const FALLBACK_NAME_CHARS: usize = 5;

/// The profiles of the members in a response, by member number.
#[derive(Default)]
pub(crate) struct PublicProfiles(HashMap<i64, PublicProfile>);

impl PublicProfiles {
    /// Loads the profiles of `numbers` with one query.
    pub(crate) async fn load(app: &AppState, ctx: &Ctx, numbers: BTreeSet<i64>) -> Result<Self> {
        if numbers.is_empty() {
            return Ok(Self::default());
        }
        let profiles =
            member::public_profiles(&app.engine, ctx, numbers.into_iter().collect()).await?;
        Ok(Self(
            profiles
                .into_iter()
                .map(|profile| (profile.member.number, profile))
                .collect(),
        ))
    }

    /// Returns a member's display name, or `Somebody` if it was deleted.
    pub(crate) fn display_name(&self, number: i64) -> String {
        self.0.get(&number).map_or_else(
            || "Somebody".to_owned(),
            |profile| display_name(&profile.member),
        )
    }

    /// Returns the URL of a member's picture, or an empty text.
    pub(crate) fn avatar(&self, number: i64) -> String {
        self.0
            .get(&number)
            .and_then(|profile| profile.photo.clone())
            .unwrap_or_default()
    }
}

/// Returns a member's name, or a prefix of its relationId if it never signed in.
pub(crate) fn display_name(member: &MemberRef) -> String {
    member
        .name
        .clone()
        .unwrap_or_else(|| member.handle.chars().take(FALLBACK_NAME_CHARS).collect())
}

/// Resolves the member that a field names by relationId or by wallet address. Creates no member. Returns `None` for an
/// address without a member; a relationId is not looked up here.
///
/// # Errors
/// `Invalid` for a text that is neither.
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
    let profile = member::public_profile_by_wallet(&app.engine, ctx, address.to_string()).await?;
    Ok(profile.map(|profile| MemberKey::Number(profile.member.number)))
}
