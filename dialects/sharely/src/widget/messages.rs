//! `GET /spaces/{space}/messages`, after the widget's call: what was said in a group, newest first, at most 1,000
//! messages.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{message, space};
use parlor_kit::ids::dashed;
use parlor_kit::{App, Fail, Params, Query};
use parlor_model::Ctx;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageWalk;
use parlor_model::page::Order;
use parlor_model::rating::{MessageRating, Rating};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::message::list::Asked;
use crate::message::pieces::Shown;
use crate::message::{Message, User, Viewer};
use crate::space::unless_unknown;
use crate::{Sharely, ids, reply};

/// Messages shown at the most.
const MOST: i64 = 1_000;

/// What was said. After the widget's call.
#[derive(Serialize, ToSchema)]
#[schema(as = WidgetMessages)]
pub(crate) struct Talk {
    /// Newest first.
    messages: Vec<Said>,
}

/// A message as the widget reads it. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WidgetMessage)]
pub(crate) struct Said {
    #[serde(flatten)]
    message: Message,
    /// What readers thought of it, one of each: the caller's own last, before it the newest of others, 50 in all.
    thumb_signals: Vec<Signal>,
}

/// What a reader thought of a message. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signal {
    id: String,
    thumb_type: Thumb,
    /// Why.
    feedback: Option<String>,
    /// Whose it is; null where the credential acted for nobody.
    user: Option<User>,
    /// The same by id.
    temporal_user_id: Option<String>,
}

/// Good or bad. After the widget's call.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Thumb {
    ThumbUp,
    ThumbDown,
}

impl Thumb {
    pub(super) fn rating(self) -> Rating {
        match self {
            Self::ThumbUp => Rating::Up,
            Self::ThumbDown => Rating::Down,
        }
    }
}

/// The signals of a message. The widget takes the last one for its user's.
pub(super) fn signals(ctx: &Ctx, mut ratings: Vec<MessageRating>) -> Vec<Signal> {
    ratings.sort_by_key(|rating| message::is_own(ctx, rating));
    ratings.into_iter().map(Signal::from).collect()
}

impl From<MessageRating> for Signal {
    fn from(rating: MessageRating) -> Self {
        Self {
            id: dashed(rating.id),
            thumb_type: match rating.rating {
                Rating::Up => Thumb::ThumbUp,
                Rating::Down => Thumb::ThumbDown,
            },
            feedback: rating.comment.map(|comment| comment.0),
            temporal_user_id: rating.member.as_ref().map(|member| dashed(member.id)),
            user: rating.member.map(User::from),
        }
    }
}

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
    query: Query,
) -> Result<Response, Fail<Sharely>> {
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    let group = match Asked::group(&query) {
        Ok(group) => group,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let walk = MessageWalk {
        order: Order::Descending,
        limit: MOST,
        ..MessageWalk::default()
    };
    let empty = Talk {
        messages: Vec::new(),
    };
    let Some(group) = space::conversation(&app.engine, &ctx, space, group).await? else {
        return Ok(reply::ok(&empty));
    };
    let key = ConversationKey::Number(group.number);
    let messages = message::Pieces::new(&ctx, key, walk);
    let viewer = Viewer::new(&caller, ctx);
    let show = |viewer: &Viewer, message, ratings: Vec<MessageRating>| Said {
        message: Message::seen_by(viewer, message, &ratings),
        thumb_signals: signals(&viewer.ctx, ratings),
    };
    let shown = Shown::new(app, viewer, key, messages, show);
    Ok(reply::pieces(&empty, shown).await?)
}
