//! Walking over conversations with what was said in them.

use parlor_engine::conversation::{self, TranscriptCursor, TranscriptRow};
use parlor_kit::AppState;
use parlor_model::scan::ConversationRow;
use parlor_model::{Ctx, Result};

use super::source::ConversationSource;
use crate::listing::{ListEncoder, RowSource, SourceBatch};
use crate::message::MessageListRow;

/// Conversations, each followed by its messages. A row is a conversation to its last message.
pub(super) struct TranscriptSource {
    conversations: ConversationSource,
    cursor: TranscriptCursor,
}

impl TranscriptSource {
    pub(super) fn new(conversations: ConversationSource) -> Self {
        let place = TranscriptCursor {
            after: conversations.after,
            unfinished: None,
            order: conversations.order,
            until: conversations.until,
        };
        Self {
            conversations,
            cursor: place,
        }
    }
}

impl RowSource for TranscriptSource {
    type Record<'a> = ConversationRow<'a>;

    async fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        sheet: ListEncoder,
        take: usize,
    ) -> Result<SourceBatch> {
        let sieve = &self.conversations.sieve;
        let written = conversation::scan_transcripts(
            &app.engine,
            ctx,
            sieve,
            self.cursor,
            take,
            sheet,
            |sheet, line| {
                Ok(match line {
                    TranscriptRow::Conversation(row) => sheet.write_row(row),
                    TranscriptRow::Message(home, row) => sheet.write_row(&MessageListRow {
                        row,
                        conversation: Some(home),
                    }),
                })
            },
        )
        .await?;
        self.cursor = written.cursor;
        Ok(SourceBatch {
            encoder: written.state,
            rows: written.matched,
            is_end: written.is_end,
        })
    }
}
