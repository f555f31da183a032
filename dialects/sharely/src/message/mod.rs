//! Messages of a group.

pub(crate) mod batches;
pub(crate) mod list;
pub(crate) mod save;
mod save_schema;
mod source;

use parlor_engine::message::is_own_rating;
use parlor_kit::ids::format_uuid;
use parlor_kit::time::format_iso;
use parlor_model::Ctx;
use parlor_model::member::MemberRef;
use parlor_model::message::{Message, MessageRole};
use parlor_model::rating::{MessageRating, Rating};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::Caller;

/// A message. After `api-reference/spaces/messages`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Message)]
pub(crate) struct MessageResponse {
    id: String,
    #[serde(rename = "type")]
    kind: MessageType,
    /// What was said.
    message: String,
    /// A longer form of it.
    content: Option<String>,
    /// Who said it; null for an answer.
    temporal_user_id: Option<String>,
    /// Links that an answer rests on.
    sources: Option<Vec<String>>,
    /// Titles and more about them.
    #[schema(value_type = Option<Vec<Object>>)]
    sources_metadata: Option<Vec<Map<String, Value>>>,
    /// It was found good: by the user of a user's token, otherwise by the last who had an opinion. In an event, by the
    /// latter.
    thumb_up: bool,
    /// It was found bad, in the same sense. Never both.
    thumb_down: bool,
    /// Who said it; null for an answer.
    user: Option<MessageUser>,
    group_id: String,
    created_at: String,
}

/// Who speaks. After `api-reference/spaces/messages`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum MessageType {
    User,
    Ai,
}

/// Somebody who speaks. After `api-reference/spaces/messages`.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageUser {
    id: String,
    name: Option<String>,
    /// Not kept with a message: always null.
    photo: Option<String>,
}

impl From<MemberRef> for MessageUser {
    fn from(member: MemberRef) -> Self {
        Self {
            id: format_uuid(member.id),
            name: member.name.or(member.external_id),
            photo: None,
        }
    }
}

/// Reader of messages, for whom ratings are rendered.
#[derive(Clone, Copy)]
pub(crate) struct Viewer {
    pub(crate) ctx: Ctx,
    /// Whether the credential is a user's token.
    is_user: bool,
}

impl Viewer {
    /// Creates the viewer from a caller and its context in the space.
    pub(crate) fn new(caller: &Caller, ctx: Ctx) -> Self {
        Self {
            ctx,
            is_user: caller.own_space().is_some(),
        }
    }
}

impl MessageResponse {
    /// Renders a message; for a user's token the thumbs are those of that user.
    pub(crate) fn for_viewer(viewer: &Viewer, message: Message, ratings: &[MessageRating]) -> Self {
        let mut response = Self::from(message);
        if viewer.is_user {
            let own = ratings
                .iter()
                .find(|rating| is_own_rating(&viewer.ctx, rating))
                .map(|rating| rating.rating);
            response.thumb_up = own == Some(Rating::Up);
            response.thumb_down = own == Some(Rating::Down);
        }
        response
    }
}

impl From<Message> for MessageResponse {
    fn from(message: Message) -> Self {
        let kind = match message.role {
            MessageRole::Assistant => MessageType::Ai,
            MessageRole::User | MessageRole::System | MessageRole::Tool | MessageRole::Context => {
                MessageType::User
            }
        };
        let author = message.author.filter(|_| kind == MessageType::User);
        Self {
            id: format_uuid(message.id),
            kind,
            sources: source::source_links(&message.details),
            sources_metadata: source::source_details(&message.details),
            message: message.text.0,
            content: message.details.content,
            temporal_user_id: author.as_ref().map(|author| format_uuid(author.id)),
            thumb_up: message.rating == Some(Rating::Up),
            thumb_down: message.rating == Some(Rating::Down),
            user: author.map(MessageUser::from),
            group_id: format_uuid(message.conversation),
            created_at: format_iso(message.created_at),
        }
    }
}
