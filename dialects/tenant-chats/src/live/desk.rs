//! This server's side of a socket of many conversations.

use std::collections::HashMap;
use std::sync::Arc;

use parlor_engine::Engine;
use parlor_gateway::hub::{Hub, Listed, OnScreen};
use parlor_gateway::live::{Act, Desk, Reply};
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::socket::{Answer, Ending, Farewell};
use parlor_model::id::ConversationId;
use tokio::time::Instant;
use uuid::Uuid;

use super::asked::Wish;
use super::words::{Present, Unsubscribed};
use crate::limits::SendQuota;
use crate::routes;
use crate::socket::asked::{Asked, Mistake};
use crate::socket::codec::users;
use crate::socket::credential::{SocketCredential, SocketRights};
use crate::socket::farewell;
use crate::socket::talk::MISTAKES;
use crate::socket::verbs::{Speaker, Talker};
use crate::socket::words::{About, Head, Lagged, Pong, Refused, text};

/// Conversations that one socket may follow at a time.
pub(super) const SUBSCRIPTIONS: usize = 200;

/// Names of those who have one on screen, at the most.
const NAMED: usize = 100;

pub(super) struct LiveDesk {
    pub(super) engine: Arc<Engine>,
    pub(super) hub: Arc<Hub>,
    /// What the credential opened.
    pub(super) rights: SocketRights,
    pub(super) credential: SocketCredential,
    pub(super) speaker: Option<Speaker>,
    /// How often something may be sent, whichever conversation it is about.
    pub(super) quota: SendQuota,
    pub(super) connection: Uuid,
    pub(super) epoch: String,
    /// The conversations that are followed, by number.
    pub(super) open: HashMap<i64, Open>,
    pub(super) numbers: HashMap<ConversationId, i64>,
    /// Frames in a row that could not be understood.
    pub(super) mistakes: u32,
}

/// One that is followed.
pub(super) struct Open {
    pub(super) talker: Talker,
    pub(super) _screen: OnScreen,
}

impl Desk for LiveDesk {
    async fn hear(&mut self, said: &str) -> Reply {
        match Wish::read(said) {
            Ok(wish) => match self.follow(&wish).await {
                Ok(acts) => {
                    self.mistakes = 0;
                    Reply { acts, end: None }
                }
                Err(mistake) => self.mistaken(&mistake, &wish.asked, wish.about.one.id()),
            },
            Err(mistake) => self.mistaken(&mistake, &Asked::default(), None),
        }
    }

    fn hear_binary(&mut self) -> Reply {
        self.mistaken(&Mistake::binary(), &Asked::default(), None)
    }

    fn due(&self) -> Option<Instant> {
        let open = self.open.values().filter_map(|open| open.talker.due());
        open.min()
    }

    async fn ring(&mut self) -> Reply {
        let now = Instant::now();
        let mut acts = Vec::new();
        for (number, open) in &mut self.open {
            if open.talker.due().is_some_and(|due| due <= now) {
                let sign = open.talker.ring().await;
                acts.extend(sign.map(|sign| Act::Tell(*number, sign)));
            }
        }
        Reply { acts, end: None }
    }

    fn live(&self, conversation: i64) -> Option<Utf8Bytes> {
        let open = self.open.get(&conversation)?;
        let (present, count) = self.hub.present(self.rights.user.ws(), conversation, NAMED);
        Some(open.talker.text(&Present {
            head: Head::new("presence", self.engine.now()),
            present: users(&present),
            count,
        }))
    }

    fn lagged(&self, conversation: i64, from: i64, to: i64) -> Option<Utf8Bytes> {
        let head = Head::new("lagged", self.engine.now());
        let open = self.open.get(&conversation)?;
        Some(open.talker.text(&Lagged { head, from, to }))
    }

    async fn ended(&mut self, conversation: i64, why: Ending) -> Reply {
        let acts = self.let_go(conversation, farewell::word(why), None).await;
        Reply { acts, end: None }
    }

    fn listed(&mut self, listed: Listed) -> Vec<Utf8Bytes> {
        self.tell_list(&listed)
    }

    fn unlisted(&mut self) -> Vec<Utf8Bytes> {
        vec![self.tell_unlisted(None)]
    }

    async fn leave(&mut self) -> Reply {
        let mut acts = Vec::new();
        for (number, mut open) in std::mem::take(&mut self.open) {
            let sign = open.talker.leave().await;
            acts.extend(sign.map(|sign| Act::Tell(number, sign)));
        }
        Reply { acts, end: None }
    }

    fn end(&self, why: Ending) -> Farewell {
        farewell::of(why, self.engine.now())
    }

    async fn check(&mut self) -> Result<(), Ending> {
        let credential = &self.credential;
        credential
            .reauthenticate(&self.engine, &self.rights)
            .await
            .map(drop)
    }
}

impl LiveDesk {
    async fn follow(&mut self, wish: &Wish) -> Result<Vec<Act>, Mistake> {
        let (asked, about) = (&wish.asked, &wish.about);
        match asked.action() {
            "subscribe" => self.subscribe(asked, about).await,
            "unsubscribe" => {
                let number = self.number(about.one.id())?;
                let reference = asked.reference.as_deref();
                let mut acts = vec![Act::Leave(number)];
                acts.extend(self.let_go(number, "ASKED", reference).await);
                Ok(acts)
            }
            "list" => self.list(asked, about.position.as_deref()),
            "unlist" => {
                let stopped = self.tell_unlisted(asked.reference.as_deref());
                Ok(vec![Act::Unlist, Act::Say(stopped)])
            }
            "ping" => Ok(vec![Act::Say(text(&Pong {
                head: Head::new("pong", self.engine.now()),
                reference: asked.reference.as_deref(),
            }))]),
            action => {
                let number = match action {
                    "send" | "typing" | "read" | "history" => self.number(about.one.id())?,
                    _ => return Err(Mistake::new("UNKNOWN_ACTION", "No such action")),
                };
                self.talk(number, action, asked).await
            }
        }
    }

    /// What is done in one conversation.
    async fn talk(
        &mut self,
        number: i64,
        action: &str,
        asked: &Asked,
    ) -> Result<Vec<Act>, Mistake> {
        if action != "history" && !self.rights.key.allows(routes::SAY) {
            return Err(Mistake::new("FORBIDDEN", "The key may only read"));
        }
        let Some(open) = self.open.get_mut(&number) else {
            return Err(not_followed());
        };
        let Answer {
            say,
            confirm,
            sign,
            end,
        } = match action {
            "typing" => open.talker.type_on(asked)?,
            "read" => open.talker.mark_read(asked)?,
            "history" => open.talker.tell_history(asked).await?,
            _ => open.talker.send(asked).await?,
        };
        let mut acts: Vec<Act> = say.into_iter().map(Act::Say).collect();
        acts.extend(confirm.map(|(seq, words)| Act::Confirm(number, seq, words)));
        acts.extend(sign.map(|sign| Act::Tell(number, sign)));
        if let Some(why) = end {
            let chat = open.talker.chat();
            let said = "It was not done, and the conversation is followed no more";
            let mistake = Mistake::new(farewell::word(why), said);
            acts.push(Act::Say(self.refused(&mistake, asked, Some(chat))));
            acts.push(Act::Leave(number));
            acts.extend(self.let_go(number, farewell::word(why), None).await);
        }
        Ok(acts)
    }

    /// Forgets a conversation and says so.
    async fn let_go(
        &mut self,
        number: i64,
        reason: &'static str,
        reference: Option<&str>,
    ) -> Vec<Act> {
        let Some(mut open) = self.open.remove(&number) else {
            return Vec::new();
        };
        self.numbers.remove(&open.talker.chat());
        let sign = open.talker.leave().await;
        let mut acts: Vec<Act> = sign
            .into_iter()
            .map(|sign| Act::Tell(number, sign))
            .collect();
        acts.push(Act::Say(open.talker.text(&Unsubscribed {
            head: Head::new("unsubscribed", self.engine.now()),
            reference,
            reason,
        })));
        acts
    }

    /// The number of a conversation that is followed.
    fn number(&self, id: Option<ConversationId>) -> Result<i64, Mistake> {
        let id = id.ok_or_else(|| Mistake::new("INVALID_JSON", "conversation is a UUID"))?;
        self.numbers.get(&id).copied().ok_or_else(not_followed)
    }

    /// What could not be followed, which may not happen too often in a row.
    fn mistaken(
        &mut self,
        mistake: &Mistake,
        asked: &Asked,
        about: Option<ConversationId>,
    ) -> Reply {
        self.mistakes += u32::from(mistake.is_fault());
        Reply {
            end: (mistake.is_fault() && self.mistakes >= MISTAKES)
                .then_some(Ending::TooManyMistakes),
            ..Reply::say(self.refused(mistake, asked, about))
        }
    }

    pub(super) fn refused(
        &self,
        mistake: &Mistake,
        asked: &Asked,
        about: Option<ConversationId>,
    ) -> Utf8Bytes {
        let refused = Refused::of(mistake, asked, self.engine.now());
        match about {
            Some(id) => text(&About::new(&refused, id)),
            None => text(&refused),
        }
    }
}

fn not_followed() -> Mistake {
    Mistake::new("NOT_SUBSCRIBED", "The conversation is not followed here")
}
