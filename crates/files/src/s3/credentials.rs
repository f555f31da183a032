//! The access key, whose secret may be in a file that is replaced.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use object_store::aws::AwsCredential;
use object_store::{CredentialProvider, Error};
use secrecy::{ExposeSecret, SecretString};

use super::failure::STORE_NAME;
use super::settings::S3Section;

/// Provider of the access key. A file is read for each request, so that the secret can be replaced.
#[derive(Debug)]
pub(super) struct AccessKey {
    id: String,
    secret: Secret,
}

#[derive(Debug)]
enum Secret {
    Text(SecretString),
    File(PathBuf),
}

impl AccessKey {
    pub(super) fn new(section: &S3Section) -> Self {
        let text = section.secret_access_key.clone().unwrap_or_default();
        Self {
            id: section.access_key_id.clone(),
            secret: match &section.secret_access_key_file {
                Some(path) => Secret::File(path.clone()),
                None => Secret::Text(text),
            },
        }
    }
}

#[async_trait]
impl CredentialProvider for AccessKey {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let secret = match &self.secret {
            Secret::Text(text) => text.expose_secret().to_owned(),
            Secret::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path));
                let text = read.await.ok().and_then(Result::ok).unwrap_or_default();
                match text.trim() {
                    "" => return Err(unreadable_secret_error()),
                    text => text.to_owned(),
                }
            }
        };
        Ok(Arc::new(AwsCredential {
            key_id: self.id.clone(),
            secret_key: secret,
            token: None,
        }))
    }
}

fn unreadable_secret_error() -> Error {
    Error::Generic {
        store: STORE_NAME,
        source: "the file of the secret cannot be read or is empty".into(),
    }
}
