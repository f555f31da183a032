//! Writing records: straight from the row into the bytes of the answer, without a value in between.

use parlor_kit::csv::Guard;
use parlor_model::Timestamp;

use crate::Settings;

mod clock;
mod csv;
mod json;
pub(crate) mod yaml;

pub(crate) use csv::Cells;
pub(crate) use json::{Object, ascii_json};

/// Where records are written, and what is remembered of the last ones because their neighbours often repeat it.
pub(crate) struct Pen {
    /// What is written so far.
    pub(crate) out: Vec<u8>,
    /// Non-ASCII characters in JSON are escaped, so that a client may cut the stream anywhere.
    pub(crate) ascii: bool,
    guard: Guard,
    clock: clock::Clock,
    yaml: csv::LastMeta,
}

impl Pen {
    /// A pen for UTF-8 JSON and for CSV.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            out: Vec::with_capacity(8 * 1024),
            ascii: false,
            guard: match settings.csv_formula_guard {
                true => Guard::Formulas,
                false => Guard::None,
            },
            clock: clock::Clock::new(settings.timestamps),
            yaml: csv::LastMeta::default(),
        }
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn time(&mut self, at: Timestamp) {
        self.clock.write(&mut self.out, at);
    }
}
