//! The life of a socket between its first word and its last.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::ws::{Utf8Bytes, WebSocket};
use parlor_bus::Note;
use parlor_model::Ctx;
use parlor_model::error::Kind;
use parlor_model::live::{Sign, Signal};
use parlor_model::member::MemberRef;
use uuid::Uuid;

use super::talk::{Answer, Ending, Talk};
use super::wire::{Beat, Left, Said, Tick, Wire, until};
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

struct Line<T> {
    wire: Wire,
    talk: T,
    /// What is said in place of entries whose turn has not come.
    confirm: HashMap<i64, Utf8Bytes>,
    member: i64,
    connection: Uuid,
}

impl<T: Talk> Session<T> {
    /// Serves the socket to its end.
    pub async fn serve(self, socket: WebSocket) {
        let busy = self.gateway.busy();
        let hub = &self.gateway.hub;
        let codec = self.talk.codec();
        let mut feed = hub.feed(&self.ctx, self.conversation, codec, self.after);
        let mut line = Line {
            wire: Wire::new(socket, self.gateway.pace.drain),
            talk: self.talk,
            confirm: HashMap::new(),
            member: self.who.number,
            connection: self.connection,
        };
        let signal = |sign: Sign| Signal {
            ws: self.ctx.ws(),
            conversation: self.conversation,
            from: self.connection,
            who: self.who.clone(),
            sign,
        };
        let tell = |sign: Sign| hub.tell(&[Note::Signal(signal(sign))]);
        let left = match line.wire.say(self.greeting).await {
            Ok(()) => line.run(&self.gateway, &mut feed, tell).await,
            Err(left) => left,
        };
        drop(feed);
        drop(self.seat);
        line.talk.leave().await.into_iter().for_each(tell);
        if let Left::With(why) = left {
            let farewell = line.talk.end(why);
            line.wire.close(farewell).await;
        }
        drop(busy);
    }
}

impl<T: Talk> Line<T> {
    async fn run(&mut self, gateway: &Gateway, feed: &mut Feed, tell: impl Fn(Sign)) -> Left {
        let mut beat = Beat::new(gateway.pace, gateway.stop.subscribe());
        loop {
            let step = tokio::select! {
                said = self.wire.hear() => {
                    beat.heard();
                    match said {
                        Ok(said) => self.hear(said, feed, &tell).await,
                        Err(left) => Err(left),
                    }
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
                tick = beat.next() => match tick {
                    Ok(Tick::Ping) => self.wire.ping().await,
                    Ok(Tick::Check) => {
                        let held = self.talk.check().await;
                        held.map_err(|_| Left::With(Ending::Credential))
                    }
                    Err(left) => Err(left),
                },
            };
            if let Err(left) = step {
                return left;
            }
        }
    }

    async fn hear(&mut self, said: Said, feed: &Feed, tell: impl Fn(Sign)) -> Result<(), Left> {
        let answer = match said {
            Said::Text(text) => self.talk.hear(&text).await,
            Said::Binary => self.talk.hear_binary(),
            Said::Nothing => return Ok(()),
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
        self.wire.say(say).await?;
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
                    left = left.or(frame.turn.ends_for(self.member));
                    words.extend(frame.words_on(self.connection, &mut self.confirm));
                }
                self.wire.say(words).await?;
                left.map_or(Ok(()), |why| Err(Left::With(why)))
            }
            Heard::Lagged { from, to } => {
                let words = self.talk.lagged(from, to);
                self.wire.say(words.into_iter().collect()).await
            }
            Heard::Gone => Err(Left::With(Ending::Deleted)),
        }
    }
}

impl Frame {
    /// What it is on one connection: a confirmation instead of one's own word, and nothing of one's own signs.
    pub(crate) fn words_on(
        self,
        connection: Uuid,
        confirm: &mut HashMap<i64, Utf8Bytes>,
    ) -> Option<Utf8Bytes> {
        if self.from == Some(connection) {
            return None;
        }
        match self.seq.and_then(|seq| confirm.remove(&seq)) {
            Some(words) => Some(words).filter(|words| !words.is_empty()),
            None => self.text,
        }
    }
}

impl Turn {
    /// Whether a member follows no longer after it, and why.
    pub(crate) fn ends_for(&self, member: i64) -> Option<Ending> {
        match self {
            Self::None => None,
            Self::Left(members) => members.contains(&member).then_some(Ending::Forbidden),
            Self::Closed => Some(Ending::Closed),
        }
    }
}
