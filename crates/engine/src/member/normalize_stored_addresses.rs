//! Normalizes the addresses of stored members.

use parlor_model::Result;
use parlor_model::member::{MemberKind, Profile};
use parlor_model::workspace::{Region, Workspace};
use parlor_store::Tx;
use parlor_store::repo::address::{self as repo, Address};
use parlor_store::repo::member::MemberRow;
use parlor_store::repo::workspace;

use super::identity::{OnSharedAddress, StrongIdentifiers, claim_address_keys};
use super::normalize_phone;
use crate::Engine;

/// Version of the normal form. It changes with the rules of [`super::email_key`] and [`super::normalize_phone()`].
const NORMAL_FORM_VERSION: i64 = 1;
/// Members per transaction.
const BATCH_ROWS: i64 = 200;

/// Normalizes the addresses of every workspace that is not known to be normalized. Call it before the engine is used.
///
/// Members that turn out to share an address are not merged: it identifies the first of them, and
/// [`super::list_duplicates()`] lists them. An interrupted run is repeated by the next call.
pub async fn normalize_stored_addresses(engine: &Engine) -> Result<()> {
    for workspace in engine.store.read(workspace::list).await? {
        let id = workspace.key.id;
        let form = engine
            .store
            .read(move |tx| workspace::find_address_form(tx, id))
            .await?;
        if form < NORMAL_FORM_VERSION {
            normalize_workspace(engine, &workspace).await?;
        }
    }
    Ok(())
}

/// Normalizes the addresses of one workspace.
pub(crate) async fn normalize_workspace(engine: &Engine, workspace: &Workspace) -> Result<()> {
    let (ws, id, region) = (
        workspace.key.number,
        workspace.key.id,
        workspace.policy.region,
    );
    let (mut after, mut unread) = (0, 0);
    loop {
        let (last, unreadable) = engine
            .store
            .write(move |tx| normalize_batch(tx, ws, region, after))
            .await?;
        unread += unreadable;
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    engine
        .store
        .write(move |tx| workspace::set_address_form(tx, id, NORMAL_FORM_VERSION))
        .await?;
    let shared = engine
        .store
        .read(move |tx| {
            let emails = repo::list_shared_addresses(tx, ws, Address::Email(""), 1)?;
            let phones = repo::list_shared_addresses(tx, ws, Address::Phone(""), 1)?;
            Ok(!(emails.is_empty() && phones.is_empty()))
        })
        .await?;
    if shared {
        tracing::warn!(
            workspace = ws,
            "members share an address; `parlor member duplicates` lists them"
        );
    }
    if unread > 0 {
        tracing::warn!(
            workspace = ws,
            unread,
            "phone numbers cannot be read and name nobody; `parlor workspace update --region` says where those without a country code are from"
        );
    }
    Ok(())
}

/// Normalizes one batch, and returns the last member's number and the number of unreadable phone numbers.
fn normalize_batch(
    tx: &mut dyn Tx,
    ws: i64,
    region: Option<Region>,
    after: i64,
) -> Result<(Option<i64>, usize)> {
    let found = repo::list_with_address(tx, ws, after, BATCH_ROWS)?;
    let mut unread = 0;
    for stored in &found {
        unread += usize::from(!normalize_member(tx, ws, region, stored)?);
    }
    Ok((found.last().map(|last| last.member.key.number), unread))
}

/// Normalizes one member, and returns whether its phone number could be read.
fn normalize_member(
    tx: &mut dyn Tx,
    ws: i64,
    region: Option<Region>,
    stored: &MemberRow,
) -> Result<bool> {
    let member = &stored.member;
    if member.key.kind == MemberKind::Assistant {
        return Ok(true);
    }
    let given = member.profile.phone.as_deref();
    let read = given.and_then(|text| normalize_phone(text, region).ok());
    let profile = Profile {
        phone: read.clone(),
        ..member.profile.clone()
    };
    let names = StrongIdentifiers::from_stored(stored);
    let (_, key) = claim_address_keys(tx, ws, &member.key, &profile, names, OnSharedAddress::Keep)?;
    // Two members with the same number keep their spellings, which distinguish them.
    if let Some(read) = &read
        && key.apart == 0
        && Some(read.as_str()) != given
    {
        repo::set_phone(tx, ws, member.key.number, read)?;
    }
    Ok(given.is_none() || read.is_some())
}
