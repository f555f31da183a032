//! `POST /chats/{chat_id}/labels`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation;
use parlor_engine::label::{self, LabelRef};
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::chat::{ChatResponse, render};
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::label::reference::{LabelReference, to_label_refs};
use crate::respond::ok_json;
use crate::{HandlerError, body, ids};

/// Which labels to put on: an id, or a list of ids and names.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MarkRequest)]
struct AttachLabelsRequest {
    /// One label.
    label_id: Option<EntityRef>,
    /// Several labels, at most 50.
    #[schema(max_items = 50)]
    labels: Option<Vec<LabelReference>>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/chats/{conversation}/labels"), handle)
        .doc("Puts labels on a chat", "")
        .body::<AttachLabelsRequest>()
        .example(r#"{"labels":["urgent"]}"#)
        .responds::<ChatResponse>(200, "The chat as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such chat or label."),
            TOO_LARGE,
        ])
}

/// Attaches all labels or none; a label that is attached already stays. Requires `chats:write`.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let key = ids::parse_chat_key(params.get("conversation"))?;
    let labels = parse_labels(body::parse(payload).await?)?;
    label::attach(&app.engine, &ctx, key, labels).await?;
    let details = conversation::find_with_details(&app.engine, &ctx, key).await?;
    let chat: ChatResponse = render::render_one(&app, &ctx, details).await?;
    Ok(ok_json(&chat))
}

fn parse_labels(request: AttachLabelsRequest) -> Result<Vec<LabelRef>> {
    let single = request.label_id.map(LabelReference::Id);
    let list = request.labels.unwrap_or_default();
    let all: Vec<LabelReference> = single.into_iter().chain(list).collect();
    if all.is_empty() {
        return Err(Error::invalid("labelId", "is required"));
    }
    to_label_refs(all)
}
