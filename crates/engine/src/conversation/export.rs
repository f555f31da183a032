//! All conversations that a filter leaves, a batch at a time.

use parlor_model::conversation::ConversationFilter;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{label, listing as repo};

use super::ConversationDetails;
use super::find::load_details;
use crate::{Engine, authority};

/// A conversation with the names of the labels it bears.
#[derive(Debug, Clone)]
pub struct ConversationExportRow {
    /// The conversation.
    pub details: ConversationDetails,
    /// The names of its labels.
    pub labels: Vec<String>,
}

/// The newest conversations before a number that the filter leaves, newest first: a walk from `i64::MAX` downwards
/// meets every conversation that was there when it began. Direct ones are shown to their participants only. Asks for
/// `conversations:read`.
pub async fn export(
    engine: &Engine,
    ctx: &Ctx,
    filter: ConversationFilter,
    before: i64,
    limit: i64,
) -> Result<Vec<ConversationExportRow>> {
    ctx.require(Scope::read(Resource::Conversations))?;
    let ctx = *ctx;
    engine
        .store
        .read_throttled(ctx.ws(), move |tx| {
            let seen = authority::list_visibility(tx, &ctx)?;
            let rows = repo::page_before(tx, ctx.ws(), seen, &filter, before, limit)?;
            rows.into_iter()
                .map(|row| {
                    let labels = label::list_for_conversation(tx, ctx.ws(), row.number)?;
                    Ok(ConversationExportRow {
                        details: load_details(tx, &ctx, row)?,
                        labels: labels.into_iter().map(|label| label.name).collect(),
                    })
                })
                .collect()
        })
        .await
}
