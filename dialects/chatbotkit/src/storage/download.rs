//! `GET /space/{space}/storage/download/{path}`, after the vendor's manual on space storage.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, Tail, response};
use parlor_model::Ctx;
use parlor_model::file::File;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::signed_url::download_url;
use super::{Grant, parse_path};
use crate::auth::Caller;
use crate::documented::{get, reads};
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// Where a file is had.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileDownloadResponse {
    /// The file's id.
    id: String,
    /// An address that gives its bytes to whoever has it, for an hour, and as long as the key may read the file.
    url: String,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/space/{space}/storage/download/{path}";
    reads::<FileDownloadResponse>(get(prefix, path, handle), Resource::Spaces)
        .doc("An address that gives a file, for an hour", super::MANUAL)
        .tail()
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    tail: Tail,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Spaces))?;
    let space = ids::parse_space_id(params.get("space"))?;
    let path = parse_path(&tail)?;
    let found = file::find(&app.engine, ctx, space, &path).await?;
    let grant = Grant::download_from_space(space, &path);
    download_response(&app, ctx, &found, grant).await
}

/// Responds with a signed address that gives a file's bytes, also for files of conversations.
pub(crate) async fn download_response(
    app: &AppState,
    ctx: &Ctx,
    file: &File,
    grant: Grant,
) -> HandlerResult {
    let response = FileDownloadResponse {
        id: ids::format_file_id(file.id),
        url: download_url(app, ctx, grant).await?,
    };
    Ok(response::json(StatusCode::OK, &response))
}
