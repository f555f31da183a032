//! `POST /spaces/{space}/thumb-signal/{signal}/feedback`, after the widget's call: why a reader thinks so of an
//! answer. A signal is named by its own id, or by that of its message; only one's own is explained.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::message;
use parlor_kit::body::typed;
use parlor_kit::ids::parse_dashed;
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::error::Noun;
use parlor_model::message::MessageKey;
use parlor_model::private::Private;
use parlor_model::{Error, Id, Result as Tried, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::thumb::{Named, Rated};
use crate::auth::Visitor;
use crate::space::unless_unknown;
use crate::{Sharely, body, ids, reply};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explain {
    /// Why.
    #[schema(max_length = 4_096)]
    feedback: String,
    /// The message: an answer. It says the same as the path.
    #[schema(format = "uuid")]
    space_conversation_id: String,
    /// Its group; the space's first one when absent.
    #[schema(format = "uuid")]
    group_id: Option<String>,
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
    let (named, feedback) = match read(object.map) {
        Ok(read) => read,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let place = named.place(&app, &ctx, space).await?;
    let id = MessageKey::Id(named.message);
    let found = message::find(&app.engine, &ctx, place, id).await?;
    let message = found.id;
    let ratings = message::ratings(&app.engine, &ctx, place, &[found]).await?;
    let own = ratings
        .into_values()
        .flatten()
        .find(|rating| message::is_own(&ctx, rating))
        .ok_or_else(|| Error::not_found(Noun::Message))?;
    let signal = parse_dashed::<()>(params.get("signal")).map(Id::uuid);
    if signal != Some(own.id.uuid()) && signal != Some(message.uuid()) {
        return Err(Error::not_found(Noun::Message).into());
    }
    let feedback = Private(feedback);
    let rated = message::explain(&app.engine, &ctx, place, id, feedback).await?;
    Ok(reply::ok(&Rated::of(&app, &ctx, place, rated).await?))
}

fn read(map: Map<String, Value>) -> Tried<(Named, String)> {
    let explain: Explain = typed(map)?;
    text::limit(&explain.feedback, "feedback", 4_096)?;
    let named = Named::of(&explain.space_conversation_id, explain.group_id.as_deref())?;
    Ok((named, explain.feedback))
}
