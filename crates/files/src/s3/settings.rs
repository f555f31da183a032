//! Settings of a bucket, as configured.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

/// Scheme of the setting that names a bucket.
const SCHEME: &str = "s3://";
/// Region of stores that have none.
const DEFAULT_REGION: &str = "us-east-1";

/// A bucket, and the folder inside of it that belongs to one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Location {
    /// Name of the bucket.
    pub bucket: String,
    /// Folder without slashes at its ends; empty for the whole bucket.
    pub prefix: String,
}

/// The section `s3` of a configuration file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Section {
    /// URL of the store; the one of AWS in the region if absent.
    pub endpoint: Option<String>,
    /// Region for which requests are signed.
    #[serde(default = "default_region")]
    pub region: String,
    /// Whether the bucket is part of the path and not of the host; if absent, it is with an endpoint.
    pub path_style: Option<bool>,
    /// Id of the access key.
    pub access_key_id: String,
    /// Secret of the access key.
    pub secret_access_key: Option<SecretString>,
    /// File with the secret alone.
    pub secret_access_key_file: Option<PathBuf>,
}

/// Everything that a client of a bucket needs.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// The bucket.
    pub location: S3Location,
    /// How it is reached.
    pub section: S3Section,
}

/// A setting that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct S3SettingsError {
    /// Its key in the section.
    pub field: &'static str,
    /// The rule that it breaks.
    pub reason: &'static str,
}

fn default_region() -> String {
    DEFAULT_REGION.to_owned()
}

impl S3Location {
    /// Returns whether a setting names a bucket.
    pub fn is_bucket(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// Parses `s3://bucket` or `s3://bucket/prefix`.
    ///
    /// # Errors
    /// The rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let rest = text
            .strip_prefix(SCHEME)
            .ok_or("must begin with s3:// to name a bucket")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_bucket_char = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(is_bucket_char) {
            return Err("must name a bucket of 3 to 63 letters, digits, dots and hyphens");
        }
        let prefix = prefix.trim_matches('/');
        let is_name = |name: &str| {
            !matches!(name, "" | "." | "..") && name.chars().all(|c| is_bucket_char(c) || c == '=')
        };
        if !prefix.is_empty() && !prefix.split('/').all(is_name) {
            return Err("must have a prefix of letters, digits, and -._=/");
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        })
    }
}

impl S3Section {
    /// Checks the keys.
    ///
    /// # Errors
    /// The first key that cannot be used.
    pub fn validate(&self) -> Result<(), S3SettingsError> {
        let error = |field, reason| Err(S3SettingsError { field, reason });
        if let Some(endpoint) = &self.endpoint {
            let url = Url::parse(endpoint).ok().filter(is_endpoint);
            if url.is_none() {
                return error(
                    "endpoint",
                    "must be an http or https URL without a path, such as https://s3.example.org",
                );
            }
        }
        if self.region.is_empty() {
            return error("region", "must not be empty");
        }
        if self.access_key_id.is_empty() {
            return error("access_key_id", "must not be empty");
        }
        match (&self.secret_access_key, &self.secret_access_key_file) {
            (Some(_), Some(_)) => error("secret_access_key", "must not be given beside its file"),
            (None, None) => error("secret_access_key", "or its file must be given"),
            (Some(text), None) if text.expose_secret().is_empty() => {
                error("secret_access_key", "must not be empty")
            }
            _ => Ok(()),
        }
    }
}

fn is_endpoint(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_and_prefix_are_parsed() {
        let location = |bucket: &str, prefix: &str| S3Location {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        };
        assert_eq!(S3Location::parse("s3://abc"), Ok(location("abc", "")));
        assert_eq!(
            S3Location::parse("s3://chat.files/a/b/"),
            Ok(location("chat.files", "a/b"))
        );
        for text in [
            "s3://",
            "s3://ab",
            "s3://a b c",
            "s3://abc/a//b",
            "s3://abc/../b",
            "/s3",
        ] {
            assert!(S3Location::parse(text).is_err(), "{text}");
        }
    }
}
