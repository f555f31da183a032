//! `POST /api/v1/chats/{conversation}/tokens`.
//!
//! Read and ignored: every field not named here.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{conversation, participant};
use parlor_kit::{App, MediaType, Params, Payload, body, reply, time};
use parlor_model::Error;
use parlor_model::conversation::{ConversationKey, State as Life};
use parlor_model::error::Conflict;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::life;
use crate::auth::Caller;
use crate::{Fail, ids};

/// For whom.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Asked {
    /// The customer's own id of the user: 1 to 255 characters.
    #[schema(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    user_id: String,
    /// Seconds the token is good for: an hour by default.
    #[schema(minimum = 60, maximum = 86_400)]
    ttl_seconds: Option<u64>,
}

/// A token that opens sockets of one user in one chat.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatToken {
    /// For `?token=` of the socket's address.
    token: String,
    /// When it is no good any more.
    expires_at: String,
}

/// Checks in this order: key, body's form, `user_id`, `ttl_seconds`, id, whether the chat is open, whether the user
/// left or was removed, whether the caller may act as the user. A user who is new is made.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let asked: Asked = body::typed(payload.object(MediaType::Json).await?)?;
    let named = ids::user(&asked.user_id)?;
    let life = life::of(asked.ttl_seconds)?;
    let key = ids::chat(params.get("conversation"))?;
    let chat = conversation::outline(&app.engine, &ctx, key).await?;
    if chat.state != Life::Active {
        return Err(Error::conflict(Conflict::Closed).into());
    }
    let number = ConversationKey::Number(chat.number);
    participant::may_take_part(&app.engine, &ctx, number, named.clone()).await?;
    let (token, end) =
        super::issue(&app, &ctx, Some(chat.id), (&asked.user_id, named), life).await?;
    let made = ChatToken {
        token,
        expires_at: time::iso(end),
    };
    Ok(reply::json(StatusCode::CREATED, &made))
}
