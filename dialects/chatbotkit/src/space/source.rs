//! The row source of spaces.

use std::sync::Arc;

use parlor_engine::space;
use parlor_kit::AppState;
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::Route;
use parlor_model::id::{MemberId, SpaceId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::space::{SpaceFilter, SpaceRow};
use parlor_model::{Ctx, Id, Result};

use crate::cursor::decode_cursor;
use crate::encode::ListEncoder;
use crate::ids;
use crate::listing::{self, ListQuery, RowSource, SourceBatch, Unsatisfiable};

/// Scans spaces sorted by creation time, then id (imports may repeat times). Filters: `contactId`, a comma-separated list;
/// `blueprintId`; `meta.*`.
pub(super) struct SpaceSource {
    filter: Arc<SpaceFilter>,
    order: SortOrder,
    after: Option<CreationCursor<kind::Space>>,
    /// Upper bound of ids: the scan does not return later spaces.
    until: SpaceId,
}

impl SpaceSource {
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
        let blueprint = listing::parse_text_filter(&query.params, "blueprintId").unwrap_or_else(
            |Unsatisfiable| {
                contacts = vec![Id::MIN];
                None
            },
        );
        let order = query.order();
        Ok(Self {
            after: decode_cursor(query.params.get("cursor"), ids::SPACE_PREFIX, order)?,
            filter: Arc::new(SpaceFilter {
                contacts,
                blueprint,
                metadata: listing::metadata_filters(&query.params),
            }),
            order,
            until: app.engine.scan_upper_bound().into(),
        })
    }
}

/// Documents the filters of spaces.
pub(super) fn with_filters(route: Route) -> Route {
    route
        .query(
            "contactId",
            Text,
            "Only those of any of these contacts, comma-separated",
        )
        .query("blueprintId", Text, "Only those with this blueprint")
}

impl RowSource for SpaceSource {
    type Row<'a> = SpaceRow<'a>;

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
        let batch = space::scan(
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
