//! Storage paths in request paths.

use parlor_kit::Tail;
use parlor_model::Result;
use parlor_model::file::FilePath;

/// Parses the path at the end of a request's path, whose segments are percent-encoded one by one.
pub(super) fn parse_path(tail: &Tail) -> Result<FilePath> {
    let segments = tail.segments("path")?;
    FilePath::from_segments(segments.iter().map(String::as_str), "path")
}
