//! What a route answers.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{Responses, ResponsesBuilder};

use super::{content, parameter};
use crate::route::{Answer, ParameterKind};

/// Headers of every answer to somebody whose requests are counted. A server counts none unless it is told to.
const QUOTA: &[(&str, &str)] = &[
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

/// Every answer of a route.
pub(super) fn all(answers: &[Answer]) -> Responses {
    answers
        .iter()
        .fold(ResponsesBuilder::new(), |all, answer| {
            all.response(answer.status.to_string(), one(answer))
        })
        .build()
}

fn one(answer: &Answer) -> Response {
    let mut response = ResponseBuilder::new().description(answer.text).header(
        "x-request-id",
        header(
            ParameterKind::Text,
            "The request's id, under which the server's log has it.",
        ),
    );
    for (name, text) in QUOTA {
        response = response.header(*name, header(ParameterKind::AtLeast(0), text));
    }
    if answer.status == 429 {
        let text = "Seconds until it is worth another try.";
        response = response.header("retry-after", header(ParameterKind::AtLeast(0), text));
    }
    for (name, kind, text) in &answer.headers {
        response = response.header(*name, header(*kind, text));
    }
    for payload in &answer.payloads {
        response = response.content(payload.media_type, content(payload));
    }
    response.build()
}

fn header(kind: ParameterKind, text: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(parameter::schema(kind)))
        .description(Some(text))
        .build()
}
