//! `GET /space/{space}/storage/list` and `/list/{path}`, after the vendor's manual on space storage.

use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use parlor_engine::file;
use parlor_kit::{AppState, PathParams, QueryParams, Tail, response};
use parlor_model::file::{Entry, FilePath};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use super::parse_path;
use crate::auth::Caller;
use crate::{HandlerResult, ids};

/// A page of files and directories.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpaceStorageListResponse {
    /// In the order of their paths' bytes.
    items: Vec<SpaceStorageItem>,
    /// Goes into the next request, where there may be more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_token: Option<String>,
}

/// A file or a directory.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpaceStorageItem {
    /// A file's id. A directory has none: it is there as long as there is a file below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
    /// The path, from the space's root.
    path: String,
    /// Bytes; 0 for a directory.
    size: i64,
    /// When it was stored or moved, in milliseconds since 1970 whatever `timestamps` is set to; for a directory, when its
    /// first file by path was.
    updated_at: i64,
    /// Whether it is a directory.
    is_directory: bool,
}

impl From<Entry> for SpaceStorageItem {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::File {
                id,
                path,
                size,
                updated_at,
            } => Self {
                id: Some(ids::of_file(id)),
                path,
                size,
                updated_at: updated_at.millis(),
                is_directory: false,
            },
            Entry::Directory { path, updated_at } => Self {
                id: None,
                path,
                size: 0,
                updated_at: updated_at.millis(),
                is_directory: true,
            },
        }
    }
}

/// What is at the root.
pub(crate) async fn root(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: QueryParams,
) -> HandlerResult {
    list(&app, &caller, &params, &query, None).await
}

/// What is in a directory. One that is not there is empty.
pub(crate) async fn directory(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    tail: Tail,
    query: QueryParams,
) -> HandlerResult {
    caller.ctx.require(Scope::read(Resource::Spaces))?;
    let path = parse_path(&tail)?;
    list(&app, &caller, &params, &query, Some(&path)).await
}

async fn list(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
    query: &QueryParams,
    directory: Option<&FilePath>,
) -> HandlerResult {
    let space = ids::parse_space_id(params.get("space"))?;
    let is_recursive = query.get_bool("recursive")?.unwrap_or(false);
    let most = i64::try_from(file::MAX_PAGE).unwrap_or(i64::MAX);
    let take = query.get_int("take", most, 1, most)?;
    let after = query.get("nextToken").map(read_token).transpose()?;
    let window = (after, usize::try_from(take).unwrap_or(file::MAX_PAGE));
    let page = file::list(
        &app.engine,
        &caller.ctx,
        space,
        directory,
        is_recursive,
        window,
    )
    .await?;
    let response = SpaceStorageListResponse {
        items: page.entries.into_iter().map(Into::into).collect(),
        next_token: page.next.map(|next| URL_SAFE_NO_PAD.encode(next)),
    };
    Ok(response::json(StatusCode::OK, &response))
}

fn read_token(text: &str) -> Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|text| !text.contains('\0'))
        .ok_or_else(|| Error::invalid("nextToken", "must be one that a list has given"))
}
