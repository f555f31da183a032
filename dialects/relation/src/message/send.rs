//! `POST /api/v1/message/send`. The vendor's page api/message/send.
//!
//! The first message to a member creates the pair's channel. A repeated `sendUuid` of the same sender in the same channel
//! is not stored again.

use std::collections::HashSet;

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, message};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKind, MemberRef};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::message_details::MessageDetails;
use parlor_model::{Ctx, Error, Result, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::access_error::not_member_error;
use super::quote;
use crate::auth::Caller;
use crate::documented::{MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::message::info::TEXT_TYPE;
use crate::public_profiles::resolve_member;
use crate::{HandlerError, Settings, error, ids};

/// Maximum length of the content, in characters.
const MAX_CONTENT_CHARS: usize = 65_536;
/// Maximum length of the type, in characters.
const MAX_TYPE_CHARS: usize = 32;
/// Maximum length of `sendUuid`, in characters.
const MAX_SEND_UUID_CHARS: usize = 256;
/// Maximum number of mentioned members.
const MAX_MENTIONS: usize = 500;

/// Name of the field `type` in errors here, because `type` selects the error code of a channel's type.
const MESSAGE_TYPE_FIELD: &str = "message type";

/// The field that names the pair's peer.
const PEER_FIELD: &str = "toRelationId";

/// What to say, and where: `channelUuid` or `toRelationId`; an empty one is as good as absent.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SendRequest)]
struct SendMessageRequest {
    /// The channel; counts where both are given.
    #[schema(pattern = "^([0-9a-f]{32})?$")]
    channel_uuid: Option<String>,
    /// Somebody's relationId, or the wallet address of somebody who signed in: the channel of the pair.
    to_relation_id: Option<String>,
    /// `TEXT` unless told otherwise, `CARD`, or a word of one's own: 1 to 32 characters.
    #[schema(max_length = 32, pattern = r"[^\s\x85]")]
    r#type: Option<String>,
    /// 1 to 65,536 characters.
    #[schema(min_length = 1, max_length = 65_536)]
    content: String,
    /// The sender's own id of the message, at most 256 characters: makes sending repeatable.
    #[schema(max_length = 256)]
    send_uuid: Option<String>,
    /// The id of a message of the same channel, or of what the system tells in it, as digits or as an integer. `null`, 0
    /// and an empty text quote nothing.
    #[schema(value_type = Option<ids::QuoteId>)]
    quote_id: Option<Value>,
    /// relationIds; those who are not in the channel do not matter.
    #[schema(max_items = 500)]
    mentioned_user: Option<Vec<String>>,
}

/// Where the message went.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SendResponse)]
struct SendMessageResponse {
    /// The message's id: one to 19 digits.
    id: String,
    /// 32 hex digits.
    channel_uuid: String,
}

envelope_schema!(
    /// The answer of a message that was sent.
    SendAnswer,
    SendMessageResponse
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<SendAnswer>(post("/api/v1/message/send", handle), MEMBER_AUTH)
        .body::<SendMessageRequest>()
        .doc(
            "Say something in a channel or to somebody",
            "api/message/send",
        )
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let map = payload.object(ContentTypePolicy::Any).await?;
    let body: SendMessageRequest = deserialize_map(map).map_err(|error| match error.kind() {
        ErrorKind::Invalid { field, .. } if field == error::TYPE_FIELD => {
            error::with_field(error, MESSAGE_TYPE_FIELD)
        }
        _ => error,
    })?;
    let message_type = body.validated_type()?;
    let destination = body.resolve_destination(&app, &ctx).await?;
    let actor = ctx.member()?;
    let role = match actor.kind {
        MemberKind::Assistant => MessageRole::Assistant,
        MemberKind::Person | MemberKind::Contact => MessageRole::User,
    };
    let command = CreateMessage {
        subtype: message_type,
        details: MessageDetails {
            quote: destination.quote,
            ..MessageDetails::default()
        },
        mentions: destination.mentions,
        participant_only: true,
        client_id: body.send_uuid.filter(|id| !id.is_empty()),
        ..CreateMessage::new(destination.key, Some(actor.number), role, body.content)
    };
    // Nothing may fail after this: a stored message must be answered with success.
    let sent = message::create(&app.engine, &ctx, command)
        .await
        .map_err(not_member_error)?;
    Ok(success(&SendMessageResponse {
        id: sent.number.to_string(),
        channel_uuid: ids::format_channel_id(destination.id),
    }))
}

/// The channel of a message, and the fields that are validated against it.
struct Destination {
    key: ConversationKey,
    id: ConversationId,
    quote: Option<i64>,
    mentions: Vec<i64>,
}

impl SendMessageRequest {
    /// Validates the lengths of all texts and returns the type in upper case, or `None` for `TEXT`.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    fn validated_type(&self) -> Result<Option<String>> {
        if self.content.is_empty() {
            return Err(Error::invalid("content", "must not be empty"));
        }
        text::validate_length(&self.content, "content", MAX_CONTENT_CHARS)?;
        if let Some(send_uuid) = &self.send_uuid {
            text::validate_length(send_uuid, "sendUuid", MAX_SEND_UUID_CHARS)?;
        }
        if self.mentioned_user.as_ref().map_or(0, Vec::len) > MAX_MENTIONS {
            return Err(Error::invalid("mentionedUser", "must be at most 500"));
        }
        let given = self.r#type.as_deref().unwrap_or(TEXT_TYPE);
        let message_type = text::normalize_required(given, MESSAGE_TYPE_FIELD, MAX_TYPE_CHARS)?;
        Ok(Some(message_type.to_uppercase()).filter(|name| name != TEXT_TYPE))
    }

    /// Resolves the channel to send to. Creates a pair's channel after all other fields are validated.
    ///
    /// # Errors
    /// `Invalid` if the body names neither a channel nor a member, or an unknown one; `Forbidden` without membership.
    async fn resolve_destination(&self, app: &AppState, ctx: &Ctx) -> Result<Destination> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(uuid) = given(&self.channel_uuid) {
            return self.channel_destination(app, ctx, &uuid).await;
        }
        let Some(peer) = given(&self.to_relation_id) else {
            return Err(Error::invalid("channelUuid", "is required"));
        };
        self.pair_destination(app, ctx, &peer).await
    }

    async fn channel_destination(
        &self,
        app: &AppState,
        ctx: &Ctx,
        uuid: &str,
    ) -> Result<Destination> {
        let membership = conversation::require_active_membership(
            &app.engine,
            ctx,
            ids::parse_channel_key(uuid)?,
        )
        .await
        .map_err(not_member_error)?;
        let channel = &membership.conversation;
        let quote =
            quote::validated_number(app, ctx, Some(channel), self.quote_id.as_ref()).await?;
        let members = membership.participants.iter().map(|one| &one.member);
        Ok(Destination {
            key: ConversationKey::Number(channel.number),
            id: channel.id,
            quote,
            mentions: self.mentioned_members(ctx, members),
        })
    }

    async fn pair_destination(&self, app: &AppState, ctx: &Ctx, peer: &str) -> Result<Destination> {
        let strict = app.dialect_settings::<Settings>().strict_ids;
        let peer = resolve_member(app, ctx, (PEER_FIELD, peer), strict)
            .await?
            .ok_or_else(|| Error::invalid(PEER_FIELD, "must be somebody's"))?;
        let quote = match &self.quote_id {
            None => None,
            Some(quote_id) => {
                let found = conversation::find_direct(&app.engine, ctx, peer.clone()).await?;
                let channel = match found {
                    Some(key) => Some(conversation::find(&app.engine, ctx, key).await?),
                    None => None,
                };
                quote::validated_number(app, ctx, channel.as_ref(), Some(quote_id)).await?
            }
        };
        let pair = conversation::find_or_create_direct(&app.engine, ctx, peer, false)
            .await
            .map_err(|error| error::with_field(error, PEER_FIELD))?;
        Ok(Destination {
            key: ConversationKey::Number(pair.number),
            id: pair.id,
            quote,
            mentions: self.mentioned_members(ctx, [&pair.peer]),
        })
    }

    /// Returns the numbers of the mentioned members, without the sender.
    fn mentioned_members<'m>(
        &self,
        ctx: &Ctx,
        members: impl IntoIterator<Item = &'m MemberRef>,
    ) -> Vec<i64> {
        let handles: HashSet<&str> = self
            .mentioned_user
            .iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let mentioned = members
            .into_iter()
            .filter(|one| !ctx.is_actor(one.number) && handles.contains(one.handle.as_str()));
        mentioned.map(|one| one.number).collect()
    }
}
