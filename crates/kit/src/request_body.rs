//! Request bodies with a size limit, validated step by step so that a dialect decides the order of its checks.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result, json};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::record_reader::{BYTE_ORDER_MARK, RecordFormat, RecordReader};
use crate::{AppState, RequestMeta, deserialize_error};

/// Unread request body.
pub struct RequestBody {
    body: Body,
    limit: u64,
    media_type: Option<String>,
    length: Option<u64>,
    is_encoded: bool,
    progress: Arc<AtomicBool>,
}

/// Whether a body must declare that it is JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentTypePolicy {
    /// Requires `application/json`, with any parameters, for a non-empty body.
    Json,
    /// Accepts any media type.
    Any,
}

/// Progress of a request that takes long: its deadline restarts as long as it is marked.
#[derive(Debug, Clone)]
pub struct RequestProgress(Arc<AtomicBool>);

impl RequestProgress {
    /// Marks that the request makes progress.
    pub fn mark(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl RequestBody {
    /// Returns the progress of the request.
    pub fn progress(&self) -> RequestProgress {
        RequestProgress(self.progress.clone())
    }

    fn new(headers: &HeaderMap, body: Body, limit: u64, progress: Arc<AtomicBool>) -> Self {
        // Of a repeated header the last one counts: clients append their own to those of a file.
        let text = |name| {
            headers
                .get_all(name)
                .iter()
                .next_back()
                .and_then(|value: &http::HeaderValue| value.to_str().ok())
        };
        Self {
            body,
            limit,
            media_type: text(CONTENT_TYPE).map(str::to_owned),
            length: text(http::header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            is_encoded: headers
                .get_all(CONTENT_ENCODING)
                .iter()
                .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")),
            progress,
        }
    }

    /// Reads the whole body.
    ///
    /// # Errors
    /// `TooLarge` over the limit, without reading the rest.
    pub async fn bytes(self) -> Result<Bytes> {
        self.check_encoding()?;
        let too_large = || Error::new(ErrorKind::TooLarge { limit: self.limit });
        if self.length.is_some_and(|length| length > self.limit) {
            return Err(too_large());
        }
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        match Limited::new(self.body, limit).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
            Err(_) => Err(Error::malformed("the request body could not be read")),
        }
    }

    /// Reads the whole body and checks its media type; a blank one may have any.
    pub async fn text(self, media_type: ContentTypePolicy) -> Result<Bytes> {
        let says_json = self.has_media_type("application/json");
        let bytes = self.bytes().await?;
        if media_type == ContentTypePolicy::Json && !says_json && !bytes.trim_ascii().is_empty() {
            return Err(Error::new(ErrorKind::UnsupportedMediaType));
        }
        Ok(bytes)
    }

    /// Reads the body as JSON; `None` if blank.
    pub async fn json(self, media_type: ContentTypePolicy) -> Result<Option<Value>> {
        let bytes = self.text(media_type).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        parse_json(&bytes).map(Some)
    }

    /// Reads the body as a JSON object; a blank one is empty.
    pub async fn object(self, media_type: ContentTypePolicy) -> Result<Map<String, Value>> {
        parse_object(&self.text(media_type).await?)
    }

    /// Reads the body record by record, with its own size limit. Each received chunk counts as progress, so that a
    /// long body has no total deadline.
    pub fn records(self, format: RecordFormat, limit: u64) -> Result<RecordReader> {
        self.check_encoding()?;
        if self.length.is_some_and(|length| length > limit) {
            return Err(Error::new(ErrorKind::TooLarge { limit }));
        }
        Ok(RecordReader::new(self.body, format, limit, self.progress))
    }

    /// Returns the body as a stream of parts, with a limit of its own. Each part counts as progress of the request.
    pub fn parts(self, limit: u64) -> Result<BodyParts> {
        self.check_encoding()?;
        if self.length.is_some_and(|length| length > limit) {
            return Err(Error::new(ErrorKind::TooLarge { limit }));
        }
        Ok(BodyParts {
            body: self.body,
            limit,
            left: limit,
            progress: self.progress,
        })
    }

    /// Returns the `Content-Type` header with its parameters.
    pub fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    /// Rejects compressed bodies: a few kilobytes may expand to gigabytes.
    pub fn check_encoding(&self) -> Result<()> {
        if self.is_encoded {
            return Err(Error::new(ErrorKind::UnsupportedEncoding));
        }
        Ok(())
    }

    /// Returns whether the body declares a media type, with any parameters.
    pub fn has_media_type(&self, media_type: &str) -> bool {
        self.media_type.as_deref().is_some_and(|text| {
            let kind = text.split(';').next().unwrap_or(text);
            kind.trim().eq_ignore_ascii_case(media_type)
        })
    }

    /// Returns whether the body declares a media type.
    pub fn has_content_type(&self) -> bool {
        self.media_type.is_some()
    }
}

/// Request body that is read part by part.
pub struct BodyParts {
    body: Body,
    limit: u64,
    left: u64,
    progress: Arc<AtomicBool>,
}

impl BodyParts {
    /// Reads the next part; `None` at the end.
    ///
    /// # Errors
    /// `TooLarge` beyond the limit, `Malformed` when the body breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        while let Some(frame) = self.body.frame().await {
            let frame =
                frame.map_err(|_| Error::malformed("the request body could not be read"))?;
            // Trailers are ignored.
            let Ok(part) = frame.into_data() else {
                continue;
            };
            self.progress.store(true, Ordering::Relaxed);
            let left = self.left.checked_sub(part.len() as u64);
            self.left =
                left.ok_or_else(|| Error::new(ErrorKind::TooLarge { limit: self.limit }))?;
            return Ok(Some(part));
        }
        Ok(None)
    }
}

/// Parses JSON of any type, with numbers as written. A leading byte-order mark is skipped, as RFC 8259 allows.
pub fn parse_json(bytes: &[u8]) -> Result<Value> {
    json::parse(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes))
        .map_err(|_| Error::malformed("the request body is not valid JSON"))
}

/// Parses a JSON object; a blank text is empty.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match parse_json(bytes)? {
        Value::Object(map) => Ok(map),
        _ => Err(Error::malformed("the request body must be a JSON object")),
    }
}

/// Deserializes a JSON object. Unknown fields are ignored.
///
/// # Errors
/// `Invalid` names the field and what it must be, never its value.
pub fn deserialize_map<T: DeserializeOwned>(map: Map<String, Value>) -> Result<T> {
    serde_path_to_error::deserialize(Value::Object(map)).map_err(|error| {
        let path = error.path().to_string();
        let path = (path != ".").then_some(path);
        let message = error.into_inner().to_string();
        // A missing field has no path; serde names it in its message.
        if let Some(field) = deserialize_error::missing_field(&message) {
            let field = path.map_or_else(|| field.to_owned(), |path| format!("{path}.{field}"));
            return Error::invalid(field, "is required");
        }
        let rule = deserialize_error::describe_rule(&message);
        match path {
            None => Error::malformed(format!("the request body {rule}")),
            Some(path) => Error::invalid(path, format!("{WRONG_TYPE_PREFIX}{rule}")),
        }
    })
}

/// Prefix of the rule for a field whose value has a wrong type or format.
pub const WRONG_TYPE_PREFIX: &str = "has the wrong type: ";

impl FromRequest<AppState> for RequestBody {
    type Rejection = Infallible;

    async fn from_request(
        request: Request,
        app: &AppState,
    ) -> std::result::Result<Self, Infallible> {
        let (parts, body) = request.into_parts();
        let progress = RequestMeta::from_extensions(&parts.extensions).progress;
        Ok(Self::new(
            &parts.headers,
            body,
            app.settings.body_limit,
            progress,
        ))
    }
}

/// Distinguishes an absent field (`None`) from `null` (`Some(None)`). For use with `#[serde(default, deserialize_with
/// = "double_option")]`.
pub fn double_option<'de, T, D>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
