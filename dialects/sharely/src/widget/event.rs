//! `POST /spaces/{space}/event`, after the widget's call: something happened in the browser. It is taken note of in no
//! way: nothing of it is kept.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::{Sharely, body, ids, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
#[schema(as = Event)]
pub(crate) struct WidgetEventRequest {
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
pub(crate) struct WidgetEventResponse {
    success: bool,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    space::find_conversation(&app.engine, &ctx, space, None).await?;
    let _: WidgetEventRequest = deserialize_map(object.map)?;
    Ok(response::ok(&WidgetEventResponse { success: true }))
}
