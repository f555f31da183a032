//! Exports the conversations that match a filter, in batches.

use parlor_model::conversation::ConversationFilter;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};
use parlor_store::repo::{label, listing as repo};

use super::ConversationDetails;
use super::find::load_details;
use crate::{Engine, authority};

/// A conversation with the names of its labels.
#[derive(Debug, Clone)]
pub struct ConversationExportRow {
    /// The conversation.
    pub details: ConversationDetails,
    /// Names of its labels.
    pub labels: Vec<String>,
}

/// Returns the newest matching conversations with numbers below `before`, newest first. A scan from `i64::MAX`
/// downwards returns every conversation that existed when it began. Direct conversations are shown to their
/// participants only. Requires `conversations:read`.
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
            let visibility = authority::list_visibility(tx, &ctx)?;
            let rows = repo::page_before(tx, ctx.ws(), visibility, &filter, before, limit)?;
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
