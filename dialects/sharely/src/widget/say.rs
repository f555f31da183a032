//! `POST /spaces/{space}/messages`, after the widget's call: says something and streams the answer. There is no agent
//! to answer yet, so nothing is kept, and the answer says so.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_kit::body::typed;
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::error::Kind;
use parlor_model::id::ConversationId;
use parlor_model::{Error, Result as Tried, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::space::unless_unknown;
use crate::{Sharely, body, ids};

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
    let group = match read(object.map) {
        Ok(group) => group,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    space::conversation_of_messages(&app.engine, &ctx, space, group).await?;
    Err(Error::new(Kind::NotImplemented {
        what: "An agent that answers",
    })
    .into())
}

fn read(map: Map<String, Value>) -> Tried<Option<ConversationId>> {
    let say: Say = typed(map)?;
    text::spoken(&say.new_message, "newMessage", 65_536)?;
    ids::given(say.group_id.as_deref(), "groupId")
}
