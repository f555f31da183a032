//! Protocol of the socket.

use std::sync::Arc;

use parlor_engine::console;
use parlor_gateway::hub::ListUpdate;
use parlor_gateway::multiplex::{MultiplexProtocol, MultiplexReply, SocketAction};
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::{Disconnect, DisconnectReason, Gateway};
use parlor_kit::AppState;
use parlor_model::Ctx;
use parlor_model::error::ErrorKind;
use tokio::time::Instant;

use super::activity::ActivitySubscription;
use super::calls::CallSubscription;
use super::conversation::OpenConversations;
use super::frame::{CallFrame, ClientFrame, ErrorFrame, PlainFrame, to_text};
use crate::page::start::CallView;

/// Frames without meaning after which the socket is closed.
const MAX_INVALID_FRAMES: u32 = 10;

/// State of one socket.
pub(super) struct ConsoleProtocol {
    app: AppState,
    gateway: Arc<Gateway>,
    /// Rights of the session when they were last checked.
    ctx: Ctx,
    /// Secret of the session.
    secret: String,
    calls: Option<CallSubscription>,
    activity: Option<ActivitySubscription>,
    conversations: OpenConversations,
    invalid_frames: u32,
}

impl ConsoleProtocol {
    pub(super) fn new(app: AppState, gateway: Arc<Gateway>, ctx: Ctx, secret: String) -> Self {
        Self {
            app,
            gateway,
            ctx,
            secret,
            calls: None,
            activity: None,
            conversations: OpenConversations::default(),
            invalid_frames: 0,
        }
    }

    fn invalid_frame(&mut self, sentence: String) -> MultiplexReply {
        self.invalid_frames += 1;
        let is_over = self.invalid_frames >= MAX_INVALID_FRAMES;
        MultiplexReply {
            disconnect: is_over.then_some(DisconnectReason::TooManyInvalidFrames),
            ..MultiplexReply::from_frame(to_text(&ErrorFrame {
                kind: "error",
                sentence,
            }))
        }
    }
}

impl MultiplexProtocol for ConsoleProtocol {
    async fn on_text(&mut self, text: &str) -> MultiplexReply {
        match serde_json::from_str(text) {
            Ok(ClientFrame::Ping) => {
                MultiplexReply::from_frame(to_text(&PlainFrame { kind: "pong" }))
            }
            Ok(ClientFrame::Calls { after }) => {
                self.calls = Some(CallSubscription::new(&self.app, after));
                MultiplexReply::default()
            }
            Ok(ClientFrame::Activity) => {
                let changes = self.gateway.activity.watch(self.ctx.ws());
                self.activity = Some(ActivitySubscription::new(changes));
                MultiplexReply::default()
            }
            Ok(ClientFrame::Open {
                conversation,
                after,
            }) => {
                let target = (conversation.as_str(), after);
                self.conversations
                    .open(&self.app.engine, &self.ctx, target)
                    .await
            }
            Err(_) => self.invalid_frame("This frame means nothing here.".to_owned()),
        }
    }

    fn on_binary(&mut self) -> MultiplexReply {
        self.invalid_frame("Frames are texts.".to_owned())
    }

    fn next_deadline(&self) -> Option<Instant> {
        None
    }

    async fn on_deadline(&mut self) -> MultiplexReply {
        MultiplexReply::default()
    }

    async fn next_reply(&mut self) -> MultiplexReply {
        let (app, ctx) = (&self.app, &self.ctx);
        let (calls, activity) = (self.calls.as_mut(), self.activity.as_mut());
        tokio::select! {
            calls = next_calls(calls, app, ctx) => {
                let frames = calls
                    .into_iter()
                    .map(|call| SocketAction::Send(to_text(&CallFrame { kind: "call", call })));
                MultiplexReply {
                    actions: frames.collect(),
                    disconnect: None,
                }
            }
            () = next_activity(activity) => {
                MultiplexReply::from_frame(to_text(&PlainFrame { kind: "activity" }))
            }
        }
    }

    fn on_caught_up(&self, conversation: i64) -> Option<Utf8Bytes> {
        self.conversations.frame("caught-up", conversation)
    }

    fn lagged_frame(&self, conversation: i64, _: i64, _: i64) -> Option<Utf8Bytes> {
        self.conversations.frame("lagged", conversation)
    }

    async fn on_unsubscribed(
        &mut self,
        conversation: i64,
        reason: DisconnectReason,
    ) -> MultiplexReply {
        self.conversations.close(conversation, reason)
    }

    fn on_list_update(&mut self, _: ListUpdate) -> Vec<Utf8Bytes> {
        Vec::new()
    }

    fn on_list_unsubscribed(&mut self) -> Vec<Utf8Bytes> {
        Vec::new()
    }

    async fn on_close(&mut self) -> MultiplexReply {
        MultiplexReply::default()
    }

    fn disconnect(&self, reason: DisconnectReason) -> Disconnect {
        Disconnect {
            error_frame: None,
            code: reason.close_code(),
            reason: "",
        }
    }

    async fn reauthorize(&mut self) -> Result<(), DisconnectReason> {
        let engine = &self.app.engine;
        match console::authenticate(engine, &self.secret, self.ctx.request).await {
            Ok(found) if found.ctx.ws() == self.ctx.ws() => {
                self.ctx = found.ctx;
                Ok(())
            }
            Ok(_) => Err(DisconnectReason::CredentialRevoked),
            Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => {
                Err(DisconnectReason::CredentialRevoked)
            }
            // A database that does not answer has revoked nothing.
            Err(_) => Ok(()),
        }
    }
}

/// Waits for calls; for ever if none are followed.
async fn next_calls(
    calls: Option<&mut CallSubscription>,
    app: &AppState,
    ctx: &Ctx,
) -> Vec<CallView> {
    match calls {
        Some(calls) => calls.next(app, ctx).await,
        None => std::future::pending().await,
    }
}

/// Waits for activity; for ever if it is not followed.
async fn next_activity(activity: Option<&mut ActivitySubscription>) {
    match activity {
        Some(activity) => activity.next().await,
        None => std::future::pending().await,
    }
}
