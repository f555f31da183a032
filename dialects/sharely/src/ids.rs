//! This vendor's spelling of ids: UUIDs with dashes, read in any case, written in lower case.

use parlor_kit::Params;
use parlor_kit::ids::parse_dashed;
use parlor_model::error::Noun;
use parlor_model::id::{SpaceId, WorkspaceId};
use parlor_model::{Error, Result};

/// The workspace in the path. What is not an id names no workspace.
pub(crate) fn workspace(params: &Params) -> Option<WorkspaceId> {
    parse_dashed(params.get("workspace"))
}

/// The space in the path. What is not an id is answered as an unknown one.
pub(crate) fn space(params: &Params) -> Result<SpaceId> {
    parse_dashed(params.get("space")).ok_or_else(|| Error::not_found(Noun::Space))
}
