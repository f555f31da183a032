//! `GET /storage/download/{token}`: the address that a `download` endpoint returns.

use axum::extract::State;
use parlor_engine::file::{self, Target};
use parlor_kit::file_response::download_response;
use parlor_kit::route::{self, MatchedRoute, Route};
use parlor_kit::{AppState, PathParams, RequestMeta};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::id::IdOrNumber;

use super::grant::DOWNLOAD;
use super::signed_url;
use crate::HandlerResult;
use crate::prefix::Prefix;

/// Declares the route. The token in the path is its only credential.
pub(crate) fn route(prefix: Prefix) -> Route {
    route::get(prefix.path("/api/v1/storage/download/{token}"), handle)
        .doc(
            "The bytes of a file, for whoever has the address of a download",
            super::MANUAL,
        )
        .responds_media_type(
            200,
            "application/octet-stream",
            "The file, under the media type that it was uploaded with",
        )
}

/// Streams the file.
async fn handle(
    State(app): State<AppState>,
    route: MatchedRoute,
    params: PathParams,
    meta: RequestMeta,
) -> HandlerResult {
    let (ctx, grant) = signed_url::authenticate(&app, &route, &meta, &params, DOWNLOAD).await?;
    let found = match grant.target()? {
        Target::Space(space, path) => file::find(&app.engine, &ctx, space, &path).await?,
        Target::Conversation(key, _) => {
            let id = grant
                .file_id()
                .ok_or_else(|| Error::not_found(EntityKind::File))?;
            file::attachment(&app.engine, &ctx, key, IdOrNumber::Id(id)).await?
        }
    };
    Ok(download_response(&app, found).await?)
}
