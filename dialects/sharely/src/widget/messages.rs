//! `GET /spaces/{space}/messages`, after the widget's call: what was said in a group, newest first, at most 1,000
//! messages.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{message, space};
use parlor_kit::{App, Fail, Params, Query};
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{self as core, MessageWalk, Rating};
use parlor_model::page::Order;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::message::Message;
use crate::message::list::Asked;
use crate::message::pieces::Shown;
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
    /// What a reader thought of it; at most one.
    thumb_signals: Vec<Signal>,
}

/// What a reader thought of a message. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signal {
    /// That of its message.
    id: String,
    thumb_type: Thumb,
    /// Why.
    feedback: Option<String>,
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

/// The signals of a message.
pub(super) fn signals(message: &core::Message) -> Vec<Signal> {
    let signal = message.rating.map(|rating| Signal {
        id: parlor_kit::ids::dashed(message.id),
        thumb_type: match rating {
            Rating::Up => Thumb::ThumbUp,
            Rating::Down => Thumb::ThumbDown,
        },
        feedback: message
            .rating_comment
            .as_ref()
            .map(|comment| comment.0.clone()),
    });
    signal.into_iter().collect()
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
    let show = |message| Said {
        thumb_signals: signals(&message),
        message: Message::from(message),
    };
    Ok(reply::pieces(&empty, Shown::new(app, messages, show)).await?)
}
