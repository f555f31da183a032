//! Row sources, and the scans over them that fill pages and streams.

use std::future::Future;

use parlor_engine::scan::ScanBatch;
use parlor_kit::AppState;
use parlor_model::{Ctx, Result};

use crate::encode::{ListEncoder, ListRow};

/// A scan over rows that keeps its own position.
pub(crate) trait RowSource: Send + 'static {
    /// The rows.
    type Row<'a>: ListRow;

    /// Reads the next rows and writes them into the encoder: at most `take`. Fewer rows, or none, do not mean the end.
    fn read_batch(
        &mut self,
        app: &AppState,
        ctx: &Ctx,
        encoder: ListEncoder,
        take: usize,
    ) -> impl Future<Output = Result<SourceBatch>> + Send;
}

/// The result of one read.
pub(crate) struct SourceBatch {
    /// The encoder, with the rows written.
    pub(crate) encoder: ListEncoder,
    /// Rows written.
    pub(crate) rows: usize,
    /// Whether the scan is at its end.
    pub(crate) is_end: bool,
}

impl<C> From<ScanBatch<ListEncoder, C>> for SourceBatch {
    fn from(batch: ScanBatch<ListEncoder, C>) -> Self {
        Self {
            encoder: batch.state,
            rows: batch.matched,
            is_end: batch.is_end,
        }
    }
}

/// Rows of the first read of a stream: few, so that the first chunk is sent early.
const FIRST_BATCH_ROWS: usize = 50;
/// Maximum rows of every other read.
const MAX_BATCH_ROWS: usize = 500;

/// Reads one page. Yields between its reads.
pub(super) async fn collect_page<S: RowSource>(
    app: &AppState,
    ctx: &Ctx,
    mut source: S,
    mut encoder: ListEncoder,
    mut remaining_rows: usize,
) -> Result<Vec<u8>> {
    while remaining_rows > 0 {
        encoder.begin_read();
        let batch = source.read_batch(app, ctx, encoder, remaining_rows).await?;
        encoder = batch.encoder;
        remaining_rows = remaining_rows.saturating_sub(batch.rows);
        // A page may end early: its cursor is that of its last row.
        if batch.is_end || encoder.is_full_page() {
            break;
        }
        if remaining_rows > 0 {
            tokio::task::yield_now().await;
        }
    }
    let mut chunks = encoder.finish();
    match chunks.len() {
        1 => Ok(chunks.swap_remove(0)),
        _ => Ok(chunks.concat()),
    }
}

/// Reads an export or a stream batch by batch.
pub(super) struct ListReader<S> {
    app: AppState,
    ctx: Ctx,
    source: S,
    /// Absent after a failed read.
    encoder: Option<ListEncoder>,
    remaining_rows: usize,
    /// Rows read so far.
    pub(super) rows: usize,
    batch_rows: usize,
    is_end: bool,
}

impl<S: RowSource> ListReader<S> {
    pub(super) fn new(
        app: AppState,
        ctx: Ctx,
        source: S,
        encoder: ListEncoder,
        max_rows: usize,
    ) -> Self {
        Self {
            app,
            ctx,
            source,
            encoder: Some(encoder),
            remaining_rows: max_rows,
            rows: 0,
            batch_rows: FIRST_BATCH_ROWS,
            is_end: false,
        }
    }

    /// Returns whether all rows are read.
    pub(super) fn is_finished(&self) -> bool {
        self.is_end || self.remaining_rows == 0
    }

    /// Reads a batch and returns the finished chunks; after the first batch, all bytes.
    pub(super) async fn next_chunks(&mut self) -> Result<Vec<Vec<u8>>> {
        let Some(mut encoder) = self.encoder.take() else {
            return Ok(Vec::new());
        };
        encoder.begin_read();
        let take = self.batch_rows.min(self.remaining_rows);
        let batch = self
            .source
            .read_batch(&self.app, &self.ctx, encoder, take)
            .await?;
        let mut encoder = batch.encoder;
        if self.rows == 0 {
            encoder.finish_chunk();
        }
        self.batch_rows = encoder.suggested_rows(batch.rows).min(MAX_BATCH_ROWS);
        self.remaining_rows -= batch.rows.min(self.remaining_rows);
        self.rows += batch.rows;
        self.is_end = batch.is_end;
        let chunks = encoder.take_chunks();
        self.encoder = Some(encoder);
        Ok(chunks)
    }

    /// Returns the last chunks. None after a failed read.
    pub(super) fn finish(self) -> Vec<Vec<u8>> {
        self.encoder.map(ListEncoder::finish).unwrap_or_default()
    }
}
