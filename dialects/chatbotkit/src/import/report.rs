//! What became of an import.

use parlor_engine::import::Batch;
use parlor_model::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error;

/// What became of the records.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = ImportReport)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// How many were made.
    imported: usize,
    /// How many were there and are now as the import says.
    updated: usize,
    /// How many were there as the import says.
    unchanged: usize,
    /// How many were refused.
    failed_count: usize,
    /// The first hundred that were refused.
    failed: Vec<Refusal>,
}

/// A record that was refused.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportRefusal)]
struct Refusal {
    /// Its line, or its place among the items; from 1.
    line: usize,
    /// What was wrong, for people.
    message: String,
    /// What was wrong, for programs: as in errors.
    code: &'static str,
}

/// So many refusals are told one by one.
const TOLD: usize = 100;

impl Report {
    pub(super) fn refuse(&mut self, line: usize, error: &Error) {
        self.failed_count += 1;
        if self.failed.len() < TOLD {
            let failure = error::body(error);
            self.failed.push(Refusal {
                line,
                message: failure.message,
                code: failure.code,
            });
        }
    }

    pub(super) fn add(&mut self, batch: &Batch) {
        self.imported += batch.imported;
        self.updated += batch.updated;
        self.unchanged += batch.unchanged;
        for (line, error) in &batch.failed {
            self.refuse(*line, error);
        }
    }

    /// Whether anything was stored or found stored.
    pub(super) fn has_begun(&self) -> bool {
        self.imported + self.updated + self.unchanged > 0
    }

    /// Batches end apart from the lines that are refused before they get into one.
    pub(super) fn in_order(mut self) -> Self {
        self.failed.sort_by_key(|refusal| refusal.line);
        self
    }
}
