//! Signs in with a wallet.

use std::time::Duration;

use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::CredentialReason;
use parlor_model::member::{CreateMember, MemberKind, MemberRef, Profile};
use parlor_model::{Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as repo, MemberLookup};
use parlor_store::repo::{actor, wallet_epoch, wallet_signature};

use crate::Engine;
use crate::vault::WalletHasher;

/// Longer than the validity of any signed text.
const SIGNATURE_CLAIM_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// Claims a wallet's signature by its fingerprint: true once per server, since the signed text may name no workspace.
pub async fn claim_signature(engine: &Engine, fingerprint: Vec<u8>) -> Result<bool> {
    engine
        .store
        .write(move |tx| {
            let until = tx.next_stamp().at.saturating_sub(SIGNATURE_CLAIM_TTL);
            wallet_signature::claim(tx, &fingerprint, until)
        })
        .await
}

/// A sign-in with a token that proves a wallet address.
#[derive(Debug, Clone)]
pub struct WalletSignIn {
    /// The address.
    pub address: String,
    /// The address's token epoch in which the token was issued.
    pub token_epoch: i64,
    /// Name of a new member.
    pub name: String,
    /// Candidate handles of a new member; the first free one is used.
    pub handles: Vec<String>,
}

/// A signed-in member.
#[derive(Debug, Clone)]
pub struct WalletSignInResult {
    /// The member.
    pub member: MemberRef,
    /// Its token epoch at the time of the check: any later revocation also revokes a token issued in it.
    pub token_epoch: i64,
}

/// Returns the current epoch of tokens that prove an address. It increases with the token epoch of the address's
/// member, and when that member is deleted.
pub async fn wallet_epoch(engine: &Engine, ws: i64, address: &str) -> Result<i64> {
    let fingerprint = engine.vault.wallet_hasher().fingerprint(address);
    engine
        .store
        .read(move |tx| wallet_epoch::find(tx, ws, &fingerprint))
        .await
}

/// Revokes every token that proves the wallet address of a member, if it has one.
pub(super) fn revoke_wallet_tokens(
    tx: &mut dyn Tx,
    ws: i64,
    hasher: &WalletHasher,
    wallet: Option<&str>,
) -> Result<()> {
    match wallet {
        Some(address) => wallet_epoch::advance(tx, ws, &hasher.fingerprint(address)),
        None => Ok(()),
    }
}

/// Returns the member with a wallet address, and creates it on first use with the first free handle. A member that was
/// so far only known by one of the handles gets the address. The caller has verified the signature.
///
/// # Errors
/// `Unauthenticated` for a token of an earlier epoch, and for the address of an archived member.
pub async fn sign_in(
    engine: &Engine,
    workspace: WorkspaceRef,
    command: WalletSignIn,
) -> Result<WalletSignInResult> {
    let ws = workspace.number;
    let fingerprint = engine.vault.wallet_hasher().fingerprint(&command.address);
    let (lookup, hash) = (command.clone(), fingerprint.clone());
    let found = engine
        .store
        .read(move |tx| {
            check_epoch(tx, ws, &hash, &lookup)?;
            match repo::find(tx, ws, MemberLookup::Wallet(&lookup.address))? {
                Some(found) => sign_in_result(tx, ws, found.member.key).map(Some),
                None => Ok(None),
            }
        })
        .await?;
    if let Some(found) = found {
        return Ok(found);
    }
    engine
        .store
        .write(move |tx| {
            let epoch = check_epoch(tx, ws, &fingerprint, &command)?;
            let member = match repo::find(tx, ws, MemberLookup::Wallet(&command.address))? {
                Some(found) => found.member.key,
                None => create_member(tx, ws, &command, epoch)?,
            };
            sign_in_result(tx, ws, member)
        })
        .await
}

fn check_epoch(
    tx: &mut dyn Tx,
    ws: i64,
    fingerprint: &[u8],
    command: &WalletSignIn,
) -> Result<i64> {
    let current = wallet_epoch::find(tx, ws, fingerprint)?;
    if current == command.token_epoch {
        Ok(current)
    } else {
        Err(Error::unauthenticated(CredentialReason::TokenInvalid))
    }
}

fn sign_in_result(tx: &mut dyn Tx, ws: i64, member: MemberRef) -> Result<WalletSignInResult> {
    let acting = actor::find_actor_by_id(tx, ws, member.id)?
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))?;
    Ok(WalletSignInResult {
        member,
        token_epoch: acting.token_epoch,
    })
}

fn create_member(
    tx: &mut dyn Tx,
    ws: i64,
    command: &WalletSignIn,
    epoch: i64,
) -> Result<MemberRef> {
    let (address, name) = (&command.address, &command.name);
    for handle in &command.handles {
        match repo::find(tx, ws, MemberLookup::Handle(handle))? {
            Some(used) if used.wallet.is_some() || used.member.role.is_some() => {}
            Some(unclaimed) => {
                let key = unclaimed.member.key;
                repo::attach_wallet(tx, ws, key.number, address, name, MemberKind::Person)?;
                return Ok(MemberRef {
                    name: Some(name.clone()),
                    ..key
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
                    ..CreateMember::new(MemberKind::Person)
                };
                let made = super::create::insert(tx, ws, &new)?;
                // Member tokens contain the handle, which a deleted member may have had.
                if epoch > 0 {
                    actor::begin_token_epoch(tx, ws, made.number)?;
                }
                return Ok(made);
            }
        }
    }
    Err(Error::internal("every handle of a wallet is taken"))
}
