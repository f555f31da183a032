//! The report of an import.

use parlor_engine::import::ImportBatchResult;
use parlor_model::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error;

/// What became of the records.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportReport {
    /// How many were made.
    imported: usize,
    /// How many were there and are now as the import says.
    updated: usize,
    /// How many were there as the import says.
    unchanged: usize,
    /// How many were refused.
    failed_count: usize,
    /// The first hundred that were refused.
    failed: Vec<ImportFailure>,
}

/// A record that was refused.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportRefusal)]
struct ImportFailure {
    /// Its line, or its place among the items; from 1.
    line: usize,
    /// What was wrong, for people.
    message: String,
    /// What was wrong, for programs: as in errors.
    code: &'static str,
}

/// Maximum number of failures that are listed; all are counted.
const MAX_LISTED_FAILURES: usize = 100;

impl ImportReport {
    /// Adds a record that failed.
    pub(super) fn add_failure(&mut self, line: usize, error: &Error) {
        self.failed_count += 1;
        if self.failed.len() < MAX_LISTED_FAILURES {
            let failure = error::error_response(error);
            self.failed.push(ImportFailure {
                line,
                message: failure.message,
                code: failure.code,
            });
        }
    }

    /// Adds the result of a stored batch.
    pub(super) fn add_batch(&mut self, batch: &ImportBatchResult) {
        self.imported += batch.imported;
        self.updated += batch.updated;
        self.unchanged += batch.unchanged;
        for (line, error) in &batch.failed {
            self.add_failure(*line, error);
        }
    }

    /// Returns whether any record was stored or already present.
    pub(super) fn has_stored_records(&self) -> bool {
        self.imported + self.updated + self.unchanged > 0
    }

    /// Sorts failures by line: lines that fail to parse are added before earlier lines of the pending batch.
    pub(super) fn into_sorted(mut self) -> Self {
        self.failed.sort_by_key(|failure| failure.line);
        self
    }
}
