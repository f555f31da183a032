//! Cancels the answer under way.

use parlor_engine::turn;
use parlor_gateway::socket::SocketReply;
use parlor_kit::ids::parse_uuid;
use parlor_model::conversation::ConversationKey;

use super::{ConversationActions, to_frame_error};
use crate::frames::client::{ClientFrame, FrameError};

impl ConversationActions {
    /// Cancels the answer under way: all of it, or only that with the frame's `message_id`. Its end is its own reply.
    ///
    /// # Errors
    /// `FORBIDDEN` without a user, `INVALID_JSON` for a malformed id, `NOT_FOUND` if no such answer is under way.
    pub(crate) async fn cancel(&mut self, frame: &ClientFrame) -> Result<SocketReply, FrameError> {
        self.require_user()?;
        let message = match frame.message_id.as_deref() {
            Some(id) => Some(parse_uuid(id).ok_or_else(|| {
                FrameError::new("INVALID_JSON", "message_id is a message's UUID")
            })?),
            None => None,
        };
        let key = ConversationKey::Number(self.number);
        let cancelled = turn::cancel(&self.engine, &self.ctx, key, message).await;
        match cancelled.map_err(|error| to_frame_error(&error))? {
            Some(_) => Ok(SocketReply::default()),
            None => Err(FrameError::new("NOT_FOUND", "No answer is under way")),
        }
    }
}
