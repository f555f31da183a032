//! Walking over spaces.

use std::sync::Arc;

use parlor_engine::space;
use parlor_kit::AppState;
use parlor_kit::ids::parse_prefixed;
use parlor_model::id::{MemberId, SpaceId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::space::{SpaceFilter, SpaceRow};
use parlor_model::{Ctx, Id, Result};

use crate::ids;
use crate::listing::{self, ListEncoder, ListQuery, RowSource, SourceBatch};

/// Spaces in order of creation, those of one time in that of their ids: an import keeps both. Filters: `contactId`, a comma-separated list; `blueprintId`; `meta.*`.
pub(crate) struct SpaceSource {
    filter: Arc<SpaceFilter>,
    order: SortOrder,
    after: Option<CreationCursor<kind::Space>>,
    until: SpaceId,
}

impl SpaceSource {
    /// Those that a query asks for.
    pub(super) fn from_query(app: &AppState, asked: &ListQuery) -> Result<Self> {
        let contacts = listing::parse_id_filter(&asked.query, "contactId", |text| {
            parse_prefixed(ids::CONTACT_PREFIX, text)
        });
        Self::with_contacts(app, asked, contacts)
    }

    /// Those of one contact that a query asks for.
    pub(crate) fn for_contact(
        app: &AppState,
        asked: &ListQuery,
        contact: MemberId,
    ) -> Result<Self> {
        Self::with_contacts(app, asked, vec![contact])
    }

    fn with_contacts(
        app: &AppState,
        asked: &ListQuery,
        mut contacts: Vec<MemberId>,
    ) -> Result<Self> {
        let blueprint =
            listing::parse_text_filter(&asked.query, "blueprintId").unwrap_or_else(|_never| {
                contacts = vec![Id::MIN];
                None
            });
        let order = asked.order();
        Ok(Self {
            after: listing::decode_cursor(asked.query.get("cursor"), ids::SPACE_PREFIX, order)?,
            filter: Arc::new(SpaceFilter {
                contacts,
                blueprint,
                metadata: listing::metadata_filters(&asked.query),
            }),
            order,
            until: app.engine.scan_upper_bound().into(),
        })
    }
}

impl RowSource for SpaceSource {
    type Record<'a> = SpaceRow<'a>;

    async fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        sheet: ListEncoder,
        take: usize,
    ) -> Result<SourceBatch> {
        let walk = KeysetQuery {
            after: self.after,
            order: self.order,
            limit: take,
        };
        let (filter, until) = (&self.filter, self.until);
        let batch = space::scan(
            &app.engine,
            ctx,
            filter,
            walk,
            until,
            sheet,
            |sheet, row| Ok(sheet.write_row(row)),
        )
        .await?;
        self.after = batch.cursor.or(self.after);
        Ok(SourceBatch {
            encoder: batch.state,
            rows: batch.matched,
            is_end: batch.is_end,
        })
    }
}
