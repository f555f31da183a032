//! `POST /spaces/{space}/event`, after the widget's call: something happened in the browser. It is taken note of in no
//! way: nothing of it is kept.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::{Sharely, body, ids, reply};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "its form is checked, and nothing is done with it")]
pub(crate) struct Event {
    /// What happened.
    #[serde(rename = "type")]
    kind: String,
    /// More about it.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// It was heard. After the widget's call.
#[derive(Serialize, ToSchema)]
pub(crate) struct Heard {
    success: bool,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    space::conversation(&app.engine, &ctx, space, None).await?;
    let _: Event = typed(object.map)?;
    Ok(reply::ok(&Heard { success: true }))
}
