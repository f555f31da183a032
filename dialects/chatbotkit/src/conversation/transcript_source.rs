//! The row source of conversations with their messages.

use parlor_engine::conversation::{self, TranscriptCursor, TranscriptRow};
use parlor_kit::AppState;
use parlor_model::scan::ConversationRow;
use parlor_model::{Ctx, Result};

use super::source::ConversationSource;
use crate::encode::ListEncoder;
use crate::listing::{RowSource, SourceBatch};
use crate::message::MessageListRow;

/// Scans conversations, each followed by its messages. Counts a conversation as one row, which ends with its last message.
pub(super) struct TranscriptSource {
    conversations: ConversationSource,
    cursor: TranscriptCursor,
}

impl TranscriptSource {
    /// Creates a source of the conversations that `conversations` scans.
    pub(super) fn new(conversations: ConversationSource) -> Self {
        let cursor = TranscriptCursor {
            after: conversations.after,
            unfinished: None,
            order: conversations.order,
            until: conversations.until,
        };
        Self {
            conversations,
            cursor,
        }
    }
}

impl RowSource for TranscriptSource {
    type Row<'a> = ConversationRow<'a>;

    async fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        encoder: ListEncoder,
        take: usize,
    ) -> Result<SourceBatch> {
        let filter = &self.conversations.filter;
        let batch = conversation::scan_transcripts(
            &app.engine,
            ctx,
            filter,
            self.cursor,
            take,
            encoder,
            |encoder, row| {
                Ok(match row {
                    TranscriptRow::Conversation(row) => encoder.write_row(row),
                    TranscriptRow::Message(conversation, row) => {
                        encoder.write_row(&MessageListRow {
                            row,
                            conversation: Some(conversation),
                        })
                    }
                })
            },
        )
        .await?;
        self.cursor = batch.cursor;
        Ok(batch.into())
    }
}
