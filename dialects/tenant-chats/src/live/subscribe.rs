//! Following a conversation.

use std::sync::Arc;

use parlor_engine::{conversation, participant};
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::live::{Act, Following};
use parlor_model::conversation::{Conversation, ConversationKey, State as Life};
use parlor_model::error::Kind;
use parlor_model::member::MemberKey;
use parlor_model::{Error, Result as Outcome};

use super::asked::{About, Wanted};
use super::desk::{LiveDesk, Open, SUBSCRIPTIONS};
use super::words::Subscribed;
use crate::socket::asked::{Asked, Mistake};
use crate::socket::codec::{Version, Words};
use crate::socket::verbs::Talker;
use crate::socket::words::Head;

impl LiveDesk {
    /// Follows one or many. What is refused of them is told of each and counts as no mistake.
    pub(super) async fn subscribe(
        &mut self,
        asked: &Asked,
        about: &About,
    ) -> Result<Vec<Act>, Mistake> {
        let one = [about.one.clone()];
        let wanted = about.conversations.as_deref().unwrap_or(&one);
        if wanted.is_empty() || wanted.len() > SUBSCRIPTIONS {
            let rule = "conversations are 1 to 200";
            return Err(Mistake::new("INVALID_JSON", rule));
        }
        let mut acts = Vec::new();
        for wanted in wanted {
            match self.subscribe_to(asked, wanted).await {
                Ok(more) => acts.extend(more),
                Err(mistake) => {
                    let refused = self.refused(&mistake, asked, wanted.id());
                    acts.push(Act::Say(refused));
                }
            }
        }
        Ok(acts)
    }

    async fn subscribe_to(&mut self, asked: &Asked, wanted: &Wanted) -> Result<[Act; 2], Mistake> {
        let id = wanted.id();
        let id = id.ok_or_else(|| Mistake::new("INVALID_JSON", "conversation is a UUID"))?;
        if self.numbers.contains_key(&id) {
            let said = "The conversation is followed already";
            return Err(Mistake::new("ALREADY_SUBSCRIBED", said));
        }
        if self.open.len() >= SUBSCRIPTIONS {
            let said = "At most 200 conversations at a time";
            return Err(Mistake::new("TOO_MANY_SUBSCRIPTIONS", said));
        }
        let (found, takes_part) = self.find(ConversationKey::Id(id)).await?;
        if found.state != Life::Active {
            return Err(Mistake::new("CHAT_CLOSED", "The chat is closed"));
        }
        let head = found.last_seq;
        let resume = wanted
            .last_seq
            .as_ref()
            .map_or(ResumePoint::now(head), |last| {
                let epoch = wanted.epoch.as_deref();
                ResumePoint::find_in(head, last.as_i64(), epoch, &self.epoch)
            });
        let (number, ws) = (found.number, self.rights.user.ws());
        let who = self.speaker.as_ref().filter(|_| takes_part);
        let who = who.map(|speaker| speaker.member.clone());
        let screen = self.hub.look(ws, number, who);
        let talker = Talker::new(
            self.engine.clone(),
            self.rights.user,
            self.connection,
            (number, id),
            self.speaker.clone(),
        )
        .by(self.rights.key)
        .limited(self.quota.clone())
        .named();
        let subscribed = talker.text(&Subscribed {
            head: Head::new("subscribed", self.engine.now()),
            reference: asked.reference.as_deref(),
            seq: head,
            resumed: resume.resumed,
            replayed: resume.replayed(),
            reason: resume.reason(),
        });
        self.numbers.insert(id, number);
        let open = Open {
            talker,
            _screen: screen,
        };
        self.open.insert(number, open);
        let codec = Words::new(self.engine.clone(), Version::Many(id));
        Ok([
            Act::Say(subscribed),
            Act::Follow(Following {
                conversation: number,
                ctx: self.rights.user,
                codec: Arc::new(codec),
                after: resume.after,
            }),
        ])
    }

    /// A conversation the caller may see, and whether it takes part. One it may not see is as unknown as none.
    async fn find(&self, key: ConversationKey) -> Result<(Conversation, bool), Mistake> {
        let found = async {
            let found = conversation::find(&self.engine, &self.rights.user, key).await?;
            let own = match &self.speaker {
                None => None,
                Some(speaker) => {
                    let who = MemberKey::Number(speaker.member.number);
                    participant::among(&self.engine, &self.rights.user, key, who).await?
                }
            };
            Outcome::Ok((found, own.is_some()))
        };
        found.await.map_err(|error| not_found(&error))
    }
}

fn not_found(error: &Error) -> Mistake {
    match error.kind() {
        Kind::NotFound(_) | Kind::Forbidden(_) => Mistake::new("CHAT_NOT_FOUND", "Chat not found"),
        _ => {
            tracing::warn!(?error, "a conversation was not followed");
            Mistake::new("INTERNAL_ERROR", "Something failed; try again")
        }
    }
}
