//! The reader's queue, seen from the task.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::event::ChatEvent;

pub(super) struct EventQueue {
    sender: mpsc::Sender<ChatEvent>,
    /// What the queue had no room for.
    overflow: VecDeque<ChatEvent>,
    /// The reader is gone.
    is_closed: bool,
}

impl EventQueue {
    pub(super) fn new(queue: mpsc::Sender<ChatEvent>) -> Self {
        Self {
            sender: queue,
            overflow: VecDeque::new(),
            is_closed: false,
        }
    }

    /// Whether the reader has to take something before there is room for more.
    pub(super) fn is_backlogged(&self) -> bool {
        !self.overflow.is_empty()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Gives the reader something, now or when there is room.
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

    /// Waits until there was room for something late, or until the reader is gone. Nothing is lost when the wait is
    /// given up.
    pub(super) async fn drain_one(&mut self) {
        if self.is_closed {
            return std::future::pending().await;
        }
        if !self.is_backlogged() {
            self.sender.closed().await;
            return self.close();
        }
        if let Ok(room) = self.sender.reserve().await {
            if let Some(event) = self.overflow.pop_front() {
                room.send(event);
            }
            return;
        }
        self.close();
    }

    /// Waits until the reader has everything, or is gone.
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
