//! `POST /api/v1/userInfo/update`. The vendor has no public page for it; its clients call it. Other fields are
//! accepted and ignored.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::member::UpdateOwnProfile;
use parlor_model::text;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::enveloped_empty;
use crate::envelope::success_without_data;

/// Maximum length of a name, in characters.
const MAX_NAME_CHARS: usize = 64;
/// Maximum length of a picture's URL, in characters.
const MAX_AVATAR_URL_CHARS: usize = 2_048;

/// What the caller says of itself; what is left out stays.
#[derive(Deserialize, ToSchema)]
struct UpdateUserRequest {
    /// 1 to 64 characters.
    #[schema(max_length = 64, pattern = r"[^\s\x85]")]
    name: Option<String>,
    /// Address of a picture; empty for none.
    #[schema(max_length = 2048)]
    avatar: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped_empty(post("/api/v1/userInfo/update", handle))
        .body::<UpdateUserRequest>()
        .optional()
        .doc("Change the caller's own name and picture", "")
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let body: UpdateUserRequest = deserialize_map(payload.object(ContentTypePolicy::Any).await?)?;
    let name = match &body.name {
        Some(name) => Some(text::normalize_required(name, "name", MAX_NAME_CHARS)?),
        None => None,
    };
    if let Some(avatar) = &body.avatar {
        text::validate_length(avatar, "avatar", MAX_AVATAR_URL_CHARS)?;
    }
    let command = UpdateOwnProfile {
        name,
        photo: body.avatar,
    };
    member::update_own_profile(&app.engine, &ctx, command).await?;
    Ok(success_without_data())
}
