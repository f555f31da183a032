//! Rows, one after the other, in the form of the answer.

use std::ops::ControlFlow;

use parlor_model::{Id, Timestamp};

use super::cursor;
use crate::Settings;
use crate::encode::{CsvRowWriter, JsonObjectWriter, RecordWriter};

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListFormat {
    /// `{"items":[...],"cursor":"..."}`.
    Document,
    /// A record a line.
    Records,
    /// `{"type":"item","data":{...}}` a line.
    Events,
    /// A head and a line of cells for each record.
    Csv,
}

/// Something that is listed.
pub(crate) trait ListRow {
    /// The tag of its id.
    type Kind: 'static;
    /// The prefix of its id.
    const PREFIX: &'static str;
    /// The columns of its CSV, comma-separated.
    const COLUMNS: &'static str;
    /// Its id.
    fn id(&self) -> Id<Self::Kind>;
    /// When it was made, where it is listed by that.
    fn listed_at(&self) -> Option<Timestamp> {
        None
    }
    /// Its fields behind the id.
    fn write_fields(&self, object: &mut JsonObjectWriter<'_>);
    /// Its line.
    fn write_cells(&self, cells: &mut CsvRowWriter<'_>);
}

/// Chunks are at least this long, and whole lines.
const CHUNK_BYTES: usize = 64 * 1024;
/// What one read of a walk may write before it should stop.
const MAX_READ_BYTES: usize = 4 * CHUNK_BYTES;
/// Bytes of a page with which it ends early.
const MAX_PAGE_BYTES: usize = 1 << 20;

/// What is written of a walk and not sent yet.
pub(crate) struct ListEncoder {
    format: ListFormat,
    writer: RecordWriter,
    chunks: Vec<Vec<u8>>,
    rows: usize,
    pending_bytes: usize,
    /// Writes the cursor behind the last row.
    last_row: Option<(&'static str, Id<()>, Option<Timestamp>)>,
}

impl ListEncoder {
    pub(super) fn new<R: ListRow>(form: ListFormat, settings: Settings) -> Self {
        let mut pen = RecordWriter::new(settings);
        pen.is_ascii_only = matches!(form, ListFormat::Records | ListFormat::Events);
        match form {
            ListFormat::Document => pen.out.extend_from_slice(b"{\"items\":["),
            ListFormat::Csv => {
                pen.out.extend_from_slice(R::COLUMNS.as_bytes());
                pen.out.push(b'\n');
            }
            ListFormat::Records | ListFormat::Events => {}
        }
        Self {
            format: form,
            writer: pen,
            chunks: Vec::new(),
            rows: 0,
            pending_bytes: 0,
            last_row: None,
        }
    }

    /// Writes a row; breaks when enough is written for one read.
    pub(crate) fn write_row<R: ListRow>(&mut self, record: &R) -> ControlFlow<()> {
        let id = record.id();
        match self.format {
            ListFormat::Document => {
                if self.rows > 0 {
                    self.writer.out.push(b',');
                }
                self.write_object(record);
            }
            ListFormat::Records => {
                self.write_object(record);
                self.writer.out.push(b'\n');
            }
            ListFormat::Events => {
                self.writer
                    .out
                    .extend_from_slice(b"{\"type\":\"item\",\"data\":");
                self.write_object(record);
                self.writer.out.extend_from_slice(b"}\n");
            }
            ListFormat::Csv => {
                let mut cells = self.writer.begin_row();
                cells.id(R::PREFIX, Some(id));
                record.write_cells(&mut cells);
                cells.finish();
            }
        }
        self.rows += 1;
        self.last_row = Some((R::PREFIX, Id::new(id.uuid()), record.listed_at()));
        if self.writer.out.len() >= CHUNK_BYTES {
            self.finish_chunk();
        }
        if self.pending_bytes + self.writer.out.len() >= MAX_READ_BYTES || self.is_full_page() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn write_object<R: ListRow>(&mut self, record: &R) {
        let mut object = self.writer.begin_object(R::PREFIX, record.id());
        record.write_fields(&mut object);
        object.finish();
    }

    /// Ends the chunk that is being written.
    pub(super) fn finish_chunk(&mut self) {
        // A little more than a chunk, since the last row reaches over its end.
        let fresh = Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 16);
        let chunk = std::mem::replace(&mut self.writer.out, fresh);
        self.pending_bytes += chunk.len();
        self.chunks.push(chunk);
    }

    /// Another read begins, so there is room again.
    pub(super) fn begin_read(&mut self) {
        self.pending_bytes = 0;
    }

    /// Rows of the length of the last ones that one read should bring: long ones are not fetched by the hundred.
    pub(super) fn suggested_rows(&self, rows: usize) -> usize {
        let written = self.pending_bytes + self.writer.out.len();
        match written.checked_div(rows) {
            None | Some(0) => usize::MAX,
            Some(length) => (MAX_READ_BYTES / length).max(1),
        }
    }

    /// Whether what is written and not taken is as much as a page may be: the row that reaches the bound is its last.
    pub(super) fn is_full_page(&self) -> bool {
        let ready = self.chunks.iter().map(Vec::len).sum::<usize>();
        ready + self.writer.out.len() >= MAX_PAGE_BYTES
    }

    /// The chunks that are ready to be sent.
    pub(super) fn take_chunks(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.chunks)
    }

    /// Writes what comes behind the last row, and gives all that is left.
    pub(super) fn finish(mut self) -> Vec<Vec<u8>> {
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
