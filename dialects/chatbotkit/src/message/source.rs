//! The row source of a conversation's messages.

use parlor_engine::message::{self, ScanStart};
use parlor_kit::AppState;
use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::metadata_filter::MetadataFilter;
use parlor_model::scan::MessageRow;
use parlor_model::{Ctx, Result};

use super::instance::MessageListRow;
use crate::cursor::decode_cursor;
use crate::encode::ListEncoder;
use crate::ids;
use crate::listing::{self, ListQuery, RowSource, SourceBatch};

/// Scans messages of all types in the order of the log. Filters: `meta.*`.
pub(super) struct MessageSource {
    conversation: ConversationKey,
    filters: Vec<MetadataFilter>,
    order: SortOrder,
    start: ScanStart,
}

impl MessageSource {
    /// Creates the source of a query.
    ///
    /// # Errors
    /// `Invalid` for an invalid cursor.
    pub(super) fn from_query(conversation: ConversationKey, query: &ListQuery) -> Result<Self> {
        let order = query.message_order();
        let after = decode_cursor(query.params.get("cursor"), ids::MESSAGE_PREFIX, order)?;
        Ok(Self {
            conversation,
            filters: listing::metadata_filters(&query.params),
            order,
            start: after.map_or(ScanStart::Beginning, |cursor| ScanStart::Message(cursor.id)),
        })
    }
}

impl RowSource for MessageSource {
    type Row<'a> = MessageListRow<'a>;

    async fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        encoder: ListEncoder,
        take: usize,
    ) -> Result<SourceBatch> {
        let write_row = |encoder: &mut ListEncoder, row: &MessageRow<'_>| {
            Ok(encoder.write_row(&MessageListRow {
                row,
                conversation: None,
            }))
        };
        let (filters, start) = (self.filters.clone(), (self.start, self.order));
        let batch = message::scan(
            &app.engine,
            ctx,
            self.conversation,
            filters,
            start,
            take,
            encoder,
            write_row,
        )
        .await?;
        self.start = batch.cursor;
        Ok(batch.into())
    }
}
