//! `POST /api/v1/userInfo/update`. The vendor has no public page for it; its clients call it. Any other field is
//! accepted and ignored.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, MediaType, Payload};
use parlor_model::member::OwnFace;
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Relation;
use crate::auth::Caller;
use crate::envelope::done;

/// Longest name.
const MAX_NAME: usize = 64;
/// Longest address of a picture.
const MAX_AVATAR: usize = 2_048;

/// What the caller says of itself; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UpdateUserRequest {
    /// 1 to 64 characters.
    #[schema(max_length = 64, pattern = r"[^\s\x85]")]
    name: Option<String>,
    /// Address of a picture; empty for none.
    #[schema(max_length = 2048)]
    avatar: Option<String>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    payload: Payload,
) -> Result<Response, Fail<Relation>> {
    let body: UpdateUserRequest = typed(payload.object(MediaType::Any).await?)?;
    let name = match &body.name {
        Some(name) => Some(text::required(name, "name", MAX_NAME)?),
        None => None,
    };
    if let Some(avatar) = &body.avatar {
        text::limit(avatar, "avatar", MAX_AVATAR)?;
    }
    let command = OwnFace {
        name,
        photo: body.avatar,
    };
    member::present(&app.engine, &ctx, command).await?;
    Ok(done())
}
