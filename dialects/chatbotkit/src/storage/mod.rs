//! The files of spaces, after the vendor's manual on space storage, and what they share with those of conversations: how
//! bytes come in, and the signed addresses by which they come in and go out.

pub(crate) mod delete;
pub(crate) mod download;
pub(crate) mod list;
mod path;
pub(crate) mod receive;
pub(crate) mod signed;
mod source;
pub(crate) mod transfer;
pub(crate) mod upload;

use path::parse as parse_path;
use serde::Serialize;
use utoipa::ToSchema;

/// The path of what was changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpaceStoragePathResponse {
    /// The path, from the space's root.
    path: String,
}
