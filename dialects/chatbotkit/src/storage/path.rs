//! Paths in addresses.

use parlor_kit::Tail;
use parlor_model::Result;
use parlor_model::file::FilePath;

/// The path in a request's address, whose segments are percent-encoded one by one.
pub(super) fn parse(tail: &Tail) -> Result<FilePath> {
    let segments = tail.segments("path")?;
    FilePath::from_segments(segments.iter().map(String::as_str), "path")
}
