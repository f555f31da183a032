//! `POST /chats/{chat_id}/labels`.

use std::borrow::Cow;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_engine::label::{self, Named};
use parlor_kit::{App, Params, Payload, reply};
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::auth::Caller;
use crate::chat::{ChatResponse, show};
use crate::ids::Reference;
use crate::{Fail, body, ids};

/// Labels put on at once at the most.
const MOST: usize = 50;

/// Which labels to put on: an id, or a list of ids and names.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MarkRequest {
    /// One label.
    label_id: Option<Reference>,
    /// Several labels, at most 50.
    #[schema(max_items = 50)]
    labels: Option<Vec<LabelReference>>,
}

/// A label by id, UUID or name. A text that could be an id is one.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum LabelReference {
    Id(Reference),
    Name(String),
}

impl LabelReference {
    fn command(self) -> Named {
        match self {
            Self::Id(reference) => Named::Key(reference.locator()),
            Self::Name(name) => Named::Name(name),
        }
    }
}

impl PartialSchema for LabelReference {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(
                ObjectBuilder::new()
                    .schema_type(Type::Integer)
                    .minimum(Some(1))
                    .maximum(Some(i64::MAX)),
            )
            .item(ObjectBuilder::new().schema_type(Type::String))
            .into()
    }
}

impl ToSchema for LabelReference {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("LabelReference")
    }
}

/// All or none; a label the chat bears already stays. Asks for `chats:write`. Gives the chat.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let key = ids::chat(params.get("conversation"))?;
    let labels = named(body::read(payload).await?)?;
    label::mark(&app.engine, &ctx, key, labels).await?;
    let whole = conversation::whole(&app.engine, &ctx, key).await?;
    let chat: ChatResponse = show::one(&app, &ctx, whole).await?;
    Ok(reply::json(StatusCode::OK, &chat))
}

fn named(request: MarkRequest) -> Result<Vec<Named>> {
    let one = request.label_id.map(LabelReference::Id);
    let several = request.labels.unwrap_or_default();
    let all: Vec<LabelReference> = one.into_iter().chain(several).collect();
    if all.is_empty() {
        return Err(Error::invalid("labelId", "is required"));
    }
    commands(all)
}

/// Labels as a body names them, at most 50.
pub(crate) fn commands(labels: Vec<LabelReference>) -> Result<Vec<Named>> {
    if labels.len() > MOST {
        return Err(Error::invalid("labels", "must be at most 50"));
    }
    if labels
        .iter()
        .any(|label| matches!(label, LabelReference::Name(name) if name.contains('\0')))
    {
        return Err(Error::invalid("labels", "must not contain U+0000"));
    }
    Ok(labels.into_iter().map(LabelReference::command).collect())
}
