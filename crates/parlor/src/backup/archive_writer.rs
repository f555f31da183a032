//! Writes the entries of an archive.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use tar::{Builder, Header};
use zstd::Encoder;

use super::CHECKSUMS_NAME;
use super::hashing_reader::HashingReader;

/// Compression that costs little of the processor: the server goes on beside it.
const COMPRESSION_LEVEL: i32 = 3;

/// Archive that is being written.
pub(super) struct ArchiveWriter<'o> {
    tar: Builder<Encoder<'static, BufWriter<File>>>,
    checksums: String,
    /// Time of all entries, in seconds.
    modified: u64,
    observe: &'o mut dyn FnMut(u64) -> ControlFlow<()>,
}

impl<'o> ArchiveWriter<'o> {
    /// Begins an archive in an empty file. `observe` gets the number of bytes of each read of an entry.
    pub(super) fn new(
        file: File,
        modified: u64,
        observe: &'o mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> io::Result<Self> {
        let mut encoder = Encoder::new(BufWriter::new(file), COMPRESSION_LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Self {
            tar: Builder::new(encoder),
            checksums: String::new(),
            modified,
            observe,
        })
    }

    /// Adds a file.
    ///
    /// # Errors
    /// If the file cannot be read, or becomes shorter meanwhile.
    pub(super) fn add_file(&mut self, name: &str, path: &Path) -> io::Result<()> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        self.add(name, bytes, file)
    }

    /// Adds a text.
    pub(super) fn add_text(&mut self, name: &str, text: &[u8]) -> io::Result<()> {
        self.add(name, text.len() as u64, text)
    }

    fn add(&mut self, name: &str, bytes: u64, content: impl Read) -> io::Result<()> {
        let mut header = Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(self.modified);
        let mut reader = HashingReader::new(content.take(bytes), &mut *self.observe);
        self.tar.append_data(&mut header, name, &mut reader)?;
        let (read, hash) = reader.finish();
        if read != bytes {
            return Err(io::Error::other(format!("{name} became shorter")));
        }
        self.checksums.push_str(&format!("{hash}  {name}\n"));
        Ok(())
    }

    /// Writes the last entry and everything that is buffered, and syncs the file.
    pub(super) fn finish(mut self) -> io::Result<File> {
        let checksums = std::mem::take(&mut self.checksums);
        self.add_text(CHECKSUMS_NAME, checksums.as_bytes())?;
        let mut buffer = self.tar.into_inner()?.finish()?;
        buffer.flush()?;
        let file = buffer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file)
    }
}
