//! The hearing half.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use tokio::sync::mpsc;

use super::event::{Connected, Event, Position};
use crate::log::Entry;

/// Everything that is heard on a socket, in order. Also a [`Stream`].
#[derive(Debug)]
pub struct Events {
    queue: mpsc::Receiver<Event>,
    position: Option<Position>,
}

impl Events {
    pub(super) fn new(queue: mpsc::Receiver<Event>) -> Self {
        Self {
            queue,
            position: None,
        }
    }

    /// Waits for the next event; none after [`Event::Closed`]. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Option<Event> {
        let event = self.queue.recv().await?;
        self.note(&event);
        Some(event)
    }

    /// Waits for the next entry of the log and passes over everything else.
    pub async fn entry(&mut self) -> Option<Entry> {
        loop {
            if let Event::Entry(entry) = self.next().await? {
                return Some(*entry);
            }
        }
    }

    /// How far this has come: the position of the last entry that was given, or where it began. None before the first
    /// [`Event::Connected`].
    pub fn position(&self) -> Option<&Position> {
        self.position.as_ref()
    }

    fn note(&mut self, event: &Event) {
        match (event, &mut self.position) {
            (Event::Entry(entry), Some(position)) => position.seq = entry.seq,
            (Event::Connected(Connected { after, epoch, .. }), position) => {
                *position = Some(Position {
                    seq: *after,
                    epoch: epoch.clone(),
                });
            }
            _ => {}
        }
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let next = self.queue.poll_recv(cx);
        if let Poll::Ready(Some(event)) = &next {
            self.note(event);
        }
        next
    }
}
