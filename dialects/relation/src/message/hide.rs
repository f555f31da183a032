//! `POST /api/v1/message/hide`. The vendor's page api/message/hide. Gone for everybody, and for good; once more is no
//! fault.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::message::Located;
use parlor_engine::{conversation, message};
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{Denied, Kind, Noun};
use parlor_model::message::MessageKey;
use parlor_model::participant::State as Taking;
use parlor_model::{Ctx, Error, Result};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::refusal::not_a_member;
use crate::auth::Caller;
use crate::envelope::done;
use crate::{Relation, ids};

/// Which message to hide.
#[derive(Deserialize, ToSchema)]
pub(crate) struct HideRequest {
    /// Its id, as digits or as an integer: one of the caller's own.
    #[schema(value_type = ids::MessageId)]
    id: Value,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: HideRequest = typed(payload.object(MediaType::Any).await?)?;
    let unknown = || Error::not_found(Noun::Message);
    let number = ids::message(&body.id, "id")?.ok_or_else(unknown)?;
    let found = message::locate(&app.engine, &ctx, number)
        .await?
        .ok_or_else(unknown)?;
    let key = ConversationKey::Number(found.conversation);
    if !found.author.is_some_and(|author| ctx.is_actor(author)) {
        return Err(strange(&app, &ctx, &found).await?.into());
    }
    if !found.deleted {
        let hidden = message::delete(&app.engine, &ctx, key, MessageKey::Number(number)).await;
        match hidden.map_err(not_a_member) {
            // Somebody was quicker.
            Err(error) if *error.kind() == Kind::NotFound(Noun::Message) => {}
            other => drop(other?),
        }
    }
    Ok(done())
}

/// Those who can read somebody else's message are told that it is not theirs; for anybody else there is none.
async fn strange(app: &App, ctx: &Ctx, found: &Located) -> Result<Error> {
    let key = ConversationKey::Number(found.conversation);
    let own = conversation::standing(&app.engine, ctx, key).await?.own;
    let reads = own.is_some_and(|own| own.state == Taking::Joined) && !found.deleted;
    Ok(if reads {
        Error::forbidden(Denied::NotOwn)
    } else {
        Error::not_found(Noun::Message)
    })
}
