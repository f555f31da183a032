//! `POST /spaces/{space}/messages`, after the widget's call: says something and streams the answer. No agent answers in
//! groups: what was said is kept, for whoever reads the group, and the answer is empty.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use parlor_engine::{message, space};
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload, reply as plain};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::id::ConversationId;
use parlor_model::message::{CreateMessage, Role};
use parlor_model::{Error, Result as Tried, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::group::GENERAL;
use crate::space::unless_unknown;
use crate::{Sharely, body, ids, reply};

/// The body. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Say {
    /// What is said.
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    new_message: String,
    /// In which group; the space's first one when absent.
    #[schema(format = "uuid")]
    group_id: Option<String>,
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
    let (said, group) = match read(object.map) {
        Ok(read) => read,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let group = match group {
        Some(_) => space::conversation_of_messages(&app.engine, &ctx, space, group)
            .await?
            .map(|found| found.id)
            .ok_or_else(|| Error::not_found(Noun::Conversation))?,
        None => space::default_conversation(&app.engine, &ctx, space, GENERAL).await?,
    };
    let author = ctx.actor.map(|actor| actor.number);
    let command = CreateMessage::new(ConversationKey::Id(group), author, Role::User, said);
    message::create(&app.engine, &ctx, command).await?;
    Ok(reply::versioned(plain::bytes_of(
        StatusCode::OK,
        "text/plain; charset=utf-8",
        Vec::new(),
    )))
}

fn read(map: Map<String, Value>) -> Tried<(String, Option<ConversationId>)> {
    let say: Say = typed(map)?;
    text::spoken(&say.new_message, "newMessage", 65_536)?;
    let group = ids::given(say.group_id.as_deref(), "groupId")?;
    Ok((say.new_message, group))
}
