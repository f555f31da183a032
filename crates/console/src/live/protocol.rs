//! Protocol of the socket.

use parlor_engine::console;
use parlor_gateway::hub::ListUpdate;
use parlor_gateway::multiplex::{MultiplexProtocol, MultiplexReply, SocketAction};
use parlor_gateway::socket::Utf8Bytes;
use parlor_gateway::{Disconnect, DisconnectReason};
use parlor_kit::AppState;
use parlor_model::Ctx;
use parlor_model::error::ErrorKind;
use tokio::time::Instant;

use super::calls::CallSubscription;
use super::frame::{CallFrame, ClientFrame, ErrorFrame, PlainFrame, to_text};

/// Frames without meaning after which the socket is closed.
const MAX_INVALID_FRAMES: u32 = 10;

/// State of one socket.
pub(super) struct ConsoleProtocol {
    app: AppState,
    /// Rights of the session when they were last checked.
    ctx: Ctx,
    /// Secret of the session.
    secret: String,
    calls: Option<CallSubscription>,
    invalid_frames: u32,
}

impl ConsoleProtocol {
    pub(super) const fn new(app: AppState, ctx: Ctx, secret: String) -> Self {
        Self {
            app,
            ctx,
            secret,
            calls: None,
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
        let Some(calls) = &mut self.calls else {
            return std::future::pending().await;
        };
        let calls = calls.next(&self.app, &self.ctx).await;
        let frames = calls
            .into_iter()
            .map(|call| SocketAction::Send(to_text(&CallFrame { kind: "call", call })));
        MultiplexReply {
            actions: frames.collect(),
            disconnect: None,
        }
    }

    fn on_caught_up(&self, _: i64) -> Option<Utf8Bytes> {
        None
    }

    fn lagged_frame(&self, _: i64, _: i64, _: i64) -> Option<Utf8Bytes> {
        None
    }

    async fn on_unsubscribed(&mut self, _: i64, _: DisconnectReason) -> MultiplexReply {
        MultiplexReply::default()
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
