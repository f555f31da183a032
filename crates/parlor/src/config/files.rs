//! Where the bytes of files are stored: the setting `files` and the section `s3`.

use std::path::{Path, PathBuf};

use parlor_files::{S3Location, S3Settings};

use super::{ServerConfig, section_error};
use crate::cli_error::{CliError, ExitKind};
use crate::server::FileStorage;

/// Folder of the data folder where a node receives bytes before it sends them to a bucket.
const UPLOAD_FOLDER: &str = "uploads";

impl ServerConfig {
    /// Resolves where files are kept. The default is a folder beside an embedded database; with PostgreSQL it is the
    /// database, because its nodes need not share a folder.
    pub(super) fn file_storage(&self, database: &str) -> Result<FileStorage, CliError> {
        if let Some(settings) = self.bucket()? {
            let uploads = self.data.join(UPLOAD_FOLDER);
            return Ok(FileStorage::Bucket { settings, uploads });
        }
        Ok(match self.files.as_str() {
            "" if database.starts_with("sqlite:") => FileStorage::Folder(self.data.join("files")),
            "" | "database" => FileStorage::Database,
            folder => FileStorage::Folder(PathBuf::from(folder)),
        })
    }

    /// Returns the file that holds the secret of the bucket's access key.
    pub(crate) fn bucket_secret_file(&self) -> Option<&Path> {
        self.s3.as_ref()?.secret_access_key_file.as_deref()
    }

    /// Checks the setting and the section together.
    pub(super) fn validate_files(&self) -> Result<(), CliError> {
        self.bucket().map(drop)
    }

    fn bucket(&self) -> Result<Option<S3Settings>, CliError> {
        let usage = |text: &str| CliError::new(ExitKind::Usage, text.to_owned());
        let section = match (&self.s3, S3Location::is_bucket(&self.files)) {
            (None, false) => return Ok(None),
            (Some(section), true) => section.clone(),
            (None, true) => {
                return Err(
                    usage("`files` names a bucket, and there is no section `s3`").with_hint(
                        "the section says how the bucket is reached: see docs/configuration.md",
                    ),
                );
            }
            (Some(_), false) => {
                return Err(
                    usage("the section `s3` is given, and `files` names no bucket")
                        .with_hint("set files = \"s3://BUCKET/PREFIX\", or leave the section out"),
                );
            }
        };
        section
            .validate()
            .map_err(|error| section_error("s3", error.field, error.reason))?;
        let location =
            S3Location::parse(&self.files).map_err(|rule| usage(&format!("`files` {rule}")))?;
        Ok(Some(S3Settings { location, section }))
    }
}
