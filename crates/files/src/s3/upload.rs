//! Transfer of received bytes from this node to the bucket.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use object_store::aws::AmazonS3;
use object_store::path::Path as ObjectPath;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use parlor_model::{Error, Result};

use super::failure::to_write_error;

/// Bytes of a request: larger contents are sent in parts of this size.
pub(super) const PART_BYTES: usize = 8 << 20;

/// Sends a file of this node. The object appears when all of its bytes are stored.
///
/// # Errors
/// `Unavailable` if the store is. Parts that were sent are then given up.
pub(super) async fn send_file(client: &AmazonS3, file: PathBuf, to: &ObjectPath) -> Result<()> {
    let first = read_part(&file, 0).await?;
    if first.len() < PART_BYTES {
        let put = client.put(to, PutPayload::from(first)).await;
        return put.map(drop).map_err(|error| to_write_error(&error));
    }
    let started = client.put_multipart(to).await;
    let mut parts = started.map_err(|error| to_write_error(&error))?;
    match send_parts(&mut *parts, &file, first).await {
        Ok(()) => Ok(()),
        Err(error) => {
            if let Err(error) = parts.abort().await {
                let error = to_write_error(&error);
                tracing::debug!(?error, "parts of a file were left to the store");
            }
            Err(error)
        }
    }
}

async fn send_parts(parts: &mut dyn MultipartUpload, file: &Path, first: Vec<u8>) -> Result<()> {
    let mut part = first;
    let mut sent: u64 = 0;
    while !part.is_empty() {
        sent += part.len() as u64;
        let put = parts.put_part(PutPayload::from(part)).await;
        put.map_err(|error| to_write_error(&error))?;
        part = read_part(file, sent).await?;
    }
    let completed = parts.complete().await;
    completed.map(drop).map_err(|error| to_write_error(&error))
}

async fn read_part(file: &Path, start: u64) -> Result<Vec<u8>> {
    let file = file.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        let mut file = std::fs::File::open(file)?;
        file.seek(SeekFrom::Start(start))?;
        let mut part = Vec::new();
        file.take(PART_BYTES as u64).read_to_end(&mut part)?;
        Ok::<_, std::io::Error>(part)
    });
    read.await.map_err(Error::internal)?.map_err(|error| {
        let kind = error.kind();
        Error::internal(format_args!("a received file of this node: {kind}"))
    })
}
