//! What the lists of a space's root and of a directory share.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use parlor_engine::file;
use parlor_kit::route::ParameterKind::{Between, Boolean, Text};
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, QueryParams, response};
use parlor_model::file::{Entry, FilePath};
use parlor_model::scope::Resource;
use parlor_model::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::reads;
use crate::{HandlerResult, ids};

/// A page of files and directories.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SpaceStorageListResponse {
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
struct SpaceStorageItem {
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
                id: Some(ids::format_file_id(id)),
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

/// Documents the parameters and the response of both lists.
pub(super) fn lists_files(route: Route) -> Route {
    reads::<SpaceStorageListResponse>(route, Resource::Spaces)
        .query("recursive", Boolean, "All files below, and no directories")
        .query("take", Between(1, 1_000), "How many; 1000 by default")
        .query("nextToken", Text, "Goes on behind the page that gave it")
}

/// Lists the root of a space, or a directory. A directory that does not exist is empty.
pub(super) async fn list(
    app: &AppState,
    caller: &Caller,
    params: &PathParams,
    query: &QueryParams,
    directory: Option<&FilePath>,
) -> HandlerResult {
    let space = ids::parse_space_id(params.get("space"))?;
    let is_recursive = query.get_bool("recursive")?.unwrap_or(false);
    let max_take = i64::try_from(file::MAX_PAGE).unwrap_or(i64::MAX);
    let take = query.get_int("take", max_take, 1, max_take)?;
    let after = query.get("nextToken").map(parse_token).transpose()?;
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

/// Parses a `nextToken`: a path in base64url.
fn parse_token(text: &str) -> Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|text| !text.contains('\0'))
        .ok_or_else(|| Error::invalid("nextToken", "must be one that a list has given"))
}
