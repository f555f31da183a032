//! Walking over contacts.

use parlor_engine::member;
use parlor_kit::App;
use parlor_model::id::{MemberId, kind};
use parlor_model::page::{CreationCursor, MetadataFilter, Order, Walk};
use parlor_model::{Ctx, Result};

use super::record::Row;
use crate::ids;
use crate::listing::{self, Asked, Sheet, Source, Step};

/// Contacts in order of creation, those of one time in that of their ids: an import keeps both. Filters: `meta.*`.
pub(super) struct Contacts {
    filters: Vec<MetadataFilter>,
    order: Order,
    after: Option<CreationCursor<kind::Member>>,
    until: MemberId,
}

/// Rows of one read at the most: unlike spaces they are held as values.
const BATCH: usize = 100;

impl Contacts {
    /// Those that a query asks for.
    pub(super) fn asked(app: &App, asked: &Asked) -> Result<Self> {
        let order = asked.order();
        Ok(Self {
            filters: listing::metadata(&asked.query),
            after: listing::position(asked.query.get("cursor"), ids::CONTACT, order)?,
            order,
            until: app.engine.horizon().into(),
        })
    }
}

impl Source for Contacts {
    type Record<'a> = Row<'a>;

    async fn read(&mut self, app: &App, ctx: &Ctx, mut sheet: Sheet, take: usize) -> Result<Step> {
        let walk = Walk {
            after: self.after,
            order: self.order,
            // Rows that a filter drops cost little, so look further than asked where there is one.
            take: if self.filters.is_empty() {
                take.min(BATCH)
            } else {
                BATCH
            },
        };
        let batch = member::batch(&app.engine, ctx, self.filters.clone(), walk, self.until).await?;
        let found = batch.items.len();
        for contact in batch.items.iter().take(take) {
            // A read holds no more rows than it has memory for, so there is no need to break.
            let _ = sheet.row(&Row(contact));
        }
        let is_cut = found > take;
        self.after = if is_cut {
            let last = batch.items.get(take - 1);
            last.map(|contact| CreationCursor {
                created_at: Some(contact.member.created_at),
                id: contact.member.key.id,
            })
        } else {
            batch.last
        }
        .or(self.after);
        Ok(Step {
            sheet,
            rows: found.min(take),
            is_end: batch.is_end && !is_cut,
        })
    }
}
