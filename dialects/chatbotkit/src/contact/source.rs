//! Walking over contacts.

use parlor_engine::member;
use parlor_kit::AppState;
use parlor_model::id::{MemberId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::metadata_filter::MetadataFilter;
use parlor_model::{Ctx, Result};

use super::instance::ContactRow;
use crate::ids;
use crate::listing::{self, ListEncoder, ListQuery, RowSource, SourceBatch};

/// Contacts in order of creation, those of one time in that of their ids: an import keeps both. Filters: `meta.*`.
pub(super) struct ContactSource {
    filters: Vec<MetadataFilter>,
    order: SortOrder,
    after: Option<CreationCursor<kind::Member>>,
    until: MemberId,
}

/// Rows of one read at the most: unlike spaces they are held as values.
const BATCH_ROWS: usize = 100;

impl ContactSource {
    /// Those that a query asks for.
    pub(super) fn from_query(app: &AppState, asked: &ListQuery) -> Result<Self> {
        let order = asked.order();
        Ok(Self {
            filters: listing::metadata_filters(&asked.query),
            after: listing::decode_cursor(asked.query.get("cursor"), ids::CONTACT_PREFIX, order)?,
            order,
            until: app.engine.scan_upper_bound().into(),
        })
    }
}

impl RowSource for ContactSource {
    type Record<'a> = ContactRow<'a>;

    async fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        mut sheet: ListEncoder,
        take: usize,
    ) -> Result<SourceBatch> {
        let walk = KeysetQuery {
            after: self.after,
            order: self.order,
            // Rows that a filter drops cost little, so look further than asked where there is one.
            limit: if self.filters.is_empty() {
                take.min(BATCH_ROWS)
            } else {
                BATCH_ROWS
            },
        };
        let batch =
            member::scan_contacts(&app.engine, ctx, self.filters.clone(), walk, self.until).await?;
        let found = batch.items.len();
        for contact in batch.items.iter().take(take) {
            // A read holds no more rows than it has memory for, so there is no need to break.
            let _ = sheet.write_row(&ContactRow(contact));
        }
        let is_cut = found > take;
        self.after = if is_cut {
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
            encoder: sheet,
            rows: found.min(take),
            is_end: batch.is_end && !is_cut,
        })
    }
}
