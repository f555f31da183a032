//! The operator's settings of this dialect.

use serde::Deserialize;

/// The operator's settings of this dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Format of times in responses. The vendor's pages show ISO texts, the types of its SDK are numbers.
    pub timestamps: TimestampFormat,
    /// Content of a line of a JSONL export.
    pub export_jsonl: JsonlFormat,
    /// Whether CSV cells that a spreadsheet would evaluate as a formula are prefixed with an apostrophe.
    pub csv_formula_guard: bool,
    /// Maximum size of the body of an import, in bytes. Other bodies have the server's limit.
    pub import_body_limit: u64,
}

/// A format of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimestampFormat {
    /// `2025-01-01T10:00:00.000Z`.
    #[default]
    Iso,
    /// Milliseconds since the Unix epoch, as a number.
    UnixMs,
}

/// The content of a line of a JSONL export.
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
