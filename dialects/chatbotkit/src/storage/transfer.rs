//! `POST /space/{space}/storage/copy/{path}` and `/move/{path}`, after the vendor's manual on space storage.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file;
use parlor_kit::{AppState, PathParams, RequestBody, Tail, response};
use parlor_model::Result;
use parlor_model::file::FilePath;
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SpaceStoragePathResponse, parse_path};
use crate::auth::Caller;
use crate::{HandlerResult, body, ids};

/// Where it goes.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpaceStorageTransferRequest {
    /// The path there: not encoded, its segments separated by slashes. What is there is replaced.
    #[schema(min_length = 1, max_length = 1_024)]
    destination_path: String,
}

/// What is asked for.
struct Transfer {
    space: SpaceId,
    from: FilePath,
    to: FilePath,
}

/// Copies a file, or a directory with at most 1,000 files.
pub(crate) async fn copy(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    tail: Tail,
    payload: RequestBody,
) -> HandlerResult {
    let Transfer { space, from, to } = read(&caller, &params, &tail, payload).await?;
    file::copy(&app.engine, &caller.ctx, space, &from, &to).await?;
    Ok(answer(&to))
}

/// Moves such a file or directory.
pub(crate) async fn rename(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    tail: Tail,
    payload: RequestBody,
) -> HandlerResult {
    let Transfer { space, from, to } = read(&caller, &params, &tail, payload).await?;
    file::rename(&app.engine, &caller.ctx, space, &from, &to).await?;
    Ok(answer(&to))
}

async fn read(
    caller: &Caller,
    params: &PathParams,
    tail: &Tail,
    payload: RequestBody,
) -> Result<Transfer> {
    caller.ctx.require(Scope::write(Resource::Spaces))?;
    let space = ids::parse_space_id(params.get("space"))?;
    let from = parse_path(tail)?;
    let request: SpaceStorageTransferRequest = body::parse(payload).await?;
    let to = FilePath::parse(&request.destination_path, "destinationPath")?;
    Ok(Transfer { space, from, to })
}

fn answer(to: &FilePath) -> axum::response::Response {
    let path = to.as_str().to_owned();
    response::json(StatusCode::OK, &SpaceStoragePathResponse { path })
}
