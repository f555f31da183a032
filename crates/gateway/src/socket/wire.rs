//! What every live socket has in common: words out and in, and the beat it is held to.

use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use super::close;
use super::talk::{Ending, Farewell, Pace};

/// The client is gone, or is to go.
pub(crate) enum Left {
    Away,
    With(Ending),
}

/// What came from the client.
pub(crate) enum Said {
    Text(Utf8Bytes),
    Binary,
    /// A ping or a pong.
    Nothing,
}

/// A socket, and how long it may take what is sent.
pub(crate) struct Wire {
    socket: WebSocket,
    drain: Duration,
}

impl Wire {
    pub(crate) fn new(socket: WebSocket, drain: Duration) -> Self {
        Self { socket, drain }
    }

    /// Waits for the client. Nothing is lost when the wait is given up.
    pub(crate) async fn hear(&mut self) -> Result<Said, Left> {
        match self.socket.recv().await {
            Some(Ok(Message::Text(text))) => Ok(Said::Text(text)),
            Some(Ok(Message::Binary(_))) => Ok(Said::Binary),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Said::Nothing),
            Some(Ok(Message::Close(_))) | None => Err(Left::Away),
            Some(Err(error)) if is_too_large(&error) => Err(Left::With(Ending::TooLarge)),
            Some(Err(_)) => Err(Left::Away),
        }
    }

    pub(crate) async fn say(&mut self, words: Vec<Utf8Bytes>) -> Result<(), Left> {
        if words.is_empty() {
            return Ok(());
        }
        self.send(words.into_iter().map(Message::Text).collect())
            .await
    }

    pub(crate) async fn ping(&mut self) -> Result<(), Left> {
        self.send(vec![Message::Ping(Default::default())]).await
    }

    pub(crate) async fn close(&mut self, farewell: Farewell) {
        close(&mut self.socket, farewell).await;
    }

    /// Several messages leave under one flush.
    async fn send(&mut self, messages: Vec<Message>) -> Result<(), Left> {
        let socket = &mut self.socket;
        let sending = async {
            for message in messages {
                socket.feed(message).await?;
            }
            socket.flush().await
        };
        match tokio::time::timeout(self.drain, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Left::Away),
            Err(_) => Err(Left::With(Ending::Stuck)),
        }
    }
}

/// The times a socket keeps, and the stop of the server.
pub(crate) struct Beat {
    ping: Interval,
    check: Interval,
    heard_at: Instant,
    silence: Duration,
    stop: watch::Receiver<bool>,
}

/// What it is time for.
pub(crate) enum Tick {
    Ping,
    /// A look at the credential.
    Check,
}

impl Beat {
    pub(crate) fn new(pace: Pace, stop: watch::Receiver<bool>) -> Self {
        let (mut ping, mut check) = (interval(pace.ping), interval(pace.check));
        for ticks in [&mut ping, &mut check] {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks.reset();
        }
        Self {
            ping,
            check,
            heard_at: Instant::now(),
            silence: pace.silence,
            stop,
        }
    }

    /// The client was heard.
    pub(crate) fn heard(&mut self) {
        self.heard_at = Instant::now();
    }

    /// Waits until it is time for something. Nothing is lost when the wait is given up.
    pub(crate) async fn next(&mut self) -> Result<Tick, Left> {
        tokio::select! {
            _ = self.ping.tick() => if self.heard_at.elapsed() >= self.silence {
                Err(Left::With(Ending::Silent))
            } else {
                Ok(Tick::Ping)
            },
            _ = self.check.tick() => Ok(Tick::Check),
            // A sender that is gone means stop as well.
            _ = self.stop.wait_for(|stop| *stop) => Err(Left::With(Ending::Shutdown)),
        }
    }
}

/// Waits for ever where nothing is due.
pub(crate) async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// The library tells it only by its words.
fn is_too_large(error: &axum::Error) -> bool {
    error.to_string().contains("too long") || error.to_string().contains("Space limit exceeded")
}
