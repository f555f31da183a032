//! Writing records: straight from the row into the bytes of the answer, without a value in between.

use parlor_kit::csv::FormulaPolicy;
use parlor_model::Timestamp;

use crate::Settings;

mod csv;
mod json;
mod timestamp;
pub(crate) mod yaml;

pub(crate) use csv::CsvRowWriter;
pub(crate) use json::{JsonObjectWriter, escape_non_ascii};

/// Where records are written, and what is remembered of the last ones because their neighbours often repeat it.
pub(crate) struct RecordWriter {
    /// What is written so far.
    pub(crate) out: Vec<u8>,
    /// Non-ASCII characters in JSON are escaped, so that a client may cut the stream anywhere.
    pub(crate) is_ascii_only: bool,
    formula_guard: FormulaPolicy,
    timestamps: timestamp::TimestampWriter,
    yaml_cell: csv::YamlCellCache,
}

impl RecordWriter {
    /// A pen for UTF-8 JSON and for CSV.
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
