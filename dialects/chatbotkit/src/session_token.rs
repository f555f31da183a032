//! Session tokens: short-lived credentials by which a page in a browser asks for answers in one conversation.

use std::time::Duration;

use parlor_engine::signing::Purpose;
use parlor_kit::{AppState, ids as core};
use parlor_model::error::CredentialReason;
use parlor_model::id::ConversationId;
use parlor_model::{Ctx, Error, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::delegation;

/// What a session is for.
#[derive(Serialize, Deserialize)]
struct Grant {
    /// The conversation: a UUID.
    conversation: String,
}

/// Issues a token for one conversation, and returns its end in milliseconds.
pub(crate) async fn issue(
    app: &AppState,
    ctx: &Ctx,
    conversation: ConversationId,
    lifetime: Duration,
) -> Result<(String, i64)> {
    let grant = Grant {
        conversation: core::format_uuid(conversation),
    };
    delegation::issue(app, ctx, (Purpose::Completion, grant), lifetime).await
}

/// What a token opens, and in which conversation.
pub(crate) async fn authenticate(
    app: &AppState,
    token: &str,
    request: Uuid,
) -> Result<(Ctx, ConversationId)> {
    let (ctx, grant): (_, Grant) =
        delegation::authenticate(app, token, Purpose::Completion, request).await?;
    let conversation = core::parse_uuid(&grant.conversation)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))?;
    Ok((ctx, conversation))
}
