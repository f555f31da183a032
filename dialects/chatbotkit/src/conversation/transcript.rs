//! Walking over conversations with what was said in them.

use parlor_engine::conversation::{self, Line, Place};
use parlor_kit::App;
use parlor_model::walk::ConversationRow;
use parlor_model::{Ctx, Result};

use super::walk::Conversations;
use crate::listing::{Sheet, Source, Step};
use crate::message::Said;

/// Conversations, each followed by its messages. A row is a conversation to its last message.
pub(super) struct Transcripts {
    conversations: Conversations,
    place: Place,
}

impl Transcripts {
    pub(super) fn of(conversations: Conversations) -> Self {
        let place = Place {
            after: conversations.after,
            open: None,
            order: conversations.order,
            until: conversations.until,
        };
        Self {
            conversations,
            place,
        }
    }
}

impl Source for Transcripts {
    type Record<'a> = ConversationRow<'a>;

    async fn read(&mut self, app: &App, ctx: &Ctx, sheet: Sheet, take: usize) -> Result<Step> {
        let sieve = &self.conversations.sieve;
        let written = conversation::transcript(
            &app.engine,
            ctx,
            sieve,
            self.place,
            take,
            sheet,
            |sheet, line| {
                Ok(match line {
                    Line::Conversation(row) => sheet.row(row),
                    Line::Message(home, row) => sheet.row(&Said {
                        row,
                        home: Some(home),
                    }),
                })
            },
        )
        .await?;
        self.place = written.place;
        Ok(Step {
            sheet: written.state,
            rows: written.ended,
            is_end: written.is_end,
        })
    }
}
