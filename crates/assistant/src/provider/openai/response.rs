//! The head of a response: an error, a stream, or a whole answer of a server that does not stream.

use std::collections::VecDeque;

use parlor_model::time::Timestamp;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, StatusCode};
use tokio::time::timeout_at;

use super::body;
use super::chunk_decoder::ChunkDecoder;
use super::classify;
use super::retry_after::parse_retry_after;
use super::stream::{OpenAiStream, StreamDeadlines};
use crate::provider::error::{ProviderError, ProviderErrorKind};
use crate::provider::event::CompletionStream;
use crate::provider::settings::ProviderLimits;

/// Maximum number of bytes that are read of an error. More is left out.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// Reads a response.
pub(super) struct ResponseReader {
    pub(super) limits: ProviderLimits,
    pub(super) deadlines: StreamDeadlines,
    pub(super) message_count: usize,
    pub(super) now: Timestamp,
}

impl ResponseReader {
    /// Reads a response according to its status and media type.
    ///
    /// # Errors
    /// The server's error, or `UnexpectedResponse` for a redirect or a web page.
    pub(super) async fn read(
        self,
        response: Response,
    ) -> Result<Box<dyn CompletionStream>, ProviderError> {
        if response.status() != StatusCode::OK {
            return Err(self.read_error(response).await);
        }
        let media_type = media_type(&response);
        match media_type.as_deref() {
            Some("application/json") => self.read_whole_answer(response).await,
            Some("text/html") => Err(ProviderError {
                status: Some(StatusCode::OK.as_u16()),
                ..ProviderError::new(ProviderErrorKind::UnexpectedResponse)
                    .with_context("the response is a web page")
            }),
            // Some servers send a stream without its media type.
            _ => Ok(Box::new(OpenAiStream::new(
                response,
                self.limits,
                self.deadlines,
                ChunkDecoder::new(self.message_count),
            ))),
        }
    }

    async fn read_error(&self, response: Response) -> ProviderError {
        let status = response.status();
        let retry_after = parse_retry_after(response.headers(), self.now);
        let body = body::read_whole(response, MAX_ERROR_BYTES);
        // The status says enough if the body cannot be read.
        let body = timeout_at(self.deadlines.first_token(), body).await;
        let body = body.ok().and_then(Result::ok).unwrap_or_default();
        ProviderError {
            retry_after,
            ..classify::status_error(status, &body)
        }
    }

    async fn read_whole_answer(
        self,
        response: Response,
    ) -> Result<Box<dyn CompletionStream>, ProviderError> {
        let body = body::read_whole(response, self.limits.max_response_bytes);
        let body = timeout_at(self.deadlines.first_token(), body)
            .await
            .map_err(|_| self.deadlines.first_token_error())?
            .map_err(|error| error.to_provider_error())?;
        let text = String::from_utf8_lossy(&body);
        let mut decoder = ChunkDecoder::new(self.message_count);
        let mut events = VecDeque::new();
        decoder.decode(&text, &mut events)?;
        decoder.finish(&mut events)?;
        Ok(Box::new(OpenAiStream::complete(events, self.deadlines)))
    }
}

/// Returns the media type in lower case, without parameters.
fn media_type(response: &Response) -> Option<String> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let media_type = value.split(';').next()?.trim();
    Some(media_type.to_ascii_lowercase())
}
