//! `POST /api/v1/channel/announcement/update`. The vendor's page api/channel/update. A new text is said in the channel
//! as well, by a message of type `ANNOUNCEMENT` in the same commit.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant::{self, Announce};
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::private::Private;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::envelope::done;
use crate::flag::Flag;
use crate::{Relation, ids};

/// What such a message's type is.
const FORM: &str = "ANNOUNCEMENT";

/// The admin's text.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AnnounceRequest {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
    /// At most 4,096 characters; empty takes it away.
    #[schema(max_length = 4096)]
    announcement: String,
    /// Whether it stays on top; no unless told otherwise.
    #[serde(rename = "pinAnnouncement")]
    pinned: Option<Flag>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: AnnounceRequest = typed(payload.object(MediaType::Any).await?)?;
    let key = ids::channel_key(&body.channel_uuid)?;
    let command = Announce {
        conversation: key,
        text: Private(body.announcement),
        pinned: body.pinned.is_some_and(Flag::is_true),
        form: FORM.to_owned(),
    };
    participant::announce(&app.engine, &ctx, command).await?;
    Ok(done())
}
