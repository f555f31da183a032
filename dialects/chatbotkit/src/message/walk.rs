//! Walking over a conversation's messages.

use parlor_engine::message::{self, Behind};
use parlor_kit::App;
use parlor_model::conversation::ConversationKey;
use parlor_model::page::{MetadataFilter, Order};
use parlor_model::walk::MessageRow;
use parlor_model::{Ctx, Result};

use super::record::Said;
use crate::ids;
use crate::listing::{self, Asked, Sheet, Source, Step};

/// Messages of all types in the order in which they were stored. Filters: `meta.*`.
pub(super) struct Messages {
    home: ConversationKey,
    filters: Vec<MetadataFilter>,
    order: Order,
    behind: Behind,
}

impl Messages {
    /// Those that a query asks for.
    pub(super) fn asked(home: ConversationKey, asked: &Asked) -> Result<Self> {
        let order = asked.order_of_talk();
        let after = listing::position(asked.query.get("cursor"), ids::MESSAGE, order)?;
        Ok(Self {
            home,
            filters: listing::metadata(&asked.query),
            order,
            behind: after.map_or(Behind::Nothing, |cursor| Behind::Message(cursor.id)),
        })
    }
}

impl Source for Messages {
    type Record<'a> = Said<'a>;

    async fn read(&mut self, app: &App, ctx: &Ctx, sheet: Sheet, take: usize) -> Result<Step> {
        let each =
            |sheet: &mut Sheet, row: &MessageRow<'_>| Ok(sheet.row(&Said { row, home: None }));
        let (filters, from) = (self.filters.clone(), (self.behind, self.order));
        let walked = message::walk(
            &app.engine,
            ctx,
            self.home,
            filters,
            from,
            take,
            sheet,
            each,
        )
        .await?;
        self.behind = walked.last;
        Ok(Step {
            sheet: walked.state,
            rows: walked.matched,
            is_end: walked.is_end,
        })
    }
}
