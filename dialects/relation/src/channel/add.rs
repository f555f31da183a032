//! `POST /api/v1/channel/members/add`. The vendor has no page for it; its clients call it. Who takes part already is
//! passed over.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::participant;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::Error;
use parlor_model::participant::{AddParticipants, Authority, IfPresent};

use super::MembersRequest;
use super::named::participants;
use crate::auth::Caller;
use crate::envelope::done;
use crate::{Relation, Settings, ids};

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: MembersRequest = typed(payload.object(MediaType::Any).await?)?;
    let conversation = ids::channel_key(&body.channel_uuid)?;
    let who = participants(&body.members, app.section::<Settings>().strict_ids)?;
    if who.is_empty() {
        return Err(Error::invalid("members", "must name somebody").into());
    }
    let command = AddParticipants {
        conversation,
        who,
        if_present: IfPresent::Skip,
        authority: Authority::Membership,
    };
    participant::add(&app.engine, &ctx, command).await?;
    Ok(done())
}
