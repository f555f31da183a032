//! Subscribing to conversations.

use std::sync::Arc;

use parlor_engine::{conversation, participant};
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::multiplex::{SocketAction, SubscribeOptions};
use parlor_model::conversation::{Conversation, ConversationKey, ConversationState};
use parlor_model::error::ErrorKind;
use parlor_model::member::MemberKey;
use parlor_model::{Error, Result};

use super::client_frame::{ConversationTarget, FrameTarget};
use super::protocol::{LiveProtocol, MAX_SUBSCRIPTIONS, OpenSubscription};
use super::server_frames::SubscribedFrame;
use crate::actions::ConversationActions;
use crate::frames::client::{ClientFrame, FrameError};
use crate::frames::encoder::{ChatFrameEncoder, ProtocolVersion};
use crate::frames::server::FrameHead;

impl LiveProtocol {
    /// Subscribes to one or many conversations. A conversation that is refused gets an error frame, which does not count as
    /// an invalid frame.
    ///
    /// # Errors
    /// `INVALID_JSON` for a wrong number of conversations.
    pub(super) async fn subscribe(
        &mut self,
        request: &ClientFrame,
        target: &FrameTarget,
    ) -> Result<Vec<SocketAction>, FrameError> {
        let single = [target.single.clone()];
        let targets = target.conversations.as_deref().unwrap_or(&single);
        if targets.is_empty() || targets.len() > MAX_SUBSCRIPTIONS {
            let rule = "conversations are 1 to 200";
            return Err(FrameError::new("INVALID_JSON", rule));
        }
        let mut actions = Vec::new();
        for conversation in targets {
            match self.subscribe_one(request, conversation).await {
                Ok(more) => actions.extend(more),
                Err(error) => {
                    let frame = self.error_frame(&error, request, conversation.conversation_id());
                    actions.push(SocketAction::Send(frame));
                }
            }
        }
        Ok(actions)
    }

    async fn subscribe_one(
        &mut self,
        request: &ClientFrame,
        conversation: &ConversationTarget,
    ) -> Result<[SocketAction; 2], FrameError> {
        let id = conversation.conversation_id();
        let id = id.ok_or_else(|| FrameError::new("INVALID_JSON", "conversation is a UUID"))?;
        if self.numbers_by_id.contains_key(&id) {
            let message = "The conversation is followed already";
            return Err(FrameError::new("ALREADY_SUBSCRIBED", message));
        }
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS {
            let message = "At most 200 conversations at a time";
            return Err(FrameError::new("TOO_MANY_SUBSCRIPTIONS", message));
        }
        let (found, is_participant) = self.find_visible(ConversationKey::Id(id)).await?;
        if found.state != ConversationState::Active {
            return Err(FrameError::new("CHAT_CLOSED", "The chat is closed"));
        }
        let head = found.last_seq;
        let resume = conversation
            .last_seq
            .as_ref()
            .map_or(ResumePoint::live(head), |last_seq| {
                let epoch = conversation.epoch.as_deref();
                ResumePoint::resolve_in_epoch(head, last_seq.as_i64(), epoch, &self.epoch)
            });
        let (number, ws) = (found.number, self.rights.user.ws());
        let user = self.user.as_ref().filter(|_| is_participant);
        let member = user.map(|user| user.member.clone());
        let presence = self.hub.join_presence(ws, number, member);
        let actions = ConversationActions::new(
            self.engine.clone(),
            self.rights.user,
            self.connection,
            (number, id),
            self.user.clone(),
        )
        .with_key(self.rights.key)
        .with_quota(self.quota.clone())
        .with_conversation_field();
        let subscribed = actions.encode(&SubscribedFrame {
            head: FrameHead::new("subscribed", self.engine.now()),
            reference: request.reference.as_deref(),
            seq: head,
            resumed: resume.resumed,
            replayed: resume.replay_count(),
            reason: resume.reason(),
        });
        self.numbers_by_id.insert(id, number);
        let open = OpenSubscription {
            actions,
            _presence: presence,
        };
        self.subscriptions.insert(number, open);
        let encoder = ChatFrameEncoder::new(self.engine.clone(), id, ProtocolVersion::Many(id));
        Ok([
            SocketAction::Send(subscribed),
            SocketAction::Subscribe(SubscribeOptions {
                conversation: number,
                ctx: self.rights.user,
                encoder: Arc::new(encoder),
                after_seq: resume.after,
            }),
        ])
    }

    /// Finds a conversation that the caller may read, and whether the user participates.
    ///
    /// # Errors
    /// `CHAT_NOT_FOUND` without such a conversation, `INTERNAL_ERROR`.
    async fn find_visible(&self, key: ConversationKey) -> Result<(Conversation, bool), FrameError> {
        let found = async {
            let found = conversation::find(&self.engine, &self.rights.user, key).await?;
            let participant = match &self.user {
                None => None,
                Some(user) => {
                    let member = MemberKey::Number(user.member.number);
                    participant::find(&self.engine, &self.rights.user, key, member).await?
                }
            };
            Result::Ok((found, participant.is_some()))
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
