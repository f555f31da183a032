//! `POST /spaces/{space}/thumb-signal`, after the widget's call: what a reader thinks of an answer. The same thought
//! again takes it back; what other readers think stays.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{message, space};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, MessageId, SpaceId};
use parlor_model::message::{Message, MessageKey};
use parlor_model::{Ctx, Error, Result as Tried};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::messages::{ThumbSignal, ThumbType, thumb_signals};
use crate::auth::TokenCaller;
use crate::space::prefer_not_found_error;
use crate::{Sharely, body, ids, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Rate)]
pub(crate) struct ThumbSignalRequest {
    /// The message: an answer.
    #[schema(format = "uuid")]
    space_conversation_id: String,
    /// Good or bad.
    thumb_type: ThumbType,
    /// Its group; the space's first one when absent.
    #[schema(format = "uuid")]
    group_id: Option<String>,
}

/// What readers think of it now. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Rated)]
pub(crate) struct ThumbSignalResponse {
    /// One of each reader: the caller's own last, before it the newest of others.
    thumb_signals: Vec<ThumbSignal>,
}

impl ThumbSignalResponse {
    /// What readers think of a message that was just rated.
    pub(super) async fn load(
        app: &AppState,
        ctx: &Ctx,
        place: ConversationKey,
        message: Message,
    ) -> Tried<Self> {
        let number = message.number;
        let mut ratings = message::list_ratings(&app.engine, ctx, place, &[message]).await?;
        Ok(Self {
            thumb_signals: thumb_signals(ctx, ratings.remove(&number).unwrap_or_default()),
        })
    }
}

/// A message of a space as a body names it.
pub(super) struct WidgetMessageRef {
    pub(super) message: MessageId,
    pub(super) group: Option<ConversationId>,
}

impl WidgetMessageRef {
    pub(super) fn parse(message: &str, group: Option<&str>) -> Tried<Self> {
        let id = ids::parse_optional_id(Some(message), "spaceConversationId")?;
        Ok(Self {
            message: id.ok_or_else(|| Error::invalid("spaceConversationId", "is required"))?,
            group: ids::parse_optional_id(group, "groupId")?,
        })
    }

    /// Where it was said.
    pub(super) async fn conversation_key(
        &self,
        app: &AppState,
        ctx: &Ctx,
        space: SpaceId,
    ) -> Tried<ConversationKey> {
        space::find_conversation(&app.engine, ctx, space, self.group)
            .await?
            .map(|found| ConversationKey::Number(found.number))
            .ok_or_else(|| Error::not_found(EntityKind::Message))
    }
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
    let (named, wanted) = match parse_request(object.map) {
        Ok(read) => read,
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let place = named.conversation_key(&app, &ctx, space).await?;
    let id = MessageKey::Id(named.message);
    let rated = message::toggle_rating(&app.engine, &ctx, place, id, wanted.to_rating()).await?;
    Ok(response::ok(
        &ThumbSignalResponse::load(&app, &ctx, place, rated).await?,
    ))
}

fn parse_request(map: Map<String, Value>) -> Tried<(WidgetMessageRef, ThumbType)> {
    let rate: ThumbSignalRequest = deserialize_map(map)?;
    let named = WidgetMessageRef::parse(&rate.space_conversation_id, rate.group_id.as_deref())?;
    Ok((named, rate.thumb_type))
}
