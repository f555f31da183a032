//! `PUT /storage/upload/{token}`: the address that [`upload`](super::upload) returns for an announced file.

use axum::extract::State;
use parlor_engine::file::{self, StoreFile, Upload};
use parlor_kit::route::{self, MatchedRoute, Route};
use parlor_kit::{AppState, PathParams, RequestBody, RequestMeta};
use parlor_model::Error;
use parlor_model::error::CredentialReason;

use super::grant::UPLOAD;
use super::receive::copy_body;
use super::signed_url;
use crate::id_response::{IdResponse, id_response};
use crate::prefix::Prefix;
use crate::{HandlerResult, ids};

/// Declares the route. The token in the path is its only credential.
pub(crate) fn route(prefix: Prefix) -> Route {
    route::put(prefix.path("/api/v1/storage/upload/{token}"), handle)
        .doc(
            "Takes the bytes of a file, from whoever has the address of an upload",
            super::MANUAL,
        )
        .body_media_type("application/octet-stream")
        .optional()
        .responds::<IdResponse>(200, "The file's id")
}

/// Stores the file that the address was signed for. The body must have exactly the announced size.
async fn handle(
    State(app): State<AppState>,
    route: MatchedRoute,
    params: PathParams,
    meta: RequestMeta,
    payload: RequestBody,
) -> HandlerResult {
    let (ctx, grant) = signed_url::authenticate(&app, &route, &meta, &params, UPLOAD).await?;
    let target = grant.target()?;
    let (Some(id), Some(size)) = (grant.file_id(), grant.size()) else {
        return Err(Error::unauthenticated(CredentialReason::TokenInvalid).into());
    };
    file::check_target(&app.engine, &ctx, &target).await?;
    let mut upload = Upload::begin(&app.engine, &ctx, size);
    copy_body(payload.parts(size)?, &mut upload).await?;
    if upload.size() != size {
        return Err(Error::invalid("size", "must be the one that was announced").into());
    }
    let command = StoreFile {
        id,
        target,
        media_type: grant.media_type,
    };
    upload.store(&app.engine, &ctx, command).await?;
    Ok(id_response(ids::format_file_id(id)))
}
