//! Byte-level encoders of records: rows are written straight into the body, without an intermediate value.

use parlor_kit::csv::FormulaPolicy;
use parlor_model::Timestamp;

use crate::Settings;

mod csv;
mod json;
mod list_encoder;
mod timestamp;
mod yaml;

pub(crate) use csv::CsvRowWriter;
pub(crate) use json::{JsonObjectWriter, escape_non_ascii};
pub(crate) use list_encoder::{ListEncoder, ListFormat, ListRow};

/// A buffer into which records are written as JSON objects or CSV rows. Caches encoded values that neighbouring rows often
/// repeat.
pub(crate) struct RecordWriter {
    /// The bytes written so far.
    pub(crate) out: Vec<u8>,
    /// Whether non-ASCII characters in JSON are escaped, so that a client may split a stream at any byte.
    is_ascii_only: bool,
    formula_guard: FormulaPolicy,
    timestamps: timestamp::TimestampWriter,
    yaml_cell: csv::YamlCellCache,
}

impl RecordWriter {
    /// Creates a writer of UTF-8 JSON and CSV.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            out: Vec::with_capacity(8 * 1024),
            is_ascii_only: false,
            formula_guard: match settings.csv_formula_guard {
                true => FormulaPolicy::Escape,
                false => FormulaPolicy::Keep,
            },
            timestamps: timestamp::TimestampWriter::new(settings.timestamps),
            yaml_cell: csv::YamlCellCache::default(),
        }
    }

    fn write_raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn write_time(&mut self, at: Timestamp) {
        self.timestamps.write(&mut self.out, at);
    }
}
