//! `GET /spaces/{space}/messages`, after the widget's call: what was said in a group, newest first, at most 1,000
//! messages.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{message, space};
use parlor_kit::ids::format_uuid;
use parlor_kit::{AppState, DialectError, PathParams, QueryParams};
use parlor_model::Ctx;
use parlor_model::conversation::ConversationKey;
use parlor_model::keyset::SortOrder;
use parlor_model::message::MessageQuery;
use parlor_model::rating::{MessageRating, Rating};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::message::list::ListMessagesQuery;
use crate::message::pieces::MessagePieces;
use crate::message::{MessageResponse, MessageUser, Viewer};
use crate::space::prefer_not_found_error;
use crate::{Sharely, ids, response};

/// Messages shown at the most.
const MAX_MESSAGES: i64 = 1_000;

/// What was said. After the widget's call.
#[derive(Serialize, ToSchema)]
#[schema(as = WidgetMessages)]
pub(crate) struct WidgetMessagesResponse {
    /// Newest first.
    messages: Vec<WidgetMessage>,
}

/// A message as the widget reads it. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WidgetMessage {
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

/// The signals of a message. The widget takes the last one for its user's.
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

pub(crate) async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, DialectError<Sharely>> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let group = match ListMessagesQuery::group_from_query(&query) {
        Ok(group) => group,
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let walk = MessageQuery {
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
    let messages = message::MessageBatches::new(&ctx, key, walk);
    let viewer = Viewer::new(&caller, ctx);
    let show = |viewer: &Viewer, message, ratings: Vec<MessageRating>| WidgetMessage {
        message: MessageResponse::for_viewer(viewer, message, &ratings),
        thumb_signals: thumb_signals(&viewer.ctx, ratings),
    };
    let shown = MessagePieces::new(app, viewer, key, messages, show);
    Ok(response::ok_streamed(&empty, shown).await?)
}
