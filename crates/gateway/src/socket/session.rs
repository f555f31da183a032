//! The life of a socket between its first word and its last.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt;
use parlor_bus::Note;
use parlor_model::Ctx;
use parlor_model::error::Kind;
use parlor_model::live::{Sign, Signal};
use parlor_model::member::MemberRef;
use tokio::time::{Instant, MissedTickBehavior, interval};
use uuid::Uuid;

use super::close;
use super::talk::{Answer, Ending, Talk};
use crate::hub::{Feed, Frame, Heard, Turn};
use crate::{Gateway, Seat};

/// Everything a socket needs to be served.
pub struct Session<T> {
    /// The live part of the server.
    pub gateway: Arc<Gateway>,
    /// What the caller may.
    pub ctx: Ctx,
    /// The conversation's number.
    pub conversation: i64,
    /// Who listens.
    pub who: MemberRef,
    /// This connection's id.
    pub connection: Uuid,
    /// Its place among the connections.
    pub seat: Seat,
    /// Positions up to here the client has.
    pub after: i64,
    /// Said first.
    pub greeting: Vec<Utf8Bytes>,
    /// The dialect's side.
    pub talk: T,
}

/// The client is gone, or is to go.
enum Left {
    Away,
    With(Ending),
}

struct Line<T> {
    socket: WebSocket,
    talk: T,
    /// What is said in place of entries whose turn has not come.
    confirm: HashMap<i64, Utf8Bytes>,
    member: i64,
    connection: Uuid,
    drain: std::time::Duration,
}

impl<T: Talk> Session<T> {
    /// Serves the socket to its end.
    pub async fn serve(self, socket: WebSocket) {
        let busy = self.gateway.busy();
        let hub = &self.gateway.hub;
        let codec = self.talk.codec();
        let mut feed = hub.feed(&self.ctx, self.conversation, codec, self.after);
        let mut line = Line {
            socket,
            talk: self.talk,
            confirm: HashMap::new(),
            member: self.who.number,
            connection: self.connection,
            drain: self.gateway.pace.drain,
        };
        let signal = |sign: Sign| Signal {
            ws: self.ctx.ws(),
            conversation: self.conversation,
            from: self.connection,
            who: self.who.clone(),
            sign,
        };
        let tell = |sign: Sign| hub.tell(&[Note::Signal(signal(sign))]);
        let left = match line.say(self.greeting).await {
            Ok(()) => line.run(&self.gateway, &mut feed, tell).await,
            Err(left) => left,
        };
        drop(feed);
        drop(self.seat);
        if let Left::With(why) = left {
            let farewell = line.talk.end(why);
            close(&mut line.socket, farewell).await;
        }
        drop(busy);
    }
}

impl<T: Talk> Line<T> {
    async fn run(&mut self, gateway: &Gateway, feed: &mut Feed, tell: impl Fn(Sign)) -> Left {
        let pace = gateway.pace;
        let mut stop = gateway.stop.subscribe();
        let (mut ping, mut check) = (interval(pace.ping), interval(pace.check));
        for ticks in [&mut ping, &mut check] {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks.reset();
        }
        let mut heard_at = Instant::now();
        loop {
            let step = tokio::select! {
                message = self.socket.recv() => {
                    heard_at = Instant::now();
                    self.hear(message, feed, &tell).await
                }
                heard = feed.next() => match heard {
                    Ok(heard) => self.pass_on(heard).await,
                    Err(error) if matches!(error.kind(), Kind::Forbidden(_)) => {
                        Err(Left::With(Ending::Forbidden))
                    }
                    Err(error) => {
                        tracing::warn!(?error, "a socket lost its conversation");
                        Err(Left::With(Ending::Broken))
                    }
                },
                () = until(self.talk.due()) => {
                    let answer = self.talk.ring().await;
                    self.do_as(answer, feed, &tell).await
                }
                _ = ping.tick() => {
                    if heard_at.elapsed() >= pace.silence {
                        Err(Left::With(Ending::Silent))
                    } else {
                        self.send(vec![Message::Ping(Default::default())]).await
                    }
                }
                _ = check.tick() => {
                    let held = self.talk.check().await;
                    held.map_err(|_| Left::With(Ending::Credential))
                }
                // A sender that is gone means stop as well.
                () = async { drop(stop.wait_for(|stop| *stop).await) } => {
                    Err(Left::With(Ending::Shutdown))
                }
            };
            if let Err(left) = step {
                return left;
            }
        }
    }

    async fn hear(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
        feed: &Feed,
        tell: impl Fn(Sign),
    ) -> Result<(), Left> {
        let answer = match message {
            Some(Ok(Message::Text(text))) => self.talk.hear(&text).await,
            Some(Ok(Message::Binary(_))) => self.talk.hear_binary(),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Close(_))) | None => return Err(Left::Away),
            Some(Err(error)) if is_too_large(&error) => {
                return Err(Left::With(Ending::TooLarge));
            }
            Some(Err(_)) => return Err(Left::Away),
        };
        self.do_as(answer, feed, tell).await
    }

    async fn do_as(
        &mut self,
        answer: Answer,
        feed: &Feed,
        tell: impl Fn(Sign),
    ) -> Result<(), Left> {
        let Answer {
            mut say,
            confirm,
            sign,
            end,
        } = answer;
        if let Some((seq, words)) = confirm {
            // One who still reads what happened long ago is not kept waiting for its own word's turn.
            if feed.has() >= seq {
                say.push(words);
            } else if feed.is_live() {
                self.confirm.insert(seq, words);
            } else {
                say.push(words);
                self.confirm.insert(seq, Utf8Bytes::default());
            }
        }
        self.say(say).await?;
        if let Some(sign) = sign {
            tell(sign);
        }
        end.map_or(Ok(()), |why| Err(Left::With(why)))
    }

    async fn pass_on(&mut self, heard: Heard) -> Result<(), Left> {
        match heard {
            Heard::Frames(frames) => {
                let mut left = None;
                let mut words = Vec::with_capacity(frames.len());
                for frame in frames {
                    left = left.or(self.left(&frame));
                    words.extend(self.words(frame));
                }
                self.say(words).await?;
                left.map_or(Ok(()), |why| Err(Left::With(why)))
            }
            Heard::Lagged { from, to } => {
                let words = self.talk.lagged(from, to);
                self.say(words.into_iter().collect()).await
            }
            Heard::Gone => Err(Left::With(Ending::Deleted)),
        }
    }

    /// What a frame is on this socket: a confirmation instead of one's own word, and nothing of one's own signs.
    fn words(&mut self, frame: Frame) -> Option<Utf8Bytes> {
        if frame.from == Some(self.connection) {
            return None;
        }
        match frame.seq.and_then(|seq| self.confirm.remove(&seq)) {
            Some(words) => Some(words).filter(|words| !words.is_empty()),
            None => frame.text,
        }
    }

    fn left(&self, frame: &Frame) -> Option<Ending> {
        match &frame.turn {
            Turn::None => None,
            Turn::Left(members) => members.contains(&self.member).then_some(Ending::Forbidden),
            Turn::Closed => Some(Ending::Closed),
        }
    }

    async fn say(&mut self, words: Vec<Utf8Bytes>) -> Result<(), Left> {
        if words.is_empty() {
            return Ok(());
        }
        self.send(words.into_iter().map(Message::Text).collect())
            .await
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

/// Waits for ever where nothing is due.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// The library tells it only by its words.
fn is_too_large(error: &axum::Error) -> bool {
    error.to_string().contains("too long") || error.to_string().contains("Space limit exceeded")
}
