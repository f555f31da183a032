//! Walking over conversations.

use std::sync::Arc;

use parlor_engine::conversation;
use parlor_kit::AppState;
use parlor_kit::ids::parse_prefixed;
use parlor_model::id::{ConversationId, MemberId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::scan::{ConversationRow, ConversationScanFilter};
use parlor_model::{Ctx, Id, Result};

use crate::ids;
use crate::listing::{self, ListEncoder, ListQuery, RowSource, SourceBatch};

/// Conversations in order of creation, those of one time in that of their ids: an import keeps both. Filters: `contactId` and `spaceId`, comma-separated lists; `botId`; `taskId`;
/// `meta.*`.
pub(crate) struct ConversationSource {
    pub(super) sieve: Arc<ConversationScanFilter>,
    pub(super) order: SortOrder,
    pub(super) after: Option<CreationCursor<kind::Conversation>>,
    pub(super) until: ConversationId,
}

impl ConversationSource {
    /// Those that a query asks for.
    pub(super) fn from_query(app: &AppState, asked: &ListQuery) -> Result<Self> {
        let contacts = listing::parse_id_filter(&asked.query, "contactId", |text| {
            parse_prefixed(ids::CONTACT_PREFIX, text)
        });
        Self::with_contacts(app, asked, contacts)
    }

    /// Those with one contact that a query asks for.
    pub(super) fn for_contact(
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
        let mut equal = |name| {
            listing::parse_text_filter(&asked.query, name).unwrap_or_else(|_never| {
                contacts = vec![Id::MIN];
                None
            })
        };
        let (bot, task) = (equal("botId"), equal("taskId"));
        let spaces = listing::parse_id_filter(&asked.query, "spaceId", |text| {
            parse_prefixed(ids::SPACE_PREFIX, text)
        });
        let order = asked.order();
        Ok(Self {
            after: listing::decode_cursor(
                asked.query.get("cursor"),
                ids::CONVERSATION_PREFIX,
                order,
            )?,
            sieve: Arc::new(ConversationScanFilter {
                contacts,
                spaces,
                bot,
                task,
                metadata: listing::metadata_filters(&asked.query),
                // A pair's is no conversation of this vocabulary: found by its id, listed nowhere.
                without_direct: true,
            }),
            order,
            until: app.engine.scan_upper_bound().into(),
        })
    }
}

impl RowSource for ConversationSource {
    type Record<'a> = ConversationRow<'a>;

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
        let (sieve, until) = (&self.sieve, self.until);
        let batch =
            conversation::scan(&app.engine, ctx, sieve, walk, until, sheet, |sheet, row| {
                Ok(sheet.write_row(row))
            })
            .await?;
        self.after = batch.cursor.or(self.after);
        Ok(SourceBatch {
            encoder: batch.state,
            rows: batch.matched,
            is_end: batch.is_end,
        })
    }
}
