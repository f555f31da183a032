//! Reading earlier messages.

use parlor_engine::message;
use parlor_gateway::socket::SocketReply;
use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageQuery;

use super::{ConversationActions, to_frame_error};
use crate::frames::client::{ClientFrame, FrameError};
use crate::frames::server::{FrameHead, HistoryFrame};
use crate::message::MessageResponse;

/// Messages of a `history` frame, unless the client sets `limit`.
const DEFAULT_HISTORY_MESSAGES: i64 = 50;
/// Maximum of `limit`.
const MAX_HISTORY_MESSAGES: i64 = 100;

impl ConversationActions {
    /// Returns a frame with the messages before a seq, oldest first.
    ///
    /// # Errors
    /// `INVALID_JSON` for an invalid limit, otherwise the engine's error.
    pub(crate) async fn send_history(
        &self,
        frame: &ClientFrame,
    ) -> Result<SocketReply, FrameError> {
        let limit = frame.limit.unwrap_or(DEFAULT_HISTORY_MESSAGES);
        if !(1..=MAX_HISTORY_MESSAGES).contains(&limit) {
            return Err(FrameError::new(
                "INVALID_JSON",
                "limit is between 1 and 100",
            ));
        }
        let query = MessageQuery {
            before_seq: frame.before_seq.unwrap_or(i64::MAX),
            // One extra message shows whether there are more.
            limit: limit + 1,
            order: SortOrder::Descending,
            ..MessageQuery::default()
        };
        let key = ConversationKey::Number(self.number);
        let found = message::list(&self.engine, &self.ctx, key, query).await;
        let found = found.map_err(|error| to_frame_error(&error))?;
        let mut items = found.items;
        let max_items = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > max_items || found.is_truncated;
        items.truncate(max_items);
        Ok(SocketReply::from_frame(
            self.encode(&HistoryFrame {
                head: FrameHead::new("history", self.engine.now()),
                reference: frame.reference.as_deref(),
                messages: items
                    .into_iter()
                    .rev()
                    .map(MessageResponse::from_message)
                    .collect(),
                has_more,
            }),
        ))
    }
}
