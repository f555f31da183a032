//! This vendor's side of a socket.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use parlor_engine::{Engine, key, member, message, participant};
use parlor_gateway::hub::Codec;
use parlor_gateway::socket::{Answer, Ending, Farewell, Talk};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{Conflict, Kind, Noun};
use parlor_model::id::{ConversationId, KeyId};
use parlor_model::live::Sign;
use parlor_model::member::MemberRef;
use parlor_model::message::{CreateMessage, MessageWalk, Role};
use parlor_model::page::Order;
use parlor_model::participant::ReadTo;
use parlor_model::{Ctx, Error, Metadata, Result};
use tokio::time::Instant;

use super::asked::{Asked, Mistake};
use super::codec::{Version, Words};
use super::farewell;
use super::words::{Head, History, Lagged, Pong, Received, Refused, text};
use crate::message::ChatMessage;

/// Frames in a row that could not be understood.
const MISTAKES: u32 = 10;
/// Between two times that a user is said to begin typing.
const TYPING_AGAIN: Duration = Duration::from_secs(5);
/// Without another word, typing has stopped.
const TYPING_ENDS: Duration = Duration::from_secs(10);
/// How long a read mark waits for a later one before it is stored.
const READ_WAITS: Duration = Duration::from_millis(500);
/// Messages of a stretch of history.
const HISTORY: i64 = 50;
const LONGEST_HISTORY: i64 = 100;

/// What opened the socket, and keeps it open.
pub(super) enum By {
    /// The tenant's key.
    Key(String),
    /// A token made with this key.
    Token(KeyId),
}

pub(super) struct ChatTalk {
    pub(super) engine: Arc<Engine>,
    /// What the tenant's key may.
    pub(super) ctx: Ctx,
    pub(super) by: By,
    pub(super) number: i64,
    pub(super) chat: ConversationId,
    pub(super) user: MemberRef,
    pub(super) user_id: String,
    pub(super) version: Version,
    pub(super) mistakes: u32,
    /// When the user was last said to type.
    pub(super) typing: Option<Instant>,
    /// A read mark that is not stored yet, and when it will be.
    pub(super) read: Option<(i64, Instant)>,
}

impl Talk for ChatTalk {
    fn codec(&self) -> Arc<dyn Codec> {
        let engine = self.engine.clone();
        Arc::new(Words {
            version: self.version,
            now: Box::new(move || engine.now()),
        })
    }

    async fn hear(&mut self, said: &str) -> Answer {
        match Asked::read(said) {
            Ok(asked) => match self.follow(&asked).await {
                Ok(answer) => {
                    self.mistakes = 0;
                    answer
                }
                Err(mistake) => self.refuse(&mistake, &asked),
            },
            Err(mistake) => self.refuse(&mistake, &Asked::default()),
        }
    }

    fn hear_binary(&mut self) -> Answer {
        let mistake = Mistake::new("INVALID_JSON", "A frame is text");
        self.refuse(&mistake, &Asked::default())
    }

    fn due(&self) -> Option<Instant> {
        let typing = self.typing.map(|since| since + TYPING_ENDS);
        let read = self.read.map(|(_, due)| due);
        typing.into_iter().chain(read).min()
    }

    async fn ring(&mut self) -> Answer {
        let stopped = |since: Instant| since + TYPING_ENDS <= Instant::now();
        if self.typing.is_some_and(stopped) {
            self.typing = None;
            return sign(Sign::Typing(false));
        }
        self.keep_read().await
    }

    fn lagged(&self, from: i64, to: i64) -> Option<Utf8Bytes> {
        let head = Head::new("lagged", self.engine.now());
        (self.version == Version::Two).then(|| text(&Lagged { head, from, to }))
    }

    fn end(&self, why: Ending) -> Farewell {
        farewell::of(why, self.engine.now())
    }

    async fn check(&self) -> Result<()> {
        let request = self.ctx.request;
        let found = match &self.by {
            By::Key(secret) => key::authenticate(&self.engine, secret, request).await,
            By::Token(key) => key::ctx_of(&self.engine, self.ctx.workspace, *key, request).await,
        };
        match found {
            Err(error) if matches!(error.kind(), Kind::Unauthenticated(_)) => Err(error),
            // A database that does not answer for a moment has revoked nothing.
            _ => Ok(()),
        }
    }
}

impl ChatTalk {
    async fn follow(&mut self, asked: &Asked) -> Result<Answer, Mistake> {
        let action = asked.action.as_deref().unwrap_or("send");
        match (self.version, action) {
            (_, "send") => self.send(asked).await,
            (Version::Two, "typing") => self.type_on(asked),
            (Version::Two, "read") => self.mark_read(asked),
            (Version::Two, "history") => self.tell_history(asked).await,
            (Version::Two, "cancel") => Err(Mistake::new("NOT_FOUND", "No answer is under way")),
            (Version::Two, "ping") => Ok(Answer::say(text(&Pong {
                head: Head::new("pong", self.engine.now()),
                reference: asked.reference.as_deref(),
            }))),
            _ => Err(Mistake::new("UNKNOWN_ACTION", "No such action")),
        }
    }

    async fn send(&mut self, asked: &Asked) -> Result<Answer, Mistake> {
        let content = asked.content()?;
        let metadata = Metadata::new(asked.metadata.clone().unwrap_or_default(), "metadata");
        let client_id = asked.client_message_id.clone();
        if let Some(id) = &client_id
            && (id.trim().is_empty() || id.chars().count() > 255)
        {
            let rule = "client_message_id is 1 to 255 characters";
            return Err(Mistake::new("INVALID_JSON", rule));
        }
        let key = ConversationKey::Number(self.number);
        let command = CreateMessage {
            metadata: metadata.map_err(|error| mistake(&error))?,
            client_id,
            ..CreateMessage::new(key, Some(self.user.number), Role::User, content)
        };
        let made = match message::create(&self.engine, &self.ctx, command).await {
            Ok(made) => made,
            Err(error) => return Self::not_sent(&error),
        };
        let (user_id, chat) = (self.user_id.as_str(), self.chat);
        let received = text(&Received {
            client_message_id: asked.client_message_id.as_deref(),
            duplicate: made.duplicate,
            reference: asked.reference.as_deref(),
            ..Received::new(made.at, made.id, chat, user_id, made.seq)
        });
        let stopped = self.typing.take().map(|_| Sign::Typing(false));
        Ok(Answer {
            confirm: Some((made.seq, received)),
            sign: stopped,
            ..Answer::default()
        })
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

    fn type_on(&mut self, asked: &Asked) -> Result<Answer, Mistake> {
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

    fn mark_read(&mut self, asked: &Asked) -> Result<Answer, Mistake> {
        let seq = asked.seq.filter(|seq| *seq >= 0);
        let seq = seq.ok_or_else(|| Mistake::new("INVALID_JSON", "seq is a position"))?;
        let (known, due) = self.read.unwrap_or((0, Instant::now() + READ_WAITS));
        self.read = Some((seq.max(known), due));
        Ok(Answer::default())
    }

    /// Stores the read mark as the user's own and tells the others.
    async fn keep_read(&mut self) -> Answer {
        let Some((seq, _)) = self.read.take() else {
            return Answer::default();
        };
        let (workspace, request) = (self.ctx.workspace, self.ctx.request);
        let kept = async {
            let own = member::act_by_id(&self.engine, workspace, self.user.id, None, request);
            let key = ConversationKey::Number(self.number);
            participant::read(&self.engine, &own.await?, key, ReadTo::Seq(seq)).await
        };
        match kept.await {
            Ok(unread) => sign(Sign::Read(unread.read_seq)),
            Err(error) => {
                tracing::debug!(?error, "a read mark was not kept");
                Answer::default()
            }
        }
    }

    async fn tell_history(&self, asked: &Asked) -> Result<Answer, Mistake> {
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
        let mut items = found.map_err(|error| mistake(&error))?.items;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > most;
        items.truncate(most);
        Ok(Answer::say(text(&History {
            head: Head::new("history", self.engine.now()),
            reference: asked.reference.as_deref(),
            messages: items.into_iter().rev().map(ChatMessage::of).collect(),
            has_more,
        })))
    }

    fn refuse(&mut self, mistake: &Mistake, asked: &Asked) -> Answer {
        self.mistakes += 1;
        let said = text(&Refused {
            head: Head::new("error", self.engine.now()),
            error_code: mistake.code,
            message: &mistake.said,
            fatal: false,
            reference: asked.reference.as_deref(),
            client_message_id: asked.client_message_id.as_deref(),
        });
        Answer {
            end: (self.mistakes >= MISTAKES).then_some(Ending::TooManyMistakes),
            ..Answer::say(said)
        }
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
