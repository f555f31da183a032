//! `POST /dms/{dm_id}/messages`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, PathParams, RequestBody, WriteTimeout};
use parlor_model::scope::{Resource, Scope};

use super::{NARROWED, NO_DM, find_direct};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::message::OpenAIMessageResponse;
use crate::message::answer_chunk::Chunk;
use crate::message::create::CreateMessageRequest;
use crate::message::send::{SendContext, send};

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/dms/{dm}/messages"), handle)
        .doc("Says something in a DM", "")
        .conditional_scope(Scope::write(Resource::Dm), NARROWED)
        .header("Accept", "`text/event-stream` for a stream of events.")
        .body::<CreateMessageRequest>()
        .responds::<OpenAIMessageResponse>(
            200,
            "The message; in a stream, what the assistant answers follows in chunks.",
        )
        .or_stream::<OpenAIMessageResponse>("text/event-stream")
        .ending_with("[DONE]")
        .or_json_schema::<Chunk<'_>>()
        .or_json_schema::<ErrorResponse>()
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            NO_DM,
            (409, "The DM is closed for good."),
            TOO_LARGE,
        ])
}

/// Allowed to the two members of the DM whose credential grants `dm:write`; a member's own session does.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    headers: HeaderMap,
    write_timeout: WriteTimeout,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request = CreateMessageRequest::from_body(payload).await?;
    let key = find_direct(&app, &ctx, params.get("dm")).await?;
    let caller = SendContext {
        app: &app,
        ctx: &ctx,
        workspace: params.get("workspace"),
        headers: &headers,
        write_timeout,
    };
    Ok(send(caller, key, request).await?)
}
