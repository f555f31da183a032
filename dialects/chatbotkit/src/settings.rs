//! What an operator may choose for this dialect.

use serde::Deserialize;

/// The operator's choices for this dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How times are written. The vendor's pages show ISO texts, its SDK types say numbers.
    pub timestamps: TimestampFormat,
    /// What a line of a JSONL export holds.
    pub export_jsonl: JsonlFormat,
    /// Whether CSV cells that a spreadsheet would take for a formula are prefixed with an apostrophe.
    pub csv_formula_guard: bool,
    /// Longest body of an import, in bytes. Other bodies keep to the limit of all.
    pub import_body_limit: u64,
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimestampFormat {
    /// `2025-01-01T10:00:00.000Z`.
    #[default]
    Iso,
    /// Milliseconds since the Unix epoch, as a number.
    UnixMs,
}

/// What a line of a JSONL export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonlFormat {
    /// The bare record.
    #[default]
    Record,
    /// `{"type":"item","data":{...}}`, as on streamed lists.
    Event,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timestamps: TimestampFormat::default(),
            export_jsonl: JsonlFormat::default(),
            csv_formula_guard: true,
            import_body_limit: 16 << 30,
        }
    }
}
