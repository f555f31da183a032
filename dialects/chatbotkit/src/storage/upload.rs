//! `POST /space/{space}/storage/upload/{path}`, after the vendor's manual on space storage.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file::Target;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, RequestMeta, Tail, response};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Received, UploadRequest, parse_path, receive, uploads};
use crate::auth::Caller;
use crate::documented::post;
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// A file that is stored, or that waits for its bytes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SpaceStorageUploadResponse {
    /// The file's id.
    id: String,
    /// Its path, from the space's root.
    path: String,
    /// The request that brings its bytes, where only its type and size were given. Until then it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    upload_request: Option<UploadRequest>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/space/{space}/storage/upload/{path}";
    uploads(post(prefix, path, handle))
        .doc(
            "Store a file: its bytes, an address that has them, or what will be sent",
            super::MANUAL,
        )
        .scope(Scope::write(Resource::Spaces))
        .responds::<SpaceStorageUploadResponse>(200, "The file, or where to send it")
        .tail()
}

/// Stores a file, and replaces the one at the path.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    tail: Tail,
    meta: RequestMeta,
    payload: RequestBody,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::write(Resource::Spaces))?;
    let space = ids::parse_space_id(params.get("space"))?;
    let path = parse_path(&tail)?;
    let target = Target::Space(space, path.clone());
    let Received { id, request, .. } =
        receive(&app, ctx, &meta, |_| Ok(target.clone()), payload).await?;
    let response = SpaceStorageUploadResponse {
        id: ids::format_file_id(id),
        path: path.as_str().to_owned(),
        upload_request: request,
    };
    Ok(response::json(StatusCode::OK, &response))
}
