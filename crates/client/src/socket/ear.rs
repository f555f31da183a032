//! The reader's queue, seen from the task.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::event::Event;

pub(super) struct Ear {
    queue: mpsc::Sender<Event>,
    /// What the queue had no room for.
    late: VecDeque<Event>,
    /// The reader is gone.
    deaf: bool,
}

impl Ear {
    pub(super) fn new(queue: mpsc::Sender<Event>) -> Self {
        Self {
            queue,
            late: VecDeque::new(),
            deaf: false,
        }
    }

    /// Whether the reader has to take something before there is room for more.
    pub(super) fn is_late(&self) -> bool {
        !self.late.is_empty()
    }

    pub(super) fn is_deaf(&self) -> bool {
        self.deaf
    }

    /// Gives the reader something, now or when there is room.
    pub(super) fn tell(&mut self, event: Event) {
        if self.deaf {
            return;
        }
        if self.is_late() {
            self.late.push_back(event);
            return;
        }
        match self.queue.try_send(event) {
            Ok(()) => {}
            Err(TrySendError::Full(event)) => self.late.push_back(event),
            Err(TrySendError::Closed(_)) => self.deafen(),
        }
    }

    /// Waits until there was room for something late, or until the reader is gone. Nothing is lost when the wait is
    /// given up.
    pub(super) async fn stir(&mut self) {
        if self.deaf {
            return std::future::pending().await;
        }
        if !self.is_late() {
            self.queue.closed().await;
            return self.deafen();
        }
        if let Ok(room) = self.queue.reserve().await {
            if let Some(event) = self.late.pop_front() {
                room.send(event);
            }
            return;
        }
        self.deafen();
    }

    /// Waits until the reader has everything, or is gone.
    pub(super) async fn finish(mut self) {
        while self.is_late() {
            self.stir().await;
        }
    }

    fn deafen(&mut self) {
        self.deaf = true;
        self.late.clear();
    }
}
