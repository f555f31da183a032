//! Profiles of members: name, picture and wallets.

pub(crate) mod addresses;
pub(crate) mod find;
pub(crate) mod search;
pub(crate) mod update;

use parlor_engine::member;
use parlor_kit::AppState;
use parlor_model::error::EntityKind;
use parlor_model::member::{MemberKey, PublicProfile};
use parlor_model::{Ctx, Error, Result};

use crate::ids;
use crate::wallet::Address;

/// Finds the profile of the member that a field names by relationId or wallet address, by default the caller. Creates no
/// member.
///
/// # Errors
/// `Invalid` for a text that is neither, `NotFound` without such a member.
pub(crate) async fn find_public_profile(
    app: &AppState,
    ctx: &Ctx,
    field: &'static str,
    text: &str,
) -> Result<PublicProfile> {
    let found = if text.is_empty() {
        member::public_profile(&app.engine, ctx, MemberKey::Id(ctx.member()?.id)).await?
    } else if let Some(address) = Address::parse(text) {
        member::public_profile_by_wallet(&app.engine, ctx, address.to_string()).await?
    } else {
        let handle = ids::parse_handle_field(field, text, false)?;
        member::public_profile(&app.engine, ctx, MemberKey::Handle(handle)).await?
    };
    found.ok_or_else(|| Error::not_found(EntityKind::Member))
}
