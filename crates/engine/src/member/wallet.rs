//! Signing in with a wallet.

use std::time::Duration;

use parlor_model::ctx::WorkspaceRef;
use parlor_model::member::{CreateMember, Kind, MemberRef, Profile};
use parlor_model::{Error, Result};
use parlor_store::repo::member::{self as repo, By};
use parlor_store::repo::wallet_signature;

use crate::Engine;

/// Longer than any signed text stays of now.
const SIGNATURE_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Claims a wallet's signature by its fingerprint: true once in the whole server, since the text that was signed may name
/// no workspace.
pub async fn claim_signature(engine: &Engine, fingerprint: Vec<u8>) -> Result<bool> {
    engine
        .store
        .write(move |tx| {
            let until = tx.stamp().at.minus(SIGNATURE_KEPT);
            wallet_signature::claim(tx, &fingerprint, until)
        })
        .await
}

/// The member that holds a wallet address, made on first use with the first free handle. A member that was so far
/// only known by one of the handles takes the address over. The caller has checked the signature.
pub async fn sign_in(
    engine: &Engine,
    workspace: WorkspaceRef,
    address: String,
    name: String,
    handles: Vec<String>,
) -> Result<MemberRef> {
    let ws = workspace.number;
    let known = address.clone();
    if let Some(found) = engine
        .store
        .read(move |tx| repo::find(tx, ws, By::Wallet(&known)))
        .await?
    {
        return Ok(found.member.key);
    }
    let member = engine
        .store
        .write(move |tx| {
            if let Some(found) = repo::find(tx, ws, By::Wallet(&address))? {
                return Ok(found.member.key);
            }
            for handle in &handles {
                match repo::find(tx, ws, By::Handle(handle))? {
                    Some(taken) if taken.wallet.is_some() || taken.member.role.is_some() => {}
                    Some(stub) => {
                        repo::adopt(
                            tx,
                            ws,
                            stub.member.key.number,
                            &address,
                            &name,
                            Kind::Person,
                        )?;
                        return Ok(MemberRef {
                            name: Some(name.clone()),
                            ..stub.member.key
                        });
                    }
                    None => {
                        let new = CreateMember {
                            wallet: Some(address.clone()),
                            handle: Some(handle.clone()),
                            profile: Profile {
                                name: Some(name.clone()),
                                ..Profile::default()
                            },
                            ..CreateMember::of(Kind::Person)
                        };
                        return super::create::insert(tx, ws, &new);
                    }
                }
            }
            Err(Error::internal("every handle of a wallet is taken"))
        })
        .await?;
    Ok(member)
}
