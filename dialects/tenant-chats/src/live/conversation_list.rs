//! The user's conversation list on `/live`.

use parlor_gateway::hub::{ListUpdate, ResumeError};
use parlor_gateway::multiplex::SocketAction;
use parlor_gateway::socket::Utf8Bytes;
use parlor_model::Timestamp;

use super::protocol::LiveProtocol;
use super::server_frames::{ConversationChangedFrame, ListCurrentFrame, ListStateFrame};
use crate::frames::client::{ClientFrame, FrameError};
use crate::frames::server::{FrameHead, to_text};

impl LiveProtocol {
    /// Subscribes to the list from a position, or from the beginning without a position of this epoch.
    ///
    /// # Errors
    /// `FORBIDDEN` without a user.
    pub(super) fn subscribe_list(
        &mut self,
        frame: &ClientFrame,
        position: Option<&str>,
    ) -> Result<Vec<SocketAction>, FrameError> {
        if self.user.is_none() {
            let message = "The key acts for nobody: connect with a user_id";
            return Err(FrameError::new("FORBIDDEN", message));
        }
        let parsed = position.map(|text| self.parse_position(text));
        let position = parsed.and_then(Result::ok);
        let error = parsed.and_then(Result::err);
        let started = to_text(&ListStateFrame {
            head: FrameHead::new("list_started", self.engine.now()),
            reference: frame.reference.as_deref(),
            resumed: Some(position.is_some()),
            reason: error.map(ResumeError::as_str),
        });
        Ok(vec![
            SocketAction::Send(started),
            SocketAction::SubscribeList(position),
        ])
    }

    /// Encodes a list update: a frame for each conversation, and one that ends a complete read.
    pub(super) fn list_update_frames(&self, update: &ListUpdate) -> Vec<Utf8Bytes> {
        let now = self.engine.now();
        let changed = update
            .changed
            .iter()
            .map(|row| ConversationChangedFrame::from_item(row, now));
        let removed = update
            .removed
            .iter()
            .map(|id| ConversationChangedFrame::deleted(*id, now));
        let mut rows: Vec<ConversationChangedFrame> = changed.chain(removed).collect();
        let position = update
            .position
            .map(|position| self.format_position(position));
        let end = match update.total {
            Some(total) => Some(to_text(&ListCurrentFrame {
                head: FrameHead::new("list_current", now),
                total,
                position,
            })),
            None => {
                // On the last frame, because the position includes all of them.
                if let Some(last) = rows.last_mut() {
                    last.position = position;
                }
                None
            }
        };
        rows.iter().map(to_text).chain(end).collect()
    }

    /// Encodes the end of the list's subscription.
    pub(super) fn list_stopped_frame(&self, reference: Option<&str>) -> Utf8Bytes {
        to_text(&ListStateFrame {
            head: FrameHead::new("list_stopped", self.engine.now()),
            reference,
            resumed: None,
            reason: None,
        })
    }

    fn format_position(&self, position: Timestamp) -> String {
        format!("{}/{}", self.epoch, position.micros())
    }

    fn parse_position(&self, text: &str) -> Result<Timestamp, ResumeError> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(epoch, micros)| Some((epoch, micros.parse().ok()?)));
        match parts.ok_or(ResumeError::InvalidPosition)? {
            (epoch, micros) if epoch == self.epoch => Ok(Timestamp::from_micros(micros)),
            _ => Err(ResumeError::UnknownEpoch),
        }
    }
}
