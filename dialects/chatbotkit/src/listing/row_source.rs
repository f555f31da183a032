//! The walk that lists and exports share.

use std::future::Future;

use parlor_kit::AppState;
use parlor_model::{Ctx, Result};

use super::list_encoder::{ListEncoder, ListRow};

/// Where rows come from, and how far the walk has come.
pub(crate) trait RowSource: Send + 'static {
    /// What it lists.
    type Record<'a>: ListRow;

    /// Writes the next rows onto the sheet, at most `take`; perhaps fewer, and perhaps none although there are more.
    fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        sheet: ListEncoder,
        take: usize,
    ) -> impl Future<Output = Result<SourceBatch>> + Send;
}

/// What one read gave.
pub(crate) struct SourceBatch {
    /// The sheet with the rows.
    pub(crate) encoder: ListEncoder,
    /// How many there are.
    pub(crate) rows: usize,
    /// Nothing is left.
    pub(crate) is_end: bool,
}

/// Rows of the first read of a stream: few, so that the reader has something soon.
const FIRST_BATCH_ROWS: usize = 50;
/// Rows of every other one.
const MAX_BATCH_ROWS: usize = 500;

/// One page, whole. Other requests are served between its reads.
pub(super) async fn collect_page<S: RowSource>(
    app: &AppState,
    ctx: &Ctx,
    mut source: S,
    mut sheet: ListEncoder,
    mut left: usize,
) -> Result<Vec<u8>> {
    while left > 0 {
        sheet.begin_read();
        let step = source.read_batch(app, ctx, sheet, left).await?;
        sheet = step.encoder;
        left = left.saturating_sub(step.rows);
        // The cursor leads on from the last row, however few there are.
        if step.is_end || sheet.is_full_page() {
            break;
        }
        if left > 0 {
            tokio::task::yield_now().await;
        }
    }
    let mut chunks = sheet.finish();
    match chunks.len() {
        1 => Ok(chunks.swap_remove(0)),
        _ => Ok(chunks.concat()),
    }
}

/// A walk over many rows, a read at a time.
pub(super) struct ListReader<S> {
    app: AppState,
    ctx: Ctx,
    source: S,
    /// Absent after a failed read.
    encoder: Option<ListEncoder>,
    remaining_rows: usize,
    /// Rows so far.
    pub(super) rows: usize,
    batch_rows: usize,
    is_end: bool,
}

impl<S: RowSource> ListReader<S> {
    pub(super) fn new(
        app: AppState,
        ctx: Ctx,
        source: S,
        sheet: ListEncoder,
        total: usize,
    ) -> Self {
        Self {
            app,
            ctx,
            source,
            encoder: Some(sheet),
            remaining_rows: total,
            rows: 0,
            batch_rows: FIRST_BATCH_ROWS,
            is_end: false,
        }
    }

    /// Whether there is nothing more to read.
    pub(super) fn is_finished(&self) -> bool {
        self.is_end || self.remaining_rows == 0
    }

    /// Reads on, and gives the chunks that are full.
    pub(super) async fn next_chunks(&mut self) -> Result<Vec<Vec<u8>>> {
        let Some(mut sheet) = self.encoder.take() else {
            return Ok(Vec::new());
        };
        sheet.begin_read();
        let take = self.batch_rows.min(self.remaining_rows);
        let step = self
            .source
            .read_batch(&self.app, &self.ctx, sheet, take)
            .await?;
        let mut sheet = step.encoder;
        if self.rows == 0 {
            sheet.finish_chunk();
        }
        self.batch_rows = sheet.suggested_rows(step.rows).min(MAX_BATCH_ROWS);
        self.remaining_rows -= step.rows.min(self.remaining_rows);
        self.rows += step.rows;
        self.is_end = step.is_end;
        let chunks = sheet.take_chunks();
        self.encoder = Some(sheet);
        Ok(chunks)
    }

    /// The last chunks.
    pub(super) fn finish(self) -> Vec<Vec<u8>> {
        self.encoder.map(ListEncoder::finish).unwrap_or_default()
    }
}
