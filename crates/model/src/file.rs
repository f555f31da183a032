//! Files that are kept for spaces and conversations: their paths, and what is known of them.

use std::fmt;

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::id::FileId;
use crate::time::Timestamp;

/// Bytes of the longest path.
pub const MAX_PATH_BYTES: usize = 1_024;
/// Bytes of the longest segment of a path.
pub const MAX_SEGMENT_BYTES: usize = 255;
/// Segments of the deepest path.
pub const MAX_SEGMENTS: usize = 32;

/// A character that no path holds: it stands behind all others in the order of bytes.
pub const LAST: char = char::MAX;

/// The path of a file or a directory within its space: `reports/2026/june.pdf`. No segment is empty, `.` or `..`, and
/// none holds a slash, a backslash or a control character, so that a path means the same in every client and file system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(String);

/// A path is what a customer calls a file.
impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilePath(..)")
    }
}

impl FilePath {
    /// A path of decoded segments.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn from_segments<'s>(
        segments: impl IntoIterator<Item = &'s str>,
        field: &'static str,
    ) -> Result<Self> {
        let mut path = String::new();
        let mut count = 0;
        for segment in segments {
            check_segment(segment, field)?;
            if count > 0 {
                path.push('/');
            }
            path.push_str(segment);
            count += 1;
            if count > MAX_SEGMENTS || path.len() > MAX_PATH_BYTES {
                let rule =
                    format!("must have at most {MAX_SEGMENTS} segments and {MAX_PATH_BYTES} bytes");
                return Err(Error::invalid(field, rule));
            }
        }
        match count {
            0 => Err(Error::invalid(field, "must not be empty")),
            _ => Ok(Self(path)),
        }
    }

    /// A path as text; a slash at its beginning and one at its end mean nothing.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn parse(text: &str, field: &'static str) -> Result<Self> {
        let text = text.strip_prefix('/').unwrap_or(text);
        let text = text.strip_suffix('/').unwrap_or(text);
        Self::from_segments(text.split('/'), field)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What every path below this directory begins with.
    pub fn directory_prefix(&self) -> String {
        format!("{}/", self.0)
    }

    /// Whether this path lies below another.
    pub fn is_below(&self, other: &Self) -> bool {
        let rest = self.0.strip_prefix(other.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// The path of something below `from`, moved below `to`.
    ///
    /// # Errors
    /// `Invalid` when the new path is too long, or when this path does not lie below `from`.
    pub fn rebase(&self, from: &Self, to: &Self, field: &'static str) -> Result<Self> {
        let rest = self
            .0
            .strip_prefix(from.as_str())
            .and_then(|rest| rest.strip_prefix('/'))
            .ok_or_else(|| Error::invalid(field, "must lie below the directory"))?;
        Self::from_segments(to.as_str().split('/').chain(rest.split('/')), field)
    }
}

fn check_segment(segment: &str, field: &'static str) -> Result<()> {
    let is_navigation = matches!(segment, "" | "." | "..");
    let is_unsafe = |letter: char| letter.is_control() || matches!(letter, '/' | '\\' | LAST);
    if is_navigation || segment.contains(is_unsafe) {
        let rule = "must consist of segments that are neither empty nor `.` or `..`, and hold no \
                    slash, backslash or control character";
        return Err(Error::invalid(field, rule));
    }
    if segment.len() > MAX_SEGMENT_BYTES {
        let rule = format!("must have at most {MAX_SEGMENT_BYTES} bytes in each segment");
        return Err(Error::invalid(field, rule));
    }
    Ok(())
}

/// The SHA-256 hash of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash(pub [u8; 32]);

/// Where a file's bytes are kept. A content has a location of its own, which is never used again: bytes that are being
/// removed are never those of a file that is being stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The number of the workspace.
    pub ws: i64,
    /// A name that nothing else has.
    pub id: Uuid,
}

/// The bytes that files refer to: one row for all files of a workspace with the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Its number.
    pub number: i64,
    /// The hash of the bytes.
    pub hash: ContentHash,
    /// How many there are.
    pub size: i64,
    /// Where they are.
    pub location: Location,
    /// How often files were made to refer to it: what has not changed since it was read has no new file.
    pub claims: i64,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its number.
    pub number: i64,
    /// Its id; new bytes at the same path are a new file.
    pub id: FileId,
    /// Its path in its space, or its name in its conversation.
    pub path: String,
    /// What the uploader said its media type is.
    pub media_type: Option<String>,
    /// Its bytes.
    pub content: Content,
    /// When it was stored or moved.
    pub updated_at: Timestamp,
}

/// A line of a list of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File {
        /// Its id.
        id: FileId,
        /// Its path.
        path: String,
        /// Bytes of it.
        size: i64,
        /// When it was stored or moved.
        updated_at: Timestamp,
    },
    /// A directory: it exists as long as there is a file below it.
    Directory {
        /// Its path.
        path: String,
        /// When its first file by path was stored or moved.
        updated_at: Timestamp,
    },
}

impl Entry {
    /// Its path.
    pub fn path(&self) -> &str {
        match self {
            Self::File { path, .. } | Self::Directory { path, .. } => path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_with_unsafe_segment_is_refused() {
        let long = "a".repeat(MAX_SEGMENT_BYTES + 1);
        let deep = vec!["a"; MAX_SEGMENTS + 1].join("/");
        for text in [
            "", "/", "a//b", "..", "a/../b", "./a", "a\\b", "a\0b", "a\nb", &long, &deep,
        ] {
            assert!(FilePath::parse(text, "path").is_err(), "{text:?}");
        }
        for text in ["a", "a/b c/ü.txt", "...", ".hidden", "a..b"] {
            assert_eq!(FilePath::parse(text, "path").unwrap().as_str(), text);
        }
    }

    #[test]
    fn path_is_rebased_below_another_directory() {
        let path = |text| FilePath::parse(text, "path").unwrap();
        let moved = path("a/b/c").rebase(&path("a"), &path("x/y"), "path");
        assert_eq!(moved.unwrap(), path("x/y/b/c"));
        assert!(path("ab/c").rebase(&path("a"), &path("x"), "path").is_err());
        assert!(path("a/b").is_below(&path("a")) && !path("ab").is_below(&path("a")));
    }
}
