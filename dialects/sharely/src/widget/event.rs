//! `POST /spaces/{space}/event`, after the widget's call: reports an event in the browser. The body is validated and
//! not stored.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, ids, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
#[schema(as = Event)]
struct WidgetEventRequest {
    /// What happened.
    #[serde(rename = "type")]
    kind: String,
    /// More about it.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// It was heard. After the widget's call.
#[derive(Serialize, ToSchema)]
#[schema(as = Heard)]
struct WidgetEventResponse {
    success: bool,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(post("/spaces/{space}/event", handle), Auth::Bearer)
        .doc(
            "Tell that something happened; nothing of it is kept.",
            WIDGET_SOURCE,
        )
        .scope(Scope::read(Resource::Conversations))
        .body::<WidgetEventRequest>()
        .responds::<WidgetEventResponse>(200, "It was heard.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    space::find_conversation(&app.engine, &ctx, space, None).await?;
    let _: WidgetEventRequest = deserialize_map(object.map)?;
    Ok(response::ok(&WidgetEventResponse { success: true }))
}
