//! Walking over a conversation's messages.

use parlor_engine::message::{self, ScanStart};
use parlor_kit::AppState;
use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::metadata_filter::MetadataFilter;
use parlor_model::scan::MessageRow;
use parlor_model::{Ctx, Result};

use super::instance::MessageListRow;
use crate::ids;
use crate::listing::{self, ListEncoder, ListQuery, RowSource, SourceBatch};

/// Messages of all types in the order in which they were stored. Filters: `meta.*`.
pub(super) struct MessageSource {
    conversation: ConversationKey,
    filters: Vec<MetadataFilter>,
    order: SortOrder,
    start: ScanStart,
}

impl MessageSource {
    /// Those that a query asks for.
    pub(super) fn from_query(home: ConversationKey, asked: &ListQuery) -> Result<Self> {
        let order = asked.message_order();
        let after = listing::decode_cursor(asked.query.get("cursor"), ids::MESSAGE_PREFIX, order)?;
        Ok(Self {
            conversation: home,
            filters: listing::metadata_filters(&asked.query),
            order,
            start: after.map_or(ScanStart::Beginning, |cursor| ScanStart::Message(cursor.id)),
        })
    }
}

impl RowSource for MessageSource {
    type Record<'a> = MessageListRow<'a>;

    async fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        sheet: ListEncoder,
        take: usize,
    ) -> Result<SourceBatch> {
        let each = |sheet: &mut ListEncoder, row: &MessageRow<'_>| {
            Ok(sheet.write_row(&MessageListRow {
                row,
                conversation: None,
            }))
        };
        let (filters, from) = (self.filters.clone(), (self.start, self.order));
        let walked = message::scan(
            &app.engine,
            ctx,
            self.conversation,
            filters,
            from,
            take,
            sheet,
            each,
        )
        .await?;
        self.start = walked.cursor;
        Ok(SourceBatch {
            encoder: walked.state,
            rows: walked.matched,
            is_end: walked.is_end,
        })
    }
}
