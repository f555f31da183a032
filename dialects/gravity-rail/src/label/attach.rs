//! `POST /chats/{chat_id}/labels`.

use std::borrow::Cow;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::conversation;
use parlor_engine::label::{self, LabelRef};
use parlor_kit::{AppState, PathParams, RequestBody, response};
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::auth::Caller;
use crate::chat::{ChatResponse, render};
use crate::ids::EntityRef;
use crate::{HandlerError, body, ids};

/// Labels put on at once at the most.
const MAX_LABELS: usize = 50;

/// Which labels to put on: an id, or a list of ids and names.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MarkRequest)]
pub(crate) struct AttachLabelsRequest {
    /// One label.
    label_id: Option<EntityRef>,
    /// Several labels, at most 50.
    #[schema(max_items = 50)]
    labels: Option<Vec<LabelReference>>,
}

/// A label by id, UUID or name. A text that could be an id is one.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum LabelReference {
    Id(EntityRef),
    Name(String),
}

impl LabelReference {
    fn into_label_ref(self) -> LabelRef {
        match self {
            Self::Id(reference) => LabelRef::Key(reference.to_id_or_number()),
            Self::Name(name) => LabelRef::Name(name),
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
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let labels = parse_labels(body::parse(payload).await?)?;
    label::attach(&app.engine, &ctx, key, labels).await?;
    let whole = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat: ChatResponse = render::render_one(&app, &ctx, whole).await?;
    Ok(response::json(StatusCode::OK, &chat))
}

fn parse_labels(request: AttachLabelsRequest) -> Result<Vec<LabelRef>> {
    let one = request.label_id.map(LabelReference::Id);
    let several = request.labels.unwrap_or_default();
    let all: Vec<LabelReference> = one.into_iter().chain(several).collect();
    if all.is_empty() {
        return Err(Error::invalid("labelId", "is required"));
    }
    to_label_refs(all)
}

/// Labels as a body names them, at most 50.
pub(crate) fn to_label_refs(labels: Vec<LabelReference>) -> Result<Vec<LabelRef>> {
    if labels.len() > MAX_LABELS {
        return Err(Error::invalid("labels", "must be at most 50"));
    }
    if labels
        .iter()
        .any(|label| matches!(label, LabelReference::Name(name) if name.contains('\0')))
    {
        return Err(Error::invalid("labels", "must not contain U+0000"));
    }
    Ok(labels
        .into_iter()
        .map(LabelReference::into_label_ref)
        .collect())
}
