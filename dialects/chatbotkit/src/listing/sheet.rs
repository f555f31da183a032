//! Rows, one after the other, in the form of the answer.

use std::ops::ControlFlow;

use parlor_model::{Id, Timestamp};

use super::cursor;
use crate::Settings;
use crate::pen::{Cells, Object, Pen};

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
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
pub(crate) trait Record {
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
    fn fields(&self, object: &mut Object<'_>);
    /// Its line.
    fn cells(&self, cells: &mut Cells<'_>);
}

/// Chunks are at least this long, and whole lines.
const CHUNK: usize = 64 * 1024;
/// What one read of a walk may write before it should stop.
const STRETCH: usize = 4 * CHUNK;
/// Bytes of a page with which it ends early.
const PAGE_BYTES: usize = 1 << 20;

/// What is written of a walk and not sent yet.
pub(crate) struct Sheet {
    form: Form,
    pen: Pen,
    chunks: Vec<Vec<u8>>,
    rows: usize,
    waiting: usize,
    /// Writes the cursor behind the last row.
    last: Option<(&'static str, Id<()>, Option<Timestamp>)>,
}

impl Sheet {
    pub(super) fn new<R: Record>(form: Form, settings: Settings) -> Self {
        let mut pen = Pen::new(settings);
        pen.ascii = matches!(form, Form::Records | Form::Events);
        match form {
            Form::Document => pen.out.extend_from_slice(b"{\"items\":["),
            Form::Csv => {
                pen.out.extend_from_slice(R::COLUMNS.as_bytes());
                pen.out.push(b'\n');
            }
            Form::Records | Form::Events => {}
        }
        Self {
            form,
            pen,
            chunks: Vec::new(),
            rows: 0,
            waiting: 0,
            last: None,
        }
    }

    /// Writes a row; breaks when enough is written for one read.
    pub(crate) fn row<R: Record>(&mut self, record: &R) -> ControlFlow<()> {
        let id = record.id();
        match self.form {
            Form::Document => {
                if self.rows > 0 {
                    self.pen.out.push(b',');
                }
                self.object(record);
            }
            Form::Records => {
                self.object(record);
                self.pen.out.push(b'\n');
            }
            Form::Events => {
                self.pen
                    .out
                    .extend_from_slice(b"{\"type\":\"item\",\"data\":");
                self.object(record);
                self.pen.out.extend_from_slice(b"}\n");
            }
            Form::Csv => {
                let mut cells = self.pen.cells();
                cells.id(R::PREFIX, Some(id));
                record.cells(&mut cells);
                cells.end();
            }
        }
        self.rows += 1;
        self.last = Some((R::PREFIX, Id::new(id.uuid()), record.listed_at()));
        if self.pen.out.len() >= CHUNK {
            self.cut();
        }
        if self.waiting + self.pen.out.len() >= STRETCH || self.is_full_page() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn object<R: Record>(&mut self, record: &R) {
        let mut object = self.pen.object(R::PREFIX, record.id());
        record.fields(&mut object);
        object.end();
    }

    /// Ends the chunk that is being written.
    pub(super) fn cut(&mut self) {
        // A little more than a chunk, since the last row reaches over its end.
        let fresh = Vec::with_capacity(CHUNK + CHUNK / 16);
        let chunk = std::mem::replace(&mut self.pen.out, fresh);
        self.waiting += chunk.len();
        self.chunks.push(chunk);
    }

    /// Another read begins, so there is room again.
    pub(super) fn go_on(&mut self) {
        self.waiting = 0;
    }

    /// Rows of the length of the last ones that one read should bring: long ones are not fetched by the hundred.
    pub(super) fn room(&self, rows: usize) -> usize {
        let written = self.waiting + self.pen.out.len();
        match written.checked_div(rows) {
            None | Some(0) => usize::MAX,
            Some(length) => (STRETCH / length).max(1),
        }
    }

    /// Whether what is written and not taken is as much as a page may be: the row that reaches the bound is its last.
    pub(super) fn is_full_page(&self) -> bool {
        let ready = self.chunks.iter().map(Vec::len).sum::<usize>();
        ready + self.pen.out.len() >= PAGE_BYTES
    }

    /// The chunks that are ready to be sent.
    pub(super) fn take(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.chunks)
    }

    /// Writes what comes behind the last row, and gives all that is left.
    pub(super) fn end(mut self) -> Vec<Vec<u8>> {
        if self.form == Form::Document {
            self.pen.out.extend_from_slice(b"],\"cursor\":\"");
            if let Some((prefix, id, at)) = self.last {
                cursor::write(&mut self.pen.out, prefix, id, at);
            }
            self.pen.out.extend_from_slice(b"\"}");
        }
        self.chunks.push(self.pen.out);
        self.chunks
    }
}
