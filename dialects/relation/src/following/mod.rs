//! Following of members, and recommendations.

pub(crate) mod add;
pub(crate) mod cursor;
pub(crate) mod list;
pub(crate) mod recommended;
pub(crate) mod remove;
pub(crate) mod view;

use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::error::EntityKind;
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::ids;
use crate::public_profiles::resolve_member;

/// The field that names a member.
const ADDRESS_FIELD: &str = "address";

/// Whom to follow, or not to follow any more.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FollowRequest {
    /// A relationId or a wallet address.
    #[schema(value_type = ids::RelationId)]
    address: String,
}

impl FollowRequest {
    /// Reads the body and resolves the member that it names.
    ///
    /// # Errors
    /// `NotFound` for an address without a member.
    async fn read_member_key(app: &AppState, ctx: &Ctx, payload: RequestBody) -> Result<MemberKey> {
        let body: Self = deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
        resolve_member(app, ctx, (ADDRESS_FIELD, &body.address), false)
            .await?
            .ok_or_else(|| Error::not_found(EntityKind::Member))
    }
}
