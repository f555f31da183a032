//! `GET /spaces/{space}/messages`, after the widget's call: lists the newest 1,000 messages of a group, newest first.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{message, space};
use parlor_kit::ids::format_uuid;
use parlor_kit::route::ParameterKind::Format;
use parlor_kit::route::{Auth, Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::Ctx;
use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageQuery;
use parlor_model::rating::{MessageRating, Rating};
use parlor_model::scope::{Resource, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{NOT_FOUND, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::message::batches::MessageResponseBatches;
use crate::message::list::ListMessagesQuery;
use crate::message::{MessageResponse, MessageUser, Viewer};
use crate::{HandlerError, ids, response};

/// Maximum number of messages.
const MAX_MESSAGES: i64 = 1_000;

/// What was said. After the widget's call.
#[derive(Serialize, ToSchema)]
#[schema(as = WidgetMessages)]
struct WidgetMessagesResponse {
    /// Newest first.
    messages: Vec<WidgetMessage>,
}

/// A message as the widget reads it. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WidgetMessage {
    #[serde(flatten)]
    message: MessageResponse,
    /// What readers thought of it, one of each: the caller's own last, before it the newest of others, 50 in all.
    thumb_signals: Vec<ThumbSignal>,
}

/// What a reader thought of a message. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Signal)]
pub(crate) struct ThumbSignal {
    id: String,
    thumb_type: ThumbType,
    /// Why.
    feedback: Option<String>,
    /// Whose it is; null where the credential acted for nobody.
    user: Option<MessageUser>,
    /// The same by id.
    temporal_user_id: Option<String>,
}

/// Good or bad. After the widget's call.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = Thumb)]
pub(crate) enum ThumbType {
    ThumbUp,
    ThumbDown,
}

impl ThumbType {
    pub(super) fn to_rating(self) -> Rating {
        match self {
            Self::ThumbUp => Rating::Up,
            Self::ThumbDown => Rating::Down,
        }
    }
}

/// Renders the signals of a message. The caller's own is the last, which the widget takes for its user's.
pub(super) fn thumb_signals(ctx: &Ctx, mut ratings: Vec<MessageRating>) -> Vec<ThumbSignal> {
    ratings.sort_by_key(|rating| message::is_own_rating(ctx, rating));
    ratings.into_iter().map(ThumbSignal::from).collect()
}

impl From<MessageRating> for ThumbSignal {
    fn from(rating: MessageRating) -> Self {
        Self {
            id: format_uuid(rating.id),
            thumb_type: match rating.rating {
                Rating::Up => ThumbType::ThumbUp,
                Rating::Down => ThumbType::ThumbDown,
            },
            feedback: rating.comment.map(|comment| comment.0),
            temporal_user_id: rating.member.as_ref().map(|member| format_uuid(member.id)),
            user: rating.member.map(MessageUser::from),
        }
    }
}

/// Declares the route.
pub(crate) fn route() -> Route {
    let route = get("/spaces/{space}/messages", handle)
        .doc("What was said in a group, newest first.", WIDGET_SOURCE)
        .scope(Scope::read(Resource::Conversations))
        .query(
            "groupId",
            Format("uuid"),
            "The group; the space's first one when absent.",
        )
        .responds::<WidgetMessagesResponse>(200, "The messages.");
    organization_optional(route, Auth::Bearer).errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let parsed = ListMessagesQuery::group_from_query(&query);
    let group = prefer_not_found(&app, &ctx, space, parsed).await?;
    let message_query = MessageQuery {
        order: SortOrder::Descending,
        limit: MAX_MESSAGES,
        ..MessageQuery::default()
    };
    let empty = WidgetMessagesResponse {
        messages: Vec::new(),
    };
    let Some(group) = space::find_conversation(&app.engine, &ctx, space, group).await? else {
        return Ok(response::ok(&empty));
    };
    let key = ConversationKey::Number(group.number);
    let messages = message::MessageBatches::new(&ctx, key, message_query);
    let viewer = Viewer::new(&caller, ctx);
    let render = |viewer: &Viewer, message, ratings: Vec<MessageRating>| WidgetMessage {
        message: MessageResponse::for_viewer(viewer, message, &ratings),
        thumb_signals: thumb_signals(&viewer.ctx, ratings),
    };
    let batches = MessageResponseBatches::new(app, viewer, key, messages, render);
    Ok(response::ok_streamed(&empty, batches).await?)
}
