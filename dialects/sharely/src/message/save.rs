//! `POST /v1/workspaces/{workspace}/spaces/{space}/message`, after the page `api-reference/spaces/messages`: stores a
//! message without requesting an answer. The body is this server's own, since the vendor's is not documented publicly.
//!
//! Accepted and ignored: `userId` and `customerIdString` of an AI message, which has no author.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{conversation, member, message, space};
use parlor_kit::ids::parse_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::{ConversationId, MessageId, SpaceId};
use parlor_model::member::MemberKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, text};
use serde_json::{Map, Value};

use super::save_schema::{SaveMessageBody, SaveMessageRequest};
use super::{MessageResponse, MessageType, Viewer};
use crate::auth::Caller;
use crate::documented::{CONFLICT, NOT_FOUND, PAYLOAD_TOO_LARGE, organization_required};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::group::DEFAULT_GROUP_NAME;
use crate::{HandlerError, body, ids, response};

/// Maximum length of a text, in characters.
const MAX_TEXT_CHARS: usize = 65_536;

/// Parsed body.
struct SaveMessageCommand {
    text: String,
    role: MessageRole,
    group: Option<ConversationId>,
    details: MessageDetails,
    author: Vec<MemberKey>,
    id: Option<MessageId>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(post(
        "/v1/workspaces/{workspace}/spaces/{space}/message",
        handle,
    ))
    .doc(
        "Keep a message; nobody answers it.",
        "api-reference/spaces/messages",
    )
    .scope(Scope::write(Resource::Messages))
    .conditional_scope(
        Scope::write(Resource::Conversations),
        "no group is named, and the first one is made",
    )
    .conditional_scope(Scope::read(Resource::Members), "a user is named")
    .conditional_scope(Scope::write(Resource::Members), "the user is new")
    .acts_as_member()
    .body::<SaveMessageBody>()
    .example(r#"{"message":"Hello"}"#)
    .responds::<MessageResponse>(200, "The message.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND, CONFLICT, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let object = body::read_json_body(&headers, payload).await?;
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let parsed = parse_command(object.map);
    let parsed = prefer_not_found(&app, &ctx, space, parsed).await?;
    let key = ConversationKey::Id(resolve_group(&app, &ctx, space, parsed.group).await?);
    let author = match parsed.role {
        MessageRole::User if !parsed.author.is_empty() => Some(
            member::find_or_create_first(&app.engine, &ctx, parsed.author)
                .await?
                .number,
        ),
        MessageRole::User => ctx.actor.map(|actor| actor.number),
        MessageRole::Assistant | MessageRole::System | MessageRole::Tool | MessageRole::Context => {
            None
        }
    };
    let command = CreateMessage {
        details: parsed.details,
        id: parsed.id,
        ..CreateMessage::new(key, author, parsed.role, parsed.text.clone())
    };
    let conversation = conversation::find_header(&app.engine, &ctx, key).await?;
    let created =
        message::create_in_conversation(&app.engine, &ctx, &conversation, command).await?;
    let message = created.message;
    // A new message has no ratings, so nothing is read after it was stored; a duplicate may have been rated.
    let ratings = if created.duplicate {
        if *message.text != parsed.text {
            return Err(Error::conflict(ConflictReason::IdempotencyMismatch).into());
        }
        let rated = std::slice::from_ref(&message);
        let mut ratings = message::list_ratings(&app.engine, &ctx, key, rated).await?;
        ratings.remove(&message.number).unwrap_or_default()
    } else {
        Vec::new()
    };
    Ok(response::ok(&MessageResponse::for_viewer(
        &Viewer::new(&caller, ctx),
        message,
        &ratings,
    )))
}

/// Returns the group of the message: the named one, otherwise the default group, which is created if it is missing.
async fn resolve_group(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    group: Option<ConversationId>,
) -> Result<ConversationId> {
    match group {
        Some(_) => space::find_conversation_for_messages(&app.engine, ctx, space, group)
            .await?
            .map(|group| group.id)
            .ok_or_else(|| Error::not_found(EntityKind::Conversation)),
        None => space::default_conversation(&app.engine, ctx, space, DEFAULT_GROUP_NAME).await,
    }
}

fn parse_command(map: Map<String, Value>) -> Result<SaveMessageCommand> {
    let save: SaveMessageRequest = deserialize_map(map)?;
    let text = save.message;
    text::validate_not_blank(&text, "message", MAX_TEXT_CHARS)?;
    if let Some(content) = &save.content {
        text::validate_length(content, "content", MAX_TEXT_CHARS)?;
    }
    Ok(SaveMessageCommand {
        text,
        role: match save.kind {
            Some(MessageType::Ai) => MessageRole::Assistant,
            Some(MessageType::User) | None => MessageRole::User,
        },
        group: ids::parse_optional_id(save.group_id.as_deref(), "groupId")?,
        details: MessageDetails {
            content: save.content,
            sources: save.sources.map(Value::from),
            source_details: save.sources_metadata.map(|objects| {
                let objects = objects.into_iter().map(Value::Object);
                Value::Array(objects.collect())
            }),
            ..MessageDetails::default()
        },
        author: parse_author(save.user_id, save.customer_id_string)?,
        id: ids::parse_optional_id(save.id.as_deref(), "id")?,
    })
}

/// Returns the keys by which the author is looked up, empty if the body names none.
///
/// # Errors
/// `Malformed` if both fields are given, `Invalid` for an invalid value.
fn parse_author(id: Option<String>, customer: Option<String>) -> Result<Vec<MemberKey>> {
    match (id, customer) {
        (None, None) => Ok(Vec::new()),
        (Some(_), Some(_)) => Err(Error::malformed(
            "Provide only one of userId or customerIdString",
        )),
        (Some(id), None) => {
            let id = parse_uuid(&id).ok_or_else(|| Error::invalid("userId", "must be a UUID"))?;
            Ok(ids::member_keys_from_id(id))
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
