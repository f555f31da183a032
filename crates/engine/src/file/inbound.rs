//! Files that came with a received message. Their bytes are stored before the commit of the message, which makes them files.

use bytes::Bytes;
use parlor_model::file_name::clean_file_name;
use parlor_model::message_details::{OmissionReason, OmittedFile};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Result};
use parlor_store::append_message::AppendEffect;
use parlor_store::repo::file::{self as repo, NewMessageFile};

use super::media_type::safe_media_type;
use super::store::is_certain;
use super::upload::{Received, Upload};
use crate::Engine;

/// Files of one message at most, beside the original of a mail.
pub const MAX_MESSAGE_FILES: usize = 30;
/// Bytes of all files of one message at most, beside the original of a mail.
pub const MAX_MESSAGE_FILE_BYTES: u64 = 10 * 1024 * 1024;

/// A file that came with a message.
#[derive(Debug, Clone)]
pub struct InboundFile {
    /// Name that its sender has given it.
    pub name: Option<Redacted<String>>,
    /// Name that it gets if its own cannot be used.
    pub fallback_name: &'static str,
    /// Media type that its sender has given it.
    pub media_type: Option<String>,
    /// Its bytes.
    pub bytes: Redacted<Bytes>,
    /// It is the mail that the message was read from, whole.
    pub is_original: bool,
}

/// Takes away the files that a message may not have, and returns them as they are noted in the message. An original stays.
pub(crate) fn omit_excess(files: &mut Vec<InboundFile>) -> Vec<OmittedFile> {
    let (mut count, mut total) = (0, 0);
    let mut omitted = Vec::new();
    files.retain(|file| {
        if file.is_original {
            return true;
        }
        let size = file.bytes.len() as u64;
        let reason = if count == MAX_MESSAGE_FILES {
            OmissionReason::TooMany
        } else if total + size > MAX_MESSAGE_FILE_BYTES {
            OmissionReason::TooLarge
        } else {
            count += 1;
            total += size;
            return true;
        };
        // A mail may have hundreds of them, and the message's attributes have a limit.
        if omitted.len() < MAX_MESSAGE_FILES {
            omitted.push(OmittedFile {
                name: Some(Redacted(file_name(file))),
                size: Some(size),
                reason,
            });
        }
        false
    });
    omitted
}

fn file_name(file: &InboundFile) -> String {
    let given = file.name.as_ref().and_then(|name| clean_file_name(name));
    given.unwrap_or_else(|| file.fallback_name.to_owned())
}

/// Stored bytes that the commit of a message makes files. If the value is dropped before [`PendingFiles::attach`], they are
/// removed.
pub(crate) struct PendingFiles {
    uploads: Vec<(Upload, Received)>,
    rows: Vec<NewMessageFile>,
}

impl PendingFiles {
    /// Stores the bytes of files.
    pub(crate) async fn store(engine: &Engine, ctx: &Ctx, files: &[InboundFile]) -> Result<Self> {
        let mut pending = Self {
            uploads: Vec::with_capacity(files.len()),
            rows: Vec::with_capacity(files.len()),
        };
        for file in files {
            let mut upload = Upload::begin(engine, ctx, u64::MAX);
            upload.write(&file.bytes).await?;
            let media_type = safe_media_type(file.media_type.as_deref(), &file.bytes);
            let name = (Redacted(file_name(file)), media_type);
            pending.add(upload, name, file.is_original).await?;
        }
        Ok(pending)
    }

    /// Stores one file whose bytes were received.
    pub(crate) async fn from_upload(
        upload: Upload,
        name: Redacted<String>,
        media_type: String,
    ) -> Result<Self> {
        let mut pending = Self {
            uploads: Vec::with_capacity(1),
            rows: Vec::with_capacity(1),
        };
        pending.add(upload, (name, media_type), false).await?;
        Ok(pending)
    }

    async fn add(
        &mut self,
        mut upload: Upload,
        (name, media_type): (Redacted<String>, String),
        is_original: bool,
    ) -> Result<()> {
        let received = upload.seal().await?;
        self.rows.push(NewMessageFile {
            name,
            media_type: Some(media_type),
            location: received.location,
            hash: received.hash,
            size: received.size,
            is_original,
        });
        self.uploads.push((upload, received));
        Ok(())
    }

    /// Returns the effect by which the message gets the files, as [`Self::take_rows`] does.
    pub(crate) fn attach(&mut self) -> Option<AppendEffect> {
        let rows = self.take_rows();
        (!rows.is_empty()).then_some(AppendEffect::AttachFiles(rows))
    }

    /// Returns the rows of the files. From now on a commit may refer to the bytes, also if this request is cancelled.
    pub(crate) fn take_rows(&mut self) -> Vec<NewMessageFile> {
        for (upload, _) in &mut self.uploads {
            upload.keep();
        }
        std::mem::take(&mut self.rows)
    }

    /// Removes bytes to which nothing refers after the append: it has failed, it was a repeated one, or the workspace had the
    /// same bytes before. Whatever is uncertain is left to the upkeep.
    pub(crate) async fn finish<T>(mut self, engine: &Engine, appended: &Result<T>) {
        if let Err(error) = appended
            && !is_certain(error)
        {
            return;
        }
        for (upload, received) in &mut self.uploads {
            let location = received.location;
            let is_used = engine
                .store
                .read(move |tx| repo::is_location_used(tx, location))
                .await;
            if let Ok(false) = is_used {
                upload.drop_sealed(received.hash);
            }
        }
    }
}
