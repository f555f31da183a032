//! Where the events of an answer go: into the body of a response, or to the subscribers of a channel.

use std::sync::Arc;

use parlor_engine::{Engine, channel};
use parlor_kit::body_stream::{BodySender, ReceiverClosed};
use parlor_model::{Ctx, Error};
use serde::Serialize;
use utoipa::ToSchema;

use super::event::{AnswerEvent, AnswerResponse};
use crate::error;

/// The channel of a dispatched answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DispatchResponse {
    /// The id of the channel that receives the events of the answer.
    channel_id: String,
}

/// Receiver of the events of an answer.
pub(in crate::conversation) enum AnswerSink {
    Body(BodySender),
    Channel(AnswerChannel),
}

/// A channel that nobody else knows, in the name of a caller.
pub(in crate::conversation) struct AnswerChannel {
    engine: Arc<Engine>,
    ctx: Ctx,
    id: String,
}

impl AnswerSink {
    /// Sends an event. A channel needs no subscriber.
    pub(super) async fn send(&self, line: Vec<u8>) -> Result<(), ReceiverClosed> {
        match self {
            Self::Body(lines) => lines.send(line).await,
            Self::Channel(channel) => {
                channel.publish_or_explain(&line);
                Ok(())
            }
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        match self {
            Self::Body(lines) => lines.is_closed(),
            Self::Channel(_) => false,
        }
    }
}

impl AnswerChannel {
    pub(in crate::conversation) fn new(engine: &Arc<Engine>, ctx: &Ctx) -> Self {
        Self {
            engine: engine.clone(),
            ctx: *ctx,
            id: format!("dispatch_{}", engine.random_uuid().simple()),
        }
    }

    pub(in crate::conversation) fn to_response(&self) -> DispatchResponse {
        DispatchResponse {
            channel_id: self.id.clone(),
        }
    }

    /// Publishes an event; one that is too long for a channel, such as a long answer, becomes an error.
    fn publish_or_explain(&self, line: &[u8]) {
        if let Err(error) = self.publish(line) {
            let message = error::error_response(&error).message;
            let event: AnswerEvent<'_, AnswerResponse> = AnswerEvent::Error { message: &message };
            if let Err(error) = self.publish(&event.to_line()) {
                tracing::error!(target: "parlor::stream", ?error, "an event of an answer was not published");
            }
        }
    }

    fn publish(&self, line: &[u8]) -> Result<(), Error> {
        let text = String::from_utf8_lossy(line);
        channel::publish(&self.engine, &self.ctx, &self.id, text.trim_end())
    }
}
