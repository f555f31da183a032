//! Creates several messages, each with its own result.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use parlor_model::conversation::ConversationKey;
use parlor_model::message::CreateMessage;
use parlor_model::{Ctx, Result};
use parlor_store::append_message::AppendResult;

use super::create::{AppendOptions, append, find_receivers};
use super::validate::validate;
use crate::authority::{AccessGrant, ConversationPermission, find_header_with_access};
use crate::{Engine, turn};

/// Appends several messages to one conversation in this order, if possible in one commit. Each has its own result.
///
/// # Errors
/// Those that concern the conversation as a whole.
pub async fn create_many(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    commands: Vec<CreateMessage>,
) -> Result<Vec<Result<AppendResult>>> {
    let AccessGrant {
        conversation: found,
        basis,
    } = find_header_with_access(engine, ctx, key, ConversationPermission::Write).await?;
    let mut sends = Vec::with_capacity(commands.len());
    for command in commands {
        let (checked, header) = (validate(&command), &found);
        // Before the appends are queued: what waits between them would change their order.
        let responder = turn::expected_responder(engine, ctx, header, &command).await?;
        let receivers = find_receivers(engine, ctx, &command, &responder).await?;
        let options = AppendOptions {
            responder: Some(responder),
            receivers: Some(receivers),
            ..AppendOptions::default()
        };
        sends.push(PendingSend::Pending(Box::pin(async move {
            checked?;
            let appended = append(engine, ctx, (header, basis), command, options).await;
            appended.map(|appended| appended.message)
        })));
    }
    // An append is queued when its future is first polled, so the futures are polled in order.
    poll_fn(|cx| {
        let mut all = Poll::Ready(());
        for send in &mut sends {
            if send.poll(cx).is_pending() {
                all = Poll::Pending;
            }
        }
        all
    })
    .await;
    let made = sends.into_iter().filter_map(|send| match send {
        PendingSend::Done(made) => Some(made),
        PendingSend::Pending(_) => None,
    });
    Ok(made.collect())
}

/// One of several appends.
enum PendingSend<F> {
    Pending(Pin<Box<F>>),
    Done(Result<AppendResult>),
}

impl<F: Future<Output = Result<AppendResult>>> PendingSend<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Self::Pending(send) = self {
            match send.as_mut().poll(cx) {
                Poll::Ready(made) => *self = Self::Done(made),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }
}
