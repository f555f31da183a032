//! `POST /spaces/{space}/thumb-signal`, after the widget's call: what a reader thinks of an answer. The same thought
//! again takes it back; what other readers think stays.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{message, space};
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::id::{ConversationId, MessageId, SpaceId};
use parlor_model::message::{Message, MessageKey};
use parlor_model::{Ctx, Error, Result as Tried};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::messages::{Signal, Thumb, signals};
use crate::auth::Visitor;
use crate::space::unless_unknown;
use crate::{Sharely, body, ids, reply};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rate {
    /// The message: an answer.
    #[schema(format = "uuid")]
    space_conversation_id: String,
    /// Good or bad.
    thumb_type: Thumb,
    /// Its group; the space's first one when absent.
    #[schema(format = "uuid")]
    group_id: Option<String>,
}

/// What readers think of it now. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rated {
    /// One of each reader: the caller's own last, before it the newest of others.
    thumb_signals: Vec<Signal>,
}

impl Rated {
    /// What readers think of a message that was just rated.
    pub(super) async fn of(
        app: &App,
        ctx: &Ctx,
        place: ConversationKey,
        message: Message,
    ) -> Tried<Self> {
        let number = message.number;
        let mut ratings = message::ratings(&app.engine, ctx, place, &[message]).await?;
        Ok(Self {
            thumb_signals: signals(ctx, ratings.remove(&number).unwrap_or_default()),
        })
    }
}

/// A message of a space as a body names it.
pub(super) struct Named {
    pub(super) message: MessageId,
    pub(super) group: Option<ConversationId>,
}

impl Named {
    pub(super) fn of(message: &str, group: Option<&str>) -> Tried<Self> {
        let id = ids::given(Some(message), "spaceConversationId")?;
        Ok(Self {
            message: id.ok_or_else(|| Error::invalid("spaceConversationId", "is required"))?,
            group: ids::given(group, "groupId")?,
        })
    }

    /// Where it was said.
    pub(super) async fn place(
        &self,
        app: &App,
        ctx: &Ctx,
        space: SpaceId,
    ) -> Tried<ConversationKey> {
        space::conversation(&app.engine, ctx, space, self.group)
            .await?
            .map(|found| ConversationKey::Number(found.number))
            .ok_or_else(|| Error::not_found(Noun::Message))
    }
}

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    let (named, wanted) = match read(object.map) {
        Ok(read) => read,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let place = named.place(&app, &ctx, space).await?;
    let id = MessageKey::Id(named.message);
    let rated = message::toggle(&app.engine, &ctx, place, id, wanted.rating()).await?;
    Ok(reply::ok(&Rated::of(&app, &ctx, place, rated).await?))
}

fn read(map: Map<String, Value>) -> Tried<(Named, Thumb)> {
    let rate: Rate = typed(map)?;
    let named = Named::of(&rate.space_conversation_id, rate.group_id.as_deref())?;
    Ok((named, rate.thumb_type))
}
