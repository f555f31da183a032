//! Receiving handle of a socket.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::sync::mpsc;

use super::event::{ChatEvent, ConnectionInfo, StreamPosition};
use crate::log::ChatLogEntry;

/// Receiver of a socket's events in order. Also a [`Stream`].
#[derive(Debug)]
pub struct EventReceiver {
    receiver: mpsc::Receiver<ChatEvent>,
    position: Option<StreamPosition>,
}

impl EventReceiver {
    pub(super) fn new(receiver: mpsc::Receiver<ChatEvent>) -> Self {
        Self {
            receiver,
            position: None,
        }
    }

    /// Waits for the next event; `None` after [`ChatEvent::Closed`].
    ///
    /// # Cancel safety
    /// No event is lost.
    pub async fn next(&mut self) -> Option<ChatEvent> {
        let event = self.receiver.recv().await?;
        self.track_position(&event);
        Some(event)
    }

    /// Waits for the next log entry and skips other events.
    pub async fn next_entry(&mut self) -> Option<ChatLogEntry> {
        loop {
            if let ChatEvent::Entry(entry) = self.next().await? {
                return Some(*entry);
            }
        }
    }

    /// Returns the position of the last returned entry, or the start position. `None` before the first
    /// [`ChatEvent::Connected`].
    pub fn position(&self) -> Option<&StreamPosition> {
        self.position.as_ref()
    }

    fn track_position(&mut self, event: &ChatEvent) {
        match (event, &mut self.position) {
            (ChatEvent::Entry(entry), Some(position)) => position.seq = entry.seq,
            (
                ChatEvent::Connected(ConnectionInfo {
                    after_seq, epoch, ..
                }),
                position,
            ) => {
                *position = Some(StreamPosition {
                    seq: *after_seq,
                    epoch: epoch.clone(),
                });
            }
            _ => {}
        }
    }
}

impl Stream for EventReceiver {
    type Item = ChatEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<ChatEvent>> {
        let next = self.receiver.poll_recv(cx);
        if let Poll::Ready(Some(event)) = &next {
            self.track_position(event);
        }
        next
    }
}
