//! The response envelope `{code, desc, data}`.

use axum::response::Response;
use http::StatusCode;
use parlor_kit::response;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// What every answer is; a refusal and a success without a result have no data. The vendor's page on return codes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Envelope {
    /// `"0"` for success; otherwise which refusal.
    #[schema(pattern = "^(-1|[0-9]+)$")]
    code: &'static str,
    /// The code in words, and for 10112 which parameter is meant and why; programs compare the code.
    desc: String,
    /// Always `null` here.
    #[schema(schema_with = null_schema)]
    data: (),
}

/// The envelope of a successful response.
#[derive(Serialize)]
pub(crate) struct SuccessEnvelope<'d, T> {
    code: &'static str,
    desc: &'static str,
    data: &'d T,
}

impl<'d, T> SuccessEnvelope<'d, T> {
    pub(crate) const fn new(data: &'d T) -> Self {
        Self {
            code: "0",
            desc: "success",
            data,
        }
    }
}

fn null_schema() -> Object {
    ObjectBuilder::new().schema_type(Type::Null).build()
}

/// Responds with `data` in an envelope.
pub(crate) fn success(data: &impl Serialize) -> Response {
    response::json(StatusCode::OK, &SuccessEnvelope::new(data))
}

/// Responds with an envelope whose `data` is null.
pub(crate) fn success_without_data() -> Response {
    success(&())
}

/// Encodes an error envelope as text, for a WebSocket frame.
pub(crate) fn error_text(code: &'static str, desc: &str) -> String {
    let body = Envelope {
        code,
        desc: desc.to_owned(),
        data: (),
    };
    // Serialization fails only for maps with non-string keys.
    serde_json::to_string(&body).unwrap_or_default()
}

/// Responds with an error envelope.
pub(crate) fn error_response(status: StatusCode, code: &'static str, desc: &str) -> Response {
    let body = Envelope {
        code,
        desc: desc.to_owned(),
        data: (),
    };
    response::json(status, &body)
}

/// Declares the OpenAPI schema of an envelope with data of type `$data`.
macro_rules! envelope_schema {
    ($(#[$doc:meta])* $name:ident, $data:ty) => {
        $(#[$doc])*
        #[derive(utoipa::ToSchema)]
        #[allow(dead_code, reason = "read by the document only")]
        struct $name {
            /// `"0"`.
            #[schema(pattern = "^0$")]
            code: String,
            /// `"success"`.
            desc: String,
            /// The result.
            data: $data,
        }
    };
}
pub(crate) use envelope_schema;
