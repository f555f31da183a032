//! Walking over conversations.

use std::sync::Arc;

use parlor_engine::conversation;
use parlor_kit::App;
use parlor_kit::ids::parse_prefixed;
use parlor_model::id::{ConversationId, MemberId, kind};
use parlor_model::page::{CreationCursor, Order, Walk};
use parlor_model::walk::{ConversationRow, ConversationSieve};
use parlor_model::{Ctx, Id, Result};

use crate::ids;
use crate::listing::{self, Asked, Sheet, Source, Step};

/// Conversations in order of creation, those of one time in that of their ids: an import keeps both. Filters: `contactId` and `spaceId`, comma-separated lists; `botId`; `taskId`;
/// `meta.*`.
pub(crate) struct Conversations {
    pub(super) sieve: Arc<ConversationSieve>,
    pub(super) order: Order,
    pub(super) after: Option<CreationCursor<kind::Conversation>>,
    pub(super) until: ConversationId,
}

impl Conversations {
    /// Those that a query asks for.
    pub(super) fn asked(app: &App, asked: &Asked) -> Result<Self> {
        let contacts = listing::any_of(&asked.query, "contactId", |text| {
            parse_prefixed(ids::CONTACT, text)
        });
        Self::of(app, asked, contacts)
    }

    /// Those with one contact that a query asks for.
    pub(super) fn of_contact(app: &App, asked: &Asked, contact: MemberId) -> Result<Self> {
        Self::of(app, asked, vec![contact])
    }

    fn of(app: &App, asked: &Asked, mut contacts: Vec<MemberId>) -> Result<Self> {
        let mut equal = |name| {
            listing::equal(&asked.query, name).unwrap_or_else(|_never| {
                contacts = vec![Id::MIN];
                None
            })
        };
        let (bot, task) = (equal("botId"), equal("taskId"));
        let spaces = listing::any_of(&asked.query, "spaceId", |text| {
            parse_prefixed(ids::SPACE, text)
        });
        let order = asked.order();
        Ok(Self {
            after: listing::position(asked.query.get("cursor"), ids::CONVERSATION, order)?,
            sieve: Arc::new(ConversationSieve {
                contacts,
                spaces,
                bot,
                task,
                metadata: listing::metadata(&asked.query),
                // A pair's is no conversation of this vocabulary: found by its id, listed nowhere.
                without_direct: true,
            }),
            order,
            until: app.engine.horizon().into(),
        })
    }
}

impl Source for Conversations {
    type Record<'a> = ConversationRow<'a>;

    async fn read(&mut self, app: &App, ctx: &Ctx, sheet: Sheet, take: usize) -> Result<Step> {
        let walk = Walk {
            after: self.after,
            order: self.order,
            take,
        };
        let (sieve, until) = (&self.sieve, self.until);
        let batch =
            conversation::batch(&app.engine, ctx, sieve, walk, until, sheet, |sheet, row| {
                Ok(sheet.row(row))
            })
            .await?;
        self.after = batch.last.or(self.after);
        Ok(Step {
            sheet: batch.state,
            rows: batch.matched,
            is_end: batch.is_end,
        })
    }
}
