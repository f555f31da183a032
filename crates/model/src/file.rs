//! Files of spaces and conversations: their paths, contents and list entries.

use std::fmt;

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::id::{FileId, MessageId};
use crate::string_enum::string_enum;
use crate::time::Timestamp;

/// Maximum length of a path in bytes.
pub const MAX_PATH_BYTES: usize = 1_024;
/// Maximum length of a path segment in bytes.
pub const MAX_SEGMENT_BYTES: usize = 255;
/// Maximum number of segments in a path.
pub const MAX_SEGMENTS: usize = 32;

/// Character that no path may contain; it sorts after all others in byte order.
pub const LAST: char = char::MAX;

/// Path of a file or directory within its space: `reports/2026/june.pdf`. No segment is empty, `.` or `..`, and none
/// contains a slash, a backslash or a control character, so that a path means the same in every client and file system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(String);

/// Hides the path, which is customer data.
impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilePath(..)")
    }
}

impl FilePath {
    /// Builds a path from decoded segments.
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

    /// Parses a path; one leading and one trailing slash are ignored.
    ///
    /// # Errors
    /// `Invalid` with the field's name.
    pub fn parse(text: &str, field: &'static str) -> Result<Self> {
        let text = text.strip_prefix('/').unwrap_or(text);
        let text = text.strip_suffix('/').unwrap_or(text);
        Self::from_segments(text.split('/'), field)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last segment.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Returns the prefix of every path below this directory.
    pub fn directory_prefix(&self) -> String {
        format!("{}/", self.0)
    }

    /// Returns whether this path lies below another.
    pub fn is_below(&self, other: &Self) -> bool {
        let rest = self.0.strip_prefix(other.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// Returns this path, which lies below `from`, moved below `to`.
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

/// SHA-256 hash of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash(pub [u8; 32]);

/// Storage location of a file's bytes. Each content has its own location, which is never reused, so that removing bytes
/// cannot affect a file that is being stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// Workspace number.
    pub ws: i64,
    /// Unique name.
    pub id: Uuid,
}

/// Bytes that files refer to: one row for all files of a workspace with the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Row number.
    pub number: i64,
    /// Hash of the bytes.
    pub hash: ContentHash,
    /// Number of bytes.
    pub size: i64,
    /// Location of the bytes.
    pub location: Location,
    /// Number of times a file was made to refer to it. An unchanged count since a read means that no file was added.
    pub claims: i64,
}

/// File of a space or a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Row number.
    pub number: i64,
    /// Id; new bytes at the same path are a new file.
    pub id: FileId,
    /// Path in its space, or name in its conversation.
    pub path: String,
    /// Media type given by the uploader.
    pub media_type: Option<String>,
    /// Content.
    pub content: Content,
    /// Time at which it was stored or moved.
    pub updated_at: Timestamp,
    /// The message that it belongs to; it is deleted with that.
    pub message: Option<MessageId>,
    /// It is the mail that its message was read from, whole.
    pub is_original: bool,
}

string_enum! {
    /// What a browser does with a file that it is given.
    FileDisposition {
        /// It saves the file.
        Attachment = "attachment",
        /// It shows the file, if that is a picture without scripts.
        Inline = "inline",
    }
}

/// Entry of a file list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File {
        /// Id.
        id: FileId,
        /// Path.
        path: String,
        /// Size in bytes.
        size: i64,
        /// Time at which it was stored or moved.
        updated_at: Timestamp,
    },
    /// A directory; it exists as long as there is a file below it.
    Directory {
        /// Path.
        path: String,
        /// Time at which its first file by path was stored or moved.
        updated_at: Timestamp,
    },
}

impl Entry {
    /// Returns the path.
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
