//! Following a conversation.

use std::sync::Arc;

use parlor_engine::{conversation, participant};
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::multiplex::{SocketAction, SubscribeOptions};
use parlor_model::conversation::{Conversation, ConversationKey, ConversationState as Life};
use parlor_model::error::ErrorKind;
use parlor_model::member::MemberKey;
use parlor_model::{Error, Result as Outcome};

use super::client_frame::{ConversationTarget, FrameTarget};
use super::protocol::{LiveProtocol, MAX_SUBSCRIPTIONS, OpenSubscription};
use super::server_frames::SubscribedFrame;
use crate::actions::ConversationActions;
use crate::frames::client::{ClientFrame, FrameError};
use crate::frames::encoder::{ChatFrameEncoder, ProtocolVersion};
use crate::frames::server::FrameHead;

impl LiveProtocol {
    /// Follows one or many. What is refused of them is told of each and counts as no mistake.
    pub(super) async fn subscribe(
        &mut self,
        asked: &ClientFrame,
        about: &FrameTarget,
    ) -> Result<Vec<SocketAction>, FrameError> {
        let one = [about.single.clone()];
        let wanted = about.conversations.as_deref().unwrap_or(&one);
        if wanted.is_empty() || wanted.len() > MAX_SUBSCRIPTIONS {
            let rule = "conversations are 1 to 200";
            return Err(FrameError::new("INVALID_JSON", rule));
        }
        let mut acts = Vec::new();
        for wanted in wanted {
            match self.subscribe_one(asked, wanted).await {
                Ok(more) => acts.extend(more),
                Err(mistake) => {
                    let refused = self.error_frame(&mistake, asked, wanted.conversation_id());
                    acts.push(SocketAction::Send(refused));
                }
            }
        }
        Ok(acts)
    }

    async fn subscribe_one(
        &mut self,
        asked: &ClientFrame,
        wanted: &ConversationTarget,
    ) -> Result<[SocketAction; 2], FrameError> {
        let id = wanted.conversation_id();
        let id = id.ok_or_else(|| FrameError::new("INVALID_JSON", "conversation is a UUID"))?;
        if self.numbers_by_id.contains_key(&id) {
            let said = "The conversation is followed already";
            return Err(FrameError::new("ALREADY_SUBSCRIBED", said));
        }
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS {
            let said = "At most 200 conversations at a time";
            return Err(FrameError::new("TOO_MANY_SUBSCRIPTIONS", said));
        }
        let (found, takes_part) = self.find_visible(ConversationKey::Id(id)).await?;
        if found.state != Life::Active {
            return Err(FrameError::new("CHAT_CLOSED", "The chat is closed"));
        }
        let head = found.last_seq;
        let resume = wanted
            .last_seq
            .as_ref()
            .map_or(ResumePoint::live(head), |last| {
                let epoch = wanted.epoch.as_deref();
                ResumePoint::resolve_in_epoch(head, last.as_i64(), epoch, &self.epoch)
            });
        let (number, ws) = (found.number, self.rights.user.ws());
        let who = self.user.as_ref().filter(|_| takes_part);
        let who = who.map(|speaker| speaker.member.clone());
        let screen = self.hub.join_presence(ws, number, who);
        let talker = ConversationActions::new(
            self.engine.clone(),
            self.rights.user,
            self.connection,
            (number, id),
            self.user.clone(),
        )
        .with_key(self.rights.key)
        .with_quota(self.quota.clone())
        .with_conversation_field();
        let subscribed = talker.encode(&SubscribedFrame {
            head: FrameHead::new("subscribed", self.engine.now()),
            reference: asked.reference.as_deref(),
            seq: head,
            resumed: resume.resumed,
            replayed: resume.replay_count(),
            reason: resume.reason(),
        });
        self.numbers_by_id.insert(id, number);
        let open = OpenSubscription {
            actions: talker,
            _presence: screen,
        };
        self.subscriptions.insert(number, open);
        let codec = ChatFrameEncoder::new(self.engine.clone(), ProtocolVersion::Many(id));
        Ok([
            SocketAction::Send(subscribed),
            SocketAction::Subscribe(SubscribeOptions {
                conversation: number,
                ctx: self.rights.user,
                encoder: Arc::new(codec),
                after_seq: resume.after,
            }),
        ])
    }

    /// A conversation the caller may see, and whether it takes part. One it may not see is as unknown as none.
    async fn find_visible(&self, key: ConversationKey) -> Result<(Conversation, bool), FrameError> {
        let found = async {
            let found = conversation::find(&self.engine, &self.rights.user, key).await?;
            let own = match &self.user {
                None => None,
                Some(speaker) => {
                    let who = MemberKey::Number(speaker.member.number);
                    participant::find(&self.engine, &self.rights.user, key, who).await?
                }
            };
            Outcome::Ok((found, own.is_some()))
        };
        found.await.map_err(|error| to_frame_error(&error))
    }
}

fn to_frame_error(error: &Error) -> FrameError {
    match error.kind() {
        ErrorKind::NotFound(_) | ErrorKind::Forbidden(_) => {
            FrameError::new("CHAT_NOT_FOUND", "Chat not found")
        }
        _ => {
            tracing::warn!(?error, "a conversation was not followed");
            FrameError::new("INTERNAL_ERROR", "Something failed; try again")
        }
    }
}
