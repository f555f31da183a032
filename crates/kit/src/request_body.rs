//! Request bodies, read up to a limit and checked step by step, so that a dialect decides the order of its checks.

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

use crate::record_reader::{RecordFormat, RecordReader};
use crate::{AppState, RequestMeta, deserialize_error};

/// A request's body, not read yet.
pub struct RequestBody {
    body: Body,
    limit: u64,
    media_type: Option<String>,
    length: Option<u64>,
    is_encoded: bool,
    progress: Arc<AtomicBool>,
}

/// Whether a body has to say that it is JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentTypePolicy {
    /// `application/json`, with any parameters, wherever there is a body; anything else is refused.
    Json,
    /// Whatever it says or does not say.
    Any,
}

impl RequestBody {
    fn new(headers: &HeaderMap, body: Body, limit: u64, progress: Arc<AtomicBool>) -> Self {
        // Where a header stands twice, what was said last is meant: clients put their own behind those of a file.
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

    /// The whole body. One over the limit is refused without reading the rest.
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

    /// The whole body, after a look at what it says it is; an absent one may say anything.
    pub async fn text(self, media_type: ContentTypePolicy) -> Result<Bytes> {
        let says_json = self.has_media_type("application/json");
        let bytes = self.bytes().await?;
        if media_type == ContentTypePolicy::Json && !says_json && !bytes.trim_ascii().is_empty() {
            return Err(Error::new(ErrorKind::UnsupportedMediaType));
        }
        Ok(bytes)
    }

    /// The body as JSON; an absent or blank one is `None`.
    pub async fn json(self, media_type: ContentTypePolicy) -> Result<Option<Value>> {
        let bytes = self.text(media_type).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        parse_json(&bytes).map(Some)
    }

    /// The body as a JSON object; an absent one is empty.
    pub async fn object(self, media_type: ContentTypePolicy) -> Result<Map<String, Value>> {
        parse_object(&self.text(media_type).await?)
    }

    /// The body a record at a time, as it comes, up to a limit of its own. Each part that arrives counts as progress,
    /// so that a long body is not cut off by the deadline of short ones.
    pub fn records(self, form: RecordFormat, limit: u64) -> Result<RecordReader> {
        self.check_encoding()?;
        if self.length.is_some_and(|length| length > limit) {
            return Err(Error::new(ErrorKind::TooLarge { limit }));
        }
        Ok(RecordReader::new(self.body, form, limit, self.progress))
    }

    /// The body as it comes, up to a limit of its own. Each part that arrives counts as progress.
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

    /// What the body says that it is, with its parameters.
    pub fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    /// A compressed body is refused rather than read: a few kilobytes of one can be gigabytes.
    pub fn check_encoding(&self) -> Result<()> {
        if self.is_encoded {
            return Err(Error::new(ErrorKind::UnsupportedEncoding));
        }
        Ok(())
    }

    /// Whether the body says that it is of this media type, whatever its parameters.
    pub fn has_media_type(&self, media_type: &str) -> bool {
        self.media_type.as_deref().is_some_and(|text| {
            let kind = text.split(';').next().unwrap_or(text);
            kind.trim().eq_ignore_ascii_case(media_type)
        })
    }

    /// Whether the body says of which media type it is.
    pub fn has_content_type(&self) -> bool {
        self.media_type.is_some()
    }
}

/// A body that is read part by part.
pub struct BodyParts {
    body: Body,
    limit: u64,
    left: u64,
    progress: Arc<AtomicBool>,
}

impl BodyParts {
    /// The next part; none at the end.
    ///
    /// # Errors
    /// `TooLarge` beyond the limit, `Malformed` when the body breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        while let Some(frame) = self.body.frame().await {
            let frame =
                frame.map_err(|_| Error::malformed("the request body could not be read"))?;
            // Trailers say nothing here.
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

/// JSON text of any shape, numbers as they are written. A byte-order mark in front is passed over, as RFC 8259 allows.
pub fn parse_json(bytes: &[u8]) -> Result<Value> {
    json::parse(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes))
        .map_err(|_| Error::malformed("the request body is not valid JSON"))
}

/// The byte-order mark of UTF-8, which some programs put in front of every text.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// JSON text of an object; a blank one is empty.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match parse_json(bytes)? {
        Value::Object(map) => Ok(map),
        _ => Err(Error::malformed("the request body must be a JSON object")),
    }
}

/// A JSON object as a typed body; the refusal names the field that does not fit, and says in plain words what it must
/// be, never what it was. Fields the type does not know are ignored.
pub fn deserialize_map<T: DeserializeOwned>(map: Map<String, Value>) -> Result<T> {
    serde_path_to_error::deserialize(Value::Object(map)).map_err(|error| {
        let path = error.path().to_string();
        let path = (path != ".").then_some(path);
        let said = error.into_inner().to_string();
        // A missing field has no path yet; serde names it in its message.
        if let Some(field) = deserialize_error::missing_field(&said) {
            let field = path.map_or_else(|| field.to_owned(), |path| format!("{path}.{field}"));
            return Error::invalid(field, "is required");
        }
        let rule = deserialize_error::describe_rule(&said);
        match path {
            None => Error::malformed(format!("the request body {rule}")),
            Some(path) => Error::invalid(path, format!("{WRONG_TYPE_PREFIX}{rule}")),
        }
    })
}

/// How the rule of a refused field begins where the value has another type or form than the field.
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

/// Tells a field that is absent from one that is `null`: absent is `None`, null is `Some(None)`.
/// For use with `#[serde(default, deserialize_with = "double_option")]`.
pub fn double_option<'de, T, D>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
