//! The body of a new message: a JSON text or an object.

use std::borrow::Cow;

use parlor_kit::{ContentTypePolicy, RequestBody, request_body};
use parlor_model::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::body::simplify_error;

/// The parsed body.
#[derive(Deserialize)]
pub(crate) struct CreateMessageRequest {
    /// 1 to 65,536 characters.
    pub(crate) content: String,
    /// Whether the response is an event stream.
    pub(crate) stream: Option<bool>,
}

impl CreateMessageRequest {
    pub(crate) async fn from_body(payload: RequestBody) -> Result<Self> {
        let request = match payload.json(ContentTypePolicy::Any).await? {
            Some(Value::String(content)) => Self {
                content,
                stream: None,
            },
            Some(Value::Object(map)) => {
                request_body::deserialize_map(map).map_err(simplify_error)?
            }
            None => return Err(Error::invalid("content", "is required")),
            Some(_) => {
                return Err(Error::malformed(
                    "the request body must be a JSON object or a JSON text",
                ));
            }
        };
        if request.content.trim().is_empty() {
            return Err(Error::invalid("content", "must not be empty"));
        }
        Ok(request)
    }
}

impl PartialSchema for CreateMessageRequest {
    fn schema() -> RefOr<Schema> {
        let content = || {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .max_length(Some(65_536))
                .pattern(Some(r"^[^\u0000]*[^\s\u0000][^\u0000]*$"))
        };
        OneOfBuilder::new()
            .item(content())
            .item(
                ObjectBuilder::new()
                    .property("content", content())
                    .property("stream", Option::<bool>::schema())
                    .required("content"),
            )
            .into()
    }
}

impl ToSchema for CreateMessageRequest {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("MessageRequest")
    }
}
