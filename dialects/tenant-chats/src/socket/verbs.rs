//! What a client may do in one conversation, whichever socket it does it on.

use std::sync::Arc;
use std::time::Duration;

use parlor_engine::message::Appended;
use parlor_engine::{Engine, message, participant};
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::socket::{Answer, Ending};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{Conflict, Kind, Noun};
use parlor_model::id::ConversationId;
use parlor_model::live::Sign;
use parlor_model::member::MemberRef;
use parlor_model::message::{CreateMessage, MessageWalk, Role};
use parlor_model::page::Order;
use parlor_model::participant::ReadTo;
use parlor_model::{Ctx, Error, Metadata};
use serde::Serialize;
use tokio::time::Instant;
use uuid::Uuid;

use super::asked::{Asked, Mistake};
use super::words::{About, Head, History, Received, text};
use crate::limits::SendQuota;
use crate::message::ChatMessage;
use crate::routes;

/// Between two times that a user is said to begin typing.
const TYPING_AGAIN: Duration = Duration::from_secs(5);
/// Without another word, typing has stopped.
const TYPING_ENDS: Duration = Duration::from_secs(10);
/// How long a read mark waits for a later one before it is stored.
const READ_WAITS: Duration = Duration::from_secs(1);
/// Messages of a stretch of history.
const HISTORY: i64 = 50;
const LONGEST_HISTORY: i64 = 100;

/// Somebody who takes part, as the customer calls it.
#[derive(Debug, Clone)]
pub(crate) struct Speaker {
    pub(crate) member: MemberRef,
    pub(crate) user_id: String,
}

/// One connection's side of one conversation.
pub(crate) struct Talker {
    engine: Arc<Engine>,
    ctx: Ctx,
    /// What the key may, which is asked and counted when something is sent.
    key: Ctx,
    connection: Uuid,
    number: i64,
    chat: ConversationId,
    /// Nobody where a key that acts for no member only listens.
    speaker: Option<Speaker>,
    /// How often something may be sent.
    quota: SendQuota,
    /// The frames say which conversation they are of.
    named: bool,
    /// When the user was last said to type.
    typing: Option<Instant>,
    /// A read mark that is not stored yet, and when it will be.
    read: Option<(i64, Instant)>,
}

impl Talker {
    pub(crate) fn new(
        engine: Arc<Engine>,
        ctx: Ctx,
        connection: Uuid,
        (number, chat): (i64, ConversationId),
        speaker: Option<Speaker>,
    ) -> Self {
        Self {
            engine,
            key: ctx,
            ctx,
            connection,
            number,
            chat,
            speaker,
            quota: SendQuota::Unlimited,
            named: false,
            typing: None,
            read: None,
        }
    }

    /// The same who is held to what its connection may send.
    #[must_use]
    pub(crate) fn limited(self, quota: SendQuota) -> Self {
        Self { quota, ..self }
    }

    /// The same for one who acts by its own rights, as far as a key lets it.
    #[must_use]
    pub(crate) fn by(self, key: Ctx) -> Self {
        Self { key, ..self }
    }

    /// The same whose frames say which conversation they are of.
    #[must_use]
    pub(crate) fn named(self) -> Self {
        Self {
            named: true,
            ..self
        }
    }

    pub(crate) fn chat(&self) -> ConversationId {
        self.chat
    }

    /// A frame's text.
    pub(crate) fn text(&self, frame: &impl Serialize) -> Utf8Bytes {
        if self.named {
            text(&About::new(frame, self.chat))
        } else {
            text(frame)
        }
    }

    /// When something is due that nobody asked for.
    pub(crate) fn due(&self) -> Option<Instant> {
        let typing = self.typing.map(|since| since + TYPING_ENDS);
        let read = self.read.map(|(_, due)| due);
        typing.into_iter().chain(read).min()
    }

    /// Does what is due, and gives what the others are told of it.
    pub(crate) async fn ring(&mut self) -> Option<Sign> {
        let now = Instant::now();
        if self.read.is_some_and(|(_, due)| due <= now) {
            self.keep_read().await;
        }
        let stopped = |since: &mut Instant| *since + TYPING_ENDS <= now;
        self.typing.take_if(stopped).map(|_| Sign::Typing(false))
    }

    /// Does what still waits, and gives what the others are told of it.
    pub(crate) async fn leave(&mut self) -> Option<Sign> {
        self.keep_read().await;
        self.typing.take().map(|_| Sign::Typing(false))
    }

    fn speaker(&self) -> Result<&Speaker, Mistake> {
        self.speaker.as_ref().ok_or_else(|| {
            let said = "The key acts for nobody: connect with a user_id";
            Mistake::new("FORBIDDEN", said)
        })
    }

    /// Says one thing.
    pub(crate) async fn send(&mut self, asked: &Asked) -> Result<Answer, Mistake> {
        let mut answers = self.send_all(std::slice::from_ref(asked)).await;
        answers.pop().unwrap_or_else(|| Ok(Answer::default()))
    }

    /// Says several things, in this order.
    pub(crate) async fn send_all(&mut self, asked: &[Asked]) -> Vec<Result<Answer, Mistake>> {
        let (mut commands, mut faults) = (Vec::new(), Vec::with_capacity(asked.len()));
        for asked in asked {
            let command = self.command(asked);
            faults.push(command.map(|command| commands.push(command)).err());
        }
        let key = ConversationKey::Number(self.number);
        let made = match commands.is_empty() {
            true => Ok(Vec::new()),
            false => message::create_all(&self.engine, &self.ctx, key, commands).await,
        };
        let mut made = made.map(Vec::into_iter);
        let answer = |(asked, fault): (&Asked, Option<Mistake>)| match (fault, &mut made) {
            (Some(mistake), _) => Err(mistake),
            (None, Err(error)) => Self::not_sent(error),
            (None, Ok(made)) => match made.next() {
                Some(Ok(made)) => Ok(self.sent(asked, &made)),
                Some(Err(error)) => Self::not_sent(&error),
                None => Ok(Answer::default()),
            },
        };
        asked.iter().zip(faults).map(answer).collect()
    }

    fn command(&self, asked: &Asked) -> Result<CreateMessage, Mistake> {
        let content = asked.content()?;
        let metadata = Metadata::new(asked.metadata.clone().unwrap_or_default(), "metadata");
        let client_id = asked.client_message_id.clone();
        if let Some(id) = &client_id
            && (id.trim().is_empty() || id.contains('\0') || id.chars().count() > 255)
        {
            let rule = "client_message_id is 1 to 255 characters, none of them U+0000";
            return Err(Mistake::new("INVALID_JSON", rule));
        }
        let speaker = self.speaker()?;
        self.admit()?;
        let key = ConversationKey::Number(self.number);
        Ok(CreateMessage {
            metadata: metadata.map_err(|error| mistake(&error))?,
            client_id,
            ..CreateMessage::new(key, Some(speaker.member.number), Role::User, content)
        })
    }

    /// Sending here asks for what sending by a request asks for, and is counted.
    fn admit(&self) -> Result<(), Mistake> {
        if !self.key.allows(routes::SAY) {
            return Err(Mistake::new("FORBIDDEN", "The key may not send"));
        }
        self.quota.admit(&self.key).map_err(|error| mistake(&error))
    }

    fn sent(&mut self, asked: &Asked, made: &Appended) -> Answer {
        let user_id = self.speaker.as_ref().map_or("", |who| who.user_id.as_str());
        let content = asked.content().unwrap_or_default();
        let received = self.text(&Received {
            client_message_id: asked.client_message_id.as_deref(),
            duplicate: made.duplicate,
            reference: asked.reference.as_deref(),
            ..Received::new(made.at, made.id, self.chat, (user_id, content), made.seq)
        });
        let stopped = self.typing.take().map(|_| Sign::Typing(false));
        Answer {
            confirm: Some((made.seq, received)),
            sign: stopped,
            ..Answer::default()
        }
    }

    /// What ended the chat ends the socket; everything else is a mistake that leaves it open.
    fn not_sent(error: &Error) -> Result<Answer, Mistake> {
        let end = match error.kind() {
            Kind::Conflict(Conflict::Closed) => Some(Ending::Closed),
            Kind::NotFound(Noun::Conversation) => Some(Ending::Deleted),
            Kind::Forbidden(_) => Some(Ending::Forbidden),
            _ => None,
        };
        match end {
            Some(_) => Ok(Answer {
                end,
                ..Answer::default()
            }),
            None => Err(mistake(error)),
        }
    }

    pub(crate) fn type_on(&mut self, asked: &Asked) -> Result<Answer, Mistake> {
        self.speaker()?;
        let now = Instant::now();
        match asked.state.as_deref() {
            Some("start") => {
                let told = self.typing.is_some_and(|since| now < since + TYPING_AGAIN);
                if told {
                    return Ok(Answer::default());
                }
                self.typing = Some(now);
                Ok(sign(Sign::Typing(true)))
            }
            Some("stop") => Ok(match self.typing.take() {
                Some(_) => sign(Sign::Typing(false)),
                None => Answer::default(),
            }),
            _ => Err(Mistake::new("INVALID_JSON", "state is start or stop")),
        }
    }

    /// Notes a read mark: of many that come together only the furthest is stored.
    pub(crate) fn mark_read(&mut self, asked: &Asked) -> Result<Answer, Mistake> {
        self.speaker()?;
        let seq = asked.seq.filter(|seq| *seq >= 0);
        let seq = seq.ok_or_else(|| Mistake::new("INVALID_JSON", "seq is a position"))?;
        let (known, due) = self.read.unwrap_or((0, Instant::now() + READ_WAITS));
        self.read = Some((seq.max(known), due));
        Ok(Answer::default())
    }

    /// Stores the read mark as the user's own, which tells the others.
    async fn keep_read(&mut self) {
        let (Some((seq, _)), true) = (self.read.take(), self.speaker.is_some()) else {
            return;
        };
        let own = Ctx {
            request: self.connection,
            ..self.ctx
        };
        let key = ConversationKey::Number(self.number);
        let kept = participant::read(&self.engine, &own, key, ReadTo::Seq(seq));
        if let Err(error) = kept.await {
            tracing::debug!(?error, "a read mark was not kept");
        }
    }

    pub(crate) async fn tell_history(&self, asked: &Asked) -> Result<Answer, Mistake> {
        let limit = asked.limit.unwrap_or(HISTORY);
        if !(1..=LONGEST_HISTORY).contains(&limit) {
            return Err(Mistake::new("INVALID_JSON", "limit is between 1 and 100"));
        }
        let walk = MessageWalk {
            before_seq: asked.before_seq.unwrap_or(i64::MAX),
            // One more than is told shows whether there are more.
            limit: limit + 1,
            order: Order::Descending,
            ..MessageWalk::default()
        };
        let key = ConversationKey::Number(self.number);
        let found = message::list(&self.engine, &self.ctx, key, walk).await;
        let found = found.map_err(|error| mistake(&error))?;
        let mut items = found.items;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > most || found.is_cut;
        items.truncate(most);
        Ok(Answer::say(self.text(&History {
            head: Head::new("history", self.engine.now()),
            reference: asked.reference.as_deref(),
            messages: items.into_iter().rev().map(ChatMessage::of).collect(),
            has_more,
        })))
    }
}

fn sign(sign: Sign) -> Answer {
    Answer {
        sign: Some(sign),
        ..Answer::default()
    }
}

/// A refusal of the core's in this vendor's words.
fn mistake(error: &Error) -> Mistake {
    match error.kind() {
        Kind::Invalid { .. } => Mistake::new("INVALID_JSON", error.to_string()),
        Kind::RateLimited { .. } => Mistake::new("RATE_LIMITED", error.to_string()),
        Kind::NotFound(_) => Mistake::new("NOT_FOUND", error.to_string()),
        _ => {
            tracing::warn!(?error, "a frame was not followed");
            Mistake::new("INTERNAL_ERROR", "Something failed; try again")
        }
    }
}
