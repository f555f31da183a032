//! Bounded event queue to the reader, with overflow.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::event::ChatEvent;

pub(super) struct EventQueue {
    sender: mpsc::Sender<ChatEvent>,
    /// Events that did not fit into the queue.
    overflow: VecDeque<ChatEvent>,
    /// The receiver was dropped.
    is_closed: bool,
}

impl EventQueue {
    pub(super) fn new(sender: mpsc::Sender<ChatEvent>) -> Self {
        Self {
            sender,
            overflow: VecDeque::new(),
            is_closed: false,
        }
    }

    /// Returns whether the queue is full and events are waiting in the overflow.
    pub(super) fn is_backlogged(&self) -> bool {
        !self.overflow.is_empty()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Queues an event, now or when there is space.
    pub(super) fn push(&mut self, event: ChatEvent) {
        if self.is_closed {
            return;
        }
        if self.is_backlogged() {
            self.overflow.push_back(event);
            return;
        }
        match self.sender.try_send(event) {
            Ok(()) => {}
            Err(TrySendError::Full(event)) => self.overflow.push_back(event),
            Err(TrySendError::Closed(_)) => self.close(),
        }
    }

    /// Waits until an overflowing event was queued or the receiver is dropped.
    ///
    /// # Cancel safety
    /// No event is lost.
    pub(super) async fn drain_one(&mut self) {
        if self.is_closed {
            return std::future::pending().await;
        }
        if !self.is_backlogged() {
            self.sender.closed().await;
            return self.close();
        }
        if let Ok(permit) = self.sender.reserve().await {
            if let Some(event) = self.overflow.pop_front() {
                permit.send(event);
            }
            return;
        }
        self.close();
    }

    /// Waits until all events were queued or the receiver is dropped.
    pub(super) async fn flush(mut self) {
        while self.is_backlogged() {
            self.drain_one().await;
        }
    }

    fn close(&mut self) {
        self.is_closed = true;
        self.overflow.clear();
    }
}
