//! `POST /space/{space}/storage/delete/{path}`, after the vendor's manual on space storage.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, Tail, response};
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SpaceStoragePathResponse, parse_path};
use crate::auth::Caller;
use crate::documented::post;
use crate::prefix::Prefix;
use crate::{HandlerResult, body, ids};

/// What is deleted besides.
#[derive(Deserialize, ToSchema)]
struct SpaceStorageDeleteRequest {
    /// Whether what lies below the path is deleted too; a directory that is not empty asks for it.
    #[serde(default, deserialize_with = "body::nullable_bool")]
    #[schema(value_type = Option<bool>, default = false)]
    recursive: Option<Option<bool>>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/space/{space}/storage/delete/{path}";
    post(prefix, path, handle)
        .doc(
            "Delete a file, or a directory with everything below it",
            super::MANUAL,
        )
        .body::<SpaceStorageDeleteRequest>()
        .optional()
        .scope(Scope::write(Resource::Spaces))
        .responds::<SpaceStoragePathResponse>(200, "Its path")
        .tail()
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    tail: Tail,
    payload: RequestBody,
) -> HandlerResult {
    caller.ctx.require(Scope::write(Resource::Spaces))?;
    let space = ids::parse_space_id(params.get("space"))?;
    let path = parse_path(&tail)?;
    let request: SpaceStorageDeleteRequest = body::parse(payload).await?;
    let is_recursive = request.recursive.flatten().unwrap_or(false);
    file::delete(&app.engine, &caller.ctx, space, &path, is_recursive).await?;
    let path = path.as_str().to_owned();
    Ok(response::json(
        StatusCode::OK,
        &SpaceStoragePathResponse { path },
    ))
}
