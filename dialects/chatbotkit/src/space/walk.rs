//! Walking over spaces.

use std::sync::Arc;

use parlor_engine::space;
use parlor_kit::App;
use parlor_kit::ids::parse_prefixed;
use parlor_model::id::{MemberId, SpaceId, kind};
use parlor_model::page::{CreationCursor, Order, Walk};
use parlor_model::space::{SpaceFilter, SpaceRow};
use parlor_model::{Ctx, Id, Result};

use crate::ids;
use crate::listing::{self, Asked, Sheet, Source, Step};

/// Spaces in order of creation, those of one time in that of their ids: an import keeps both. Filters: `contactId`, a comma-separated list; `blueprintId`; `meta.*`.
pub(crate) struct Spaces {
    filter: Arc<SpaceFilter>,
    order: Order,
    after: Option<CreationCursor<kind::Space>>,
    until: SpaceId,
}

impl Spaces {
    /// Those that a query asks for.
    pub(super) fn asked(app: &App, asked: &Asked) -> Result<Self> {
        let contacts = listing::any_of(&asked.query, "contactId", |text| {
            parse_prefixed(ids::CONTACT, text)
        });
        Self::of(app, asked, contacts)
    }

    /// Those of one contact that a query asks for.
    pub(crate) fn of_contact(app: &App, asked: &Asked, contact: MemberId) -> Result<Self> {
        Self::of(app, asked, vec![contact])
    }

    fn of(app: &App, asked: &Asked, mut contacts: Vec<MemberId>) -> Result<Self> {
        let blueprint = listing::equal(&asked.query, "blueprintId").unwrap_or_else(|_never| {
            contacts = vec![Id::MIN];
            None
        });
        let order = asked.order();
        Ok(Self {
            after: listing::position(asked.query.get("cursor"), ids::SPACE, order)?,
            filter: Arc::new(SpaceFilter {
                contacts,
                blueprint,
                metadata: listing::metadata(&asked.query),
            }),
            order,
            until: app.engine.horizon().into(),
        })
    }
}

impl Source for Spaces {
    type Record<'a> = SpaceRow<'a>;

    async fn read(&mut self, app: &App, ctx: &Ctx, sheet: Sheet, take: usize) -> Result<Step> {
        let walk = Walk {
            after: self.after,
            order: self.order,
            take,
        };
        let (filter, until) = (&self.filter, self.until);
        let batch = space::batch(
            &app.engine,
            ctx,
            filter,
            walk,
            until,
            sheet,
            |sheet, row| Ok(sheet.row(row)),
        )
        .await?;
        self.after = batch.last.or(self.after);
        Ok(Step {
            sheet: batch.state,
            rows: batch.matched,
            is_end: batch.is_end,
        })
    }
}
