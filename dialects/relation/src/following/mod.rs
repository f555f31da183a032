//! Following: whom the caller follows, and whom it may want to.

pub(crate) mod add;
pub(crate) mod cursor;
pub(crate) mod list;
pub(crate) mod recommended;
pub(crate) mod remove;
pub(crate) mod view;

use parlor_kit::body::typed;
use parlor_kit::{App, MediaType, Payload};
use parlor_model::error::Noun;
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids;
use crate::people::named;

/// The field that names a member.
const ADDRESS: &str = "address";

/// Whom to follow, or not to follow any more.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FollowRequest {
    /// A relationId or a wallet address.
    #[schema(value_type = ids::RelationId)]
    address: String,
}

impl FollowRequest {
    /// The member that a body names.
    async fn member(app: &App, ctx: &Ctx, payload: Payload) -> Result<MemberKey> {
        let body: Self = typed(payload.object(MediaType::Any).await?)?;
        named(app, ctx, (ADDRESS, &body.address), false)
            .await?
            .ok_or_else(|| Error::not_found(Noun::Member))
    }
}
