//! `POST /spaces/{space}/thumb-signal`, after the widget's call: rates an answer. Repeating the caller's rating
//! removes it; ratings of other members are unaffected.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{message, space};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, MessageId, SpaceId};
use parlor_model::message::{Message, MessageKey};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::messages::{ThumbSignal, ThumbType, thumb_signals};
use crate::auth::TokenCaller;
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::{HandlerError, body, ids, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Rate)]
struct ThumbSignalRequest {
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
    /// Loads the ratings of a message that was just rated.
    pub(super) async fn load(
        app: &AppState,
        ctx: &Ctx,
        conversation: ConversationKey,
        message: Message,
    ) -> Result<Self> {
        let number = message.number;
        let mut ratings = message::list_ratings(&app.engine, ctx, conversation, &[message]).await?;
        Ok(Self {
            thumb_signals: thumb_signals(ctx, ratings.remove(&number).unwrap_or_default()),
        })
    }
}

/// Reference to a message of a space in a body.
pub(super) struct WidgetMessageRef {
    pub(super) message: MessageId,
    pub(super) group: Option<ConversationId>,
}

impl WidgetMessageRef {
    pub(super) fn parse(message: &str, group: Option<&str>) -> Result<Self> {
        let id = ids::parse_optional_id(Some(message), "spaceConversationId")?;
        Ok(Self {
            message: id.ok_or_else(|| Error::invalid("spaceConversationId", "is required"))?,
            group: ids::parse_optional_id(group, "groupId")?,
        })
    }

    /// Returns the conversation of the message.
    ///
    /// # Errors
    /// `NotFound` of the message if the group is unknown.
    pub(super) async fn conversation_key(
        &self,
        app: &AppState,
        ctx: &Ctx,
        space: SpaceId,
    ) -> Result<ConversationKey> {
        space::find_conversation(&app.engine, ctx, space, self.group)
            .await?
            .map(|group| ConversationKey::Number(group.number))
            .ok_or_else(|| Error::not_found(EntityKind::Message))
    }
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(post("/spaces/{space}/thumb-signal", handle), Auth::Bearer)
            .doc(
                "Say what one thinks of an answer, or take it back.",
                WIDGET_SOURCE,
            )
            .scope(Scope::read(Resource::Conversations))
            .body::<ThumbSignalRequest>()
            .example(
                r#"{"spaceConversationId":"01920000-0000-7000-8000-000000000001","groupId":"01920000-0000-7000-8000-000000000002","thumbType":"THUMB_DOWN"}"#,
            )
            .responds::<ThumbSignalResponse>(200, "What is thought of it now.")
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
    let parsed = parse_request(object.map);
    let (message_ref, thumb) = prefer_not_found(&app, &ctx, space, parsed).await?;
    let conversation = message_ref.conversation_key(&app, &ctx, space).await?;
    let id = MessageKey::Id(message_ref.message);
    let rated =
        message::toggle_rating(&app.engine, &ctx, conversation, id, thumb.to_rating()).await?;
    Ok(response::ok(
        &ThumbSignalResponse::load(&app, &ctx, conversation, rated).await?,
    ))
}

fn parse_request(map: Map<String, Value>) -> Result<(WidgetMessageRef, ThumbType)> {
    let request: ThumbSignalRequest = deserialize_map(map)?;
    let message_ref =
        WidgetMessageRef::parse(&request.space_conversation_id, request.group_id.as_deref())?;
    Ok((message_ref, request.thumb_type))
}
