//! Lists members that share an address.

use parlor_model::member::Member;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::address::{self as repo, Address};

use crate::Engine;

/// Maximum number of addresses per read, and of members per address.
const MAX_ADDRESSES: i64 = 100;
const MAX_MEMBERS: i64 = 100;

/// Members that share an address.
#[derive(Debug, Clone)]
pub struct DuplicateGroup {
    /// `email` or `phone`.
    pub field: &'static str,
    /// The normalized address.
    pub address: String,
    /// The members, at most 100; the address identifies the first.
    pub members: Vec<Member>,
}

/// Returns members that share an address, by email addresses and then by phone numbers. They are the same person, or
/// are distinguished by external ids or fingerprints. Requires `members:read`.
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
            // Members may have been deleted between the queries.
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
