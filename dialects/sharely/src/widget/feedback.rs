//! `POST /spaces/{space}/thumb-signal/{signal}/feedback`, after the widget's call: why a reader thinks so of an
//! answer. A signal is named by its own id, or by that of its message; only one's own is explained.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::message;
use parlor_kit::ids::parse_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::error::EntityKind;
use parlor_model::message::MessageKey;
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Id, Result as Tried, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::thumb_signal::{ThumbSignalResponse, WidgetMessageRef};
use crate::auth::TokenCaller;
use crate::space::prefer_not_found_error;
use crate::{Sharely, body, ids, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Explain)]
pub(crate) struct FeedbackRequest {
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
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let (named, feedback) = match parse_request(object.map) {
        Ok(read) => read,
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let place = named.conversation_key(&app, &ctx, space).await?;
    let id = MessageKey::Id(named.message);
    let found = message::find(&app.engine, &ctx, place, id).await?;
    let message = found.id;
    let ratings = message::list_ratings(&app.engine, &ctx, place, &[found]).await?;
    let own = ratings
        .into_values()
        .flatten()
        .find(|rating| message::is_own_rating(&ctx, rating))
        .ok_or_else(|| Error::not_found(EntityKind::Message))?;
    let signal = parse_uuid::<()>(params.get("signal")).map(Id::uuid);
    if signal != Some(own.id.uuid()) && signal != Some(message.uuid()) {
        return Err(Error::not_found(EntityKind::Message).into());
    }
    let feedback = Redacted(feedback);
    let rated = message::set_rating_comment(&app.engine, &ctx, place, id, feedback).await?;
    Ok(response::ok(
        &ThumbSignalResponse::load(&app, &ctx, place, rated).await?,
    ))
}

fn parse_request(map: Map<String, Value>) -> Tried<(WidgetMessageRef, String)> {
    let explain: FeedbackRequest = deserialize_map(map)?;
    text::validate_length(&explain.feedback, "feedback", 4_096)?;
    let named =
        WidgetMessageRef::parse(&explain.space_conversation_id, explain.group_id.as_deref())?;
    Ok((named, explain.feedback))
}
