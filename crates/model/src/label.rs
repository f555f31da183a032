//! Labels: words of the workspace's own that conversations are marked with.

use crate::id::{IdOrNumber, LabelId, kind};
use crate::time::Timestamp;

/// How a caller names a label.
pub type LabelKey = IdOrNumber<kind::Label>;

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: LabelId,
    /// Its name, unique in the workspace.
    pub name: String,
    /// Six hex digits behind a `#`.
    pub color: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How a caller names a label that is put on or taken off.
#[derive(Debug, Clone)]
pub enum LabelRef {
    /// By id or number.
    Key(LabelKey),
    /// By name.
    Name(String),
}

/// What to make a label of.
#[derive(Debug, Clone)]
pub struct CreateLabel {
    /// Its name, unique in the workspace.
    pub name: String,
    /// Six hex digits behind a `#`.
    pub color: Option<String>,
}

/// What to change of a label. `None` keeps; `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct UpdateLabel {
    /// New name.
    pub name: Option<String>,
    /// New color.
    pub color: Option<Option<String>>,
}
