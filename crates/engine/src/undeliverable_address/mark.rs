//! Marks an address.

use parlor_model::Result;
use parlor_model::conversation::{ConversationKey, Medium};
use parlor_model::redacted::Redacted;
use parlor_store::Tx;
use parlor_store::repo::member::{self, MemberLookup};
use parlor_store::repo::{conversation, undeliverable_address as repo};

use super::address_key;
use crate::Engine;

/// Marks the address that the subject of a chat has for its medium. With `named` only if it is one of these, so that neither an
/// address that the subject has got since is marked, nor one that passes mails on to another.
pub(crate) fn mark_subject(
    tx: &mut dyn Tx,
    ws: i64,
    conversation: i64,
    named: Option<&[Redacted<String>]>,
    code: Option<&str>,
) -> Result<bool> {
    let key = ConversationKey::Number(conversation);
    let Some(found) = conversation::find(tx, ws, key)? else {
        return Ok(false);
    };
    let Some(subject) = found.subject else {
        return Ok(false);
    };
    let Some(subject) = member::find(tx, ws, MemberLookup::Number(subject.number))? else {
        return Ok(false);
    };
    let (medium, profile) = (found.service.medium, subject.member.profile);
    let address = match medium {
        Medium::Sms => profile.phone,
        Medium::Email => profile.email,
        Medium::Web | Medium::Voice => None,
    };
    let Some(address) = address.and_then(|address| address_key(medium, &address)) else {
        return Ok(false);
    };
    let is_own = |name: &Redacted<String>| address_key(medium, name).as_ref() == Some(&address);
    if named.is_some_and(|named| !named.iter().any(is_own)) {
        return Ok(false);
    }
    repo::mark(tx, ws, (medium, &address), code)
}

/// Marks an address to which a carrier has just refused to send. That the message was not sent is what the caller has to know:
/// an error here only goes to the log.
pub(crate) async fn mark(engine: &Engine, ws: i64, medium: Medium, address: &Redacted<String>) {
    let Some(address) = address_key(medium, address) else {
        return;
    };
    let marked = engine
        .store
        .write(move |tx| repo::mark(tx, ws, (medium, &address), None))
        .await;
    if let Err(error) = marked {
        tracing::warn!(?error, "an address that does not exist could not be marked");
    }
}
