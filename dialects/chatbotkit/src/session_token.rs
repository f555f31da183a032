//! Session tokens: short-lived credentials by which a web page calls `complete` in one conversation.

use std::time::Duration;

use parlor_engine::signing::Purpose;
use parlor_kit::AppState;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_model::error::CredentialReason;
use parlor_model::id::ConversationId;
use parlor_model::{Ctx, Error, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::delegation;

/// The grant of a session token.
#[derive(Serialize, Deserialize)]
struct Grant {
    /// The conversation: a UUID.
    conversation: String,
}

/// Issues a token for one conversation. Returns it with its expiry in milliseconds since 1970.
pub(crate) async fn issue(
    app: &AppState,
    ctx: &Ctx,
    conversation: ConversationId,
    lifetime: Duration,
) -> Result<(String, i64)> {
    let grant = Grant {
        conversation: format_uuid(conversation),
    };
    delegation::issue(app, ctx, (Purpose::Completion, grant), lifetime).await
}

/// Verifies a token. Returns its context and its conversation.
///
/// # Errors
/// `Unauthenticated` for an invalid or expired token.
pub(crate) async fn authenticate(
    app: &AppState,
    token: &str,
    request: Uuid,
) -> Result<(Ctx, ConversationId)> {
    let (ctx, grant): (_, Grant) =
        delegation::authenticate(app, token, Purpose::Completion, request).await?;
    let conversation = parse_uuid(&grant.conversation)
        .ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))?;
    Ok((ctx, conversation))
}
