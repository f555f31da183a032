//! Labels of a workspace, attached to conversations and members.

use crate::id::{IdOrNumber, LabelId, kind};
use crate::time::Timestamp;

/// Key by which a caller addresses a label.
pub type LabelKey = IdOrNumber<kind::Label>;

/// Label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: LabelId,
    /// Name, unique in the workspace.
    pub name: String,
    /// Color: `#` and six hex digits.
    pub color: Option<String>,
    /// Creation time.
    pub created_at: Timestamp,
}

/// Reference to a label that is attached or detached.
#[derive(Debug, Clone)]
pub enum LabelRef {
    /// By id or number.
    Key(LabelKey),
    /// By name.
    Name(String),
}

/// Command that creates a label.
#[derive(Debug, Clone)]
pub struct CreateLabel {
    /// Name, unique in the workspace.
    pub name: String,
    /// Color: `#` and six hex digits.
    pub color: Option<String>,
}

/// Changes to a label. `None` keeps a field, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct UpdateLabel {
    /// New name.
    pub name: Option<String>,
    /// New color.
    pub color: Option<Option<String>>,
}
