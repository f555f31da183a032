//! The life of a socket of many conversations between its first word and its last.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use parlor_bus::Note;
use parlor_model::Ctx;
use parlor_model::error::Kind;
use parlor_model::live::{Sign, Signal};
use parlor_model::member::MemberRef;
use uuid::Uuid;

use super::desk::{Act, Desk, Reply};
use super::follow::{Follows, News, What};
use crate::hub::{Frames, Heard, ListFeed, Listed};
use crate::pulse::{Beat, Tick};
use crate::socket::{Ending, Left, Said, Utf8Bytes, WebSocket, Wire, until};
use crate::{Gateway, Seat};

/// Everything such a socket needs to be served.
pub struct LiveSession<D> {
    /// The live part of the server.
    pub gateway: Arc<Gateway>,
    /// What the caller may.
    pub ctx: Ctx,
    /// What the key may that it came with.
    pub key: Ctx,
    /// Who listens; nobody where a key listens that acts for no member.
    pub who: Option<MemberRef>,
    /// This connection's id.
    pub connection: Uuid,
    /// Its place among the connections.
    pub seat: Seat,
    /// Said first.
    pub greeting: Vec<Utf8Bytes>,
    /// The list of the member's conversations, where it is followed from the beginning.
    pub list: Option<ListFeed>,
    /// The dialect's side.
    pub desk: D,
}

struct Line<D> {
    gateway: Arc<Gateway>,
    ctx: Ctx,
    who: Option<MemberRef>,
    connection: Uuid,
    wire: Wire,
    desk: D,
    follows: Follows,
    list: Option<ListFeed>,
}

impl<D: Desk> LiveSession<D> {
    /// Serves the socket to its end.
    pub async fn serve(self, socket: WebSocket) {
        let busy = self.gateway.busy();
        let beat = Beat::new(&self.gateway, &self.key);
        let mut line = Line {
            wire: Wire::new(socket, self.gateway.pace.drain),
            gateway: self.gateway,
            ctx: self.ctx,
            who: self.who,
            connection: self.connection,
            desk: self.desk,
            follows: Follows::default(),
            list: self.list,
        };
        let left = match line.wire.say(self.greeting).await {
            Ok(()) => AssertUnwindSafe(line.run(&beat))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Left::panicked()),
            Err(left) => left,
        };
        drop(std::mem::take(&mut line.follows));
        line.list = None;
        drop(self.seat);
        let reply = line.desk.leave().await;
        for act in reply.acts {
            if let Act::Tell(conversation, sign) = act {
                line.tell(conversation, sign);
            }
        }
        let farewell = match left {
            Left::With(why) => Some(line.desk.end(why)),
            Left::Away => None,
        };
        line.wire.close(farewell).await;
        drop(busy);
    }
}

impl<D: Desk> Line<D> {
    async fn run(&mut self, beat: &Beat) -> Left {
        loop {
            let step = tokio::select! {
                said = self.wire.hear() => {
                    beat.heard();
                    match said {
                        Ok(said) => self.hear(said, beat).await,
                        Err(left) => Err(left),
                    }
                }
                news = self.follows.next() => self.pass_on(news).await,
                listed = listed(&mut self.list) => match listed {
                    Ok(listed) => {
                        let words = self.desk.listed(listed);
                        self.wire.say(words).await
                    }
                    Err(error) => {
                        tracing::warn!(?error, "a list was not read for its listener");
                        self.list = None;
                        let words = self.desk.unlisted();
                        self.wire.say(words).await
                    }
                },
                () = until(self.desk.due()) => {
                    let reply = self.desk.ring().await;
                    self.do_as(reply).await
                }
                tick = beat.next() => match tick {
                    Ok(Tick::Ping) => self.wire.ping().await,
                    Ok(Tick::Check) => self.check().await,
                    Err(left) => Err(left),
                },
            };
            if let Err(left) = step {
                return left;
            }
        }
    }

    async fn hear(&mut self, said: Said, beat: &Beat) -> Result<(), Left> {
        if beat.checks_before(&said) {
            self.check().await?;
        }
        let reply = match said {
            Said::Text(text) => self.desk.hear(&text).await,
            Said::Binary(_) => self.desk.hear_binary(),
            Said::Nothing => return Ok(()),
        };
        self.do_as(reply).await
    }

    /// Whether what opened the socket still does. Conversations that the workspace has come to hide are followed no more.
    async fn check(&mut self) -> Result<(), Left> {
        self.desk.check().await.map_err(Left::With)?;
        let followed = self.follows.conversations();
        for conversation in self.gateway.hub.hidden(&self.ctx, followed).await {
            self.end(conversation, Ending::Forbidden).await?;
        }
        Ok(())
    }

    async fn do_as(&mut self, reply: Reply) -> Result<(), Left> {
        let mut words = Vec::new();
        for act in reply.acts {
            match act {
                Act::Say(text) => words.push(text),
                Act::Confirm(conversation, seq, text) => {
                    words.extend(self.confirm(conversation, seq, text));
                }
                Act::Tell(conversation, sign) => self.tell(conversation, sign),
                Act::Follow(following) => self.follows.follow(&self.gateway.hub, following),
                Act::Leave(conversation) => words.extend(self.follows.leave(conversation)),
                Act::List(position) => match self.gateway.hub.list(&self.ctx, position) {
                    Ok(list) => self.list = Some(list),
                    Err(_) => words.extend(self.desk.unlisted()),
                },
                Act::Unlist => self.list = None,
            }
        }
        self.wire.say(words).await?;
        reply.end.map_or(Ok(()), |why| Err(Left::With(why)))
    }

    /// What is said at once of what was stored at a position.
    fn confirm(&mut self, conversation: i64, seq: i64, words: Utf8Bytes) -> Option<Utf8Bytes> {
        let Some(open) = self.follows.get(conversation) else {
            return Some(words);
        };
        if open.has >= seq {
            return Some(words);
        }
        if open.is_live {
            open.confirm.insert(seq, words);
            return None;
        }
        // One who still reads what happened long ago is not kept waiting for its own word's turn.
        open.confirm.insert(seq, Utf8Bytes::default());
        Some(words)
    }

    async fn pass_on(&mut self, news: News) -> Result<(), Left> {
        let conversation = news.conversation;
        let why = match news.heard {
            Ok(What::Heard(Heard::Frames(frames))) => {
                self.pass_frames(conversation, frames).await?
            }
            Ok(What::Live) => {
                let words = self.desk.live(conversation);
                self.wire.say(words.into_iter().collect()).await?;
                None
            }
            Ok(What::Heard(Heard::Lagged { from, to })) => {
                let words = self.desk.lagged(conversation, from, to);
                self.wire.say(words.into_iter().collect()).await?;
                None
            }
            Ok(What::Heard(Heard::Gone)) => Some(Ending::Deleted),
            Err(error) if matches!(error.kind(), Kind::Forbidden(_)) => Some(Ending::Forbidden),
            Err(error) => {
                tracing::warn!(?error, "a socket lost one of its conversations");
                Some(Ending::Broken)
            }
        };
        match why {
            Some(why) => self.end(conversation, why).await,
            None => Ok(()),
        }
    }

    /// A conversation is followed no more.
    async fn end(&mut self, conversation: i64, why: Ending) -> Result<(), Left> {
        let words = self.follows.leave(conversation);
        self.wire.say(words).await?;
        let reply = self.desk.ended(conversation, why).await;
        self.do_as(reply).await
    }

    /// Tells whether, and why, the conversation is followed no more.
    async fn pass_frames(
        &mut self,
        conversation: i64,
        frames: Frames,
    ) -> Result<Option<Ending>, Left> {
        let mut why = None;
        let mut words = Vec::with_capacity(frames.len());
        let member = self.who.as_ref().map_or(0, |who| who.number);
        let Some(open) = self.follows.get(conversation) else {
            return Ok(None);
        };
        // Nothing is told behind an entry with which the listener's part is over.
        for frame in frames.iter() {
            words.extend(frame.words_on(self.connection, &mut open.confirm));
            why = frame.turn.ends_for(member);
            if why.is_some() {
                break;
            }
        }
        self.wire.say(words).await?;
        Ok(why)
    }

    fn tell(&self, conversation: i64, sign: Sign) {
        let Some(who) = self.who.clone() else { return };
        self.gateway.hub.tell(&[Note::Signal(Signal {
            ws: self.ctx.ws(),
            conversation,
            from: self.connection,
            who,
            sign,
        })]);
    }
}

/// Waits for ever where no list is followed.
async fn listed(list: &mut Option<ListFeed>) -> parlor_model::Result<Listed> {
    match list {
        Some(list) => list.next().await,
        None => std::future::pending().await,
    }
}
