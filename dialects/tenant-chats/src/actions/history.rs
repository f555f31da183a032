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

/// Messages of a stretch of history.
const DEFAULT_HISTORY_MESSAGES: i64 = 50;
const MAX_HISTORY_MESSAGES: i64 = 100;

impl ConversationActions {
    pub(crate) async fn send_history(
        &self,
        asked: &ClientFrame,
    ) -> Result<SocketReply, FrameError> {
        let limit = asked.limit.unwrap_or(DEFAULT_HISTORY_MESSAGES);
        if !(1..=MAX_HISTORY_MESSAGES).contains(&limit) {
            return Err(FrameError::new(
                "INVALID_JSON",
                "limit is between 1 and 100",
            ));
        }
        let walk = MessageQuery {
            before_seq: asked.before_seq.unwrap_or(i64::MAX),
            // One more than is told shows whether there are more.
            limit: limit + 1,
            order: SortOrder::Descending,
            ..MessageQuery::default()
        };
        let key = ConversationKey::Number(self.number);
        let found = message::list(&self.engine, &self.ctx, key, walk).await;
        let found = found.map_err(|error| to_frame_error(&error))?;
        let mut items = found.items;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > most || found.is_truncated;
        items.truncate(most);
        Ok(SocketReply::from_frame(
            self.encode(&HistoryFrame {
                head: FrameHead::new("history", self.engine.now()),
                reference: asked.reference.as_deref(),
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
