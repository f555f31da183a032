//! `POST /api/v1/channel/create`. The vendor's page api/channel/create.
//!
//! For type P, `name`, `channelIcon`, `openAccess` and all members after the first one other than the caller are accepted
//! and ignored.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, member};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, ContentTypePolicy, RequestBody};
use parlor_model::conversation::{
    ConversationKind, CreateConversation, GroupProfile, ServiceConfig,
};
use parlor_model::id::ConversationId;
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Error, Result, text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::members_param::{self, parse_participants};
use crate::auth::Caller;
use crate::bool_param::BoolParam;
use crate::documented::{MEMBER_AUTH, enveloped};
use crate::envelope::{envelope_schema, success};
use crate::{HandlerError, Settings, error, ids};

/// Maximum length of a name, in characters.
pub(super) const MAX_NAME_CHARS: usize = 128;
/// Maximum length of a picture's URL, in characters.
pub(super) const MAX_ICON_URL_CHARS: usize = 2_048;

/// What to make a channel of.
#[derive(Deserialize, ToSchema)]
struct CreateChannelRequest {
    /// The group's name, 1 to 128 characters. A pair needs none.
    #[schema(max_length = 128)]
    name: Option<String>,
    /// `G` for a group with one admin, the caller; `P` for a pair.
    #[serde(rename = "type")]
    #[schema(rename = "type", value_type = ChannelType)]
    _kind: Option<Value>,
    /// The others' relationIds; the caller's own and repetitions do not matter. A pair is the caller and the first
    /// other one.
    #[schema(value_type = Option<Vec<ids::RelationId>>, max_items = 500)]
    members: Option<Vec<String>>,
    /// Address of a picture.
    #[serde(rename = "channelIcon")]
    #[schema(max_length = 2048)]
    icon: Option<String>,
    /// Whether anyone who knows the channel may join; yes unless told otherwise.
    #[serde(rename = "openAccess")]
    open_access: Option<BoolParam>,
}

/// A group, or a pair's channel.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the document's view of what is read as text")]
enum ChannelType {
    G,
    P,
}

/// The new channel, or the pair's.
#[derive(Serialize, ToSchema)]
struct CreateChannelResponse {
    /// 32 hex digits.
    #[serde(rename = "channelUuid")]
    #[schema(pattern = "^[0-9a-f]{32}$")]
    channel_uuid: String,
}

envelope_schema!(
    /// The answer of a creation.
    CreateChannelAnswer,
    CreateChannelResponse
);

/// Declares the route.
pub(crate) fn route() -> Route {
    enveloped::<CreateChannelAnswer>(post("/api/v1/channel/create", handle), MEMBER_AUTH)
        .body::<CreateChannelRequest>()
        .doc(
            "Create a group, or open a pair's channel",
            "api/channel/create",
        )
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let map = payload.object(ContentTypePolicy::Any).await?;
    // First of all fields, because an invalid type has an error code of its own.
    let kind = parse_channel_type(&map)?;
    let body: CreateChannelRequest = deserialize_map(map)?;
    let strict = app.dialect_settings::<Settings>().strict_ids;
    let id = match kind {
        ConversationKind::Direct => find_or_create_pair(&app, &ctx, &body, strict).await?,
        ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread => {
            create_group(&app, &ctx, body, strict).await?
        }
    };
    let channel_uuid = ids::format_channel_id(id);
    Ok(success(&CreateChannelResponse { channel_uuid }))
}

fn parse_channel_type(map: &Map<String, Value>) -> Result<ConversationKind> {
    match map.get(error::TYPE_FIELD).and_then(Value::as_str) {
        Some("G") => Ok(ConversationKind::Group),
        Some("P") => Ok(ConversationKind::Direct),
        _ => Err(Error::invalid(error::TYPE_FIELD, "must be G or P")),
    }
}

async fn create_group(
    app: &AppState,
    ctx: &Ctx,
    body: CreateChannelRequest,
    strict: bool,
) -> Result<ConversationId> {
    let title = text::normalize_required(&body.name.unwrap_or_default(), "name", MAX_NAME_CHARS)?;
    let icon = text::normalize_optional(body.icon.as_deref(), "channelIcon", MAX_ICON_URL_CHARS)?;
    let open_access = body.open_access.is_none_or(BoolParam::is_true);
    let participants = parse_participants(body.members.as_deref().unwrap_or_default(), strict)?;
    let command = CreateConversation {
        title: Some(title),
        participants,
        // In a group, an assistant answers only where it is mentioned.
        service: ServiceConfig {
            assistant_enabled: false,
            ..ServiceConfig::default()
        },
        group_profile: GroupProfile {
            icon: icon.unwrap_or_default(),
            open_access,
            ..GroupProfile::default()
        },
        ..CreateConversation::new(ConversationKind::Group)
    };
    Ok(conversation::create(&app.engine, ctx, command).await?.id)
}

async fn find_or_create_pair(
    app: &AppState,
    ctx: &Ctx,
    body: &CreateChannelRequest,
    strict: bool,
) -> Result<ConversationId> {
    let caller = MemberKey::Id(ctx.member()?.id);
    let own_handle = member::find(&app.engine, ctx, caller)
        .await?
        .member
        .key
        .handle;
    let mut peer = None;
    for text in body.members.iter().flatten() {
        let handle = members_param::parse_handle(text, strict)?;
        if handle != own_handle {
            peer = Some(handle);
            break;
        }
    }
    let peer = peer.ok_or_else(|| Error::invalid("members", "must name somebody else"))?;
    let pair =
        conversation::find_or_create_direct(&app.engine, ctx, MemberKey::Handle(peer), false)
            .await
            .map_err(|error| error::with_field(error, "members"))?;
    Ok(pair.id)
}
