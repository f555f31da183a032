//! What copying and moving share: the request, its checks and the response.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::route::Route;
use parlor_kit::{PathParams, RequestBody, Tail, response};
use parlor_model::Result;
use parlor_model::file::FilePath;
use parlor_model::id::SpaceId;
use parlor_model::scope::{Resource, Scope};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SpaceStoragePathResponse, parse_path};
use crate::auth::Caller;
use crate::{body, ids};

/// Where it goes.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SpaceStorageTransferRequest {
    /// The path there: not encoded, its segments separated by slashes. What is there is replaced.
    #[schema(min_length = 1, max_length = 1_024)]
    destination_path: String,
}

/// The checked parts of a request to copy or move.
pub(super) struct Transfer {
    pub(super) space: SpaceId,
    pub(super) from: FilePath,
    pub(super) to: FilePath,
}

impl Transfer {
    /// Reads a request. Checks in this order: scope, space id, source path, body, destination path.
    pub(super) async fn from_request(
        caller: &Caller,
        params: &PathParams,
        tail: &Tail,
        payload: RequestBody,
    ) -> Result<Self> {
        caller.ctx.require(Scope::write(Resource::Spaces))?;
        let space = ids::parse_space_id(params.get("space"))?;
        let from = parse_path(tail)?;
        let request: SpaceStorageTransferRequest = body::parse(payload).await?;
        let to = FilePath::parse(&request.destination_path, "destinationPath")?;
        Ok(Self { space, from, to })
    }
}

/// Documents the request and the response of both endpoints.
pub(super) fn transfers(route: Route) -> Route {
    route
        .body::<SpaceStorageTransferRequest>()
        .scope(Scope::write(Resource::Spaces))
        .responds::<SpaceStoragePathResponse>(200, "The path there")
        .tail()
}

/// Returns the response with the destination path.
pub(super) fn transfer_response(to: &FilePath) -> Response {
    let path = to.as_str().to_owned();
    response::json(StatusCode::OK, &SpaceStoragePathResponse { path })
}
