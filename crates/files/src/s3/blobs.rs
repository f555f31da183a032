//! Contents as objects of a bucket, by content hash.
//!
//! Keeps INV-56 (`docs/invariants.md`).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::aws::AmazonS3;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use parlor_engine::file::{BlobFuture, BlobStore, PIECE_BYTES, Stray};
use parlor_model::file::{ContentHash, Location};
use parlor_model::{Error, Result, Timestamp};
use tokio::sync::Semaphore;

use super::client::build_client;
use super::failure::to_model_error;
use super::settings::{S3Location, S3Settings};
use super::upload::send_file;
use crate::{FolderBlobs, layout};

/// Minimum age of strays. No running upload is that old.
const STRAY_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// Contents that one node sends at a time; each holds one part in memory.
const MAX_SENT_AT_A_TIME: usize = 8;
const HOUR_MICROS: i64 = 60 * 60 * 1_000_000;

/// [`BlobStore`] with one object per content. Bytes that are being received are in a folder of this node until they are
/// complete: a slow sender then holds no memory and nothing of the store, and the hash is known when the object gets its name.
#[derive(Debug, Clone)]
pub struct S3Blobs {
    client: Arc<AmazonS3>,
    location: S3Location,
    /// Where bytes are received.
    incoming: FolderBlobs,
    incoming_root: PathBuf,
    sending: Arc<Semaphore>,
}

impl S3Blobs {
    /// Builds the client of a bucket, without a request. Received bytes are first stored in this folder.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be used.
    pub fn new(settings: &S3Settings, incoming: PathBuf) -> Result<Self> {
        let client = build_client(settings)
            .map_err(|error| Error::invalid("s3", to_model_error(&error).to_string()))?;
        Ok(Self {
            client: Arc::new(client),
            location: settings.location.clone(),
            incoming: FolderBlobs::new(incoming.clone()),
            incoming_root: incoming,
            sending: Arc::new(Semaphore::new(MAX_SENT_AT_A_TIME)),
        })
    }

    fn object_path(&self, location: Location, hash: ContentHash) -> ObjectPath {
        let prefix = std::path::Path::new(&self.location.prefix);
        let path = layout::path(prefix, location, Some(hash));
        ObjectPath::from(path.to_string_lossy().as_ref())
    }

    /// Sends received bytes and removes them from this node.
    async fn send(self, location: Location, hash: ContentHash) -> Result<()> {
        let permit = self.sending.acquire().await;
        let _permit = permit.map_err(Error::internal)?;
        let file = layout::path(&self.incoming_root, location, None);
        let to = self.object_path(location, hash);
        send_file(&self.client, file, &to).await?;
        self.incoming.remove(location, None).await
    }

    async fn read_range(&self, object: ObjectPath, place: u32) -> Result<Vec<u8>> {
        let start = u64::from(place) * PIECE_BYTES as u64;
        let range = start..start + PIECE_BYTES as u64;
        let read = self.client.get_range(&object, range).await;
        read.map(Vec::from).map_err(|error| to_model_error(&error))
    }

    async fn old_objects(&self, ws: i64, part: u8, now: Timestamp) -> Result<Vec<Stray>> {
        let prefix = std::path::Path::new(&self.location.prefix);
        let folder = layout::part_folder(prefix, ws, part);
        let folder = ObjectPath::from(folder.to_string_lossy().as_ref());
        let before = now.saturating_sub(STRAY_AGE).micros();
        let is_old = |object: &ObjectMeta| object.last_modified.timestamp_micros() < before;
        let to_stray = |object: &ObjectMeta| {
            let (location, hash) = layout::parse_sealed(ws, part, object.location.filename()?)?;
            Some(Stray {
                location,
                hash: Some(hash),
            })
        };
        let found = self.client.list(Some(&folder)).try_filter_map(|object| {
            let stray = is_old(&object).then(|| to_stray(&object)).flatten();
            std::future::ready(Ok(stray))
        });
        let found: object_store::Result<Vec<Stray>> = found.try_collect().await;
        found.map_err(|error| to_model_error(&error))
    }
}

impl BlobStore for S3Blobs {
    fn append(&self, location: Location, place: u32, bytes: Vec<u8>) -> BlobFuture<'_, ()> {
        self.incoming.append(location, place, bytes)
    }

    fn seal(&self, location: Location, hash: ContentHash) -> BlobFuture<'_, ()> {
        // In a task of its own: parts that were sent must be completed or given up even if the caller is gone.
        let sent = tokio::spawn(self.clone().send(location, hash));
        Box::pin(async move { sent.await.map_err(Error::internal)? })
    }

    fn read(&self, location: Location, hash: ContentHash, place: u32) -> BlobFuture<'_, Vec<u8>> {
        Box::pin(self.read_range(self.object_path(location, hash), place))
    }

    fn remove(&self, location: Location, hash: Option<ContentHash>) -> BlobFuture<'_, ()> {
        let Some(hash) = hash else {
            return self.incoming.remove(location, None);
        };
        let object = self.object_path(location, hash);
        Box::pin(async move {
            match self.client.delete(&object).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(to_model_error(&error)),
            }
        })
    }

    fn strays(&self, ws: i64, part: u8, now: Timestamp) -> BlobFuture<'_, Vec<Stray>> {
        Box::pin(async move {
            let mut strays = match part {
                0 => self.incoming.strays(ws, part, now).await?,
                _ => Vec::new(),
            };
            // A list is a request that is paid for. Each part is listed in one hour of the day.
            let hour = now.micros() / HOUR_MICROS;
            if hour.rem_euclid(24) == i64::from(part) % 24 {
                strays.extend(self.old_objects(ws, part, now).await?);
            }
            Ok(strays)
        })
    }
}
