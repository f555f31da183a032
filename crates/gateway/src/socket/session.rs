//! The life of a socket between its first word and its last.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use parlor_bus::Note;
use parlor_model::error::Kind;
use parlor_model::live::{Sign, Signal};
use parlor_model::member::MemberRef;
use parlor_model::{Ctx, Error};
use uuid::Uuid;

use super::talk::{Answer, Ending, Talk};
use super::{Alarm, Left, Message, Said, Utf8Bytes, WebSocket, Wire};
use crate::hub::{Feed, Frame, Frames, Heard, Turn};
use crate::pulse::{Beat, Tick};
use crate::{Gateway, Seat};

/// Everything a socket needs to be served.
pub struct Session<T> {
    /// The live part of the server.
    pub gateway: Arc<Gateway>,
    /// What the caller may.
    pub ctx: Ctx,
    /// What the key behind it may: looked at once for all connections that it has opened.
    pub key: Ctx,
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
    alarm: Alarm,
    /// Whether the client is heard before the others: they were heard last.
    turn: bool,
}

/// What happens next on a socket.
enum Event {
    Heard(Result<Heard, Error>),
    Said(Result<Said, Left>),
    Tick(Result<Tick, Left>),
    Rings,
}

impl<T: Talk> Session<T> {
    /// Serves the socket to its end. Most sockets wait most of the time: what a waiting one holds is kept small, and
    /// whatever happens seldom gets its room when it happens.
    #[allow(
        clippy::boxed_local,
        reason = "a connection that waits for its upgrade holds a pointer and no more"
    )]
    pub fn serve(self: Box<Self>, socket: WebSocket) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let Self {
            gateway,
            ctx,
            key,
            conversation,
            who,
            connection,
            seat,
            after,
            greeting,
            talk,
        } = *self;
        let line = Line {
            wire: Wire::new(socket, gateway.pace.drain),
            confirm: HashMap::new(),
            member: who.number,
            connection,
            alarm: Alarm::default(),
            turn: false,
            talk,
        };
        let signs = Signs {
            ws: ctx.ws(),
            conversation,
            from: connection,
            who,
        };
        let beat = Beat::new(&gateway, &key);
        let feed = gateway
            .hub
            .feed(&ctx, conversation, line.talk.codec(), after)
            .with_outlet(line.wire.outlet());
        Box::pin(line.live(gateway, feed, beat, signs, seat, greeting))
    }
}

/// What passes on this socket, as the others are told of it.
struct Signs {
    ws: i64,
    conversation: i64,
    from: Uuid,
    who: MemberRef,
}

impl Signs {
    fn tell(&self, gateway: &Gateway, sign: Sign) {
        gateway.hub.tell(&[Note::Signal(Signal {
            ws: self.ws,
            conversation: self.conversation,
            from: self.from,
            who: self.who.clone(),
            sign,
        })]);
    }
}

impl<T: Talk> Line<T> {
    async fn live(
        mut self,
        gateway: Arc<Gateway>,
        mut feed: Feed,
        beat: Beat,
        signs: Signs,
        seat: Seat,
        greeting: Vec<Utf8Bytes>,
    ) {
        let busy = gateway.busy();
        let tell = |sign: Sign| signs.tell(&gateway, sign);
        // Whoever has been greeted hears what passes, which is told once: so its place among the listeners comes first.
        let first = Box::pin(feed.catch_up()).await.transpose();
        let left = match Box::pin(self.wire.say(greeting)).await {
            Ok(()) => {
                let running = self.run(first, &mut feed, &beat, &tell);
                AssertUnwindSafe(running)
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| Left::panicked())
            }
            Err(left) => left,
        };
        Box::pin(async {
            drop(feed);
            drop(seat);
            self.talk.leave().await.into_iter().for_each(&tell);
            let farewell = match left {
                Left::With(why) => Some(self.talk.end(why)),
                Left::Away => None,
            };
            self.wire.close(farewell).await;
        })
        .await;
        drop(busy);
    }

    async fn run(
        &mut self,
        mut first: Option<Result<Heard, Error>>,
        feed: &mut Feed,
        beat: &Beat,
        tell: &(impl Fn(Sign) + Send + Sync),
    ) -> Left {
        loop {
            let event = match first.take() {
                Some(heard) => Event::Heard(heard),
                None => self.next(feed, beat).await,
            };
            let step = match event {
                Event::Heard(Ok(Heard::Frames(frames))) => self.pass_on(&frames).await,
                event => Box::pin(self.meet(event, feed, beat, tell)).await,
            };
            if let Err(left) = step {
                return left;
            }
        }
    }

    /// Waits for what happens next. Nothing is lost when the wait is given up.
    async fn next(&mut self, feed: &mut Feed, beat: &Beat) -> Event {
        // Its own words have their turn before it is idle.
        let waiting = feed.next_while(self.confirm.is_empty());
        let event = self.first_of(waiting, beat).await;
        if !matches!(event, Event::Heard(_)) {
            feed.shut();
        }
        event
    }

    async fn first_of(
        &mut self,
        feeding: impl Future<Output = Result<Heard, Error>>,
        beat: &Beat,
    ) -> Event {
        let mut feeding = pin!(feeding);
        poll_fn(|cx| {
            // In turn first, so that neither side can keep the other from being heard. A socket that slept is mostly
            // woken for what the others say: then it need not look for anything else before that has left.
            if self.turn
                && let Poll::Ready(event) = self.poll_own(beat, cx)
            {
                self.turn = false;
                return Poll::Ready(event);
            }
            if let Poll::Ready(heard) = feeding.as_mut().poll(cx) {
                self.turn = true;
                return Poll::Ready(Event::Heard(heard));
            }
            let own = match self.turn {
                true => Poll::Pending,
                false => self.poll_own(beat, cx),
            };
            self.turn = false;
            own
        })
        .await
    }

    /// What concerns this socket alone: its client, and what it is time for.
    fn poll_own(&mut self, beat: &Beat, cx: &mut Context<'_>) -> Poll<Event> {
        if let Poll::Ready(tick) = beat.poll_next(cx) {
            return Poll::Ready(Event::Tick(tick));
        }
        if let Poll::Ready(said) = self.wire.poll_hear(cx) {
            return Poll::Ready(Event::Said(said));
        }
        self.alarm.poll(cx).map(|()| Event::Rings)
    }

    /// Whatever is not simply passed on.
    async fn meet(
        &mut self,
        event: Event,
        feed: &Feed,
        beat: &Beat,
        tell: &(impl Fn(Sign) + Send + Sync),
    ) -> Result<(), Left> {
        match event {
            Event::Said(said) => {
                beat.heard();
                let said = said?;
                if beat.checks_before(&said) {
                    self.check(feed).await?;
                }
                self.hear(said, feed, tell).await
            }
            Event::Rings => {
                let answer = self.talk.ring().await;
                self.do_as(answer, feed, tell).await
            }
            Event::Tick(tick) => match tick? {
                Tick::Ping => self.wire.ping().await,
                Tick::Check => self.check(feed).await,
            },
            Event::Heard(Ok(Heard::Frames(frames))) => self.pass_on(&frames).await,
            Event::Heard(Ok(Heard::Lagged { from, to })) => {
                let words = self.talk.lagged(from, to);
                self.wire.say(words.into_iter().collect()).await
            }
            Event::Heard(Ok(Heard::Gone)) => Err(Left::With(Ending::Deleted)),
            Event::Heard(Err(error)) if matches!(error.kind(), Kind::Forbidden(_)) => {
                Err(Left::With(Ending::Forbidden))
            }
            Event::Heard(Err(error)) => {
                tracing::warn!(?error, "a socket lost its conversation");
                Err(Left::With(Ending::Broken))
            }
        }
    }

    /// Whether what opened the socket still does.
    async fn check(&mut self, feed: &Feed) -> Result<(), Left> {
        self.talk.check().await.map_err(Left::With)?;
        match feed.is_hidden().await {
            true => Err(Left::With(Ending::Forbidden)),
            false => Ok(()),
        }
    }

    /// What was said, with what has come behind it already: of many messages one commit can take all.
    async fn hear(
        &mut self,
        said: Said,
        feed: &Feed,
        tell: &(impl Fn(Sign) + Send + Sync),
    ) -> Result<(), Left> {
        let mut next = Some(Ok(said));
        while let Some(said) = next.take() {
            let answers = match said? {
                Said::Text(text) => {
                    let texts;
                    (texts, next) = self.wire.hear_more(text);
                    self.talk.hear_all(&texts).await
                }
                Said::Binary(_) => vec![self.talk.hear_binary()],
                Said::Nothing => Vec::new(),
            };
            for answer in answers {
                self.do_as(answer, feed, tell).await?;
            }
        }
        Ok(())
    }

    async fn do_as(
        &mut self,
        answer: Answer,
        feed: &Feed,
        tell: &(impl Fn(Sign) + Send + Sync),
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
        self.alarm.set(self.talk.due());
        self.wire.say(say).await?;
        if let Some(sign) = sign {
            tell(sign);
        }
        end.map_or(Ok(()), |why| Err(Left::With(why)))
    }

    /// Nothing is told behind an entry with which the listener's part is over.
    async fn pass_on(&mut self, frames: &Frames) -> Result<(), Left> {
        let mut left = None;
        for frame in frames.iter() {
            for words in frame.words_on(self.connection, &mut self.confirm) {
                self.wire.put(Message::Text(words)).await?;
            }
            left = frame.turn.ends_for(self.member);
            if left.is_some() {
                break;
            }
        }
        self.wire.flush().await?;
        left.map_or(Ok(()), |why| Err(Left::With(why)))
    }
}

impl Frame {
    /// What it is on one connection: a confirmation instead of one's own word, and nothing of one's own signs.
    pub(crate) fn words_on(
        &self,
        connection: Uuid,
        confirm: &mut HashMap<i64, Utf8Bytes>,
    ) -> impl Iterator<Item = Utf8Bytes> {
        let own = self.seq.filter(|_| !confirm.is_empty());
        let confirmed = own.and_then(|seq| confirm.remove(&seq));
        let is_own = self.from == Some(connection) || confirmed.is_some();
        let told = (!is_own).then(|| self.texts().cloned());
        confirmed
            .filter(|words| !words.is_empty())
            .into_iter()
            .chain(told.into_iter().flatten())
    }
}

impl Turn {
    /// Whether a member follows no longer after it, and why.
    pub(crate) fn ends_for(&self, member: i64) -> Option<Ending> {
        match self {
            Self::None => None,
            Self::Left(members) => members.contains(&member).then_some(Ending::Forbidden),
            Self::Closed => Some(Ending::Closed),
            Self::Broken => Some(Ending::Broken),
        }
    }
}
