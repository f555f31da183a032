//! `POST /api/v1/channel/members/remove`. The vendor's page api/channel/members-remove. Who does not take part is
//! passed over.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::participant::{Authority, RemoveParticipants};

use super::MembersRequest;
use super::named::some;
use crate::auth::Caller;
use crate::envelope::done;
use crate::{Relation, Settings, ids};

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: MembersRequest = typed(payload.object(MediaType::Any).await?)?;
    let command = RemoveParticipants {
        conversation: ids::channel_key(&body.channel_uuid)?,
        who: some(&body.members, app.section::<Settings>().strict_ids)?,
        authority: Authority::Membership,
    };
    participant::remove(&app.engine, &ctx, command).await?;
    Ok(done())
}
