//! Members that have one address.

use parlor_model::member::Member;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::address::{self as repo, Address};

use crate::Engine;

/// Addresses of one read, and members of one address.
const MAX_ADDRESSES: i64 = 100;
const MAX_MEMBERS: i64 = 100;

/// Members of one address.
#[derive(Debug, Clone)]
pub struct DuplicateGroup {
    /// `email` or `phone`.
    pub field: &'static str,
    /// The address in its normal form.
    pub address: String,
    /// The members, first the one whom the address names; a hundred at the most.
    pub members: Vec<Member>,
}

/// Members that have one address, by email addresses and then by phone numbers. They are one person as far as that is
/// known, or people whom the customer's own ids or fingerprints hold apart. Asks for `members:read`.
pub async fn list_duplicates(engine: &Engine, ctx: &Ctx) -> Result<Vec<DuplicateGroup>> {
    ctx.require(Scope::read(Resource::Members))?;
    let mut groups = Vec::new();
    for field in ["email", "phone"] {
        let mut after = String::new();
        loop {
            let found = page(engine, ctx.ws(), field, after).await?;
            match found.last() {
                Some(last) => after = last.address.clone(),
                None => break,
            }
            // A group whose others are gone is none any more.
            groups.extend(found.into_iter().filter(|group| group.members.len() > 1));
        }
    }
    Ok(groups)
}

async fn page(
    engine: &Engine,
    ws: i64,
    field: &'static str,
    after: String,
) -> Result<Vec<DuplicateGroup>> {
    engine
        .store
        .read(move |tx| {
            let addresses =
                repo::list_shared_addresses(tx, ws, as_address(field, &after), MAX_ADDRESSES)?;
            let mut groups = Vec::with_capacity(addresses.len());
            for address in addresses {
                let members =
                    repo::find_by_address(tx, ws, as_address(field, &address), MAX_MEMBERS)?;
                groups.push(DuplicateGroup {
                    field,
                    members: members.into_iter().map(|stored| stored.member).collect(),
                    address,
                });
            }
            Ok(groups)
        })
        .await
}

fn as_address<'a>(field: &str, text: &'a str) -> Address<'a> {
    match field {
        "email" => Address::Email(text),
        _ => Address::Phone(text),
    }
}
