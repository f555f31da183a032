//! The row source of contacts.

use parlor_engine::member;
use parlor_kit::AppState;
use parlor_model::id::{MemberId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::metadata_filter::MetadataFilter;
use parlor_model::{Ctx, Result};

use super::instance::ContactRow;
use crate::cursor::decode_cursor;
use crate::encode::ListEncoder;
use crate::ids;
use crate::listing::{self, ListQuery, RowSource, SourceBatch};

/// Scans contacts sorted by creation time, then id (imports may repeat times). Filters: `meta.*`.
pub(super) struct ContactSource {
    filters: Vec<MetadataFilter>,
    order: SortOrder,
    after: Option<CreationCursor<kind::Member>>,
    /// Upper bound of ids: the scan does not return later contacts.
    until: MemberId,
}

/// Maximum rows of one read. Smaller than for spaces, whose rows are borrowed; these are owned values.
const BATCH_ROWS: usize = 100;

impl ContactSource {
    /// Creates the source of a query.
    ///
    /// # Errors
    /// `Invalid` for an invalid cursor.
    pub(super) fn from_query(app: &AppState, query: &ListQuery) -> Result<Self> {
        let order = query.order();
        Ok(Self {
            filters: listing::metadata_filters(&query.params),
            after: decode_cursor(query.params.get("cursor"), ids::CONTACT_PREFIX, order)?,
            order,
            until: app.engine.scan_upper_bound().into(),
        })
    }
}

impl RowSource for ContactSource {
    type Row<'a> = ContactRow<'a>;

    async fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        mut encoder: ListEncoder,
        take: usize,
    ) -> Result<SourceBatch> {
        let keyset = KeysetQuery {
            after: self.after,
            order: self.order,
            // With a filter most rows may be dropped: reads a full batch.
            limit: if self.filters.is_empty() {
                take.min(BATCH_ROWS)
            } else {
                BATCH_ROWS
            },
        };
        let batch =
            member::scan_contacts(&app.engine, ctx, self.filters.clone(), keyset, self.until)
                .await?;
        let found = batch.items.len();
        for contact in batch.items.iter().take(take) {
            // The rows are in memory already, so breaking would save nothing.
            let _ = encoder.write_row(&ContactRow(contact));
        }
        let is_truncated = found > take;
        self.after = if is_truncated {
            let last = batch.items.get(take - 1);
            last.map(|contact| CreationCursor {
                created_at: Some(contact.member.created_at),
                id: contact.member.key.id,
            })
        } else {
            batch.cursor
        }
        .or(self.after);
        Ok(SourceBatch {
            encoder,
            rows: found.min(take),
            is_end: batch.is_end && !is_truncated,
        })
    }
}
