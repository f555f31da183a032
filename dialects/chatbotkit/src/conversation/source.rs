//! The row source of conversations.

use std::sync::Arc;

use parlor_engine::conversation;
use parlor_kit::AppState;
use parlor_kit::ids::parse_prefixed;
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::Route;
use parlor_model::id::{ConversationId, MemberId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::scan::{ConversationRow, ConversationScanFilter};
use parlor_model::{Ctx, Id, Result};

use crate::cursor::decode_cursor;
use crate::encode::ListEncoder;
use crate::ids;
use crate::listing::{self, ListQuery, RowSource, SourceBatch, Unsatisfiable};

/// Scans conversations sorted by creation time, then id (imports may repeat times). Filters: `contactId` and `spaceId`,
/// comma-separated lists; `botId`; `taskId`; `meta.*`.
pub(super) struct ConversationSource {
    pub(super) filter: Arc<ConversationScanFilter>,
    pub(super) order: SortOrder,
    pub(super) after: Option<CreationCursor<kind::Conversation>>,
    /// Upper bound of ids: the scan does not return later conversations.
    pub(super) until: ConversationId,
}

impl ConversationSource {
    /// Creates the source of a query, of one contact if the path names it.
    ///
    /// # Errors
    /// `Invalid` for an invalid cursor.
    pub(super) fn from_query(
        app: &AppState,
        query: &ListQuery,
        contact: Option<MemberId>,
    ) -> Result<Self> {
        let mut contacts = listing::contact_filter(&query.params, contact);
        let mut text_filter = |name| {
            listing::parse_text_filter(&query.params, name).unwrap_or_else(|Unsatisfiable| {
                contacts = vec![Id::MIN];
                None
            })
        };
        let (bot, task) = (text_filter("botId"), text_filter("taskId"));
        let spaces = listing::parse_id_filter(&query.params, "spaceId", |text| {
            parse_prefixed(ids::SPACE_PREFIX, text)
        });
        let order = query.order();
        Ok(Self {
            after: decode_cursor(query.params.get("cursor"), ids::CONVERSATION_PREFIX, order)?,
            filter: Arc::new(ConversationScanFilter {
                contacts,
                spaces,
                bot,
                task,
                metadata: listing::metadata_filters(&query.params),
                // Direct conversations are found by id only, and not listed.
                without_direct: true,
            }),
            order,
            until: app.engine.scan_upper_bound().into(),
        })
    }
}

/// Documents the filters of conversations.
pub(super) fn with_filters(route: Route) -> Route {
    route
        .query(
            "contactId",
            Text,
            "Only those with any of these contacts, comma-separated",
        )
        .query(
            "spaceId",
            Text,
            "Only those in any of these spaces, comma-separated",
        )
        .query("botId", Text, "Only those that this bot answers")
        .query("taskId", Text, "Only those for this task")
}

impl RowSource for ConversationSource {
    type Row<'a> = ConversationRow<'a>;

    async fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        encoder: ListEncoder,
        take: usize,
    ) -> Result<SourceBatch> {
        let keyset = KeysetQuery {
            after: self.after,
            order: self.order,
            limit: take,
        };
        let (filter, until) = (&self.filter, self.until);
        let batch = conversation::scan(
            &app.engine,
            ctx,
            filter,
            keyset,
            until,
            encoder,
            |encoder, row| Ok(encoder.write_row(row)),
        )
        .await?;
        self.after = batch.cursor.or(self.after);
        Ok(batch.into())
    }
}
