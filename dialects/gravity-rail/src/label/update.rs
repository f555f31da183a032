//! `PUT /chats/labels/{label_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::label;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::label::UpdateLabel;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{LabelResponse, NO_LABEL};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NAME_TAKEN, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Labels);

/// What to change of a label; what is left out stays.
#[derive(Deserialize, ToSchema)]
struct UpdateLabelRequest {
    /// Unique in the workspace.
    #[schema(min_length = 1, max_length = 100, pattern = r"[^\s\x85]")]
    name: Option<String>,
    /// A `#` and six hexadecimal digits; `null` leaves it without one.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, pattern = "^#[0-9a-fA-F]{6}$")]
    color: Option<Option<String>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/chats/labels/{label}"), handle)
        .doc("Updates a label", "")
        .scope(SCOPE)
        .body::<UpdateLabelRequest>()
        .optional()
        .responds::<LabelResponse>(200, "The label as it is now.")
        .errors::<ErrorResponse>(&[BAD_BODY, NO_SCOPE, NO_LABEL, NAME_TAKEN, TOO_LARGE])
}

/// Chats show the changed label at once.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateLabelRequest = body::parse(payload).await?;
    ctx.require(SCOPE)?;
    let key = parse_key(params.get("label"))?;
    let command = UpdateLabel {
        name: request.name,
        color: request.color,
    };
    let changed = label::update(&app.engine, &ctx, key, command).await?;
    Ok(ok_json(&LabelResponse::from_label(changed)))
}
