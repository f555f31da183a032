//! `POST /spaces/{space}/messages`, after the widget's call: stores a message. The response is the streamed answer of the
//! workspace's assistant; without a provider for one it is empty.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use parlor_engine::turn::{RequestedTurn, TurnFollower};
use parlor_engine::{assistant_settings, conversation, message, space};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::id::ConversationId;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::answer::{self, PLAIN_TEXT};
use crate::auth::TokenCaller;
use crate::documented::{
    CONFLICT, NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional,
};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::group::DEFAULT_GROUP_NAME;
use crate::{HandlerError, body, ids, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Say)]
struct WidgetSendMessageRequest {
    /// What is said.
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    new_message: String,
    /// In which group; the space's first one when absent.
    #[schema(format = "uuid")]
    group_id: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(post("/spaces/{space}/messages", handle), Auth::Bearer)
        .doc(
            "Say something; the workspace's assistant answers.",
            WIDGET_SOURCE,
        )
        .scope(Scope::write(Resource::Messages))
        .conditional_scope(
            Scope::write(Resource::Conversations),
            "no group is named, and the first one is made",
        )
        .body::<WidgetSendMessageRequest>()
        .responds_media_type(
            200,
            "text/plain; charset=utf-8",
            "The answer, as it comes; empty where there is no assistant.",
        )
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, CONFLICT, PAYLOAD_TOO_LARGE])
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
    let (text, group) = prefer_not_found(&app, &ctx, space, parsed).await?;
    let group = match group {
        Some(_) => space::find_conversation_for_messages(&app.engine, &ctx, space, group)
            .await?
            .map(|group| group.id)
            .ok_or_else(|| Error::not_found(EntityKind::Conversation))?,
        None => space::default_conversation(&app.engine, &ctx, space, DEFAULT_GROUP_NAME).await?,
    };
    let key = ConversationKey::Id(group);
    let author = ctx.actor.map(|actor| actor.number);
    let command = CreateMessage::new(key, author, MessageRole::User, text);
    let response = match assistant_settings::has_provider(&app.engine, ctx.ws()).await? {
        true => {
            let group = conversation::find_header(&app.engine, &ctx, key).await?;
            let follower = TurnFollower::new(&app.engine, &ctx, group.number);
            let stored = message::create_with_question(&app.engine, &ctx, command).await?;
            let requested = RequestedTurn::after(group.number, stored.seq);
            answer::stream_answer(&app, follower, requested)
        }
        false => {
            message::create(&app.engine, &ctx, command).await?;
            parlor_kit::response::from_bytes(StatusCode::OK, PLAIN_TEXT, Vec::new())
        }
    };
    Ok(response::with_version_header(response))
}

fn parse_request(map: Map<String, Value>) -> Result<(String, Option<ConversationId>)> {
    let request: WidgetSendMessageRequest = deserialize_map(map)?;
    text::validate_not_blank(&request.new_message, "newMessage", 65_536)?;
    let group = ids::parse_optional_id(request.group_id.as_deref(), "groupId")?;
    Ok((request.new_message, group))
}
