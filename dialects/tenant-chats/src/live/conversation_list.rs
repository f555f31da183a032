//! The list of one's conversations on a socket.

use parlor_gateway::hub::{ListUpdate, ResumeError};
use parlor_gateway::multiplex::SocketAction;
use parlor_gateway::socket::Utf8Bytes;
use parlor_model::Timestamp;

use super::protocol::LiveProtocol;
use super::server_frames::{ConversationChangedFrame, ListCurrentFrame, ListStateFrame};
use crate::frames::client::{ClientFrame, FrameError};
use crate::frames::server::{FrameHead, to_text};

impl LiveProtocol {
    /// Follows the list from a position on; from the beginning where there is none, or one of another history.
    pub(super) fn subscribe_list(
        &mut self,
        asked: &ClientFrame,
        position: Option<&str>,
    ) -> Result<Vec<SocketAction>, FrameError> {
        if self.user.is_none() {
            let said = "The key acts for nobody: connect with a user_id";
            return Err(FrameError::new("FORBIDDEN", said));
        }
        let found = position.map(|text| self.parse_position(text));
        let position = found.and_then(Result::ok);
        let refusal = found.and_then(Result::err);
        let started = to_text(&ListStateFrame {
            head: FrameHead::new("list_started", self.engine.now()),
            reference: asked.reference.as_deref(),
            resumed: Some(position.is_some()),
            reason: refusal.map(ResumeError::as_str),
        });
        Ok(vec![
            SocketAction::Send(started),
            SocketAction::SubscribeList(position),
        ])
    }

    pub(super) fn list_update_frames(&self, listed: &ListUpdate) -> Vec<Utf8Bytes> {
        let now = self.engine.now();
        let changed = listed
            .changed
            .iter()
            .map(|row| ConversationChangedFrame::from_item(row, now));
        let gone = listed
            .removed
            .iter()
            .map(|id| ConversationChangedFrame::deleted(*id, now));
        let mut rows: Vec<ConversationChangedFrame> = changed.chain(gone).collect();
        let position = listed
            .position
            .map(|position| self.format_position(position));
        let end = match listed.total {
            Some(total) => Some(to_text(&ListCurrentFrame {
                head: FrameHead::new("list_current", now),
                total,
                position,
            })),
            None => {
                // With the last one, since all of them have to be taken first.
                if let Some(last) = rows.last_mut() {
                    last.position = position;
                }
                None
            }
        };
        rows.iter().map(to_text).chain(end).collect()
    }

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
