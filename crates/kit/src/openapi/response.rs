//! Responses of a route.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{Responses, ResponsesBuilder};

use super::{content, parameter};
use crate::idempotency;
use crate::route::{ParameterKind, ResponseSpec, Route};

/// Headers of every response to a counted caller. Rate limits are off by default.
const RATE_LIMIT_HEADERS: &[(&str, &str)] = &[
    (
        "x-ratelimit-limit",
        "Requests at the most, where the server limits them.",
    ),
    ("x-ratelimit-remaining", "Requests that are left."),
    (
        "x-ratelimit-reset",
        "Seconds until all of them are there again.",
    ),
];

/// Returns all responses of a route: those of its row, and those common to its kind.
pub(super) fn responses(route: &Route) -> Responses {
    let refused = unsupported_encoding_response(route);
    route
        .responses
        .iter()
        .chain(&refused)
        .fold(ResponsesBuilder::new(), |all, spec| {
            all.response(spec.status.to_string(), build_response(route, spec))
        })
        .build()
}

/// Returns the 415 response for compressed bodies, common to all rows with a body, with the schema of their other
/// errors.
fn unsupported_encoding_response(route: &Route) -> Option<ResponseSpec> {
    let is_missing = !route.responses.iter().any(|spec| spec.status == 415);
    (route.body.is_some() && is_missing).then(|| {
        let like = [413, 400]
            .iter()
            .find_map(|status| route.responses.iter().find(|spec| spec.status == *status));
        ResponseSpec {
            status: 415,
            text: "The body is compressed, or of another media type.",
            contents: like.map_or_else(Vec::new, |spec| spec.contents.clone()),
            headers: like.map_or_else(Vec::new, |spec| {
                // Only a body that is too large closes the connection.
                let other = |(name, ..): &&(&str, _, _)| !name.eq_ignore_ascii_case("connection");
                spec.headers.iter().filter(other).copied().collect()
            }),
        }
    })
}

fn build_response(route: &Route, spec: &ResponseSpec) -> Response {
    let mut response = ResponseBuilder::new().description(spec.text).header(
        "x-request-id",
        header(
            ParameterKind::Text,
            "The request's id, under which the server's log has it.",
        ),
    );
    for (name, text) in RATE_LIMIT_HEADERS {
        response = response.header(*name, header(ParameterKind::AtLeast(0), text));
    }
    if let Some((name, kind, text)) = status_header(route, spec.status) {
        response = response.header(name, header(kind, text));
    }
    for (name, kind, text) in &spec.headers {
        response = response.header(*name, header(*kind, text));
    }
    for body in &spec.contents {
        response = response.content(body.media_type, content(body));
    }
    response.build()
}

/// Returns the header common to all responses with a status.
fn status_header(
    route: &Route,
    status: u16,
) -> Option<(&'static str, ParameterKind, &'static str)> {
    let is_repeatable = || {
        route.parameters.iter().any(|parameter| {
            parameter
                .name
                .eq_ignore_ascii_case(idempotency::IDEMPOTENCY_KEY_HEADER)
        })
    };
    match status {
        200..300 if is_repeatable() => Some((
            idempotency::REPLAYED_HEADER,
            ParameterKind::OneOf(&["true"]),
            "The request was a repeat, and this is the first answer once more.",
        )),
        401 => Some((
            "www-authenticate",
            ParameterKind::Text,
            "How to show a credential: `Bearer` or `ApiKey`.",
        )),
        415 => Some((
            "accept-encoding",
            ParameterKind::OneOf(&["identity"]),
            "How a body may come that was compressed.",
        )),
        429 => Some((
            "retry-after",
            ParameterKind::AtLeast(0),
            "Seconds until it is worth another try.",
        )),
        _ => None,
    }
}

fn header(kind: ParameterKind, text: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(parameter::schema(kind)))
        .description(Some(text))
        .build()
}
