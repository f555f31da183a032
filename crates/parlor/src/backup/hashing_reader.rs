//! Reader that hashes what passes through it.

use std::io::{self, Read};
use std::ops::ControlFlow;

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;

/// Computes the SHA-256 of the bytes that are read, and reports their number.
pub(super) struct HashingReader<'o, R> {
    inner: R,
    context: Context,
    bytes: u64,
    observe: &'o mut dyn FnMut(u64) -> ControlFlow<()>,
}

impl<'o, R: Read> HashingReader<'o, R> {
    /// Wraps a reader. `observe` gets the number of bytes of each read; if it ends the work, the next read fails.
    pub(super) fn new(inner: R, observe: &'o mut dyn FnMut(u64) -> ControlFlow<()>) -> Self {
        Self {
            inner,
            context: Context::new(&SHA256),
            bytes: 0,
            observe,
        }
    }

    /// Returns the number of bytes that were read, and their hash as hexadecimal text.
    pub(super) fn finish(self) -> (u64, String) {
        (self.bytes, HEXLOWER.encode(self.context.finish().as_ref()))
    }
}

impl<R: Read> Read for HashingReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.context.update(buffer.get(..count).unwrap_or_default());
        self.bytes += count as u64;
        match (self.observe)(count as u64) {
            ControlFlow::Continue(()) => Ok(count),
            ControlFlow::Break(()) => Err(io::Error::other("given up")),
        }
    }
}
