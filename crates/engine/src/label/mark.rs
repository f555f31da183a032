//! Marking conversations with labels.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::label::LabelKey;
use parlor_model::log::EntryKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{label as repo, log};
use serde_json::json;

use super::Named;
use super::find::{existing, number_in};
use crate::Engine;
use crate::authority::{self, Right};

/// Marks a conversation the caller may see with labels, all or none; one that it bears already is no fault. Asks for
/// `conversations:write`.
pub async fn mark(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    labels: Vec<Named>,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let number = writable(tx, &ctx, key)?;
            let mut put = Vec::new();
            for named in &labels {
                let label = referenced(tx, ctx.ws(), named)?;
                if repo::put_on(tx, ctx.ws(), number, label)? {
                    put.push(label);
                }
            }
            if put.is_empty() {
                return Ok(());
            }
            note(
                tx,
                &ctx,
                number,
                &json!({ "labels_added": put }).to_string(),
            )
        })
        .await
}

/// Within a transaction: the number of a label, or that there is none.
pub(crate) fn referenced(tx: &mut dyn Tx, ws: i64, named: &Named) -> Result<i64> {
    number_in(tx, ws, named)?.ok_or_else(|| Error::not_found(Noun::Label))
}

/// Takes a label off a conversation the caller may see; one that it does not bear is not found. Asks for
/// `conversations:write`.
pub async fn unmark(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    label: LabelKey,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let number = writable(tx, &ctx, key)?;
            let label = existing(tx, ctx.ws(), label)?.number;
            if !repo::take_off(tx, ctx.ws(), number, label)? {
                return Err(Error::not_found(Noun::Label));
            }
            let payload = json!({ "labels_removed": [label] }).to_string();
            note(tx, &ctx, number, &payload)
        })
        .await
}

fn writable(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<i64> {
    let number = authority::authorize(tx, ctx, key, Right::Manage)?
        .found
        .number;
    ctx.require(Scope::write(Resource::Conversations))?;
    Ok(number)
}

fn note(tx: &mut dyn Tx, ctx: &Ctx, conversation: i64, payload: &str) -> Result<()> {
    let actor = ctx.actor.map(|actor| actor.number);
    log::append(
        tx,
        ctx.ws(),
        conversation,
        EntryKind::Changed,
        actor,
        payload,
    )
    .map(drop)
}
