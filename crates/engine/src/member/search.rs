//! Searches members of any kind.

use parlor_model::member::{Member, MemberKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::address::{self, Address};
use parlor_store::repo::member::{self as repo, MemberLookup};
use parlor_store::repo::search;
use parlor_store::search_terms::SearchTerms;

use super::identity::normalize_phone_in_workspace;
use super::normalize_email::email_key;
use super::resolve::find_row;
use crate::Engine;

/// Maximum number of members that share an address and are found by it.
const MAX_SHARING: i64 = 100;

/// Returns members of any kind, archived ones included: first those that the text names exactly, by one of `keys`, mail
/// address or phone number, then those whose names contain all its words, newest first, at most 1,000. A blank text finds
/// none. Requires `members:read`.
///
/// # Errors
/// `Invalid` with the field `text` for a text that is too long.
pub async fn search(
    engine: &Engine,
    ctx: &Ctx,
    text: &str,
    keys: Vec<MemberKey>,
    (limit, offset): (usize, usize),
) -> Result<Vec<Member>> {
    ctx.require(Scope::read(Resource::Members))?;
    let terms = SearchTerms::parse("text", text)?;
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let email = email_key(text.trim()).ok();
    let phone = normalize_phone_in_workspace(engine, ctx, text.trim()).await;
    let (ws, phone) = (ctx.ws(), phone.ok());
    engine
        .store
        .read_throttled(ws, move |tx| {
            let mut named = Vec::new();
            for key in &keys {
                named.extend(find_row(tx, ws, key)?.map(|found| found.member.key.number));
            }
            for address in [
                email.as_deref().map(Address::Email),
                phone.as_deref().map(Address::Phone),
            ] {
                named.extend(find_by_address(tx, ws, address)?);
            }
            named.extend(search::find_members(tx, ws, &terms)?);
            let mut numbers = Vec::new();
            for number in named {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            let mut found = Vec::new();
            for number in numbers.into_iter().skip(offset).take(limit) {
                let row = repo::find(tx, ws, MemberLookup::Number(number))?;
                found.extend(row.map(|row| row.member));
            }
            Ok(found)
        })
        .await
}

fn find_by_address(tx: &mut dyn Tx, ws: i64, address: Option<Address<'_>>) -> Result<Vec<i64>> {
    let Some(address) = address else {
        return Ok(Vec::new());
    };
    let found = address::find_by_address(tx, ws, address, MAX_SHARING)?;
    Ok(found.iter().map(|row| row.member.key.number).collect())
}
