//! Streaming reader of records: JSON lines, or the `items` of one JSON object.
//!
//! Memory is bounded by one record and one network chunk, however long the body is. Records are not parsed: one that
//! is invalid JSON is rejected by the caller and does not end the body.

mod scanner;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use http_body_util::BodyExt;
use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};

use scanner::RecordScanner;

/// How records are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordFormat {
    /// One per line; blank lines are skipped.
    Lines,
    /// Elements of the list `items` of an object; other fields are ignored.
    Document,
}

/// Unparsed record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// Line number or list position, from 1.
    pub number: usize,
    /// Text; `None` if longer than [`MAX_RECORD_BYTES`].
    pub text: Option<Vec<u8>>,
}

/// Records of a body, in order.
pub struct RecordReader {
    body: Body,
    scanner: RecordScanner,
    ready: VecDeque<RawRecord>,
    limit: u64,
    remaining: u64,
    is_read: bool,
    progress: Arc<AtomicBool>,
}

/// UTF-8 byte-order mark, which some programs write before every text.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Maximum bytes of a record.
pub const MAX_RECORD_BYTES: usize = 8 * 1024 * 1024;

impl RecordReader {
    pub(crate) fn new(
        body: Body,
        format: RecordFormat,
        limit: u64,
        progress: Arc<AtomicBool>,
    ) -> Self {
        Self {
            body,
            scanner: RecordScanner::new(format),
            ready: VecDeque::new(),
            limit,
            remaining: limit,
            is_read: false,
            progress,
        }
    }

    /// Returns the number of the last returned record, or of the one being read.
    pub fn number(&self) -> usize {
        self.ready
            .front()
            .map_or(self.scanner.number, |record| record.number)
    }

    /// Returns the next record.
    ///
    /// # Errors
    /// `TooLarge` over the body's limit, `Malformed` for an incomplete body and for a document without its list.
    pub async fn next(&mut self) -> Result<Option<RawRecord>> {
        while self.ready.is_empty() && !self.is_read {
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    let Ok(chunk) = frame.into_data() else {
                        continue;
                    };
                    self.progress.store(true, Ordering::Relaxed);
                    self.remaining = self
                        .remaining
                        .checked_sub(chunk.len() as u64)
                        .ok_or_else(|| Error::new(ErrorKind::TooLarge { limit: self.limit }))?;
                    self.scanner.feed(&chunk, &mut self.ready)?;
                }
                Some(Err(_)) => {
                    self.is_read = true;
                    return Err(Error::malformed("the request body could not be read"));
                }
                None => {
                    self.is_read = true;
                    self.scanner.finish(&mut self.ready)?;
                }
            }
        }
        Ok(self.ready.pop_front())
    }
}
