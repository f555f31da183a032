//! The walk that lists and exports share.

use std::future::Future;

use parlor_kit::App;
use parlor_model::{Ctx, Result};

use super::sheet::{Record, Sheet};

/// Where rows come from, and how far the walk has come.
pub(crate) trait Source: Send + 'static {
    /// What it lists.
    type Record<'a>: Record;

    /// Writes the next rows onto the sheet, at most `take`; perhaps fewer, and perhaps none although there are more.
    fn read(
        &mut self,
        app: &App,
        ctx: &Ctx,
        sheet: Sheet,
        take: usize,
    ) -> impl Future<Output = Result<Step>> + Send;
}

/// What one read gave.
pub(crate) struct Step {
    /// The sheet with the rows.
    pub(crate) sheet: Sheet,
    /// How many there are.
    pub(crate) rows: usize,
    /// Nothing is left.
    pub(crate) is_end: bool,
}

/// Rows of the first read of a stream: few, so that the reader has something soon.
const FIRST: usize = 50;
/// Rows of every other one.
const BATCH: usize = 500;

/// One page, whole. Other requests are served between its reads.
pub(super) async fn page<S: Source>(
    app: &App,
    ctx: &Ctx,
    mut source: S,
    mut sheet: Sheet,
    mut left: usize,
) -> Result<Vec<u8>> {
    while left > 0 {
        sheet.go_on();
        let step = source.read(app, ctx, sheet, left).await?;
        sheet = step.sheet;
        left = left.saturating_sub(step.rows);
        // The cursor leads on from the last row, however few there are.
        if step.is_end || sheet.is_full_page() {
            break;
        }
        if left > 0 {
            tokio::task::yield_now().await;
        }
    }
    let mut chunks = sheet.end();
    match chunks.len() {
        1 => Ok(chunks.swap_remove(0)),
        _ => Ok(chunks.concat()),
    }
}

/// A walk over many rows, a read at a time.
pub(super) struct Walk<S> {
    app: App,
    ctx: Ctx,
    source: S,
    /// Absent after a failed read.
    sheet: Option<Sheet>,
    left: usize,
    /// Rows so far.
    pub(super) rows: usize,
    batch: usize,
    is_end: bool,
}

impl<S: Source> Walk<S> {
    pub(super) fn new(app: App, ctx: Ctx, source: S, sheet: Sheet, total: usize) -> Self {
        Self {
            app,
            ctx,
            source,
            sheet: Some(sheet),
            left: total,
            rows: 0,
            batch: FIRST,
            is_end: false,
        }
    }

    /// Whether there is nothing more to read.
    pub(super) fn is_over(&self) -> bool {
        self.is_end || self.left == 0
    }

    /// Reads on, and gives the chunks that are full.
    pub(super) async fn read(&mut self) -> Result<Vec<Vec<u8>>> {
        let Some(mut sheet) = self.sheet.take() else {
            return Ok(Vec::new());
        };
        sheet.go_on();
        let take = self.batch.min(self.left);
        let step = self.source.read(&self.app, &self.ctx, sheet, take).await?;
        let mut sheet = step.sheet;
        if self.rows == 0 {
            sheet.cut();
        }
        self.batch = sheet.room(step.rows).min(BATCH);
        self.left -= step.rows.min(self.left);
        self.rows += step.rows;
        self.is_end = step.is_end;
        let chunks = sheet.take();
        self.sheet = Some(sheet);
        Ok(chunks)
    }

    /// The last chunks.
    pub(super) fn end(self) -> Vec<Vec<u8>> {
        self.sheet.map(Sheet::end).unwrap_or_default()
    }
}
