//! Signed links to files of conversations. They belong to no dialect: carriers and mail programs follow them too.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use parlor_engine::file::{FileLink, find_linked};
use parlor_kit::file_response::checked_response;
use parlor_kit::{AppState, QueryParams};
use parlor_model::error::{CredentialReason, EntityKind, ErrorKind};
use parlor_model::file::FileDisposition;
use parlor_model::id::{FileId, WorkspaceId};
use parlor_model::{Error, Result};
use uuid::Uuid;

use crate::problem_response::problem_response;

/// Builds the route.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/files/signed/{workspace}/{file}", get(download))
        .method_not_allowed_fallback(method_not_allowed)
}

async fn download(
    State(app): State<AppState>,
    Path((workspace, file)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let response = respond(&app, &workspace, &file, &query.unwrap_or_default()).await;
    response.unwrap_or_else(problem_response)
}

async fn respond(app: &AppState, workspace: &str, file: &str, query: &str) -> Result<Response> {
    let refused = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let query = QueryParams::parse(query);
    let parameter = |name: &str| query.get(name).ok_or_else(refused);
    let unknown = |_| Error::not_found(EntityKind::File);
    let link = FileLink {
        workspace: WorkspaceId::new(Uuid::parse_str(workspace).map_err(unknown)?),
        file: FileId::new(Uuid::parse_str(file).map_err(unknown)?),
        expires_at: parameter("expires")?.parse().map_err(|_| refused())?,
        disposition: FileDisposition::from_name(parameter("disposition")?).ok_or_else(refused)?,
    };
    let found = find_linked(&app.engine, link, parameter("signature")?).await?;
    checked_response(app, found, link.disposition).await
}

async fn method_not_allowed() -> Response {
    problem_response(Error::new(ErrorKind::MethodNotAllowed {
        allow: "GET, HEAD".into(),
    }))
}
