//! `POST /v1/workspaces/{workspace}/spaces/{space}/message`, after the page `api-reference/spaces/messages`: keeps a
//! message. Nobody answers it. The body is ours, as no page that could be read shows the vendor's.
//!
//! Accepted and ignored: `userId` and `customerIdString` of an answer, which is nobody's.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{conversation, member, message, space};
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::{ConversationId, MessageId, SpaceId, kind};
use parlor_model::json::exact_objects;
use parlor_model::member::MemberKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::{Ctx, Error, Id, Result as Tried, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{MessageResponse, MessageType, Viewer};
use crate::auth::Caller;
use crate::group::DEFAULT_GROUP_NAME;
use crate::space::prefer_not_found_error;
use crate::{Sharely, body, ids, response};

/// Longest text, in characters.
const MAX_TEXT_CHARS: usize = 65_536;

/// The body. `message` may also be called `newMessage`, as the widget calls it; `save_schema` documents both.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SaveMessage)]
pub(crate) struct SaveMessageRequest {
    /// What is said.
    #[serde(alias = "newMessage")]
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    message: String,
    /// Who speaks; `USER` when absent.
    #[serde(rename = "type")]
    kind: Option<MessageType>,
    /// In which group; the space's first one when absent.
    #[schema(format = "uuid")]
    group_id: Option<String>,
    /// A longer form of it.
    #[schema(max_length = 65_536)]
    content: Option<String>,
    /// Links that it rests on.
    sources: Option<Vec<String>>,
    /// Titles and more about them.
    #[serde(default, deserialize_with = "exact_objects")]
    #[schema(value_type = Option<Vec<Object>>)]
    sources_metadata: Option<Vec<Map<String, Value>>>,
    /// Who says it, by id; the token's user when absent.
    #[schema(format = "uuid")]
    user_id: Option<String>,
    /// Who says it, by the customer's own id.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    customer_id_string: Option<String>,
    /// The id to keep it under: a repeat with the same text gives the kept message.
    #[schema(format = "uuid")]
    id: Option<String>,
}

/// What the body asks for.
struct SaveMessageCommand {
    text: String,
    role: MessageRole,
    group: Option<ConversationId>,
    details: MessageDetails,
    author: Vec<MemberKey>,
    id: Option<MessageId>,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let asked = match parse_command(object.map) {
        Ok(asked) => asked,
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let key = ConversationKey::Id(resolve_group(&app, &ctx, space, asked.group).await?);
    let author = match asked.role {
        MessageRole::User if !asked.author.is_empty() => Some(
            member::find_or_create_first(&app.engine, &ctx, asked.author)
                .await?
                .number,
        ),
        MessageRole::User => ctx.actor.map(|actor| actor.number),
        MessageRole::Assistant | MessageRole::System | MessageRole::Tool | MessageRole::Context => {
            None
        }
    };
    let command = CreateMessage {
        details: asked.details,
        id: asked.id,
        ..CreateMessage::new(key, author, asked.role, asked.text.clone())
    };
    let conversation = conversation::find_header(&app.engine, &ctx, key).await?;
    let said = message::create_in_conversation(&app.engine, &ctx, &conversation, command).await?;
    let found = said.message;
    // Nothing is read behind a message that was stored now; one that stood already may have been rated.
    let ratings = if said.duplicate {
        if *found.text != asked.text {
            return Err(Error::conflict(ConflictReason::IdempotencyMismatch).into());
        }
        let shown = std::slice::from_ref(&found);
        let mut ratings = message::list_ratings(&app.engine, &ctx, key, shown).await?;
        ratings.remove(&found.number).unwrap_or_default()
    } else {
        Vec::new()
    };
    Ok(response::ok(&MessageResponse::for_viewer(
        &Viewer::new(&caller, ctx),
        found,
        &ratings,
    )))
}

/// The group in which it is said.
async fn resolve_group(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    group: Option<ConversationId>,
) -> Tried<ConversationId> {
    match group {
        Some(_) => space::find_conversation_for_messages(&app.engine, ctx, space, group)
            .await?
            .map(|found| found.id)
            .ok_or_else(|| Error::not_found(EntityKind::Conversation)),
        None => space::default_conversation(&app.engine, ctx, space, DEFAULT_GROUP_NAME).await,
    }
}

fn parse_command(map: Map<String, Value>) -> Tried<SaveMessageCommand> {
    let save: SaveMessageRequest = deserialize_map(map)?;
    let said = save.message;
    text::validate_not_blank(&said, "message", MAX_TEXT_CHARS)?;
    if let Some(content) = &save.content {
        text::validate_length(content, "content", MAX_TEXT_CHARS)?;
    }
    Ok(SaveMessageCommand {
        text: said,
        role: match save.kind {
            Some(MessageType::Ai) => MessageRole::Assistant,
            Some(MessageType::User) | None => MessageRole::User,
        },
        group: ids::parse_optional_id(save.group_id.as_deref(), "groupId")?,
        details: MessageDetails {
            content: save.content,
            sources: save.sources.map(Value::from),
            source_details: save.sources_metadata.map(|about| {
                let about = about.into_iter().map(Value::Object);
                Value::Array(about.collect())
            }),
            ..MessageDetails::default()
        },
        author: parse_author(save.user_id, save.customer_id_string)?,
        id: ids::parse_optional_id(save.id.as_deref(), "id")?,
    })
}

/// Whom the user's fields may mean; nobody in particular where they are absent.
pub(crate) fn parse_author(id: Option<String>, customer: Option<String>) -> Tried<Vec<MemberKey>> {
    match (id, customer) {
        (None, None) => Ok(Vec::new()),
        (Some(_), Some(_)) => Err(Error::malformed(
            "Provide only one of userId or customerIdString",
        )),
        (Some(id), None) => {
            let id: Id<kind::Member> =
                parse_uuid(&id).ok_or_else(|| Error::invalid("userId", "must be a UUID"))?;
            Ok(vec![
                MemberKey::Id(id),
                MemberKey::External(format_uuid(id)),
            ])
        }
        (None, Some(customer)) => {
            const FIELD: &str = "customerIdString";
            if customer.trim().is_empty() {
                return Err(Error::invalid(FIELD, "must not be empty"));
            }
            text::validate_length(&customer, FIELD, 255)?;
            Ok(vec![MemberKey::External(customer)])
        }
    }
}
