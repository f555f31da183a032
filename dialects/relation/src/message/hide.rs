//! `POST /api/v1/message/hide`. The vendor's page api/message/hide. Deletes the message for all participants;
//! repeating that is no error.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::message::MessageLocation;
use parlor_engine::{conversation, message};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::message::MessageKey;
use parlor_model::participant::ParticipantState;
use parlor_model::{Ctx, Error, Result};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::access_error::not_member_error;
use crate::auth::Caller;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;
use crate::{HandlerError, ids};

/// Which message to hide.
#[derive(Deserialize, ToSchema)]
#[schema(as = HideRequest)]
struct HideMessageRequest {
    /// Its id, as digits or as an integer: one of the caller's own.
    #[schema(value_type = ids::MessageId)]
    id: Value,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/message/hide", handle))
        .body::<HideMessageRequest>()
        .doc("Take a message back", "api/message/hide")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: HideMessageRequest = deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let unknown = || Error::not_found(EntityKind::Message);
    let number = ids::parse_message_number(&body.id, "id")?.ok_or_else(unknown)?;
    let found = message::locate(&app.engine, &ctx, number)
        .await?
        .ok_or_else(unknown)?;
    let key = ConversationKey::Number(found.conversation);
    if !found.author.is_some_and(|author| ctx.is_actor(author)) {
        return Err(not_own_or_missing_error(&app, &ctx, &found).await?.into());
    }
    if !found.deleted {
        let deleted = message::delete(&app.engine, &ctx, key, MessageKey::Number(number)).await;
        match deleted.map_err(not_member_error) {
            // Another request has deleted it meanwhile.
            Err(error) if *error.kind() == ErrorKind::NotFound(EntityKind::Message) => {}
            other => drop(other?),
        }
    }
    Ok(success_without_data())
}

/// Returns the error for another sender's message: `NotOwn` if the caller can read the message, otherwise `NotFound`.
async fn not_own_or_missing_error(
    app: &AppState,
    ctx: &Ctx,
    found: &MessageLocation,
) -> Result<Error> {
    let key = ConversationKey::Number(found.conversation);
    let own = conversation::find_membership(&app.engine, ctx, key)
        .await?
        .own_participant;
    let can_read = own.is_some_and(|own| own.state == ParticipantState::Joined) && !found.deleted;
    Ok(if can_read {
        Error::forbidden(ForbiddenReason::NotOwn)
    } else {
        Error::not_found(EntityKind::Message)
    })
}
