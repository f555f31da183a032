//! `GET /space/{space}/storage/download/{path}`, after the vendor's manual on space storage.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file;
use parlor_kit::{AppState, PathParams, Tail, response};
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use super::parse_path;
use super::signed::{self, Grant};
use crate::auth::Caller;
use crate::{HandlerResult, ids};

/// Where a file is had.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileDownloadResponse {
    /// The file's id.
    pub(crate) id: String,
    /// An address that gives its bytes to whoever has it, for an hour, and as long as the key may read the file.
    pub(crate) url: String,
}

pub(crate) async fn handle(
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
    let grant = Grant::download_of_space(space, &path);
    let response = FileDownloadResponse {
        id: ids::of_file(found.id),
        url: signed::download_url(&app, ctx, grant).await?,
    };
    Ok(response::json(StatusCode::OK, &response))
}
