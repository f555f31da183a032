//! Encodes list rows into chunks of the response body.

use std::ops::ControlFlow;

use parlor_model::{Id, Timestamp};

use super::{CsvRowWriter, JsonObjectWriter, RecordWriter};
use crate::{Settings, cursor};

/// The form of a list's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListFormat {
    /// `{"items":[...],"cursor":"..."}`.
    Document,
    /// JSONL: one record per line.
    Records,
    /// JSONL: one `{"type":"item","data":{...}}` per line.
    Events,
    /// A header and one line per record.
    Csv,
}

/// A row of a list.
pub(crate) trait ListRow {
    /// Tag type of its id.
    type Kind: 'static;
    /// Prefix of its id.
    const PREFIX: &'static str;
    /// Header of its CSV: column names, comma-separated.
    const COLUMNS: &'static str;
    /// Returns its id.
    fn id(&self) -> Id<Self::Kind>;
    /// Returns its creation time if lists are sorted by it.
    fn listed_at(&self) -> Option<Timestamp> {
        None
    }
    /// Writes its fields after the id.
    fn write_fields(&self, object: &mut JsonObjectWriter<'_>);
    /// Writes its CSV cells after the id.
    fn write_cells(&self, cells: &mut CsvRowWriter<'_>);
}

/// Minimum size of a chunk. A chunk ends with a whole row.
const CHUNK_BYTES: usize = 64 * 1024;
/// Bytes after which one read stops.
const MAX_READ_BYTES: usize = 4 * CHUNK_BYTES;
/// Bytes after which a page ends, even if it has fewer rows than requested.
const MAX_PAGE_BYTES: usize = 1 << 20;

/// Encodes rows and buffers the chunks that are not sent yet.
pub(crate) struct ListEncoder {
    format: ListFormat,
    writer: RecordWriter,
    chunks: Vec<Vec<u8>>,
    rows: usize,
    /// Bytes of the chunks that the current read finished.
    pending_bytes: usize,
    /// Prefix, id and time of the last row, for the cursor.
    last_row: Option<(&'static str, Id<()>, Option<Timestamp>)>,
}

impl ListEncoder {
    pub(crate) fn new<R: ListRow>(format: ListFormat, settings: Settings) -> Self {
        let mut writer = RecordWriter::new(settings);
        writer.is_ascii_only = matches!(format, ListFormat::Records | ListFormat::Events);
        match format {
            ListFormat::Document => writer.out.extend_from_slice(b"{\"items\":["),
            ListFormat::Csv => {
                writer.out.extend_from_slice(R::COLUMNS.as_bytes());
                writer.out.push(b'\n');
            }
            ListFormat::Records | ListFormat::Events => {}
        }
        Self {
            format,
            writer,
            chunks: Vec::new(),
            rows: 0,
            pending_bytes: 0,
            last_row: None,
        }
    }

    /// Writes a row. Breaks when the read or the page has enough bytes.
    pub(crate) fn write_row<R: ListRow>(&mut self, row: &R) -> ControlFlow<()> {
        let id = row.id();
        match self.format {
            ListFormat::Document => {
                if self.rows > 0 {
                    self.writer.out.push(b',');
                }
                self.write_object(row);
            }
            ListFormat::Records => {
                self.write_object(row);
                self.writer.out.push(b'\n');
            }
            ListFormat::Events => {
                self.writer
                    .out
                    .extend_from_slice(b"{\"type\":\"item\",\"data\":");
                self.write_object(row);
                self.writer.out.extend_from_slice(b"}\n");
            }
            ListFormat::Csv => {
                let mut cells = self.writer.begin_row();
                cells.id(R::PREFIX, Some(id));
                row.write_cells(&mut cells);
                cells.finish();
            }
        }
        self.rows += 1;
        self.last_row = Some((R::PREFIX, Id::new(id.uuid()), row.listed_at()));
        if self.writer.out.len() >= CHUNK_BYTES {
            self.finish_chunk();
        }
        if self.pending_bytes + self.writer.out.len() >= MAX_READ_BYTES || self.is_full_page() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn write_object<R: ListRow>(&mut self, row: &R) {
        let mut object = self.writer.begin_object(R::PREFIX, row.id());
        row.write_fields(&mut object);
        object.finish();
    }

    /// Ends the current chunk, however short.
    pub(crate) fn finish_chunk(&mut self) {
        // Slightly larger than a chunk, whose last row exceeds its minimum size.
        let buffer = Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 16);
        let chunk = std::mem::replace(&mut self.writer.out, buffer);
        self.pending_bytes += chunk.len();
        self.chunks.push(chunk);
    }

    /// Begins a read: resets the bytes after which it stops.
    pub(crate) fn begin_read(&mut self) {
        self.pending_bytes = 0;
    }

    /// Returns how many rows the next read should fetch, given that the last one wrote `rows`: about [`MAX_READ_BYTES`] of
    /// rows of the same length.
    pub(crate) fn suggested_rows(&self, rows: usize) -> usize {
        let written = self.pending_bytes + self.writer.out.len();
        match written.checked_div(rows) {
            None | Some(0) => usize::MAX,
            Some(row_bytes) => (MAX_READ_BYTES / row_bytes).max(1),
        }
    }

    /// Returns whether the bytes not taken yet reach the limit of a page.
    pub(crate) fn is_full_page(&self) -> bool {
        let ready = self.chunks.iter().map(Vec::len).sum::<usize>();
        ready + self.writer.out.len() >= MAX_PAGE_BYTES
    }

    /// Takes the finished chunks.
    pub(crate) fn take_chunks(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.chunks)
    }

    /// Writes the end of the body, and returns all chunks not taken yet.
    pub(crate) fn finish(mut self) -> Vec<Vec<u8>> {
        if self.format == ListFormat::Document {
            self.writer.out.extend_from_slice(b"],\"cursor\":\"");
            if let Some((prefix, id, at)) = self.last_row {
                cursor::encode_cursor(&mut self.writer.out, prefix, id, at);
            }
            self.writer.out.extend_from_slice(b"\"}");
        }
        self.chunks.push(self.writer.out);
        self.chunks
    }
}
