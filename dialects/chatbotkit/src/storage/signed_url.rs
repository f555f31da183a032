//! Signed addresses: each grants the upload or download of one file without a key, with the rights of the key that it was
//! made with and only as long as these last.

use std::collections::BTreeMap;
use std::time::Duration;

use parlor_engine::signing::Purpose;
use parlor_kit::route::MatchedRoute;
use parlor_kit::{AppState, PathParams, RequestMeta};
use parlor_model::error::CredentialReason;
use parlor_model::{Ctx, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::grant::{DOWNLOAD, Grant, UPLOAD};
use crate::delegation;
use crate::prefix::endpoint_name;

const UPLOAD_LIFETIME: Duration = Duration::from_secs(15 * 60);
const DOWNLOAD_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// The request that brings the bytes of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct UploadRequest {
    /// Its method.
    method: &'static str,
    /// Its address, good for 15 minutes.
    url: String,
    /// Its headers.
    headers: BTreeMap<&'static str, String>,
}

/// Signs an address to download from.
pub(super) async fn download_url(app: &AppState, ctx: &Ctx, grant: Grant) -> Result<String> {
    let (token, _) = delegation::issue(app, ctx, (Purpose::File, grant), DOWNLOAD_LIFETIME).await?;
    Ok(url(app, DOWNLOAD, &token))
}

/// Signs an address to upload to, and returns the request that the client must send there.
pub(super) async fn upload_request(
    app: &AppState,
    ctx: &Ctx,
    grant: Grant,
    media_type: &str,
) -> Result<UploadRequest> {
    let (token, _) = delegation::issue(app, ctx, (Purpose::File, grant), UPLOAD_LIFETIME).await?;
    let headers = [("content-type", media_type.to_owned())];
    Ok(UploadRequest {
        method: "PUT",
        url: url(app, UPLOAD, &token),
        headers: headers.into(),
    })
}

fn url(app: &AppState, verb: &str, token: &str) -> String {
    format!("{}/api/v1/storage/{verb}/{token}", app.settings.public_url)
}

/// Authenticates a request to a signed address by the token in its path, and counts it against the request limit.
///
/// # Errors
/// `Unauthenticated` for an invalid or expired token or one for another verb; `RateLimited` over the limit.
pub(super) async fn authenticate(
    app: &AppState,
    route: &MatchedRoute,
    meta: &RequestMeta,
    params: &PathParams,
    verb: &str,
) -> Result<(Ctx, Grant)> {
    let token = params.get("token");
    let (ctx, grant): (Ctx, Grant) =
        delegation::authenticate(app, token, Purpose::File, meta.request_id).await?;
    if grant.verb != verb {
        return Err(Error::unauthenticated(CredentialReason::TokenInvalid));
    }
    app.count_request(&ctx, endpoint_name(route.path()), meta)?;
    Ok((ctx, grant))
}
