//! `POST /spaces/{space}/messages`, after the widget's call: says something and streams the answer. No agent answers in
//! groups: what was said is kept, for whoever reads the group, and the answer is empty.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use parlor_engine::{message, space};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody, response as plain};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::id::ConversationId;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::{Error, Result as Tried, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::group::DEFAULT_GROUP_NAME;
use crate::space::prefer_not_found_error;
use crate::{Sharely, body, ids, response};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Say)]
pub(crate) struct WidgetSendMessageRequest {
    /// What is said.
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    new_message: String,
    /// In which group; the space's first one when absent.
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
    let (said, group) = match parse_request(object.map) {
        Ok(read) => read,
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let group = match group {
        Some(_) => space::find_conversation_for_messages(&app.engine, &ctx, space, group)
            .await?
            .map(|found| found.id)
            .ok_or_else(|| Error::not_found(EntityKind::Conversation))?,
        None => space::default_conversation(&app.engine, &ctx, space, DEFAULT_GROUP_NAME).await?,
    };
    let author = ctx.actor.map(|actor| actor.number);
    let command = CreateMessage::new(ConversationKey::Id(group), author, MessageRole::User, said);
    message::create(&app.engine, &ctx, command).await?;
    Ok(response::with_version_header(plain::from_bytes(
        StatusCode::OK,
        "text/plain; charset=utf-8",
        Vec::new(),
    )))
}

fn parse_request(map: Map<String, Value>) -> Tried<(String, Option<ConversationId>)> {
    let say: WidgetSendMessageRequest = deserialize_map(map)?;
    text::validate_not_blank(&say.new_message, "newMessage", 65_536)?;
    let group = ids::parse_optional_id(say.group_id.as_deref(), "groupId")?;
    Ok((say.new_message, group))
}
