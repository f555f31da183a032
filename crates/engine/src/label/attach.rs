//! Attaches labels to conversations and detaches them.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::label::LabelKey;
use parlor_model::log::LogEntryKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{label as repo, log};
use serde_json::json;

use super::LabelRef;
use super::find::{find_in_tx, find_number_in_tx};
use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// Attaches labels to a conversation that the caller may manage, all or none; attached ones are ignored. Requires
/// `conversations:write`.
pub async fn attach(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    labels: Vec<LabelRef>,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let number = authorize_conversation(tx, &ctx, key)?;
            let mut attached = Vec::new();
            for label_ref in &labels {
                let label = resolve_number(tx, ctx.ws(), label_ref)?;
                if repo::attach(tx, ctx.ws(), number, label)? {
                    attached.push(label);
                }
            }
            if attached.is_empty() {
                return Ok(());
            }
            log_change(
                tx,
                &ctx,
                number,
                &json!({ "labels_added": attached }).to_string(),
            )
        })
        .await
}

/// Returns the number of a label.
///
/// # Errors
/// `NotFound`.
pub(crate) fn resolve_number(tx: &mut dyn Tx, ws: i64, label_ref: &LabelRef) -> Result<i64> {
    find_number_in_tx(tx, ws, label_ref)?.ok_or_else(|| Error::not_found(EntityKind::Label))
}

/// Detaches a label from a conversation that the caller may manage. Requires `conversations:write`.
///
/// # Errors
/// `NotFound` if it is not attached.
pub async fn detach(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    label: LabelKey,
) -> Result<()> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let number = authorize_conversation(tx, &ctx, key)?;
            let label = find_in_tx(tx, ctx.ws(), label)?.number;
            if !repo::detach(tx, ctx.ws(), number, label)? {
                return Err(Error::not_found(EntityKind::Label));
            }
            let payload = json!({ "labels_removed": [label] }).to_string();
            log_change(tx, &ctx, number, &payload)
        })
        .await
}

fn authorize_conversation(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<i64> {
    let number = authority::authorize(tx, ctx, key, ConversationPermission::Manage)?
        .conversation
        .number;
    ctx.require(Scope::write(Resource::Conversations))?;
    Ok(number)
}

fn log_change(tx: &mut dyn Tx, ctx: &Ctx, conversation: i64, payload: &str) -> Result<()> {
    let actor = ctx.actor.map(|actor| actor.number);
    log::append_entry(
        tx,
        ctx.ws(),
        conversation,
        LogEntryKind::Changed,
        actor,
        payload,
    )
    .map(drop)
}
